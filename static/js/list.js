// The list page: clean addresses, focus and words after a swap, rows that open on a click.
import { all, find, onContent } from './dom.js';

let focusNext = '';

/** Two ends become LOW..HIGH, a country and a value become COUNTRY:VALUE: one readable name in the address. */
function join(form, data) {
  all('[data-range]', form).forEach(({ dataset: { range } }) => {
    const [low, high] = ['from', 'to'].map((end) => data.get(`${range}_${end}`) ?? '');
    if (low || high) data.set(range, `${low}..${high}`);
    data.delete(`${range}_from`);
    data.delete(`${range}_to`);
  });
  all('[data-place]', form).forEach(({ dataset: { place } }) => {
    const value = data.get(place);
    if (value && !value.includes(':')) data.set(place, `${data.get(`${place}_in`)}:${value}`);
    data.delete(`${place}_in`);
  });
}

/** A filter form sends nothing that is empty, and "!" before each value when "is none of" is chosen. */
function tidy(form, data) {
  join(form, data);
  const turned = find('[data-negate]', form);
  const own = turned && find('[type="checkbox"], select[multiple], input.form-control', form)?.name;
  const pairs = [...data].filter(([, value]) => value !== '');
  for (const name of [...data.keys()]) data.delete(name);
  for (const [name, value] of pairs) data.append(name, name === own ? turned.value + value.replace(/^!/, '') : value);
}

// Both the browser and htmx build a FormData, so this one place serves both.
document.addEventListener('formdata', (event) => {
  if (event.target.matches('form[data-tidy]')) tidy(event.target, event.formData);
});

// An answer without a list is a page of its own: sign in again, not permitted, our mistake.
document.addEventListener('htmx:beforeSwap', (event) => {
  const { detail } = event;
  if (detail.target.id !== 'list') return;
  detail.shouldSwap = detail.xhr.responseText.includes('id="list"');
  detail.isError = false;
  if (!detail.shouldSwap) location.href = detail.xhr.responseURL;
});

document.addEventListener('htmx:beforeRequest', (event) => {
  focusNext = event.target.dataset?.focus ?? '';
});
document.addEventListener('htmx:afterSettle', () => {
  if (focusNext) document.getElementById(focusNext)?.focus({ preventScroll: true });
  focusNext = '';
  const list = find('#list');
  if (list) find('#said').textContent = `${find('#page-total')?.textContent ?? ''}. ${list.dataset.says}`;
});

// A table that is wider than its place scrolls by itself; only one that fits may keep its head in view.
function fit() {
  document.querySelectorAll('.list .scroll-x').forEach((place) => {
    place.classList.remove('wide');
    place.classList.toggle('wide', place.firstElementChild.scrollWidth > place.clientWidth);
  });
}
onContent(fit);
addEventListener('resize', fit);

document.addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-href]');
  const taken = event.target.closest('a, button, input, label, summary, select') || getSelection().toString();
  if (!row || taken || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, '_blank', 'noopener');
  else location.href = row.dataset.href;
});

// The condition can be chosen now, so the values no longer carry it themselves.
onContent((where) => {
  all('[data-negate]', where).forEach((select) => {
    select.hidden = false;
    const values = all('[type="checkbox"], select[multiple] option, input.form-control', select.form);
    values.forEach((value) => { value.value = value.value.replace(/^!/, ''); });
  });
});

const tab = find('.tabs [aria-current]');
if (tab) tab.parentNode.scrollLeft = tab.offsetLeft - 80;
