// Metrics: the board. Slices are rows, each chosen metric is a card: value, interval mark on the card's axis, gap to the baseline. Lit
// draws controls and headers; rows are nodes of their own (metrics/row.js), because a threshold drag redraws all of them each frame.
import { html, LitElement, nothing } from 'lit';
import '../charts/tip.js';
import { base } from '../style/base.js';
import { chartWords, gapSentence, valueSentence } from '../words/charts.js';
import { Axes, header, linesOf, sortButton } from './metrics/cards.js';
import { controls } from './metrics/controls.js';
import { itemsOf, ROW, windowOf } from './metrics/items.js';
import { Keys } from './metrics/keys.js';
import { legend } from './metrics/legend.js';
import { Painted } from './metrics/painted.js';
import { SliceRow } from './metrics/row.js';
import { Rows } from './metrics/rows.js';
import { boardStyle } from './metrics/style.js';

/**
 * @typedef {import('../state/types.js').View} View
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./metrics/say.js').Drawn} Drawn
 */

/** Rows that go into one picture. */
const PICTURED = 400;

/** Milliseconds that a pointer rests on a cell before it is explained. */
const REST = 150;

export class Metrics extends LitElement {
  static properties = { view: { attribute: false }, width: { state: true } };
  static styles = [base, boardStyle];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    /** Pixels of the board. */
    this.width = 0;
    this.axes = new Axes();
    /** @type {readonly import('./metrics/say.js').Card[]} */
    this.cards = [];
    this.first = new SliceRow();
    this.first.node.setAttribute('aria-rowindex', '2');
    /** @type {Rows | null} */
    this.rows = null;
    this.keys = new Keys(this);
    this.sizes = new ResizeObserver(() => this.#measure());
    /** @type {View | undefined} the one drawn last */
    this.drawn = undefined;
    this.onPrint = (/** @type {Event} */ event) => this.#paper(event.type === 'beforeprint');
    this.resting = 0;
    /** Where the pointer was last. @type {readonly [number, number]} */
    this.pointer = [-1, -1];
    /** Pixels that the board was scrolled before it was drawn whole. */
    this.scrolledTo = 0;
    /** Rows whose pixels are in the window. @type {readonly [number, number]} */
    this.seen = [0, Infinity];
    /** The rows below each other, and the baseline's. @type {readonly [Painted, Painted] | null} */
    this.painted = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.pointer = [-1, -1];
    for (const name of ['beforeprint', 'afterprint']) addEventListener(name, this.onPrint);
    addEventListener('resize', this.#fitHeight);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    for (const name of ['beforeprint', 'afterprint']) removeEventListener(name, this.onPrint);
    removeEventListener('resize', this.#fitHeight);
    this.sizes.disconnect();
    this.rows = null;
    this.drawn = undefined;
  }

  /** @param {string} name */
  part$(name) {
    return /** @type {HTMLElement} */ (this.renderRoot.querySelector(`.${name}`));
  }

  /**
   * While a threshold moves, or a pointer, only rows are touched.
   * @override
   * @param {Map<string, unknown>} changed
   */
  shouldUpdate(changed) {
    const { view, drawn } = this;
    if (!view || !drawn || !this.rows || changed.size !== 1 || !changed.has('view')) return true;
    const same = differing(drawn.state, view.state);
    if (drawn.report === view.report && same.every((key) => key === 'hovered') && drawn.moving === view.moving) {
      this.#light(view);
      if (view.moving) this.#paint(view);
      return false;
    }
    if (!view.moving || !drawn.moving || !same.every((key) => key === 'threshold' || key === 'hovered')) return true;
    return !this.#move(view);
  }

  /**
   * A frame of a drag.
   * @param {View} view
   * @returns {boolean} false where an axis has to grow, so that all is drawn anew
   */
  #move(view) {
    const cards = this.axes.cards(view, this.#how(view));
    if (cards.some((card, i) => card.scale.from !== this.cards[i]?.scale.from || card.scale.to !== this.cards[i].scale.to)) return false;
    this.cards = cards;
    this.drawn = view;
    this.#paint(view);
    return true;
  }

  /** The rows in sight as pixels. @param {View} view */
  #paint(view) {
    const rows = /** @type {Rows} */ (this.rows);
    const { layout } = this.#shape(view);
    const [from, to] = this.seen;
    const [body, first] = this.painted ??= [new Painted(this.part$('board')), new Painted(this.part$('board'))];
    const area = { left: layout.left, width: layout.card * this.cards.length };
    body.begin(this.part$('wrap'), { ...area, top: from * ROW, height: (to - from) * ROW });
    const drawn = this.#drawing(view);
    body.draw(rows.all(), this.seen, drawn, layout);
    if (this.first.node.hidden) return;
    first.begin(this.part$('first'), { ...area, top: 0, height: ROW });
    first.drawBaseline(this.first, drawn, layout);
  }

  /** @param {View} view */
  #how(view) {
    const inSight = [...this.rows?.slices(this.seen) ?? []].map(({ row }) => row.key);
    return { width: this.#shape(view).mark, full: view.state.axis === 'full', inSight };
  }

  #window() {
    const board = this.part$('board');
    const body = this.part$('body');
    const hidden = board.getBoundingClientRect();
    const above = this.part$('head').offsetHeight + ROW;
    const top = board.scrollTop;
    const height = Math.max(0, Math.min(hidden.bottom, innerHeight) - Math.max(hidden.top, 0));
    return { top: body ? top + Math.max(0, -hidden.top) : 0, board: Math.max(height - above, ROW * 4) };
  }

