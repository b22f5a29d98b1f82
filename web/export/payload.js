// What a single HTML holds: a cube or a report, the spec by which it is judged, and, where a page wrote it, what that page showed.
// The other writer is src/cli/html.c.
import { checked } from '../state/fragment.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Spec} Spec
 * @typedef {object} Payload
 * @property {'cube' | 'report'} kind
 * @property {string} name
 * @property {Spec} spec
 * @property {string} [bytes] of the cube, in base64
 * @property {import('evenhand').Report} [report]
 * @property {Partial<State>} [state]
 * @property {Payload} [other] what it is compared with; of the spec, what differs
 */

/** Where the template has room for it. Spelt in two parts: this text itself is in the template. */
export const PLACE = ['<!--evenhand', 'payload-->'].join(':');

/** Thresholds beside the first that a page pins by itself; more would crowd it. */
const PINS = 4;

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  const parts = [];
  for (let from = 0; from < bytes.length; from += 0x6000) parts.push(btoa(String.fromCharCode(...bytes.subarray(from, from + 0x6000))));
  return parts.join('');
}

/** @param {string} text */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * The element that holds it, as HTML. No text in it can close the element: "<" is spelt as an escape.
 * @param {Payload} payload
 */
export const toElement = (payload) =>
  `<script type="application/json" id="evenhand-payload">${JSON.stringify(payload).replaceAll('<', '\\u003c')}</script>`;

/**
 * Thresholds, metrics and baseline are the viewer's state; the rest of the spec stays one.
 * @param {Spec} spec
 * @returns {Partial<State>}
 */
export function stateOf({ threshold, metric, baseline, ...spec }) {
  /** @type {Partial<State>} */
  const state = { spec };
  const thresholds = Array.isArray(threshold) ? threshold.filter(Number.isFinite) : [];
  if (thresholds.length > 0) state.threshold = thresholds.includes(0.5) ? 0.5 : thresholds[0];
  const others = thresholds.filter((t) => t !== state.threshold);
  if (others.length <= PINS) state.pinned = others;
  if (Array.isArray(metric) && metric.length > 0) state.metrics = metric.map(String);
  if (typeof baseline === 'string') state.baseline = baseline;
  return state;
}

/**
 * @param {Payload} payload
 * @param {typeof import('../data/take.js').takeSource} take
 */
const takenOf = ({ kind, name, bytes = '', report }, take) => take(kind === 'cube' ? new File([/** @type {BlobPart} */ (fromBase64(bytes))], name) : report, name);

/**
 * The sources in a payload, the second one to compare with, and the state to begin with.
 * @param {Payload} payload
 * @param {typeof import('../data/take.js').takeSource} take
 */
export async function startOf(payload, take) {
  const { spec, report, state, other } = payload;
  const [taken, second] = [await takenOf(payload, take), other ? await takenOf(other, take) : null];
  const of = report ? { threshold: report.spec.threshold[0] ?? 0.5, baseline: report.spec.baseline ?? 'overall' } : {};
  const info = (/** @type {import('../data/take.js').Taken} */ { id, name, kind }) => ({ id, name, kind });
  return { taken, second, state: { ...of, ...stateOf(spec), ...(state ? checked(state) : {}), source: info(taken),
    ...(second ? { other: { ...info(second), spec: other?.spec } } : {}) } };
}
