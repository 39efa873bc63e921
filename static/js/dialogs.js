// Native dialogs: opened by [data-open], closed by [data-close], Esc or a click beside them.
import { all, announceContent, element, find, icon, onContent, parse } from './dom.js';
import { isDirty } from './forms.js';
import { closeMenus } from './menus.js';

export const dialogIsOpen = () => Boolean(find('dialog[open]'));

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) {
    closeMenus();
    find(opener.dataset.open).showModal();
  }
  event.target.closest('[data-close]')?.closest('dialog').close();
  const beside = event.target.matches('dialog.dlg') && !isDirty(event.target);
  if (beside) event.target.close();
});

// A "cancel" event may be refused only once in a row, a key always.
document.addEventListener('keydown', (event) => {
  const dialog = event.key === 'Escape' && event.target.closest('dialog');
  if (dialog && isDirty(dialog)) event.preventDefault();
});

// A note pops up once in a session of the browser. Only a number is remembered, never its text.
function number(text) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) | 0;
  return `read.${sum}`;
}

function popUp() {
  const unread = all('dialog[data-popup]').find((note) => {
    const key = number(location.pathname.split('/').slice(0, 4).join('/') + find('.dlg-b', note).textContent);
    if (sessionStorage.getItem(key)) return false;
    note.addEventListener('close', () => {
      sessionStorage.setItem(key, '1');
      popUp();
    }, { once: true });
    return true;
  });
  unread?.showModal();
}

/** Opens the form behind a small "Edit" link in a dialog. Saving is an ordinary submit. */
async function quickEdit(link) {
  const answer = await fetch(link.href).catch(() => null);
  const form = answer?.ok && find('#form', parse(await answer.text()));
  if (!form) {
    location.href = link.href;
    return;
  }
  const title = element('h2', { id: 'quick-title' }, find('.sr', link)?.textContent.trim() || 'Edit');
  const close = element('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'data-close': '', 'aria-label': 'Close' }, icon('x'));
  const dialog = element('dialog', { class: 'dlg quick', 'aria-labelledby': 'quick-title' },
    element('div', { class: 'dlg-h' }, title, close), document.importNode(form, true));
  dialog.addEventListener('close', () => {
    dialog.remove();
    link.focus();
  });
  find('[data-cancel]', dialog)?.setAttribute('data-close', '');
  find('form', dialog).append(element('input', { type: 'hidden', name: 'back', value: location.pathname }));
  document.body.append(dialog);
  announceContent(dialog);
  dialog.showModal();
  find('.fieldset :is(input, select, textarea):not([hidden])', dialog)?.focus();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-quick]');
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (link && plain) {
    event.preventDefault();
    quickEdit(link);
  }
  if (event.target.closest('dialog [data-cancel]')) event.preventDefault();
});

onContent((where) => { if (where === document) popUp(); });
