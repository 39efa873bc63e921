// Operations in a dialog over the page: questions, then the preview. Without scripts both are pages.
import { all, announceContent, element, find, icon, onContent } from './dom.js';
import { closeMenus } from './menus.js';
import { toast } from './toasts.js';

let opener = null;
let asked = null; // the questions as they were filled in, for Back

const parse = (text) => new DOMParser().parseFromString(text, 'text/html');
const token = () => find('meta[name="csrf-token"]')?.content ?? '';

function steps(at) {
  return element('ol', { class: 'steps end' }, ...['Choose', 'Preview', 'Run'].map((name, n) => {
    const item = element('li', { 'data-n': String(n + 1) }, name);
    if (n + 1 < at) item.className = 'done';
    if (n + 1 === at) item.setAttribute('aria-current', 'step');
    return item;
  }));
}

function frame(form) {
  const title = element('h2', { id: 'operate-title', tabindex: '-1' }, form.dataset.title);
  const close = element('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'data-close': '', 'aria-label': 'Close' }, icon('x'));
  return element('div', { class: 'dlg-h' }, title, steps(Number(form.dataset.step)), close);
}

function show(dialog, form) {
  dialog.replaceChildren(frame(form), form);
  find('[data-cancel]', form)?.setAttribute('data-close', '');
  announceContent(form);
  const first = find('[aria-invalid="true"]', form) ?? find('.fields :is(input, select, textarea):not([type="hidden"], [hidden])', form);
  if (first?.tomselect) first.tomselect.focus();
  else (form.dataset.step === '2' ? find('#operate-title') : first)?.focus();
}

function made() {
  const dialog = element('dialog', { class: 'dlg operate-dlg', 'aria-labelledby': 'operate-title' });
  dialog.addEventListener('close', () => {
    dialog.remove();
    asked = null;
    opener?.focus();
  });
  document.body.append(dialog);
  return dialog;
}

async function piece(url, fields) {
  const rest = fields && { method: 'POST', headers: { 'X-CSRFToken': token() }, body: fields };
  const answer = await fetch(url, rest).catch(() => null);
  if (!answer) return {};
  const form = find('#operate', parse(await answer.text()));
  return { answer, form: form && document.importNode(form, true) };
}

/** Opens the questions of an operation. Where they cannot be had, their page is opened, which says why. */
export async function openOperation(url, from, fields) {
  closeMenus();
  opener = from;
  const { answer, form } = await piece(url, fields && new URLSearchParams(fields));
  if (!answer) toast('No connection to the server.', 'bad');
  else if (!form) location.href = answer.redirected || !fields ? answer.url : url;
  else {
    const dialog = made();
    dialog.showModal();
    show(dialog, form);
  }
}

async function preview(form) {
  const dialog = form.closest('dialog');
  const button = find('button[type="submit"]:not([name])', form);
  button?.classList.add('busy');
  const { answer, form: next } = await piece(form.action, new URLSearchParams(new FormData(form)));
  button?.classList.remove('busy');
  if (!answer) return toast('No connection to the server.', 'bad');
  if (!next) {
    form.remove(); // or the browser would ask whether to leave it
    location.href = answer.url;
    return undefined;
  }
  if (next.dataset.step === '2') {
    form.remove();
    asked = form;
  }
  return show(dialog, next);
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.id !== 'operate' || !form.closest('dialog')) return;
  if (form.dataset.step === '1' && event.submitter?.name !== 'go') {
    event.preventDefault();
    preview(form);
  } else {
    document.dispatchEvent(new CustomEvent('operation:confirmed', { detail: opener }));
  }
}, true);

document.addEventListener('click', (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const link = event.target.closest('a[data-operate]');
  if (link && plain) {
    event.preventDefault();
    const menu = link.closest('details.menu');
    openOperation(link.href, menu?.querySelector('summary') ?? menu?.opener ?? link);
  }
  const back = event.target.closest('dialog [data-step-back]');
  if (back && asked && plain) {
    event.preventDefault();
    show(back.closest('dialog'), asked);
  }
});

// --- the menu of a row: one for the page, filled when it is opened ---

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
