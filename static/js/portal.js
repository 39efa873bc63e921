import './forms.js';
import './countdown.js';
import { all, find } from './dom.js';

// The server knows the moment, the browser knows the reader's clock.
const clock = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
all('time[data-local]').forEach((time) => {
  time.title = time.textContent;
  time.textContent = clock.format(new Date(time.dateTime));
});

// On a phone the menu is a strip: show where one is.
find('.portal-top nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
