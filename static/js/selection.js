// Ticked rows of a list: kept over its pages for one query, sent to an operation as ids or as the query.
import { all, find, onContent } from './dom.js';
import { dialogIsOpen } from './dialogs.js';
import { openOperation } from './operate.js';

const MOST = 10000; // rows that can be named one by one
const LONGEST = 6000; // of an address
let last = null; // the box that was ticked last, where a range begins

const bar = () => find('form[data-bulk]');
const boxes = () => all('#list input[name="rowid"]');
const key = () => `ticks.${location.pathname}?${bar().dataset.query}`;

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key()) ?? '{}');
    return { ids: new Set(kept.ids ?? []), all: Boolean(kept.all) };
  } catch {
    return { ids: new Set(), all: false };
  }
}

function keep(state) {
  if (state.ids.size || state.all) sessionStorage.setItem(key(), JSON.stringify({ ids: [...state.ids], all: state.all }));
  else sessionStorage.removeItem(key());
  show(state);
}

function words(state) {
  const { total, what } = bar().dataset;
  return state.all ? `All ${total} ${what}` : `${state.ids.size.toLocaleString('en')} selected`;
}

function show(state = read()) {
  const form = bar();
  if (!form) return;
  const here = boxes();
  here.forEach((box) => {
    box.checked = state.all || state.ids.has(box.value);
    const row = box.closest('tr');
    if (box.checked) row.setAttribute('aria-selected', 'true');
    else row.removeAttribute('aria-selected');
  });
  const ticked = here.filter((box) => box.checked).length;
  const page = find('#list [data-tick-page]');
  page.checked = ticked > 0 && ticked === here.length;
  page.indeterminate = ticked > 0 && ticked < here.length;
  form.hidden = !state.all && !state.ids.size;
  find('[data-count]', form).textContent = words(state);
  find('[data-all]', form).textContent = state.all
    ? `Only the ${state.ids.size.toLocaleString('en')} ticked` : `Select all ${form.dataset.total} matching`;
  find('[data-all]', form).hidden = state.all ? !state.ids.size : String(state.ids.size) === form.dataset.total;
  find('input[name="all"]', form).checked = state.all;
}

function tick(changed, on) {
  const state = read();
  if (state.all) {
    // Taking one out of "all" leaves the rest of what can be seen.
    state.all = false;
    boxes().forEach((box) => state.ids.add(box.value));
  }
  changed.forEach((box) => (on ? state.ids.add(box.value) : state.ids.delete(box.value)));
  if (state.ids.size > MOST) return;
  keep(state);
}

function range(box) {
  const here = boxes();
  const [from, to] = [here.indexOf(last), here.indexOf(box)].sort((a, b) => a - b);
  return from < 0 ? [box] : here.slice(from, to + 1);
}

export const clearTicks = () => {
  last = null;
  if (bar() && !bar().hidden) keep({ ids: new Set(), all: false });
};

/** For the keys x and Shift x: the box of the row that has the focus. */
export function tickRow(row, ranged) {
  const box = row && find('input[name="rowid"]', row);
  if (!box) return;
  const on = ranged ? true : !box.checked;
  tick(ranged ? range(box) : [box], on);
  last = box;
}

document.addEventListener('click', (event) => {
  const box = event.target.closest('#list input[name="rowid"]');
  if (box) {
    tick(event.shiftKey ? range(box) : [box], box.checked);
    last = box;
  }
  const page = event.target.closest('[data-tick-page]');
  if (page) tick(boxes(), page.checked);
  if (event.target.closest('[data-clear]')) clearTicks();
  if (event.target.closest('[data-all]')) {
    const state = read();
    keep({ ...state, all: !state.all });
  }
});

document.addEventListener('keydown', (event) => {
  const within = event.target.closest('input:not([type="checkbox"]), select, textarea, details[open]');
  if (event.key === 'Escape' && !event.defaultPrevented && !within && !dialogIsOpen()) clearTicks();
});

/** Ids in the address while they fit, else in a body; all that match as the query of the list. */
function request(form, button) {
  const state = read();
  const leads = button.hasAttribute('formaction');
  const url = new URL(leads ? button.formAction : `${form.action}${button.value}/`, location.href);
  const own = { back: location.pathname + location.search };
  if (state.all) return { url: `${url}?${new URLSearchParams([...new URLSearchParams(form.dataset.query), ['all', '1'], ['back', own.back]])}` };
  own.ids = [...state.ids].slice(0, leads ? 100 : MOST).join(',');
  const whole = `${url}?${new URLSearchParams(own)}`;
  return whole.length < LONGEST ? { url: whole } : { url: String(url), fields: { ...own, ask: '1' } };
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-bulk]');
  if (!form || !event.submitter) return;
  event.preventDefault();
  const { url, fields } = request(form, event.submitter);
  if (event.submitter.hasAttribute('formaction')) { // a page of its own, such as one to print
    location.href = url;
    return;
  }
  openOperation(url, event.submitter.closest('details')?.querySelector('summary') ?? event.submitter, fields);
});

// What was carried out is over, so its ticks are too. A row that is still ticked would be a surprise.
document.addEventListener('operation:confirmed', (event) => {
  if (event.detail?.closest('[data-bulk]')) clearTicks();
});

onContent((where) => {
  const form = bar();
  if (!form || (where !== document && !where.contains(form))) return;
  all('[data-plain]', form).forEach((part) => { part.hidden = true; });
  all('[data-clear]', form).forEach((part) => { part.hidden = false; });
  all('#list [data-tick-page]').forEach((box) => { box.hidden = false; });
  last = null;
  show();
});
