// Which keys of a spec say what is counted, so that another value needs the rows again, and which only judge what was counted.

/** @typedef {import('evenhand').Spec} Spec */

const JUDGES = new Set(['threshold', 'metric', 'baseline', 'level', 'interval', 'replicates', 'seed', 'min_slice', 'curves', 'top', 'sort']);

/** Thresholds at which a cube answers crosses that nobody asked for, and, when binned, answers exactly. */
const GRID = '.05:.95:.05';

/** Scores of files above this many bytes are counted in bins of 2^-11 relative width: a page has less memory than a program. */
export const EXACT_BYTES = 96 * 2 ** 20;

/**
 * The part that decides what a cube holds.
 * @param {Spec} spec
 * @param {number} bytes of the source, for `score_bits` where the spec leaves it open
 * @returns {Spec}
 */
export function countingSpec(spec, bytes) {
  const kept = /** @type {Spec} */ (Object.fromEntries(Object.entries(spec).filter(([key]) => !JUDGES.has(key))));
  return { ...kept, threshold: GRID, score_bits: spec.score_bits ?? (bytes > EXACT_BYTES ? 11 : 'auto') };
}

/** Whether an audit of the cube at hand can answer a changed spec; crosses of its columns are in it, whoever asks for them. */
export const judgesOnly = (/** @type {Spec} */ patch) => Object.keys(patch).every((key) => JUDGES.has(key) || key === 'slice' || key === 'cross');

/**
 * The part that an audit of a cube takes. Of a cube that was opened as one, it may also name other slices and crosses than it
 * lists; one that was counted here lists what the spec asked for.
 * @param {Spec} spec
 * @param {'table' | 'cube'} kind
 * @returns {Spec}
 */
export function judgingSpec(spec, kind) {
  const takes = (/** @type {string} */ key) => JUDGES.has(key) || (kind === 'cube' && (key === 'slice' || key === 'cross'));
  return /** @type {Spec} */ (Object.fromEntries(Object.entries(spec).filter(([key, value]) => takes(key) && value !== undefined)));
}
