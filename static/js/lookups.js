// Type-ahead for references (data-lookup asks the server), for long lists (data-combo) and for choosing several.
import { all, ask, onContent } from './dom.js';

const MOST = 50; // what the server sends at once
const LONGEST = 300; // of a list that is on the page already

/** The field of the same form or row whose record narrows what can be chosen here. */
function beside(select) {
  if (!select.dataset.same) return null;
  const row = select.name.slice(0, select.name.lastIndexOf('-') + 1);
  const fields = select.form?.elements;
  return fields?.namedItem(row + select.dataset.same) ?? fields?.namedItem(select.dataset.same);
}

/** Asks the server. Its answer is shown as it is: it also finds by code, by e-mail or without accents. */
function loader(select) {
  return async function load(words, show) {
    const url = new URL(select.dataset.lookup, location.href);
    url.searchParams.set('q', words);
    const same = beside(select)?.value;
    if (same) url.searchParams.set(select.dataset.same, same);
    const found = await ask(url);
    if (this.inputValue() !== words) return show();
    this.clearOptions();
    return show(found);
  };
}

const plain = (text) => (data, escape) => `<div class="${text}">${escape(data.text)}</div>`;

// A list for assistive technology may hold nothing but options.
const note = (text) => `<div class="no-results" role="option" aria-disabled="true">${text}</div>`;

function settings(select) {
  const remote = 'lookup' in select.dataset;
  const optional = !select.multiple && !select.required;
  return {
    valueField: 'value',
    labelField: 'text',
    searchField: ['text'],
    ...(remote && { score: () => () => 1, load: loader(select), preload: 'focus', shouldLoad: () => true }),
    closeAfterSelect: true,
    maxOptions: remote ? MOST : LONGEST,
    maxItems: select.multiple ? null : 1,
    hidePlaceholder: true,
    placeholder: select.dataset.placeholder ?? (remote ? 'Type to search' : ''),
    plugins: select.multiple ? { remove_button: { title: 'Remove' } } : optional ? { clear_button: { title: 'Clear' } } : {},
    loadThrottle: 200,
    refreshThrottle: remote ? 300 : 0, // or Enter takes what stood first before the last letters
    render: {
      option: plain('option'),
      item: plain('item'),
      no_results: () => note('Nothing found'),
      loading: () => note('Searching…'),
    },
    onItemAdd() {
      this.setTextboxValue('');
    },
  };
}

function describe(box, select) {
  for (const name of ['aria-describedby', 'aria-invalid', 'aria-label', 'aria-required']) {
    const value = select.getAttribute(name);
    if (value) box.control_input.setAttribute(name, value);
  }
  if (select.getAttribute('aria-invalid') === 'true') box.wrapper.classList.add('invalid');
}

onContent((where) => {
  all('select[data-lookup], select[data-combo], select[multiple]', where).forEach((select) => {
    if (select.tomselect || !window.TomSelect || select.closest('template')) return;
    describe(new window.TomSelect(select, settings(select)), select);
    select.hidden = true;
  });
});
