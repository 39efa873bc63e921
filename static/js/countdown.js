// How long a staff member may still view as a customer. When it is over the page is asked for again.
import { all } from './dom.js';

const wasLeft = new WeakMap();

function tick() {
  all('[data-until]').forEach((timer) => {
    const left = Math.ceil((Date.parse(timer.dataset.until) - Date.now()) / 1000);
    // Only when it ran out before our eyes: a clock that is ahead would ask for ever.
    if (left <= 0 && wasLeft.get(timer) > 0) location.reload();
    wasLeft.set(timer, left);
    const seconds = String(Math.max(left, 0) % 60).padStart(2, '0');
    timer.textContent = `${Math.floor(Math.max(left, 0) / 60)}:${seconds} left`;
  });
}

if (all('[data-until]').length) {
  tick();
  setInterval(tick, 1000);
}
