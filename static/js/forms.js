// Forms: warn before typed text is lost, send once, lead to the first mistake.
import { all, find, onContent } from './dom.js';
import { toast } from './toasts.js';

const BUSY_AFTER = 200;
const dirty = new WeakSet();

export const isDirty = (within) => all('form[data-guard]', within).some((form) => dirty.has(form));

document.addEventListener('input', (event) => event.target.form && dirty.add(event.target.form));
document.addEventListener('change', (event) => {
  const form = event.target.closest?.('form[data-guard]');
  if (form) dirty.add(form);
});
addEventListener('beforeunload', (event) => {
  if (isDirty(document)) event.preventDefault();
});

function once(form, submitter) {
  if (form.dataset.sent) return false;
  form.dataset.sent = 'yes';
  dirty.delete(form);
  setTimeout(() => {
    submitter?.classList.add('busy');
    submitter?.setAttribute('aria-disabled', 'true');
  }, BUSY_AFTER);
  return true;
}

/** The server hangs up on what is larger than it reads, and the form would be lost with it. */
function tooLarge(form) {
  const limit = Number(form.dataset.largest || Infinity);
  const input = all('input[type=file]', form).find(({ files }) => [...files].some(({ size }) => size > limit));
  if (!input) return false;
  toast(`This file is larger than the ${Math.floor(limit / 2 ** 20)} MB that a page can send.`, 'bad');
  input.focus();
  return true;
}

document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || event.target.method !== 'post' || event.target.matches('[data-appearance]')) return;
  if (tooLarge(event.target)) {
    event.preventDefault();
    return;
  }
  if (!once(event.target, event.submitter)) event.preventDefault();
});
// The browser's Back may bring the page as it was left, with its buttons still busy.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  all('form[data-sent]').forEach((form) => { delete form.dataset.sent; });
  all('.btn.busy').forEach((button) => {
    button.classList.remove('busy');
    button.removeAttribute('aria-disabled');
  });
});

/** A type-ahead hides its select, so the focus goes to what stands in for it. */
function focusOn(control) {
  if (control.tomselect) control.tomselect.focus();
  else control.focus();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('.errors a[href^="#"]');
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  focusOn(control);
});

onContent((where) => {
  const form = find('form[data-guard]', where);
  if (!form) return;
  const summary = find('#errors', form);
  if (!summary) return;
  dirty.add(form);
  const link = find('a', summary);
  const control = link && document.getElementById(link.hash.slice(1));
  // After the type-ahead fields have been built.
  setTimeout(() => focusOn(control || summary), 0);
});
