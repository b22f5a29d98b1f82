// The panels, in the order of their tabs. A panel is a folder or file of its own and one line here.
import compare from './compare/index.js';
import confusion from './confusion.js';
import curves from './curves.js';
import intersections from './intersections/index.js';
import metrics from './metrics.js';
import overview from './overview.js';

/** @type {import('../state/types.js').Panel[]} */
export const panels = [overview, metrics, curves, confusion, compare, intersections];
