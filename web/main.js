// The site: one viewer on a page, its state in the address, Back and Forward through its changes.
import { openAddress } from './data/address.js';
import { fromFragment, toFragment } from './state/fragment.js';
import { START } from './state/store.js';
import './viewer.js';

const viewer = /** @type {import('./viewer.js').EvenhandViewer} */ (document.querySelector('evenhand-viewer'));

/** Shows what the address says. A source that this page does not hold stays closed, and its choices wait for it. */
function read() {
  const said = fromFragment(location.hash);
  const { theme } = viewer.store.state;
  viewer.store.replace({ ...START, theme, ...said });
}

viewer.store.subscribe((state, recorded) => {
  const fragment = toFragment(state);
  if (!recorded || fragment === location.hash.slice(1)) return;
  history.pushState(null, '', fragment ? `#${fragment}` : location.pathname + location.search);
});
addEventListener('popstate', read);
if (location.hash) read();
openAddress(viewer, location.search);
