// Child rows inside a form: add a copy of the blank row, take one away.
import { announceContent, all, find, onContent } from './dom.js';

function add(part) {
  const number = Number(part.dataset.next);
  part.dataset.next = String(number + 1);
  const html = find('template', part).innerHTML.replaceAll('__n__', String(number));
  const rows = find('[data-rows]', part);
  rows.insertAdjacentHTML('beforeend', html);
  const row = rows.lastElementChild;
  announceContent(row);
  find('input:not([type="hidden"]), select, textarea', row)?.focus();
}

function remove(row) {
  const part = row.closest('[data-part]');
  row.dispatchEvent(new Event('change', { bubbles: true }));
  row.remove();
  find('[data-add-row]', part)?.focus();
}

document.addEventListener('click', (event) => {
  const part = event.target.closest('[data-add-row]')?.closest('[data-part]');
  if (part) add(part);
  const row = event.target.closest('[data-remove-row]')?.closest('[data-row]');
  if (row) remove(row);
});
onContent((where) => {
  all('[data-add-row], [data-remove-row]', where).forEach((button) => { button.hidden = false; });
});
