// Beside some forms stands what will come of them. It follows what is typed.
import { all, element, find, onContent } from './dom.js';

const PAUSE = 400;

function show(panel, form) {
  const old = find('iframe', panel);
  const frame = old.cloneNode(); // a new one, or every keystroke would be a step of the Back button
  old.replaceWith(frame);
  const texts = [...new FormData(form)].filter(([, value]) => typeof value === 'string');
  const inputs = texts.map(([name, value]) => element('input', { type: 'hidden', name, value }));
  const copy = element('form', { method: 'post', action: panel.dataset.preview, target: frame.name, hidden: '' }, ...inputs);
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
