// Type-ahead for references (data-lookup asks the server) and for choosing several of a few.
import { all, onContent } from './dom.js';

const MOST = 50;

function loader(select) {
  return async (words, show) => {
    const url = new URL(select.dataset.lookup, location.href);
    url.searchParams.set('q', words);
    const answer = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => null);
    show(answer?.ok ? await answer.json() : []);
  };
}

const plain = (text) => (data, escape) => `<div class="${text}">${escape(data.text)}</div>`;

function settings(select) {
  const remote = 'lookup' in select.dataset;
  const optional = !select.multiple && !select.required;
  return {
    valueField: 'value',
    labelField: 'text',
    searchField: remote ? [] : ['text'],
    maxOptions: MOST,
    maxItems: select.multiple ? null : 1,
    hidePlaceholder: true,
    placeholder: select.dataset.placeholder ?? (remote ? 'Type to search' : ''),
    plugins: select.multiple ? ['remove_button'] : optional ? ['clear_button'] : [],
    preload: remote ? 'focus' : false,
    load: remote ? loader(select) : null,
    loadThrottle: 200,
    shouldLoad: () => true,
    render: {
      option: plain('option'),
      item: plain('item'),
      no_results: () => '<div class="no-results">Nothing found</div>',
      loading: () => '<div class="no-results">Searching…</div>',
    },
    onItemAdd() {
      this.setTextboxValue('');
      if (remote) this.clearOptions((option) => this.items.includes(String(option.value)));
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
  all('select[data-lookup], select[multiple]', where).forEach((select) => {
    if (select.tomselect || !window.TomSelect || select.closest('template')) return;
    describe(new window.TomSelect(select, settings(select)), select);
    select.hidden = true;
  });
});
