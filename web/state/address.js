// The address of the page and the viewer's state, kept the same: a link holds what is shown, Back and Forward go through changes.
// Called by the site (main.js) and by the single HTML (single.js).
import { fromFragment, toFragment } from './fragment.js';
import { START } from './store.js';

/**
 * Shows what the address says, now and whenever a person goes back or forward.
 * @param {import('../viewer.js').EvenhandViewer} viewer
 * @param {Partial<import('./types.js').State>} [first] the state of an address that says nothing
 */
export function keepAddress(viewer, first = {}) {
  const { store } = viewer;
  viewer.act.link = location.protocol.startsWith('http') ? (patch) => new URL(`#${toFragment({ ...store.state, ...patch })}`, location.href).href : null;
  const show = () => store.replace({ ...START, ...first, theme: store.state.theme, ...fromFragment(location.hash) });
  store.subscribe((state, recorded) => {
    const fragment = toFragment(state);
    if (!recorded || fragment === location.hash.slice(1)) return;
    try {
      history.pushState(null, '', fragment ? `#${fragment}` : location.pathname + location.search);
    } catch {
      // a page inside another one (a notebook's frame) may have no address of its own: then undo is the way back
    }
  });
  addEventListener('popstate', show);
  if (location.hash || Object.keys(first).length > 0) show();
}
