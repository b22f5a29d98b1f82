// Metrics: slices as rows, metrics as columns, each number with its interval and its gap to the baseline.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { metricNames, words } from '../words/en.js';

/**
 * @typedef {import('../state/types.js').View} View
 * @typedef {import('../state/types.js').ReportSlice} ReportSlice
 */

class Metrics extends LitElement {
  static properties = { view: { attribute: false } };
  static styles = [base, css`
    :host { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; }
    th, td { padding: 3px 10px 3px 0; text-align: left; border-bottom: 1px solid var(--eh-line); vertical-align: top; }
    tr.baseline { background: var(--eh-paper-2); font-weight: 600; }
    tr.lit { background: var(--eh-band); }
    small { color: var(--eh-ink-2); font-size: 12px; font-weight: 400; }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
  }

  render() {
    const { view } = this;
    if (!view) return nothing;
    const { state, slices } = view;
    return html`<table>
      <thead><tr><th scope="col">${words.slice}</th><th scope="col" class="number">${words.rows}</th>
        ${state.metrics.map((metric) => html`<th scope="col">${metricNames[metric] ?? metric}</th>`)}</tr></thead>
      <tbody>${slices.map((slice) => this.#row(view, slice))}</tbody></table>`;
  }

  /**
   * @param {View} view
   * @param {ReportSlice} slice
   */
  #row({ state, number, act }, slice) {
    const lit = [state.selected, state.hovered].includes(slice.name);
    return html`<tr data-testid="slice-row" data-slice=${slice.name} class=${`${slice.name === state.baseline ? 'baseline' : ''} ${lit ? 'lit' : ''}`}
        @pointerenter=${() => act.hover(slice.name)} @pointerleave=${() => act.hover(null)}>
      <th scope="row">${slice.name}</th><td class="number">${slice.rows.toLocaleString('en')}</td>
      ${state.metrics.map((metric) => cell(metric, number(slice.name, metric)))}</tr>`;
  }
}

/** @param {number} x */
const percent = (x) => (100 * x).toFixed(1);

/**
 * @param {string} metric
 * @param {import('../state/types.js').Cell} number
 */
function cell(metric, { value, reason, lower, upper, gap }) {
  if (value === null)
    return html`<td data-metric=${metric} data-value="" data-reason=${reason ?? ''}>– <small>${words.undefinedBecause(reason ?? 'undefined')}</small></td>`;
  const interval = lower === null || upper === null ? nothing : html`<small>[${percent(lower)}, ${percent(upper)}]</small>`;
  const difference = gap?.difference === null || gap?.difference === undefined ? nothing
    : html`<small>${gap.difference > 0 ? '+' : ''}${percent(gap.difference)} pp</small>`;
  return html`<td data-metric=${metric} data-value=${String(value)}>${percent(value)} % ${interval} ${difference}</td>`;
}

customElements.define('evenhand-metrics', Metrics);

/** @type {import('../state/types.js').Panel} */
export default { id: 'metrics', title: words.panels.metrics, element: 'evenhand-metrics', place: 'main' };
