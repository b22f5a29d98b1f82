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
 * A source as the page holds it: its counts, or its report where there are none.
 * @param {import('../state/types.js').SourceInfo} source
 * @param {import('evenhand').Spec} spec
 * @param {{cube?: import('evenhand').Cube | null, report?: import('evenhand').Report | null}} known
 * @param {boolean} exact
 * @returns {{held: import('./payload.js').Payload, rows: boolean}} rows: every score is in it
 */
function heldOf({ name, kind }, spec, { cube, report }, exact) {
  const shown = { name, spec: kind === 'report' ? {} : judgingSpec(spec, kind) };
  if (!cube) return { held: { kind: 'report', ...shown, report: report ?? undefined }, rows: false };
  const { bytes, whole } = countsOf(cube, exact);
  return { held: { kind: 'cube', ...shown, bytes: toBase64(bytes) }, rows: whole && report?.spec.score_bits === 52 };
}

/**
 * What is compared with, likewise.
 * @param {import('../viewer.js').EvenhandViewer} viewer
 * @param {boolean} exact
 */
async function otherOf({ store, session }, exact) {
  const { other, spec } = store.state;
  const kept = other && session.kept(other.id);
  if (!other || !kept) return null;
  const cube = kept.kind === 'report' ? null : await session.cubeOf(other.id);
  const { held, rows } = heldOf(other, { ...spec, ...other.spec }, { cube, report: kept.report ?? session.second }, exact);
  cube?.free();
  const differs = Object.entries(held.spec).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(spec[/** @type {keyof typeof spec} */ (key)]));
  return { held: { ...held, spec: Object.fromEntries(differs) }, rows };
}

/**
 * @param {import('../viewer.js').EvenhandViewer} viewer with something open
 * @param {boolean} exact
 * @returns {Promise<{text: string, rows: boolean}>} rows: the page holds every score
 */
export async function pageOf(viewer, exact) {
  const { session, store: { state } } = viewer;
  const source = /** @type {NonNullable<typeof state.source>} */ (state.source);
  const cube = session.live && await session.cubeOf(source.id);
  const one = heldOf(source, state.spec, { cube, report: session.index?.report }, exact);
  cube?.free();
  const two = await otherOf(viewer, exact);
  const payload = toElement({ ...one.held, state: shownOf(state), ...(two ? { other: two.held } : {}) });
  const [before, after, ...more] = (await template()).split(PLACE);
  if (after === undefined || more.length > 0) throw new Error('the template of the page has no place, or two, for what it is to show');
  return { text: before + payload + after, rows: one.rows || two?.rows === true };
}
