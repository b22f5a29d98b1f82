// The site: one viewer on a page, its state in the address. "?src=FILE" opens a file of the same site. Once it has been visited it
// works without a network.
import { openAddress } from './data/address.js';
import { keepAddress } from './state/address.js';
import './viewer.js';

const viewer = /** @type {import('./viewer.js').EvenhandViewer} */ (document.querySelector('evenhand-viewer'));
keepAddress(viewer);
openAddress(viewer, location.search);

/** A first visit keeps what it used; of a site that is visited again or installed, all is kept. */
async function keepOffline() {
  const again = navigator.serviceWorker.controller !== null || matchMedia('(display-mode: standalone)').matches;
  await navigator.serviceWorker.register('./sw.js');
  const keepAll = async () => (await navigator.serviceWorker.ready).active?.postMessage('keep all');
  addEventListener('appinstalled', keepAll);
  if (again) await keepAll();
}

if (import.meta.env.PROD && 'serviceWorker' in navigator && isSecureContext)
  addEventListener('load', () => keepOffline().catch(() => {}));
