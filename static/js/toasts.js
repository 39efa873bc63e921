import { all, element, find, icon } from './dom.js';

const SHOWN_FOR = 6000;

/** Hides the toast after a while, except while the mouse or the focus is on it. */
function expire(toast) {
  let left = Number(toast.dataset.for) || SHOWN_FOR;
  let timer = 0;
  let since = 0;
  const run = () => {
    clearTimeout(timer);
    since = Date.now();
    timer = setTimeout(() => toast.remove(), left);
  };
  const hold = () => {
    clearTimeout(timer);
    left = Math.max(1500, left - (Date.now() - since));
  };
  toast.addEventListener('mouseenter', hold);
  toast.addEventListener('mouseleave', run);
  toast.addEventListener('focusin', hold);
  toast.addEventListener('focusout', run);
  run();
}

function show(toast) {
  const close = element('button', { type: 'button', 'aria-label': 'Dismiss' }, icon('x'));
  close.addEventListener('click', () => toast.remove());
  toast.append(close);
  find('#toasts').append(toast);
  expire(toast);
}

export function toast(text, tone = 'ok') {
  if (!find('#toasts')) return;
  const bad = tone === 'bad';
  show(element('div', { class: bad ? 'toast-i bad' : 'toast-i' }, icon(bad ? 'alert-circle' : 'check'), element('span', {}, text)));
}

// Messages printed by the server are put in again: a live region only reads out what is added to it.
all('[data-toast]').forEach((printed) => {
  printed.remove();
  setTimeout(() => show(printed), 50);
});

// The server may send one along with a swapped piece: HX-Trigger: {"toast": {"text": "...", "tone": "ok"}}.
document.addEventListener('toast', (event) => toast(event.detail.text, event.detail.tone));
document.addEventListener('htmx:responseError', () => toast('That did not work. Reload the page and try again.', 'bad'));
document.addEventListener('htmx:sendError', () => toast('No connection to the server.', 'bad'));
