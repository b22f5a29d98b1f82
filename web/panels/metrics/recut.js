// <evenhand-recut>: other groups of the same rows: crosses of two columns made on the spot, and numbers cut at other edges, by handles
// over their distribution or typed. Every change is a change of the spec; the viewer counts again.
import { css, html, LitElement, nothing, svg } from 'lit';
import { onDown, onKey } from '../../charts/drag.js';
import { fixed } from '../../charts/format.js';
import { at, clamp, scaleOf, ticksOf, valueAt } from '../../charts/scale.js';
import { base } from '../../style/base.js';
import { chartWords } from '../../words/charts.js';
import { crossOf, cutOf, densityOf, edgesOf, withEdges } from './cuts.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('./cuts.js').Cut} Cut
 */

const WIDTH = 460;
const HEIGHT = 84;
const FLOOR = HEIGHT - 20;

export class Recut extends LitElement {
  static properties = { view: { attribute: false }, draft: { state: true }, densities: { state: true }, wrong: { state: true } };
  static styles = [base, css`
    :host { max-width: 500px; }
    section + section { margin-top: 14px; padding-top: 10px; border-top: 1px solid var(--eh-line); }
    p { margin: 4px 0; }
    .row { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 6px 0; }
    .chip { display: inline-flex; align-items: center; border: 1px solid var(--eh-line); border-radius: 14px; padding-left: 10px; }
    .chip button { padding: 0; width: 24px; min-height: 24px; }
    svg { display: block; width: 100%; max-width: ${WIDTH}px; overflow: visible; user-select: none; }
    .bars { fill: var(--eh-line-2); opacity: .45; }
    text { font-size: 11px; fill: var(--eh-ink-2); }
    .floor { stroke: var(--eh-line-2); }
    .edge { cursor: ew-resize; touch-action: none; }
    .edge line { stroke: var(--eh-accent); stroke-width: 2; }
    .edge rect { fill: transparent; }
    .edge circle { fill: var(--eh-accent); }
    input[type="text"] { width: 100%; max-width: 24rem; }
    .wrong { color: var(--eh-worse); }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    /** Edges under the hand, by column. @type {Record<string, number[]>} */
    this.draft = {};
    /** Fine quantiles by column, from an audit of their own. @type {Record<string, number[] | null>} */
    this.densities = {};
    /** @type {string | null} */
    this.wrong = null;
  }

  /** What the columns are distributed like is asked for when the list opens; of a large file its first rows tell. */
  ask() {
    const { view } = this;
    if (!view?.audit || view.state.source?.kind !== 'table') return;
    for (const { column } of view.report.spec.bucket.map(cutOf)) if (!(column in this.densities)) void this.#askFor(view, column);
  }

  /**
   * @param {View} view
   * @param {string} column
   */
  async #askFor(view, column) {
    this.densities = { ...this.densities, [column]: null };
    const audit = /** @type {NonNullable<View['audit']>} */ (view.audit);
    const report = await audit({ slice: [], cross: [], bucket: [`${column}:q20`], metric: ['prevalence'], threshold: 0.5, interval: 'none', baseline: 'overall' }, true).catch(() => null);
    const found = report?.spec.bucket.map(cutOf).find((cut) => cut.column === column);
    if (found) this.densities = { ...this.densities, [column]: found.edges };
  }

  /** @override */
  render() {
    const { view } = this;
    if (!view) return nothing;
    const cuts = view.report.spec.bucket.map(cutOf);
    return html`<section>${this.#crosses(view)}</section>
      ${cuts.map((cut) => html`<section><h3>${chartWords.cutOf(cut.column)}</h3>
        ${view.state.source?.kind === 'table' ? this.#cut(view, cut) : html`<p class="muted">${chartWords.cutNeedsRows}</p>`}</section>`)}`;
  }

  /** @param {View} view */
  #crosses({ report, state, act }) {
    const { cross, slice } = report.spec;
    const kept = state.source?.kind === 'cube' ? { slice } : {};
    const set = (/** @type {string[]} */ list) => act.set({ spec: { ...state.spec, ...kept, cross: list } });
    const add = (/** @type {Event} */ event) => {
      event.preventDefault();
      const [a, b] = [...this.renderRoot.querySelectorAll('select')].map(({ value }) => value);
      const made = crossOf(a, b);
      this.wrong = a === b ? chartWords.crossSame : cross.includes(made) || cross.includes(crossOf(b, a)) ? chartWords.crossThere : null;
      if (this.wrong === null) set([...cross, made]);
    };
    const choice = (/** @type {number} */ first, /** @type {string} */ label) => html`<select aria-label=${label}>
      ${slice.map((column, i) => html`<option value=${column} ?selected=${i === first}>${column}</option>`)}</select>`;
    return html`<h3>${chartWords.crosses}</h3>
      <p class="row">${cross.map((one) => html`<span class="chip">${one.replaceAll('*', ' \u00d7 ')}
        <button class="quiet" aria-label=${chartWords.removeCross(one)} @click=${() => set(cross.filter((other) => other !== one))}>\u00d7</button></span>`)}</p>
      ${slice.length < 2 ? html`<p class="muted">${chartWords.crossNeedsTwo}</p>` : html`<form class="row" data-testid="cross-form" @submit=${add}>
        ${choice(0, chartWords.crossFirst)} \u00d7 ${choice(1, chartWords.crossSecond)} <button>${chartWords.addCross}</button></form>`}
      ${state.source?.kind === 'cube' ? html`<p class="muted">${chartWords.crossFromCube}</p>` : nothing}
      ${this.wrong === null ? nothing : html`<p class="wrong" role="alert">${this.wrong}</p>`}`;
  }

  /**
   * @param {View} view
   * @param {Cut} cut
   */
  #cut(view, cut) {
    const { column } = cut;
    const edges = this.draft[column] ?? cut.edges;
    const density = densityOf(this.densities[column] ?? cut.edges);
    const x = scaleOf([density.from, density.to], [6, WIDTH - 6]);
    const most = Math.max(...density.bars.map(({ height }) => height));
    const settle = (/** @type {number[]} */ list) => {
      this.draft = { ...this.draft, [column]: list };
      view.act.set({ spec: { ...view.state.spec, bucket: withEdges(view.report.spec.bucket, column, list) } });
      this.draft = Object.fromEntries(Object.entries(this.draft).filter(([other]) => other !== column));
    };
    return html`<svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label=${chartWords.cutOf(column)}>
        ${this.densities[column] ? density.bars.map(({ low, high, height }) => svg`<rect class="bars" x=${at(x, low)} width=${Math.max(0.5, at(x, high) - at(x, low) - 0.5)}
          y=${FLOOR - (FLOOR - 10) * height / most} height=${(FLOOR - 10) * height / most}></rect>`) : nothing}
        <line class="floor" x1="0" x2=${WIDTH} y1=${FLOOR} y2=${FLOOR}></line>
        ${ticksOf(x, 6).map((tick) => svg`<text x=${at(x, tick)} y=${HEIGHT - 4} text-anchor="middle">${fixed(tick, Number.isInteger(tick) ? 0 : 2)}</text>`)}
        ${edges.map((_, i) => this.#handle(column, edges, i, x, settle))}</svg>
      <label>${chartWords.edges} <input type="text" data-testid=${`edges-${column}`} .value=${edges.join(', ')}
        @change=${(/** @type {any} */ e) => this.#typed(e.currentTarget, edges, settle)}></label>
      <p class="muted">${chartWords.cutHow}</p>`;
  }

  /**
   * @param {string} column
   * @param {number[]} edges
   * @param {number} i
   * @param {import('../../charts/scale.js').Scale} x
   * @param {(list: number[]) => void} settle
   */
  #handle(column, edges, i, x, settle) {
    const span = x.to - x.from;
    const step = 10 ** Math.floor(Math.log10(span / 40));
    const round = (/** @type {number} */ value) => Number((Math.round(value / step) * step).toPrecision(12));
    const [low, high] = [i === 0 ? x.from : edges[i - 1] + step, i === edges.length - 1 ? x.to : edges[i + 1] - step];
    const now = () => this.draft[column] ?? edges;
    const drag = { value: edges[i], low, high, step, live: (/** @type {number} */ value) => {
      this.draft = { ...this.draft, [column]: now().map((edge, k) => k === i ? round(clamp(value, low, high)) : edge) };
    }, commit: () => settle(now()), at: (/** @type {PointerEvent} */ event) => {
      const box = /** @type {Element} */ (this.renderRoot.querySelector('svg')).getBoundingClientRect();
      return valueAt(x, (event.clientX - box.left) * WIDTH / box.width);
    } };
    const px = at(x, clamp(edges[i], x.from, x.to));
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Delete' && event.key !== 'Backspace') return onKey(event, drag);
      if (edges.length > 1) settle(edges.filter((_, k) => k !== i));
    };
    return svg`<g class="edge" role="slider" tabindex="0" aria-label=${chartWords.edgeOf(i + 1, column)} aria-valuenow=${edges[i]} aria-valuemin=${low} aria-valuemax=${high}
        @pointerdown=${(/** @type {PointerEvent} */ e) => onDown(e, drag)} @keydown=${key}>
      <line x1=${px} x2=${px} y1="6" y2=${FLOOR}></line><rect x=${px - 8} width="16" y="0" height=${FLOOR}></rect><circle cx=${px} cy="6" r="5"></circle></g>`;
  }

  /**
   * @param {HTMLInputElement} input
   * @param {number[]} edges
   * @param {(list: number[]) => void} settle
   */
  #typed(input, edges, settle) {
    const list = edgesOf(input.value);
    this.wrong = list === null ? chartWords.edgesWrong : null;
    if (list === null) input.value = edges.join(', ');
    else settle(list);
  }
}

if (!customElements.get('evenhand-recut')) customElements.define('evenhand-recut', Recut);
