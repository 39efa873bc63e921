// Operations in a dialog over the page: questions, then the preview. Without scripts both are pages.
import { announceContent, element, find, icon, parse, post } from './dom.js';
import { closeMenus } from './menus.js';
import { toast } from './toasts.js';

let opener = null;
let asked = null; // the questions as they were filled in, for Back

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
  const answer = await (fields ? post(url, fields) : fetch(url)).catch(() => null);
  if (!answer) return {};
  const form = find('#operate', parse(await answer.text()));
  return { answer, form: form && document.importNode(form, true) };
}

/** Opens the questions of an operation. Where they cannot be had, their page is opened, which says why. */
export async function openOperation(url, from, fields) {
  closeMenus();
  opener = from;
  const { answer, form } = await piece(url, fields);
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
  const { answer, form: next } = await piece(form.action, new FormData(form));
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
