// The menu of a row: one for the page, filled when it is opened. Without scripts it is a page.
import { all, element, find, onContent, parse } from './dom.js';

let menu = null;

function rowMenu() {
  if (menu?.isConnected) return menu;
  menu = element('details', { class: 'menu row-pop' }, element('summary', { hidden: '' }), element('div', { class: 'pop' }));
  menu.addEventListener('toggle', () => {
    if (menu.open) return;
    menu.opener?.setAttribute('aria-expanded', 'false');
    if (document.activeElement === document.body || menu.contains(document.activeElement)) menu.opener?.focus();
  });
  document.body.append(menu);
  return menu;
}

function place(pop, button) {
  const box = button.getBoundingClientRect();
  const own = pop.getBoundingClientRect();
  pop.style.top = `${Math.max(12, Math.min(box.bottom + 4, innerHeight - own.height - 12))}px`;
  pop.style.left = `${Math.max(12, box.right - own.width)}px`;
}

async function openRowMenu(button) {
  const pop = rowMenu();
  const url = new URL(button.href);
  url.searchParams.set('back', location.pathname + location.search);
  const answer = await fetch(url).catch(() => null);
  const items = answer?.ok && find('#row-verbs', parse(await answer.text()));
  if (!items) {
    location.href = url;
    return;
  }
  const inside = find('.pop', pop);
  inside.replaceChildren(...items.childNodes);
  pop.opener = button;
  button.setAttribute('aria-expanded', 'true');
  pop.open = true;
  place(pop, button);
  find('a', inside)?.focus();
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-row-menu]');
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (button.getAttribute('aria-expanded') === 'true') rowMenu().open = false;
  else openRowMenu(button);
});
addEventListener('scroll', () => { if (menu?.open) menu.open = false; }, { passive: true });

onContent((where) => {
  all('[data-row-menu]', where).forEach((button) => {
    button.setAttribute('role', 'button');
    button.setAttribute('aria-haspopup', 'true');
    button.setAttribute('aria-expanded', 'false');
  });
});
