// Ctrl K: the places of the menu at once, records of all tables as one types.
import { ask, element, find, icon } from './dom.js';
import { switchTheme } from './appearance.js';

const PAUSE = 160;

const dialog = find('#palette');
const input = find('input', dialog);
const list = find('ul', dialog);
const printed = JSON.parse(find('#places').textContent).map(([group, picture, label, key, href]) => ({ group, picture, label, key, href }));
const commands = [
  { group: 'Commands', picture: 'moon', label: 'Switch theme', key: 'Shift D', run: switchTheme },
  { group: 'Commands', picture: 'keyboard', label: 'Keyboard shortcuts', key: '?', run: () => find('#keys').showModal() },
];
export const places = [...printed, ...commands];

let found = [];
let chosen = 0;
let timer = 0;
let asked = 0;

function matches() {
  const words = input.value.trim().toLowerCase();
  if (!words) return places;
  const known = new Set(found.map((place) => place.href));
  const near = places.filter((place) => place.label.toLowerCase().includes(words) && !known.has(place.href));
  return [...found, ...near];
}

function go(place) {
  dialog.close();
  if (place.run) place.run();
  else location.href = place.href;
}

function line(place, at) {
  const option = element('li', { id: `palette-${at}`, role: 'option', 'aria-selected': String(at === chosen) },
    icon(place.picture || 'arrow-right'), element('span', { class: 'trunc' }, place.label), element('span', { class: 'muted' }, place.key || ''));
  option.addEventListener('click', () => go(place));
  option.addEventListener('mousemove', () => select(at));
  return option;
}

function select(at) {
  if (at === chosen) return;
  find('[aria-selected="true"]', list)?.setAttribute('aria-selected', 'false');
  chosen = at;
  const option = find(`#palette-${at}`, list);
  option?.setAttribute('aria-selected', 'true');
  option?.scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', option ? option.id : '');
}

function draw() {
  const hits = matches();
  chosen = Math.min(chosen, Math.max(0, hits.length - 1));
  list.replaceChildren();
  let group = '';
  hits.forEach((place, at) => {
    if (place.group !== group) {
      group = place.group;
      list.append(element('li', { class: 'grp', role: 'presentation' }, group));
    }
    list.append(line(place, at));
  });
  if (!hits.length) list.append(element('li', { class: 'grp', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, 'Nothing found'));
  input.setAttribute('aria-activedescendant', hits.length ? `palette-${chosen}` : '');
}

async function look() {
  const words = input.value.trim();
  const number = ++asked;
  const answers = words.length > 1 ? await ask(`/admin/find?q=${encodeURIComponent(words)}`) : [];
  if (number !== asked) return;
  found = answers.map((record) => ({ ...record, picture: record.icon, key: record.code }));
  draw();
}

input.addEventListener('input', () => {
  chosen = 0;
  draw();
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});
input.addEventListener('keydown', (event) => {
  const hits = matches();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && hits.length) {
    event.preventDefault();
    select((chosen + step + hits.length) % hits.length);
  }
  if (event.key === 'Enter' && hits[chosen]) {
    event.preventDefault();
    go(hits[chosen]);
  }
});

// A dialog says nothing when it opens, so the attribute is watched.
new MutationObserver(() => {
  if (!dialog.open) return;
  input.value = '';
  found = [];
  chosen = 0;
  draw();
  input.focus();
}).observe(dialog, { attributeFilter: ['open'] });
