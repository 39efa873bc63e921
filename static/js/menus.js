// Menus and filter pop-overs are <details>: one open at a time, closed by Esc or a click elsewhere, kept on the screen.
import { all, find } from './dom.js';

const open = () => all('details.menu[open]');

export function closeMenus(except) {
  open().filter((menu) => !menu.contains(except)).forEach((menu) => { menu.open = false; });
}

function keepOnScreen(menu) {
  const pop = find('.pop', menu);
  pop.style.translate = '';
  const box = pop.getBoundingClientRect();
  const right = box.right - (document.documentElement.clientWidth - 12);
  const shift = right > 0 ? -right : Math.max(0, 12 - box.left);
  if (shift) pop.style.translate = `${shift}px 0`;
}

addEventListener('resize', () => open().forEach(keepOnScreen));
document.addEventListener('click', (event) => closeMenus(event.target));
document.addEventListener('toggle', (event) => {
  const menu = event.target;
  if (!menu.matches?.('details.menu') || !menu.open) return;
  closeMenus(menu);
  keepOnScreen(menu);
  find('.pop :is(input:not([type="hidden"]), select:not([hidden], [data-negate]))', menu)?.focus();
}, true);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  const menu = open().at(-1);
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  find('summary', menu).focus();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const menu = event.target.closest?.('details.menu[open]');
  if (!menu || event.target.matches('input:not([type="checkbox"]), select, textarea')) return;
  const items = all('.pop :is(.dropdown-item, .dropdown-item input, .btn)', menu).filter((item) => !item.matches('label'));
  const at = items.indexOf(document.activeElement);
  event.preventDefault();
  items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus();
});
