// Tabs of a record that have no room in the row wait in a menu at its end. Without a script the row scrolls.
import { all, element, find, icon } from './dom.js';

function menu() {
  const summary = element('summary', { class: 'more' }, 'More', icon('chevron-down'));
  return element('details', { class: 'menu to-end', hidden: '' }, summary, element('div', { class: 'pop' }));
}

/** As many as fit beside the menu, the open one always. */
function chosen(links, room) {
  const open = links.find((link) => link.hasAttribute('aria-current'));
  let left = room - (open?.offsetWidth ?? 0);
  let full = false;
  return links.filter((link) => {
    if (link === open) return true;
    full ||= link.offsetWidth > left;
    if (!full) left -= link.offsetWidth;
    return !full;
  });
}

function fit(row, links, more) {
  const style = getComputedStyle(row);
  const room = row.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
  links.forEach((link) => link.classList.remove('dropdown-item'));
  row.append(...links, more);
  more.hidden = false;
  const every = links.reduce((sum, link) => sum + link.offsetWidth, 0);
  const kept = every <= room ? links : chosen(links, room - more.offsetWidth);
  const rest = links.filter((link) => !kept.includes(link));
  rest.forEach((link) => link.classList.add('dropdown-item'));
  find('.pop', more).append(...rest);
  more.hidden = !rest.length;
}

all('.tabs-scroll > .tabs').forEach((row) => {
  const links = all('a', row);
  const more = menu();
  let wide = 0;
  row.classList.add('fitted');
  row.append(more);
  new ResizeObserver(() => {
    if (row.clientWidth === wide) return;
    wide = row.clientWidth;
    fit(row, links, more);
  }).observe(row);
  document.fonts.ready.then(() => fit(row, links, more));
});
