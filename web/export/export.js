// <evenhand-export>: what any chart or table carries to be taken away: SVG and PNG of what is drawn, CSV and JSON of the numbers
// behind it. Give it `name`, and `svg` (an element of the page, or a function that gives one) or `table`, or both.
import { html, LitElement, nothing } from 'lit';
import { exportWords as words } from '../words/export.js';
import './menu.js';
import { fileName, save, saveText } from './save.js';
import { toCsv, toJson } from './table.js';

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('./menu.js').Item} Item
 */

export class Export extends LitElement {
  static properties = { name: {}, caption: {}, svg: { attribute: false }, drawn: { attribute: false }, beyond: { attribute: false }, table: { attribute: false } };

  constructor() {
    super();
    /** What the files are called, and the picture's title. */
    this.name = '';
    /** A line below the picture: what it shows, at which settings. */
    this.caption = '';
    /** @type {Element | (() => Element | null | undefined | Promise<Element | null | undefined>) | undefined} */
    this.svg = undefined;
    /** @type {(() => void) | undefined} called once it is drawn */
    this.drawn = undefined;
    /** @type {(() => string | undefined) | undefined} what the picture leaves out, in words, for its caption */
    this.beyond = undefined;
    /** @type {Table | (() => Table | Promise<Table>) | undefined} */
    this.table = undefined;
  }

  /** @returns {Item[]} */
  #items() {
    /** @type {Item[]} */
    const items = [];
    if (this.svg) items.push({ id: 'export-svg', text: words.svg, act: () => this.#picture(false) }, { id: 'export-png', text: words.png, act: () => this.#picture(true) });
    if (this.table) items.push({ id: 'export-csv', text: words.csv, act: () => this.#numbers(false) }, { id: 'export-json', text: words.json, act: () => this.#numbers(true) });
    return items;
  }

  /** @param {boolean} pixels */
  async #picture(pixels) {
    const element = typeof this.svg === 'function' ? await this.svg() : this.svg;
    if (!element) return words.nothing;
    const paper = getComputedStyle(this).getPropertyValue('--eh-paper').trim() || '#ffffff';
    const { draw, toPng } = await import('./draw.js'); // only where something is taken away
    const caption = [this.caption, this.beyond?.()].filter(Boolean).join(' ');
    const drawn = draw(element, { title: this.name, caption, paper });
    this.drawn?.();
    if (pixels) save(fileName([this.name], 'png'), await toPng(drawn));
    else saveText(fileName([this.name], 'svg'), drawn.text, 'image/svg+xml');
  }

  /** @param {boolean} json */
  async #numbers(json) {
    const table = /** @type {Table} */ (typeof this.table === 'function' ? await this.table() : this.table);
    saveText(fileName([this.name], json ? 'json' : 'csv'), json ? toJson(table) : toCsv(table), json ? 'application/json' : 'text/csv');
  }

  render() {
    return this.svg || this.table ? html`<evenhand-menu .label=${words.save} .items=${() => this.#items()}></evenhand-menu>` : nothing;
  }
}

customElements.define('evenhand-export', Export);
