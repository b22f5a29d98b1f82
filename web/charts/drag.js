// A mark that a hand can move: by pointer, and by keys as a slider is (arrows step, shift steps coarsely, page keys too, home and end
// go to the ends). Used for thresholds on curves and for edges of buckets. The hand's moves are live; letting go commits.
import { clamp } from './scale.js';

/**
 * @typedef {object} Draggable
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {number} step of an arrow key; shift takes ten
 * @property {(value: number) => void} live
 * @property {() => void} commit
 * @property {((event: PointerEvent) => number | null)} [at] the value under the pointer; null = none there
 */

/** Steps of the keys; "low" and "high" are the ends. @type {Record<string, number | 'low' | 'high'>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: 'low', End: 'high' };

/**
 * The value after a key, without the noise of adding decimals; null if the key moves nothing.
 * @param {KeyboardEvent} event
 * @param {Draggable} mark
 */
export function keyed(event, { value, low, high, step }) {
  const move = event.altKey || event.ctrlKey || event.metaKey ? undefined : KEYS[event.key];
  if (move === undefined) return null;
  if (move === 'low') return low;
  if (move === 'high') return high;
  return clamp(Number((value + move * step * (event.shiftKey && Math.abs(move) === 1 ? 10 : 1)).toPrecision(12)), low, high);
}

/**
 * @param {KeyboardEvent} event
 * @param {Draggable} mark
 */
export function onKey(event, mark) {
  const value = keyed(event, mark);
  if (value === null) return;
  event.preventDefault();
  event.stopPropagation();
  mark.live(value);
  mark.commit();
}

/**
 * Follows a pointer that went down until it goes up.
 * @param {PointerEvent} down
 * @param {(event: PointerEvent) => void} move
 * @param {(event: PointerEvent, cancelled: boolean) => void} end
 */
export function follow(down, move, end) {
  const target = /** @type {Element} */ (down.currentTarget);
  if (down.button !== 0) return;
  down.preventDefault();
  /** @type {HTMLElement} */ (target).focus?.({ preventScroll: true });
  target.setPointerCapture(down.pointerId);
  const on = (/** @type {Event} */ event) => move(/** @type {PointerEvent} */ (event));
  const off = (/** @type {Event} */ event) => {
    target.removeEventListener('pointermove', on);
    for (const name of ['pointerup', 'pointercancel']) target.removeEventListener(name, off);
    end(/** @type {PointerEvent} */ (event), event.type === 'pointercancel');
  };
  target.addEventListener('pointermove', on);
  for (const name of ['pointerup', 'pointercancel']) target.addEventListener(name, off);
}

/**
 * @param {PointerEvent} down
 * @param {Draggable} mark
 */
export function onDown(down, mark) {
  const to = (/** @type {PointerEvent} */ event) => {
    const value = mark.at?.(event);
    if (value !== null && value !== undefined) mark.live(clamp(value, mark.low, mark.high));
  };
  follow(down, to, () => mark.commit());
}
