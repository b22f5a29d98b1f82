// What stands above the board: search, column, order, small slices, metrics, and how marks look. Native controls throughout.
import { html, nothing } from 'lit';
import { chartWords, metricName } from '../../words/charts.js';
import { metricNames } from '../../words/en.js';
import { columnsOf } from './items.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('../../state/types.js').State} State
 */

/** Metrics in the order of the picker. @type {[string, string[]][]} */
const FAMILIES = [
  ['rates', ['selection_rate', 'fpr', 'fnr', 'tpr', 'tnr']], ['predictive', ['ppv', 'npv', 'fdr', 'for', 'accuracy', 'balanced_accuracy', 'f1']],
  ['ranking', ['roc_auc', 'pr_auc', 'pr_auc_trapezoid', 'pr_auc_davis_goadrich']],
  ['calibration', ['calibration_ratio', 'ece', 'ece_debiased', 'brier', 'log_loss', 'mean_score', 'mean_label', 'prevalence']],
  ['counts', ['tp', 'fp', 'tn', 'fn']],
];

/** @param {View} view */
export function pickable({ audit, report, state }) {
  const known = new Set(audit ? Object.keys(metricNames) : report.results.map(({ metric }) => metric));
  const listed = FAMILIES.map(([family, names]) => /** @type {[string, string[]]} */ ([family, names.filter((name) => known.has(name))]));
  const all = new Set(FAMILIES.flatMap(([, names]) => names));
  const others = [...new Set([...known, ...state.metrics])].filter((name) => !all.has(name) && name !== 'rows');
  return [...listed, /** @type {[string, string[]]} */ (['others', others])].filter(([, names]) => names.length > 0);
}

/** @param {State} state @param {string} metric */
const toggled = ({ metrics }, metric) => metrics.includes(metric) ? metrics.filter((other) => other !== metric) : [...metrics, metric];

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;

/** @param {View} view */
function picker(view) {
  const { state, act } = view;
  return html`<button data-testid="metric-picker" popovertarget="metric-list" aria-haspopup="dialog">${chartWords.metricsOf(state.metrics.length)}</button>
    <div id="metric-list" popover role="dialog" aria-label=${chartWords.metrics} @toggle=${placed}>
      ${pickable(view).map(([family, names]) => html`<fieldset><legend>${chartWords.families[/** @type {keyof typeof chartWords.families} */ (family)]}</legend>
        ${names.map((metric) => html`<label><input type="checkbox" value=${metric} .checked=${state.metrics.includes(metric)}
          @change=${() => act.set({ metrics: toggled(state, metric) })}>${metricName(metric)}</label>`)}</fieldset>`)}</div>`;
}

/** @param {View} view */
const recut = (view) => html`<button data-testid="recut" popovertarget="recut-list" aria-haspopup="dialog">${chartWords.recut}</button>
  <div id="recut-list" popover role="dialog" aria-label=${chartWords.recutLabel} @toggle=${(/** @type {Event} */ event) => {
    placed(event);
    const list = /** @type {HTMLElement} */ (event.currentTarget);
    if (list.matches(':popover-open')) import('./recut.js').then(() => /** @type {import('./recut.js').Recut} */ (list.firstElementChild).ask());
  }}><evenhand-recut .view=${view}></evenhand-recut></div>`;

/** Puts a list under the button that opened it. @param {Event} event */
function placed(event) {
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const button = list.previousElementSibling?.getBoundingClientRect();
  if (!button || !list.matches(':popover-open')) return;
  list.style.left = `${Math.max(8, Math.min(button.left, innerWidth - list.offsetWidth - 8))}px`;
  list.style.top = `${Math.max(8, Math.min(button.bottom + 4, innerHeight - list.offsetHeight - 8))}px`;
}

/** @param {State} state */
const sortKey = ({ sort, metrics }) => ['gap', 'value'].includes(sort.by) ? `${sort.by}:${sort.metric ?? metrics[0] ?? ''}` : sort.by;

/** @param {View} view */
function sorting({ state, act }) {
  const choose = (/** @type {Event} */ event) => {
    const [by, ...metric] = valueOf(event).split(':');
    act.set({ sort: { by: /** @type {State['sort']['by']} */ (by), metric: metric.length ? metric.join(':') : null, descending: by !== 'name' } });
  };
  const now = sortKey(state);
  const option = (/** @type {string} */ value, /** @type {string} */ text) => html`<option value=${value} ?selected=${value === now}>${text}</option>`;
  return html`<span class="pair"><label>${chartWords.sortLabel} <select data-testid="sort-select" .value=${now} @change=${choose}>
      ${state.metrics.map((metric) => option(`gap:${metric}`, `${chartWords.gap[state.gap]}: ${metricName(metric)}`))}
      ${state.metrics.map((metric) => option(`value:${metric}`, `${chartWords.value}: ${metricName(metric)}`))}
      ${option('n', chartWords.n)}${option('name', chartWords.slice)}</select></label>
    <button class="quiet" aria-label=${chartWords.sorted(state.sort.descending)} title=${chartWords.sorted(state.sort.descending)}
      @click=${() => act.set({ sort: { ...state.sort, descending: !state.sort.descending } })}>${state.sort.descending ? '\u2193' : '\u2191'}</button></span>`;
}

/** @param {View} view */
function seldom({ state, act }) {
  const toggle = (/** @type {string} */ text, /** @type {boolean} */ on, /** @type {() => void} */ press) =>
    html`<label class="check"><input type="checkbox" .checked=${on} @change=${press}>${text}</label>`;
  return html`<label>${chartWords.hideBelow} <input type="number" min="0" step="1" data-testid="hide-below" .value=${String(state.hideBelow)}
      @change=${(/** @type {any} */ e) => act.set({ hideBelow: Math.max(0, Math.floor(e.currentTarget.valueAsNumber || 0)) })}> ${chartWords.hideBelowRows}</label>
    ${toggle(chartWords.grouped, state.grouped, () => act.set({ grouped: !state.grouped }))}
    ${toggle(chartWords.bars, state.marks === 'bars', () => act.set({ marks: state.marks === 'bars' ? 'dots' : 'bars' }))}
    ${toggle(chartWords.full, state.axis === 'full', () => act.set({ axis: state.axis === 'full' ? 'fit' : 'full' }))}`;
}

/**
 * @param {View} view
 * @param {boolean} folded what is changed seldom stands behind a word
 */
export function controls(view, folded) {
  const { state, act, allSlices, slices } = view;
  const columns = columnsOf(allSlices);
  return html`<div class="controls">
    <input type="search" data-testid="search" aria-label=${chartWords.search} placeholder=${chartWords.search} .value=${state.search}
      @input=${(/** @type {Event} */ e) => act.live({ search: valueOf(e) })} @change=${() => act.commit()}>
    ${columns.length > 1 ? html`<label>${chartWords.columnLabel} <select data-testid="column-select" .value=${state.column ?? ''}
      @change=${(/** @type {Event} */ e) => act.set({ column: valueOf(e) || null })}>
      <option value="" ?selected=${state.column === null}>${chartWords.allColumns}</option>
      ${columns.map((column) => html`<option value=${column} ?selected=${column === state.column}>${column.replaceAll('*', ' \u00d7 ')}</option>`)}</select></label>` : nothing}
    ${picker(view)}
    ${view.audit ? recut(view) : nothing}
    ${sorting(view)}
    ${folded ? html`<details><summary>${chartWords.options}</summary><div class="controls">${seldom(view)}</div></details>` : seldom(view)}
    <span class="count" role="status">${chartWords.shown(slices.length, allSlices.length)}</span></div>`;
}
