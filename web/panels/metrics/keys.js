// The board by keyboard, as grids are: one cell is in the tab order, arrows move from cell to cell, Enter selects the slice or opens its
// section. Rows come and go with the scroll; the cell that has the focus is remembered by its slice and column.
import { ROW } from './items.js';

/** Steps between rows and between columns. @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };

export class Keys {
  /** @param {import('../metrics.js').Metrics} panel */
  constructor(panel) {
    this.panel = panel;
    /** Row: -1 is the baseline's. */
    this.row = -1;
    this.column = 0;
    /** @type {HTMLElement | null} */
    this.cell = null;
  }

  /** @param {KeyboardEvent} event */
  handleEvent(event) {
    const { panel } = this;
    const target = /** @type {HTMLElement} */ (event.target);
    const tip = /** @type {import('../../charts/tip.js').Tip | null} */ (panel.renderRoot.querySelector('evenhand-tip'));
    if (event.key === 'Escape') tip?.hide();
    if (event.key === '?') void tip?.explain();
    if (!target.matches('[role="gridcell"], [role="rowheader"]') || event.altKey || event.metaKey) return;
    this.#adopt(target);
    const step = STEPS[event.key];
    if (step) this.#go(this.row + step[0], this.column + step[1]);
    else if (event.key === 'Home') this.#go(event.ctrlKey ? -1 : this.row, 0);
    else if (event.key === 'End') this.#go(event.ctrlKey ? Infinity : this.row, Infinity);
    else if (event.key === 'Enter' || event.key === ' ') target.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where the focus is, after a click or a Tab. @param {HTMLElement} cell */
  #adopt(cell) {
    const row = /** @type {HTMLElement} */ (cell.parentElement);
    this.row = Number(row.getAttribute('aria-rowindex')) - 3;
    this.column = [...row.children].indexOf(cell);
    this.#mark(cell);
  }

  /** @param {HTMLElement} cell */
  #mark(cell) {
    if (this.cell && this.cell !== cell) this.cell.tabIndex = -1;
    cell.tabIndex = 0;
    this.cell = cell;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #go(row, column) {
    const { panel } = this;
    const last = (panel.rows?.items.length ?? 0) - 1;
    this.row = Math.min(Math.max(row, -1), last);
    this.#reveal();
    const cells = this.#cells();
    if (!cells) return;
    this.column = Math.min(Math.max(column, 0), cells.length - 1);
    const cell = cells[this.column];
    this.#mark(cell);
    cell.focus();
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Scrolls the row into the window, so that it exists. */
  #reveal() {
    if (this.row < 0) return;
    const board = this.panel.part$('board');
    const above = this.panel.part$('head').offsetHeight + ROW;
    const y = this.row * ROW;
    if (y < board.scrollTop) board.scrollTop = y;
    else if (y + ROW > board.scrollTop + board.clientHeight - above) board.scrollTop = y + ROW - board.clientHeight + above;
    board.dispatchEvent(new Event('scroll'));
  }

  /** @returns {HTMLElement[] | null} */
  #cells() {
    const { panel, row } = this;
    const key = panel.rows?.items[row]?.key;
    const node = row < 0 ? panel.first.node : key === undefined ? null : panel.rows?.find(key)?.node;
    return node ? /** @type {HTMLElement[]} */ ([...node.children]) : null;
  }

  /** One cell is always in the tab order. */
  settle() {
    if (this.cell?.isConnected) return;
    this.row = -1;
    const cell = this.#cells()?.[0];
    if (cell) this.#mark(cell);
  }
}
