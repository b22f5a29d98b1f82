// Intersections: column by column, one metric as a heat map of gaps to the baseline, with the number and n in every cell. The
// crosses come from the cube that is open; nothing is read again. Colour says above or below; a bold figure says the gap is sure.
import { css, html, LitElement, nothing } from 'lit';
import { count, gapText, interval, boundText, gapNumber, valueText } from '../../charts/format.js';
import '../../charts/tip.js';
import { base } from '../../style/base.js';
import { gapSentence, metricName, valueSentence } from '../../words/charts.js';
import { words } from '../../words/en.js';
import { gridOf, isSure, worstFirst } from './grid.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('../../state/types.js').Report} Report
 * @typedef {import('./grid.js').Crossing} Crossing
 */

const ROOM = 'intersections';

/** Ink over the strongest colour still has 4.5:1. */
const STRONGEST = 40;

/** Worst crosses that are written out. */
const WORST = 8;

// `.style=` is a property, which the page's policy allows; a style attribute it refuses.
class Intersections extends LitElement {
  static properties = { view: { attribute: false }, audit: { state: true }, failed: { state: true } };
  static styles = [base, css`
    .choices { display: flex; flex-wrap: wrap; gap: 8px 16px; margin-bottom: 12px; }
    .scroll { overflow-x: auto; }
    table { border-collapse: separate; border-spacing: 2px; }
    th { padding: 2px 8px; font-weight: 500; text-align: left; vertical-align: bottom; max-width: 16ch; overflow-wrap: break-word; }
    tbody th { min-width: 9ch; position: sticky; left: 0; z-index: 1; background: var(--eh-paper); }
    td { min-width: 92px; padding: 4px 8px; border-radius: 2px; background: var(--eh-paper-2); text-align: right; cursor: default; }
    td small { display: block; color: var(--eh-ink); font-size: 11.5px; }
    td.sure b { font-weight: 700; } td b { font-weight: 400; }
    td.lit { outline: 2px solid var(--eh-ink); outline-offset: -1px; }
    td.none { background: repeating-linear-gradient(135deg, transparent 0 5px, var(--eh-line) 5px 6px); color: var(--eh-ink-2); text-align: center; }
    .key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 20px; color: var(--eh-ink-2); font-size: 12px; }
    .key i { display: inline-block; width: 14px; height: 10px; margin-right: 4px; border-radius: 2px; }
    ol { max-width: 60rem; } li { padding: 3px 0; border-bottom: 1px solid var(--eh-line); }
    li button { width: 100%; padding: 2px 4px; border: 0; background: none; text-align: left; }
    h3 { margin: 0 0 4px; }
    .moving { opacity: .6; }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    /** @type {Report | null} */
    this.audit = null;
    /** @type {Error | null} */
    this.failed = null;
    this.asked = '';
    this.focused = '';
  }

  /** What the panel remembers, completed. @param {View} view */
  #choice(view) {
    const columns = [...new Set(view.allSlices.filter((slice) => slice.columns.length === 1).map((slice) => slice.columns[0]))];
    const { a, b, metric } = view.state.rooms[ROOM] ?? {};
    const first = columns.includes(String(a)) ? String(a) : columns[0];
    const second = columns.includes(String(b)) && b !== first ? String(b) : columns.find((column) => column !== first);
    return { columns, a: first, b: second, metric: typeof metric === 'string' ? metric : view.state.metrics[0] };
  }

  willUpdate() {
    const { view } = this;
    if (!view || view.moving || !view.audit) return;
    const { a, b } = this.#choice(view);
    const { state } = view;
    const key = JSON.stringify([a, b, state.source?.id, state.spec, state.threshold, state.baseline]);
    if (!b || key === this.asked) return;
    this.asked = key;
    view.audit({ slice: [], cross: [`${a}*${b}`], threshold: state.threshold, metric: view.report.spec.metric }).then((audit) => {
      if (this.asked === key) [this.audit, this.failed] = [audit, null];
    }, (error) => { if (this.asked === key) this.failed = error; });
  }

  render() {
    const { view } = this;
    if (!view) return nothing;
    if (!view.audit) return html`<p class="muted">${words.intersections.onlyReport}</p>`;
    const choice = this.#choice(view);
    if (!choice.b) return html`<p class="muted">${words.intersections.oneColumn}</p>`;
    return html`${this.#choices(view, choice)}
      ${this.failed ? html`<p role="alert">${this.failed.message}</p>` : nothing}
      ${this.audit ? this.#drawn(view, choice, this.audit) : html`<p class="muted">${words.intersections.wait}</p>`}
      <evenhand-tip></evenhand-tip>`;
  }

  /**
   * @param {View} view
   * @param {{columns: string[], a: string, b: string | undefined, metric: string}} choice
   */
  #choices({ act, report }, { columns, a, b, metric }) {
    const select = (/** @type {string} */ label, /** @type {readonly string[]} */ values, /** @type {string} */ chosen, /** @type {string} */ key) =>
      html`<label>${label} <select data-room=${key} @change=${(/** @type {any} */ e) => act.room(ROOM, { [key]: e.target.value })}>
        ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${key === 'metric' ? metricName(value) : value}</option>`)}
      </select></label>`;
    return html`<div class="choices">${select(words.intersections.rows, columns, a, 'a')}
      ${select(words.intersections.columns, columns.filter((column) => column !== a), /** @type {string} */ (b), 'b')}
      ${select(words.intersections.metric, report.spec.metric, metric, 'metric')}</div>`;
  }

  /**
   * @param {View} view
   * @param {{a: string, b: string | undefined, metric: string}} choice
   * @param {Report} audit
   */
  #drawn(view, { a, b, metric }, audit) {
    const threshold = audit.spec.threshold[0];
    const grid = gridOf(audit, { a, b: /** @type {string} */ (b), metric, model: view.model, threshold });
    const worst = worstFirst(grid);
    if (!grid.rows.some((row) => row === this.focused.split('\0')[0])) this.focused = `${grid.rows[0]}\0${grid.columns[0]}`;
    return html`
      <div class=${`scroll ${view.moving ? 'moving' : ''}`}><table role="grid" aria-label=${words.intersections.label(metricName(metric), a, b ?? '')}
          @keydown=${(/** @type {KeyboardEvent} */ e) => this.#walk(e, grid)}>
        <thead><tr><th scope="col"><span class="for-readers">${a}</span></th>${grid.columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
        <tbody>${grid.rows.map((row) => html`<tr><th scope="row">${row}</th>
          ${grid.columns.map((column) => this.#cell(view, metric, grid, row, column))}</tr>`)}</tbody>
      </table></div>
      <p class="key"><span><i .style=${`background: ${mixed('--eh-mark-2')}`}></i>${words.intersections.above}</span>
        <span><i .style=${`background: ${mixed('--eh-mark-1')}`}></i>${words.intersections.below}</span><span><b>12.3</b> ${words.intersections.sure}</span></p>
      <h3>${words.intersections.worst}</h3>
      ${worst.length === 0 ? html`<p class="muted">${words.intersections.none}</p>` : nothing}
      <ol>${worst.slice(0, WORST).map((crossing) => html`<li><button @click=${() => view.act.select(crossing.slice.name)}
        @pointerenter=${() => view.act.hover(crossing.slice.name)} @pointerleave=${() => view.act.hover(null)}>${sentence(metric, crossing)}</button></li>`)}</ol>`;
  }

  /**
   * @param {View} view
   * @param {string} metric
   * @param {import('./grid.js').Grid} grid
   * @param {string} row
   * @param {string} column
   */
  #cell({ state, act }, metric, grid, row, column) {
    const crossing = grid.at(row, column);
    const key = `${row}\0${column}`;
    const tabindex = key === this.focused ? 0 : -1;
    if (!crossing) return html`<td class="none" data-key=${key} tabindex=${tabindex} aria-label=${words.intersections.empty}>·</td>`;
    const { slice, result } = crossing;
    const difference = result?.gap?.difference ?? 0;
    const share = grid.most > 0 ? Math.abs(difference) / grid.most : 0;
    const lit = [state.selected, state.hovered].includes(slice.name);
    const tell = (/** @type {Event} */ e) => this.#tip(/** @type {Element} */ (e.currentTarget), metric, crossing);
    return html`<td data-slice=${slice.name} data-key=${key} data-value=${result?.value ?? ''} tabindex=${tabindex}
        class=${`${isSure(result) ? 'sure' : ''} ${lit ? 'lit' : ''}`}
        .style=${share > 0.02 ? `background: ${mixed(difference > 0 ? '--eh-mark-2' : '--eh-mark-1', share * STRONGEST)}` : ''}
        @pointerenter=${(/** @type {Event} */ e) => { tell(e); act.hover(slice.name); }} @pointerleave=${() => { this.#hide(); act.hover(null); }}
        @focus=${(/** @type {Event} */ e) => { this.focused = key; tell(e); }} @blur=${() => this.#hide()} @click=${() => act.select(slice.name)}>
      <b>${result?.value === null || !result ? '–' : valueText(metric, result.value)}</b>
      <small>${result?.value === null ? words.undefinedBecause(result.reason ?? 'undefined') : `n ${count(slice.rows)}`}</small></td>`;
  }

  /** @param {Element} anchor @param {string} metric @param {Crossing} crossing */
  #tip(anchor, metric, crossing) {
    /** @type {any} */ (this.renderRoot.querySelector('evenhand-tip'))?.show(anchor, this.#said(metric, crossing), undefined,
      [crossing.result?.method ?? null, crossing.result?.gap?.method ?? null]);
  }

  /** @param {string} metric @param {Crossing} crossing */
  #said(metric, { slice, result }) {
    const view = /** @type {View} */ (this.view);
    const { level } = view.report.spec;
    const cell = result && { ...result, settled: true };
    return [...(cell ? [valueSentence(metric, slice.name, cell, level), gapSentence(metric, cell, view.state.gap, level)] : [slice.name]), words.intersections.rowsOf(count(slice.rows))];
  }

  #hide() {
    /** @type {any} */ (this.renderRoot.querySelector('evenhand-tip'))?.hide();
  }

  /**
   * Arrow keys walk over the cells; Enter selects the slice.
   * @param {KeyboardEvent} event
   * @param {import('./grid.js').Grid} grid
   */
  #walk(event, grid) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const [row, column] = this.focused.split('\0');
    if (event.key === 'Enter') {
      const name = grid.at(row, column)?.slice.name;
      if (name) this.view?.act.select(name);
      return;
    }
    if (event.key === '?') void /** @type {any} */ (this.renderRoot.querySelector('evenhand-tip'))?.explain();
    if (!step) return;
    event.preventDefault();
    const to = (/** @type {string[]} */ list, /** @type {string} */ at, /** @type {number} */ by) => list[Math.min(Math.max(list.indexOf(at) + by, 0), list.length - 1)];
    const next = `${to(grid.rows, row, step[0])}\0${to(grid.columns, column, step[1])}`;
    const cell = [...this.renderRoot.querySelectorAll('td')].find((td) => td.dataset.key === next);
    this.focused = next;
    this.requestUpdate();
    cell?.focus();
  }
}

/** @param {string} colour @param {number} [share] percent */
const mixed = (colour, share = STRONGEST) => `color-mix(in srgb, var(${colour}) ${share.toFixed(1)}%, var(--eh-paper))`;

/** @param {string} metric @param {Crossing} crossing */
function sentence(metric, { slice, result }) {
  const name = metricName(metric);
  if (!result || result.value === null) return `${slice.name}: ${name} ${words.undefinedBecause(result?.reason ?? 'undefined')}`;
  const { gap, value, lower, upper } = result;
  const range = lower === null || upper === null ? '' : ` ${interval(boundText(metric, lower), boundText(metric, upper))}`;
  const apart = gap?.difference === null || gap?.difference === undefined ? '' : `, ${gapText(metric, 'difference', gap.difference)}` +
    (gap.difference_lower === null || gap.difference_upper === null ? ''
      : ` ${interval(gapNumber(metric, 'difference', gap.difference_lower), gapNumber(metric, 'difference', gap.difference_upper))}`) + ` ${words.against} ${gap.baseline}`;
  return `${slice.name}: ${name} ${valueText(metric, value)}${range}${apart}`;
}

customElements.define('evenhand-intersections', Intersections);
