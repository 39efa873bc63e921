// Theme, row density and single-key shortcuts: shown at once, kept in the profile.
import { all, find, post } from './dom.js';
import { toast } from './toasts.js';

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');

const show = {
  theme(value) {
    root.toggleAttribute('data-follows-device', !value);
    root.dataset.bsTheme = value || (dark.matches ? 'dark' : 'light');
  },
  density(value) {
    root.dataset.density = value;
  },
  shortcuts(value) {
    root.dataset.shortcuts = value;
  },
};

function press(name, value) {
  all(`[data-appearance] [name="${name}"][aria-pressed]`).forEach((button) => {
    button.setAttribute('aria-pressed', String(button.value === value));
  });
}

async function choose(name, value) {
  show[name](value);
  press(name, value);
  const form = find('[data-appearance]');
  if (!form) return;
  try {
    const answer = await post(form.action, { [name]: value });
    if (!answer.ok) throw new Error(answer.statusText);
  } catch {
    toast('Shown here, but not saved to your profile.', 'bad');
  }
}

export function switchTheme() {
  return choose('theme', root.dataset.bsTheme === 'dark' ? 'light' : 'dark');
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-appearance]')) return;
  event.preventDefault();
  if (event.submitter?.name) choose(event.submitter.name, event.submitter.value);
});
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-shortcuts-switch]')) choose('shortcuts', event.target.checked ? 'on' : 'off');
});
