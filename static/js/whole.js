// What is cut short says the whole of it to whoever points at it.
import { find } from './dom.js';

document.addEventListener('mouseover', ({ target }) => {
  const cut = target.closest('td > a, td, .trunc, .lines .small');
  if (!cut || cut.title || find('[title]', cut) || cut.scrollWidth <= cut.clientWidth) return;
  if (getComputedStyle(cut).textOverflow === 'ellipsis') cut.title = cut.textContent.trim();
});
