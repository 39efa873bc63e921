// The menu at the side becomes a drawer on narrow screens.
import { element, find } from './dom.js';

const side = find('#side');
const opener = find('[data-side]');

function toggle(open) {
  side.classList.toggle('open', open);
  opener.setAttribute('aria-expanded', String(open));
  find('.side-scrim')?.remove();
  if (!open) {
    opener.focus();
    return;
  }
  const scrim = element('div', { class: 'side-scrim' });
  scrim.addEventListener('click', () => toggle(false));
  side.after(scrim);
  // Hidden things take no focus, and it is hidden until the first frame of its way in.
  setTimeout(() => find('a', side).focus(), 50);
}

opener?.addEventListener('click', (event) => {
  event.preventDefault();
  toggle(!side.classList.contains('open'));
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented && side?.classList.contains('open')) toggle(false);
});