  /** @override */
  render() {
    const { view } = this;
    if (!view) return nothing;
    const { state } = view;
    const shape = this.#shape(view);
    this.cards = this.axes.cards(view, this.#how(view));
    return html`
      ${controls(view, shape.phone)}
      <div class=${`board ${shape.size}${shape.phone ? ' phone' : ''}`} role="grid" aria-label=${chartWords.board} aria-colcount=${state.metrics.length + 2}
          @scroll=${this.#scrolled} @keydown=${this.keys} @click=${this.#click} @pointerover=${this.#over} @pointermove=${this.#moved} @pointerleave=${this.#leave}
          @focusin=${this.#focus} @focusout=${() => this.#tip()?.hide()}>
        <div class="head" role="rowgroup"><div role="row" aria-rowindex="1" class="heads">
          <div class="name" role="columnheader">${sortButton(view, 'name', null, chartWords.slice, chartWords.slice)}</div>
          <div class="n" role="columnheader">${sortButton(view, 'n', null, chartWords.n, chartWords.n)}</div>
          ${this.cards.map((card) => header(view, card, { explain: (metric, anchor) => this.#explain(metric, anchor) }))}</div></div>
        <div class="first" role="rowgroup"></div>
        <div class="wrap"><div class="lines" aria-hidden="true"><div></div><div class="n"></div>${this.cards.map(linesOf)}</div>
          <div class="body" role="rowgroup"></div></div>
      </div>
      ${state.metrics.length === 0 ? html`<p class="empty">${chartWords.noMetrics}</p>` : nothing}
      ${view.slices.length <= 1 && view.allSlices.length > 1 ? this.#empty(view) : nothing}
      ${legend(view)}<evenhand-tip></evenhand-tip>`;
  }

  /** @param {View} view */
  #empty({ act }) {
    return html`<p class="empty">${chartWords.none} <button @click=${() => act.set({ search: '', column: null, hideBelow: 0 })}>${chartWords.clear}</button></p>`;
  }

  /** @override */
  updated() {
    const { view } = this;
    if (!view) return;
    const board = this.part$('board');
    if (!this.rows) {
      this.part$('body').replaceChildren(); // rows of before, when the panel comes back
      this.rows = new Rows(this.part$('body'));
      this.part$('first').append(this.first.node);
      this.sizes.observe(this);
      this.#measure();
    }
    const shape = this.#shape(view);
    for (const [name, value] of Object.entries(shape.properties)) if (board.style.getPropertyValue(name) !== value) board.style.setProperty(name, value);
    board.style.setProperty('--eh-head-height', `${this.part$('head').offsetHeight}px`);
    this.#bind(view);
    this.#fitHeight();
    this.#place();
    this.drawn = view;
    if (view.moving) this.#paint(view);
    else this.#drawRows(view);
    this.#light(view);
    this.keys.settle();
  }

