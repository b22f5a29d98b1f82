// The panels, in the order of their tabs. A panel is a folder or file of its own, which defines <evenhand-ID>, and one line here.
// What a page shows first comes with it; the others come when their tab is first pointed at, so that the first load stays small.
import { words } from '../words/en.js';
import './metrics.js';
import './overview.js';

/**
 * @typedef {import('../state/types.js').Panel} Panel
 * @param {keyof typeof words.panels} id
 * @param {Panel['place']} place
 * @param {() => Promise<unknown>} [load]
 * @returns {Panel}
 */
const panel = (id, place, load) => ({ id, title: words.panels[id], element: `evenhand-${id}`, place, load });

export const panels = [
  panel('overview', 'side'),
  panel('metrics', 'main'),
  panel('curves', 'main', () => import('./curves.js')),
  panel('confusion', 'main', () => import('./confusion.js')),
  panel('compare', 'main', () => import('./compare/index.js')),
  panel('intersections', 'main', () => import('./intersections/index.js')),
];
