// Single-key shortcuts. They are off inside fields and dialogs, and for people who switched them off.
import { all, find } from './dom.js';
import { switchTheme } from './appearance.js';
import { dialogIsOpen } from './dialogs.js';
import { places } from './palette.js';
import { tickRow } from './selection.js';

const WAIT = 900;
let first = '';

const typing = (target) => Boolean(target.closest('input:not([type="checkbox"], [type="radio"]), select, textarea, [contenteditable]'));
const rows = () => all('#content .list tr[data-href]');
const current = () => rows().findIndex((row) => row.classList.contains('cur'));

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = current();
  list[at]?.classList.remove('cur');
  const row = list[Math.max(0, Math.min(list.length - 1, at + step))];
  row.classList.add('cur');
  find('a.name', row).focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

function edit() {
  const row = rows()[current()];
  const href = row ? row.dataset.edit : find('a[data-key="e"]')?.href;
  if (href) location.href = href;
}

function search(event) {
  event.preventDefault();
  const field = find('#q');
  if (field) field.select();
  else find('#palette').showModal();
}

const actions = {
  '/': search,
  '?': () => find('#keys').showModal(),
  D: switchTheme,
  j: () => move(1),
  k: () => move(-1),
  e: edit,
  x: () => tickRow(rows()[current()], false),
  X: () => tickRow(rows()[current()], true),
};

function follow(keys) {
  const place = places.find((candidate) => candidate.key === keys && candidate.href);
  const href = place?.href ?? find(`a[data-key="${CSS.escape(keys)}"]`)?.href;
  if (href) location.href = href;
  return Boolean(href);
}

function second(key) {
  const keys = `${first} ${key}`;
  first = '';
  return follow(keys);
}

function single(event) {
  if (first && second(event.key)) return;
  if (event.key === 'g') {
    first = 'g';
    setTimeout(() => { first = ''; }, WAIT);
  } else if (actions[event.key]) {
    actions[event.key](event);
  } else if (/^[a-z]$/.test(event.key)) {
    follow(event.key);
  }
}

document.addEventListener('keydown', (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    if (!dialogIsOpen()) find('#palette').showModal();
    return;
  }
  if (event.key === 'Escape' && event.target.id === 'q') event.target.blur();
  const off = document.documentElement.dataset.shortcuts === 'off';
  if (off || event.metaKey || event.ctrlKey || event.altKey || dialogIsOpen() || typing(event.target)) return;
  single(event);
});
