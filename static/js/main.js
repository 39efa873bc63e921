import './toasts.js';
import './appearance.js';
import './menus.js';
import './sidebar.js';
import './forms.js';
import './parts.js';
import './dialogs.js';
import './palette.js';
import './keys.js';
import './list.js';
import './operate.js';
import './selection.js';
import './lookups.js'; // after list.js, which has tidied the values that these show
import './pick.js';
import './times.js';
import './towns.js';
import './copy.js';
import './countdown.js';
