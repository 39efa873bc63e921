// "4 min ago" grows older while the page is open. The server prints the first words.
import { all } from './dom.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function words(seconds) {
  if (seconds < MINUTE) return 'just now';
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  return '';
}

function tick() {
  all('time[data-rel]').forEach((time) => {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const now = seconds >= 0 && words(seconds);
    if (now && now !== time.textContent) time.textContent = now;
  });
}

setInterval(tick, MINUTE * 1000);
