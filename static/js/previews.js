// Beside some forms stands what will come of them. It follows what is typed.
import { all, find, onContent } from './dom.js';

const PAUSE = 400;

function hidden(name, value) {
  const input = document.createElement('input');
  return Object.assign(input, { type: 'hidden', name, value });
}

function show(panel, form) {
  const old = find('iframe', panel);
  const frame = old.cloneNode(); // a new one, or every keystroke would be a step of the Back button
  old.replaceWith(frame);
  const copy = document.createElement('form');
  Object.assign(copy, { method: 'post', action: panel.dataset.preview, target: frame.name, hidden: true });
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') copy.append(hidden(name, value));
  document.body.append(copy);
  copy.submit();
  copy.remove();
}

onContent((where) => {
  for (const panel of all('[data-preview]', where)) {
    const form = document.getElementById(panel.dataset.form);
    let waiting;
    find('button', panel).hidden = true;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show(panel, form), PAUSE);
    };
    form.addEventListener('input', later);
    form.addEventListener('change', later);
    show(panel, form);
  }
});
