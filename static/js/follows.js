// A fieldset that depends on another field is brought anew when that changes, with what was typed.
import { all, announceContent, find, onContent, parse } from './dom.js';

async function bring(form, name) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set('again', '1');
  const answer = await fetch(form.action, { method: 'POST', body: fields }).catch(() => null);
  if (!answer?.ok) return;
  const page = parse(await answer.text());
  const [here, there] = [form, page].map((within) => find(`#follows-${name}`, within));
  if (!here || !there) return;
  here.replaceWith(there);
  announceContent(there);
}

onContent((where) => {
  const fieldsets = where.matches?.('[data-follows]') ? [where] : all('[data-follows]', where);
  fieldsets.forEach((fieldset) => { find('.follow', fieldset).hidden = true; });
});
document.addEventListener('change', (event) => {
  const { form, name } = event.target;
  if (form && name && find(`#follows-${CSS.escape(name)}`, form)) bring(form, name);
});
