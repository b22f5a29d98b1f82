// What the rows of the board are, before any is drawn: sections of the sliced columns with their slices, and which of them a window
// of pixels shows. Pure; the board asks it on every change and every scroll.
import { columnOf } from '../../state/order.js';

/**
 * @typedef {import('../../state/types.js').ReportSlice} ReportSlice
 * @typedef {{kind: 'slice', key: string, slice: ReportSlice, grouped: boolean}} SliceItem
 * @typedef {{kind: 'head', key: string, column: string, count: number, open: boolean}} HeadItem
 * @typedef {SliceItem | HeadItem} Item
 */

/** Pixels of a row, of whichever kind. */
export const ROW = 38;

/** Up to this many rows all exist, in sight or not; of more, only those in sight. */
export const FEW = 150;

/** Rows drawn above and below the window, so that a scroll does not show white. */
const OVER = 3;

/**
 * What a slice is called within the section of its column: only its values.
 * @param {ReportSlice} slice
 */
export function shortName(slice) {
  if (slice.columns.length === 0) return slice.name;
  const parts = slice.name.split(' & ');
  return slice.columns.length === parts.length
    ? parts.map((part, i) => part.startsWith(`${slice.columns[i]}=`) ? part.slice(slice.columns[i].length + 1) : part).join(' \u00b7 ') : slice.name;
}

/**
 * @param {readonly ReportSlice[]} slices in their order
 * @param {{first: string, grouped: boolean, collapsed: readonly string[]}} how first: the slice that has a place of its own
 * @returns {Item[]}
 */
export function itemsOf(slices, { first, grouped, collapsed }) {
  const shown = slices.filter(({ name }) => name !== first);
  const item = (/** @type {ReportSlice} */ slice) => /** @type {SliceItem} */ ({ kind: 'slice', key: slice.name, slice, grouped });
  if (!grouped) return shown.map(item);
  /** @type {Map<string, ReportSlice[]>} */
  const sections = new Map();
  for (const slice of shown) {
    const column = columnOf(slice);
    const section = sections.get(column);
    if (section) section.push(slice);
    else sections.set(column, [slice]);
  }
  return [...sections].flatMap(([column, members]) => {
    if (column === '') return members.map(item);
    const open = !collapsed.includes(column);
    /** @type {HeadItem} */
    const head = { kind: 'head', key: `\0${column}`, column, count: members.length, open };
    return open ? [head, ...members.map(item)] : [head];
  });
}

/**
 * The columns and crosses that slices come from, in report order.
 * @param {readonly ReportSlice[]} slices
 */
export const columnsOf = (slices) => [...new Set(slices.map(columnOf))].filter(Boolean);

/**
 * @param {number} count of rows
 * @param {number} top pixels scrolled past the first row
 * @param {number} height of the window in pixels
 * @returns {[number, number]} first row and the one after the last
 */
export function windowOf(count, top, height) {
  const from = Math.max(0, Math.floor(top / ROW) - OVER);
  return [Math.min(from, count), Math.min(count, Math.ceil((top + height) / ROW) + OVER)];
}
