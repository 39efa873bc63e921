import { toast } from './toasts.js';

document.addEventListener('click', async (event) => {
  const text = event.target.closest('[data-copy]')?.dataset.copy;
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text);
    toast(text.length > 40 ? 'Copied' : `${text} copied`);
  } catch {
    toast('The browser does not let pages copy here.', 'bad');
  }
});
