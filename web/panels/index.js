// The panels, in the order of their tabs. A panel is a folder or file of its own and one line here.
import confusion from './confusion.js';
import curves from './curves.js';
import metrics from './metrics.js';
import overview from './overview.js';

/** @type {import('../state/types.js').Panel[]} */
export const panels = [overview, metrics, curves, confusion];
