// The site: one viewer on a page, its state in the address. "?src=FILE" opens a file of the same site. Once it has been visited it
// works without a network.
import { openAddress } from './data/address.js';
import { keepAddress } from './state/address.js';
import './viewer.js';

const viewer = /** @type {import('./viewer.js').EvenhandViewer} */ (document.querySelector('evenhand-viewer'));
keepAddress(viewer);
openAddress(viewer, location.search);

if (import.meta.env.PROD && 'serviceWorker' in navigator && isSecureContext)
  addEventListener('load', () => navigator.serviceWorker.register('./sw.js').catch(() => {}));