  /** What the rows are. While a threshold moves they keep their places, whatever the sort would say. @param {View} view */
  #bind(view) {
    const { state, allSlices, slices } = view;
    const rows = /** @type {Rows} */ (this.rows);
    const reference = allSlices.find(({ name }) => name === state.baseline) ?? allSlices.find(({ name }) => name === 'overall') ?? allSlices[0];
    this.first.node.hidden = !reference;
    if (reference) this.first.bind({ kind: 'slice', key: reference.name, slice: reference, grouped: false });
    if (view.moving && rows.items.length > 0) return;
    rows.items = itemsOf(slices, { first: reference?.name ?? '', grouped: state.grouped, collapsed: state.collapsed });
    this.part$('board').setAttribute('aria-rowcount', String(rows.items.length + 2));
  }

  #place() {
    const { top, board } = this.#window();
    const held = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (this.renderRoot).activeElement);
    const slice = held?.parentElement?.dataset.slice;
    this.rows?.place(top, board, 2);
    if (held && slice !== undefined && held.isConnected && held.parentElement?.dataset.slice === slice && !held.matches(':focus'))
      held.focus({ preventScroll: true }); // a row that takes another place loses the focus on its way
    this.seen = windowOf(this.rows?.items.length ?? 0, top, board);
  }

  /**
   * @param {View} view
   * @param {readonly [number, number]} [seen]
   */
  #drawRows(view, seen) {
    const drawn = this.#drawing(view);
    for (const painted of this.painted ?? []) painted.end();
    if (!this.first.node.hidden) this.first.draw(drawn);
    this.rows?.draw(drawn, seen);
  }

  /** @param {View} view @returns {Drawn} */
  #drawing({ state, number }) {
    return { cards: this.cards, gap: state.gap, bars: state.marks === 'bars', pinned: state.pinned, own: state.baseline === 'complement', number };
  }

  /** @param {View} view */
  #light(view) {
    this.drawn = view;
    this.first.light(view.state, true);
    this.rows?.light(view.state);
  }

  /** Columns of the board at its width. @param {View} view */
  #shape({ state }) {
    const cards = Math.max(1, state.metrics.length);
    const { width } = this;
    const phone = width > 0 && width < 560;
    const name = phone ? Math.round(width * 0.34) : width < 1200 ? 138 : 190;
    const n = phone ? 0 : 54;
    const least = phone ? width - name : 208;
    const card = Math.max(least, (width - name - n) / cards);
    const size = card >= 296 ? 'large' : card >= 236 ? 'medium' : 'small';
    const [value, gap] = { large: [76, 140], medium: [76, 94], small: [54, 94] }[size];
    const total = Math.floor(name + n + card * state.metrics.length);
    return { size: total > width + 1 ? `${size} wide` : size, phone, mark: Math.max(30, Math.floor(card - value - gap - 20)),
      layout: { left: name + n, card, value, gap, small: size === 'small', p: size === 'large' }, properties: {
      '--eh-value': `${value}px`, '--eh-gap-width': `${gap}px`, '--eh-name': `${name}px`, '--eh-least': `${total}px`,
      '--eh-columns': `${name}px ${phone ? '' : `${n}px`} repeat(${state.metrics.length}, minmax(0, 1fr))` } };
  }

  #measure() {
    const width = this.part$('board')?.clientWidth ?? 0;
    if (Math.abs(width - this.width) >= 1) this.width = width;
  }

  /** The board is as high as the window leaves it, so that its header and baseline stay in sight. */
  #fitHeight = () => {
    const board = this.part$('board');
    if (board) board.style.setProperty('--eh-board-height', `${Math.max(320, innerHeight - 150)}px`);
  };

  #scrolled = () => {
    const { view } = this;
    if (!view || !this.rows) return;
    const tip = this.#tip();
    if (tip?.anchor?.matches(':focus')) tip.follow(); // keys scroll to where they go
    else tip?.hide();
    this.#place();
    this.#drawRows(view, this.seen);
    this.#light(view);
  };

  /** @param {boolean} paper */
  #paper(paper) {
    if (!this.rows || !this.view) return;
    this.rows.everything = paper;
    this.#measure();
    this.#place();
    this.#drawRows(this.view);
    this.#light(this.view);
  }

  /** For a picture: all rows are drawn, if they are not too many for one. `undraw` takes that back. */
  drawing() {
    if (this.rows && this.rows.items.length <= PICTURED) this.#wholly(true);
    return this;
  }

  undraw() {
    if (this.rows?.everything) this.#wholly(false);
  }

  /** What a picture says of the rows that it leaves out. */
  get beyond() {
    const all = this.rows?.items.length ?? 0;
    return all <= PICTURED ? '' : chartWords.pictured(Math.min(all, this.seen[1]) - this.seen[0], all);
  }

  /** @param {boolean} whole */
  #wholly(whole) {
    const board = this.part$('board');
    if (whole) this.scrolledTo = board.scrollTop;
    board.classList.toggle('whole', whole);
    if (!whole) board.scrollTop = this.scrolledTo;
    this.#paper(whole);
  }

  #tip() {
    return /** @type {import('../charts/tip.js').Tip | null} */ (this.renderRoot.querySelector('evenhand-tip'));
  }

  /** @param {Event} event */
  #rowOf(event) {
    return /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('.row'));
  }

  /** @param {Event} event */
  #click = (event) => {
    const row = this.#rowOf(event);
    const { view } = this;
    if (!row || !view) return;
    const { slice, column } = row.dataset;
    if (column !== undefined) this.toggleSection(column);
    else if (slice !== undefined) view.act.select(slice === view.state.selected ? null : slice);
    const cell = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('.row [role="gridcell"]'));
    if (cell && /** @type {PointerEvent} */ (event).pointerType === 'touch') this.#say(cell); // there is no hovering
  };

  /** @param {string} column */
  toggleSection(column) {
    const { collapsed } = /** @type {View} */ (this.view).state;
    this.view?.act.set({ collapsed: collapsed.includes(column) ? collapsed.filter((other) => other !== column) : [...collapsed, column] });
  }

  /** @param {PointerEvent} event */
  #over = (event) => {
    const { view } = this;
    if (!view || event.pointerType === 'touch') return;
    const rests = event.clientX === this.pointer[0] && event.clientY === this.pointer[1];
    this.#moved(event);
    if (rests) return; // rows moved under it
    const slice = this.#rowOf(event)?.dataset.slice ?? null;
    if (slice !== view.state.hovered) view.act.hover(slice);
    clearTimeout(this.resting);
    const cell = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('.row [role="gridcell"], .row [role="rowheader"]'));
    if (!cell) return this.#tip()?.hide();
    this.resting = window.setTimeout(() => this.#say(cell), REST);
  };

  /** @param {PointerEvent} event */
  #moved = ({ clientX, clientY }) => { this.pointer = [clientX, clientY]; };

  #leave = (/** @type {PointerEvent} */ event) => {
    clearTimeout(this.resting);
    if (event.relatedTarget === this.#tip()) return;
    this.#tip()?.hide();
    this.pointer = [-1, -1];
    this.view?.act.hover(null);
  };

  /** @param {FocusEvent} event */
  #focus = (event) => {
    const cell = /** @type {HTMLElement} */ (event.target);
    clearTimeout(this.resting); // whoever walks by keys is not told of where the pointer lies
    if (cell.matches?.('[role="gridcell"], [role="rowheader"]') && cell.matches(':focus-visible')) this.#say(cell);
  };

  /** Explains a cell in words. @param {HTMLElement} cell */
  #say(cell) {
    const { view } = this;
    const name = /** @type {HTMLElement | null} */ (cell.closest('.row'))?.dataset.slice;
    if (!view || view.moving || name === undefined || !cell.isConnected) return;
    const of = cell.dataset.metric === undefined ? null : view.number(name, cell.dataset.metric);
    this.#tip()?.show(cell, linesFor(view, name, cell.dataset.metric), undefined, of ? [of.method, of.gap?.method ?? null] : []);
  }

  /**
   * @param {string} metric
   * @param {HTMLElement} anchor
   */
  #explain(metric, anchor) {
    const tip = this.#tip();
    if (tip?.anchor === anchor) tip.hide();
    else tip?.show(anchor, chartWords.explanation(metric));
  }
}

/** @param {State} a @param {State} b */
const differing = (a, b) => /** @type {(keyof State)[]} */ (Object.keys(b)).filter((key) => a[key] !== b[key]);

/**
 * @param {View} view
 * @param {string} name
 * @param {string | undefined} metric
 */
function linesFor({ state, report, number, allSlices }, name, metric) {
  const slice = allSlices.find((other) => other.name === name);
  if (metric === undefined) return slice ? chartWords.sliceLines(slice) : [];
  const cell = number(name, metric);
  const { level } = report.spec;
  return [valueSentence(metric, name, cell, level), gapSentence(metric, cell, state.gap, level),
    ...state.pinned.map((threshold) => valueSentence(metric, name, number(name, metric, { threshold }), level))];
}

customElements.define('evenhand-metrics', Metrics);
