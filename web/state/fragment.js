// The state as the fragment of an address, and back: a link shows another person the same slices, thresholds and selection. Only
// what differs from the start is written, so that a plain link stays short. The file itself is not in it: a link to a page
// without its data waits for the file and then shows the same.
import { changes, START } from './store.js';

/** @typedef {import('./types.js').State} State */

/** Kept out of links: what is under the pointer, and how this reader likes the page. */
const OURS = new Set(['hovered', 'theme']);

/** @param {string} text */
const pack = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** @param {string} text */
const unpack = (text) => new TextDecoder('utf-8', { fatal: true }).decode(
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)));

/**
 * @param {State} state
 * @returns {string} without "#"; empty for the start
 */
export function toFragment(state) {
  const kept = changes(START, state).filter((key) => !OURS.has(key));
  return kept.length === 0 ? '' : `s=${pack(JSON.stringify(Object.fromEntries(kept.map((key) => [key, state[key]]))))}`;
}

/**
 * @param {string} fragment with or without "#"
 * @returns {Partial<State> | null} null where it holds no state, or one that cannot be read
 */
export function fromFragment(fragment) {
  const text = /^#?s=([\w-]+)$/.exec(fragment)?.[1];
  if (text === undefined) return null;
  try {
    return checked(JSON.parse(unpack(text)));
  } catch {
    return null; // a link that was cut on its way; the page starts as if there were none
  }
}

/**
 * Only known keys whose values are of the kind they start with: an address may come from anywhere.
 * @param {unknown} value
 * @returns {Partial<State> | null}
 */
export function checked(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value).filter(([key, is]) => {
    if (!Object.hasOwn(START, key) || OURS.has(key)) return false;
    const was = START[/** @type {keyof State} */ (key)];
    if (was === null) return is === null || typeof is === (['source', 'other'].includes(key) ? 'object' : 'string');
    if (Array.isArray(was)) return Array.isArray(is) && is.every((item) => typeof item === (key === 'pinned' ? 'number' : 'string'));
    return typeof is === typeof was && is !== null && (typeof is !== 'number' || Number.isFinite(is));
  });
  return Object.fromEntries(entries);
}
