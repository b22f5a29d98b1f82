// The body of the board: only the rows in sight exist, in the order they are read, and a row that leaves the window serves the one
// that enters it. Knows nothing of where numbers come from.
import { HeadRow, SliceRow } from './row.js';
import { FEW, ROW, windowOf } from './items.js';

/**
 * @typedef {import('./items.js').Item} Item
 * @typedef {import('./say.js').Drawn} Drawn
 * @typedef {import('../../state/types.js').State} State
 */

export class Rows {
  /** @type {Map<string, SliceRow | HeadRow>} rows in sight, by key */
  #shown = new Map();
  /** @type {{slice: SliceRow[], head: HeadRow[]}} */
  #spare = { slice: [], head: [] };
  /** @type {readonly Item[]} */
  items = [];
  /** All rows exist, for paper. */
  everything = false;
  /** Index of the first row that exists. */
  first = 0;

  /** @param {HTMLElement} body */
  constructor(body) {
    this.body = body;
  }

  /** @param {Item} item @returns {SliceRow | HeadRow} */
  #take(item) {
    const spare = this.#spare[item.kind].pop();
    return spare ?? (item.kind === 'slice' ? new SliceRow() : new HeadRow());
  }

  /** @param {SliceRow | HeadRow} row */
  #give(row) {
    row.node.remove();
    if (row instanceof SliceRow) this.#spare.slice.push(row);
    else this.#spare.head.push(row);
  }

  /**
   * Makes the rows of the window exist and bound to their items.
   * @param {number} top pixels scrolled past the first row
   * @param {number} height
   * @param {number} ahead rows of the grid before the first
   */
  place(top, height, ahead) {
    const { items, body } = this;
    const [from, to] = this.everything || items.length <= FEW ? [0, items.length] : windowOf(items.length, top, height);
    const wanted = new Map(items.slice(from, to).map((item, i) => [item.key, { item, index: from + i }]));
    for (const [key, row] of this.#shown) {
      if (wanted.has(key) && row instanceof SliceRow === (wanted.get(key)?.item.kind === 'slice')) continue;
      this.#give(row);
      this.#shown.delete(key);
    }
    this.first = from;
    this.#shown = new Map([...wanted.keys()].map((key) => [key, /** @type {SliceRow | HeadRow} */ (this.#shown.get(key) ?? this.#take(/** @type {any} */ (wanted.get(key)).item))]));
    body.style.height = `${items.length * ROW}px`;
    body.style.paddingTop = `${from * ROW}px`;
    let before = body.firstElementChild;
    for (const [key, { item, index }] of wanted) {
      const row = /** @type {SliceRow | HeadRow} */ (this.#shown.get(key));
      row.bind(/** @type {any} */ (item));
      row.node.setAttribute('aria-rowindex', String(ahead + index + 1));
      if (row.node === before) before = before.nextElementSibling;
      else body.insertBefore(row.node, before);
    }
  }

  /**
   * @param {Drawn} drawn
   * @param {readonly [number, number]} [seen] only these rows
   */
  draw(drawn, seen) {
    for (const { row } of this.slices(seen)) row.draw(drawn);
  }

  /**
   * Rows of slices that exist, or those of them that are seen, with their places.
   * @param {readonly [number, number]} [seen]
   */
  * slices([from, to] = [0, Infinity]) {
    for (const { row, index } of this.all()) if (row instanceof SliceRow && index >= from && index < to) yield { row, index };
  }

  /** Rows of either kind that exist, with their places. */
  * all() {
    let index = this.first;
    for (const row of this.#shown.values()) yield { row, index: index++ };
  }

  /** @param {State} state */
  light(state) {
    for (const row of this.#shown.values()) if (row instanceof SliceRow) row.light(state, false);
  }

  /** @param {string} key */
  find(key) {
    return this.#shown.get(key) ?? null;
  }
}
