// The whole audit as one HTML: the template with the counts of this moment and what the page shows of them. Called by the menu in
// the header; `evenhand view` writes the same page from a program.
import { changes, START } from '../state/store.js';
import { judgingSpec } from '../engine/specs.js';
import { PLACE, toBase64, toElement } from './payload.js';
import { template } from './template.js';

/** Bits of the scores in a page that is given away; one of these is 0.8 % wide. */
const PAGE_BITS = 7;

/** What another reader's page begins without. */
const OURS = new Set(['source', 'other', 'spec', 'hovered', 'theme']);

/**
 * @param {import('../state/types.js').State} state
 * @returns {Partial<import('../state/types.js').State>}
 */
const shownOf = (state) => Object.fromEntries(changes(START, state).filter((key) => !OURS.has(key)).map((key) => [key, state[key]]));

/**
 * The counts, in bins unless all that is known is asked for; weights need every score, and then there are no bins.
 * @param {import('evenhand').Cube} cube
 * @param {boolean} exact
 * @returns {{bytes: Uint8Array, whole: boolean}} whole: all that is known of the scores is in it
 */
function countsOf(cube, exact) {
  const binned = exact ? null : rebinned(cube);
  const bytes = (binned ?? cube).save();
  binned?.free();
  return { bytes, whole: binned === null };
}

/** @param {import('evenhand').Cube} cube */
function rebinned(cube) {
  try {
    return cube.rebin(PAGE_BITS);
  } catch (error) {
    if (/** @type {{code?: string}} */ (error).code === 'EH_E_USAGE') return null;
    throw error;
  }
}

/**
 * @param {import('../viewer.js').EvenhandViewer} viewer with something open
 * @param {boolean} exact
 * @returns {Promise<{text: string, rows: boolean}>} rows: the page holds every score
 */
export async function pageOf({ store, session }, exact) {
  const { state } = store;
  const { name, kind } = /** @type {NonNullable<typeof state.source>} */ (state.source);
  const cube = session.live?.cube;
  const counts = cube ? countsOf(cube, exact) : null;
  const spec = kind === 'report' ? {} : judgingSpec(state.spec, kind);
  const shown = { name, spec, state: shownOf(state) };
  const payload = counts ? toElement({ kind: 'cube', ...shown, bytes: toBase64(counts.bytes) })
    : toElement({ kind: 'report', ...shown, report: session.index?.report });
  const [before, after, ...more] = (await template()).split(PLACE);
  if (after === undefined || more.length > 0) throw new Error('the template of the page has no place, or two, for what it is to show');
  return { text: before + payload + after, rows: counts?.whole === true && session.index?.report.spec.score_bits === 52 };
}
