// The merge screen: the result follows what is chosen. Without scripts it shows what was chosen at first.
import { all, find } from './dom.js';

const form = find('[data-merge]');
const chosen = (name) => all(`input[name="${name}"]`, form).find((input) => input.checked);
const fields = () => all('[data-result]', form).map((place) => place.dataset.result);

function showField(name) {
  const from = chosen(name)?.nextElementSibling;
  find(`[data-result="${name}"]`, form).replaceChildren(...(from ? [...from.childNodes].map((node) => node.cloneNode(true)) : []));
}

/** The survivor's own value where it has one, or else the first that there is. */
function pickFor(record) {
  for (const name of fields()) {
    const inputs = all(`input[name="${name}"]`, form);
    const own = inputs.find((input) => input.value === record);
    const filled = own && 'empty' in own.dataset ? inputs.find((input) => !('empty' in input.dataset)) : own;
    (filled ?? own).checked = true;
    showField(name);
  }
}

function keep(input) {
  const { name, code } = input.dataset;
  find('[data-kept-name]', form).textContent = name;
  find('[data-kept-code]', form).textContent = code;
  const submit = find('[data-submit]', form);
  if (submit) submit.textContent = `${submit.dataset.submit} ${code || name}`;
  all('thead [data-record]', form).forEach((head) => head.classList.toggle('surv', head.dataset.record === input.value));
  pickFor(input.value);
}

if (form) {
  form.addEventListener('change', ({ target }) => {
    if (target.name === 'survivor') keep(target);
    else if (target.type === 'radio') showField(target.name);
  });
  const buttons = find('[data-all-from]', form);
  if (buttons) buttons.hidden = false;
  form.addEventListener('click', ({ target }) => {
    const record = target.closest('[data-from]')?.dataset.from;
    if (!record) return;
    for (const name of fields()) {
      all(`input[name="${name}"]`, form).find((input) => input.value === record).checked = true;
      showField(name);
    }
  });
}
