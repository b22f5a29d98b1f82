// Compare: two models or two moments. A dumbbell per slice, from before to after, with the change and its interval; first a
// sentence that says how many slices surely got worse.
import { css, html, LitElement, nothing, svg } from 'lit';
import { boundText, count, gapNumber, gapText, interval, pText, readingOf, thresholdText, valueText } from '../../charts/format.js';
import { at, domainOf, scaleOf, ticksOf } from '../../charts/scale.js';
import '../../charts/tip.js';
import { base } from '../../style/base.js';
import { metricName } from '../../words/charts.js';
import { words } from '../../words/en.js';
import { changesOf, pairsOf, worstFirst } from './changes.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('./changes.js').Change} Change
 * @typedef {import('./changes.js').Pair} Pair
 * @typedef {import('../../charts/scale.js').Scale} Scale
 */

const ROOM = 'compare';
const WIDTH = 260;
const HEIGHT = 22;

class Compare extends LitElement {
  static properties = { view: { attribute: false }, changes: { state: true } };
  static styles = [base, css`
    .choices { display: flex; flex-wrap: wrap; gap: 8px 16px; margin-bottom: 8px; }
    .summary { margin-bottom: 4px; font-weight: 600; } .muted { margin-bottom: 12px; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; }
    th, td { padding: 2px 12px 2px 0; border-bottom: 1px solid var(--eh-line); text-align: left; white-space: nowrap; }
    tbody th { font-weight: 500; min-width: 13ch; max-width: 32ch; white-space: normal; overflow-wrap: anywhere; }
    tr.lit { background: var(--eh-band); }
    td small { color: var(--eh-ink-2); font-size: 12px; }
    svg { display: block; }
    .grid { stroke: var(--eh-line); } .axis { fill: var(--eh-ink-2); font-size: 11px; }
    .bar { stroke-width: 2; stroke: var(--eh-line-2); } .before { fill: var(--eh-paper); stroke: var(--eh-ink-2); stroke-width: 1.5; } .after { fill: var(--eh-ink-2); }
    .worse .bar, .worse .after { stroke: var(--eh-worse); fill: var(--eh-worse); } .better .bar, .better .after { stroke: var(--eh-better); fill: var(--eh-better); }
    .verdict-worse { color: var(--eh-worse); font-weight: 600; } .verdict-better { color: var(--eh-better); font-weight: 600; }
    .moving { opacity: .6; }
    .who { font: inherit; font-weight: 500; min-height: 24px; padding: 0 4px; margin-left: -4px; text-align: left; white-space: normal; overflow-wrap: anywhere; }
    .key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-bottom: 8px; font-size: 12px; color: var(--eh-ink-2); } .key svg { display: inline-block; margin-right: 4px; vertical-align: -1px; }
    @media (max-width: 600px) {
      table, thead, tbody { display: block; } thead th:not(.picture) { display: none; } thead tr { display: block; position: sticky; top: 0; } thead th { border: 0; padding: 0; }
      tbody tr { display: grid; grid-template-columns: auto auto minmax(0, 1fr); gap: 0 10px; padding: 6px 0; border-bottom: 1px solid var(--eh-line); align-items: baseline; }
      tbody th, td { border: 0; padding: 0; max-width: none; }
      tbody th { grid-column: 1 / -1; grid-row: 1; padding-right: 56px; } .rows { grid-column: 3; grid-row: 1; } .picture, .change { grid-column: 1 / -1; } .change { grid-row: 3; } .verdict { grid-column: 3; grid-row: 4; text-align: right; }
      .from { grid-column: 1; grid-row: 4; text-align: left; } .to { grid-column: 2; grid-row: 4; } .to::before { content: '\\2192\\00a0'; color: var(--eh-ink-2); } .change { white-space: normal; }
    }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    /** @type {Change[]} */
    this.changes = [];
    this.asked = {};
  }

  /** @param {View} view */
  #choice(view) {
    const pairs = pairsOf(view);
    const { pair, metric } = view.state.rooms[ROOM] ?? {};
    return { pairs, pair: pairs.find(({ key }) => key === pair) ?? pairs[0], metric: typeof metric === 'string' ? metric : view.state.metrics[0] };
  }

  willUpdate() {
    const { view } = this;
    if (!view || view.moving) return;
    const { pair, metric } = this.#choice(view);
    const asked = this.asked = {};
    if (pair) changesOf(view, pair, metric).then((changes) => { if (this.asked === asked && JSON.stringify(changes) !== JSON.stringify(this.changes)) this.changes = changes; });
  }

  render() {
    const { view, changes } = this;
    if (!view) return nothing;
    const { pairs, pair, metric } = this.#choice(view);
    if (!pair) return html`<p class="muted">${words.compare.none}</p>`;
    return html`${this.#choices(view, pairs, pair, metric)} ${this.#summary(changes)} ${this.#gridNote(view, pair, changes)}
      <p class="key" aria-hidden="true"><span>${key('before')}${pair.before}</span><span>${key('after')}${pair.after}</span></p>
      <div class=${`scroll ${view.moving ? 'moving' : ''}`} tabindex="0" role="region" aria-label=${words.panels.compare}>${this.#table(view, pair, metric, worstFirst(changes))}</div><evenhand-tip></evenhand-tip>`;
  }

  /**
   * @param {View} view
   * @param {Pair[]} pairs
   * @param {Pair} pair
   * @param {string} metric
   */
  #choices({ act, report }, pairs, pair, metric) {
    const metrics = pair.kind === 'models' ? [...new Set((report.comparisons ?? []).map((row) => row.metric))] : report.spec.metric;
    return html`<div class="choices">
      <label>${words.compare.with} <select data-room="pair" @change=${(/** @type {any} */ e) => act.room(ROOM, { pair: e.target.value })}>
        ${pairs.map(({ key, before, after }) => html`<option value=${key} ?selected=${key === pair.key}>${words.compare.against(after, before)}</option>`)}</select></label>
      <label>${words.compare.metric} <select data-room="metric" @change=${(/** @type {any} */ e) => act.room(ROOM, { metric: e.target.value })}>
        ${metrics.map((name) => html`<option value=${name} ?selected=${name === metric}>${metricName(name)}</option>`)}</select></label></div>`;
  }

  #tip() {
    return /** @type {import('../../charts/tip.js').Tip | null} */ (this.renderRoot.querySelector('evenhand-tip'));
  }

  /**
   * A change in words, beside its picture.
   * @param {Event} event
   * @param {Pair} pair
   * @param {string} metric
   * @param {Change} change
   */
  #tell({ currentTarget }, pair, metric, change) {
    const view = /** @type {View} */ (this.view);
    const row = /** @type {Element} */ (currentTarget).closest('tr');
    if (row && !view.moving) this.#tip()?.show(/** @type {Element} */ (row.querySelector('.picture')), [words.compare.said({ metric: metricName(metric), slice: change.slice,
      threshold: thresholdText(view.state.threshold), before: `${pair.before} ${value(metric, change.before)}`, after: `${pair.after} ${value(metric, change.after)}` }),
    change.difference === null ? words.undefinedBecause(change.reason ?? 'undefined') : words.compare.changeSaid({ change: gapText(metric, 'difference', change.difference), level: view.report.spec.level,
      p: change.p === null ? '' : pText(change.p), rows: count(change.rows), same: pair.kind === 'models', range: change.lower === null || change.upper === null ? ''
        : `${gapNumber(metric, 'difference', change.lower)} to ${gapNumber(metric, 'difference', change.upper)}` })],
    undefined, change.lower === null ? [] : [pair.kind === 'models' ? 'tango' : 'miettinen_nurminen']);
  }

  /** @param {Change[]} changes */
  #summary(changes) {
    const number = (/** @type {string} */ verdict) => changes.filter((change) => change.verdict === verdict).length;
    const plain = number('changed') > 0 || (number('worse') === 0 && number('better') === 0);
    return html`<p class="summary" data-testid="compare-summary">${plain ? words.compare.summaryPlain(number('changed'), changes.length)
      : words.compare.summary(number('worse'), number('better'), changes.length)}</p><p class="muted">${words.compare.many}</p>`;
  }

  /** Between the steps of the joint table there is a change but no interval. @param {View} view @param {Pair} pair @param {Change[]} changes */
  #gridNote({ state, act }, pair, changes) {
    if (pair.kind !== 'models' || !changes.some((change) => change.reason === 'no_joint')) return nothing;
    const near = Math.min(0.95, Math.max(0.05, Math.round(state.threshold * 20) / 20));
    return html`<p><button @click=${() => act.set({ threshold: near })}>${words.compare.grid(thresholdText(near))}</button></p>`;
  }

  /**
   * @param {View} view
   * @param {Pair} pair
   * @param {string} metric
   * @param {Change[]} changes
   */
  #table({ state, act }, pair, metric, changes) {
    const ends = changes.flatMap(({ before, after }) => [before, after]).map((value) => ({ value, lower: value, upper: value }));
    const limits = readingOf(metric).kind === 'rate' ? { floor: 0, ceiling: 1 } : {};
    const scale = scaleOf(domainOf(ends, limits), [16, WIDTH - 16]);
    return html`<table>
      <thead><tr><th scope="col">${words.slice}</th><th scope="col" class="number">${words.rows}</th><th scope="col" class="picture"><span class="for-readers">${words.compare.picture}</span>${axis(scale, metric)}</th>
        <th scope="col" title=${pair.before}>${words.compare.before}</th><th scope="col" title=${pair.after}>${words.compare.after}</th>
        <th scope="col">${words.compare.change}</th><th scope="col">${words.compare.verdict}</th></tr></thead>
      <tbody>${changes.map((change) => html`<tr data-change=${change.slice} data-verdict=${change.verdict}
          class=${[state.selected, state.hovered].includes(change.slice) ? 'lit' : ''}
          @pointerenter=${(/** @type {Event} */ e) => { act.hover(change.slice); this.#tell(e, pair, metric, change); }} @pointerleave=${() => { act.hover(null); this.#tip()?.hide(); }}
          @keydown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === '?') void this.#tip()?.explain(); if (e.key === 'Escape') this.#tip()?.hide(); }}>
        <th scope="row"><button class="quiet who" aria-pressed=${state.selected === change.slice} @focus=${(/** @type {Event} */ e) => { act.hover(change.slice); this.#tell(e, pair, metric, change); }} @blur=${() => { act.hover(null); this.#tip()?.hide(); }}
          @click=${() => act.select(state.selected === change.slice ? null : change.slice)}>${change.slice}</button></th>
        <td class="number rows">${count(change.rows)}</td><td class="picture">${dumbbell(scale, change)}</td>
        <td class="number from">${value(metric, change.before)}</td><td class="number to">${value(metric, change.after)}</td>
        <td class="change">${changeText(metric, change)}</td><td class=${`verdict verdict-${change.verdict}`}>${words.compare[change.verdict]}</td></tr>`)}</tbody></table>`;
  }
}

/** @param {string} metric @param {number | null} number */
const value = (metric, number) => number === null ? '–' : valueText(metric, number);

/** @param {string} metric @param {Change} change */
function changeText(metric, { difference, lower, upper, p, reason }) {
  if (difference === null) return html`– <small>${words.undefinedBecause(reason ?? 'undefined')}</small>`;
  const range = lower === null || upper === null ? nothing
    : html`<small>${interval(gapNumber(metric, 'difference', lower), gapNumber(metric, 'difference', upper))}${p === null ? '' : `, ${pText(p)}`}</small>`;
  return html`<span data-value=${String(difference)}>${gapText(metric, 'difference', difference)}</span> ${range}`;
}

/** @param {'before' | 'after'} end */
const key = (end) => html`<svg width="10" height="10">${svg`<circle class=${end} cx="5" cy="5" r="4"></circle>`}</svg>`;

/** @param {Scale} scale @param {string} metric */
const axis = (scale, metric) => html`<svg width=${WIDTH} height="18" aria-hidden="true">${ticksOf(scale, 4).map((tick) =>
  svg`<text class="axis" x=${at(scale, tick)} y="14" text-anchor="middle">${boundText(metric, tick).replace(/\.0+$/, '')}</text>`)}</svg>`;

/** @param {Scale} scale @param {Change} change */
function dumbbell(scale, { before, after, verdict }) {
  const middle = HEIGHT / 2;
  const grid = ticksOf(scale, 4).map((tick) => svg`<line class="grid" x1=${at(scale, tick)} x2=${at(scale, tick)} y1="0" y2=${HEIGHT}></line>`);
  const [from, to] = [before, after].map((end) => end === null ? null : at(scale, end));
  return html`<svg width=${WIDTH} height=${HEIGHT} class=${verdict} aria-hidden="true">${grid}
    ${from === null || to === null ? nothing : svg`<line class="bar" x1=${from} x2=${to} y1=${middle} y2=${middle}></line>`}
    ${from === null ? nothing : svg`<circle class="before" cx=${from} cy=${middle} r="4"></circle>`}
    ${to === null ? nothing : svg`<circle class="after" cx=${to} cy=${middle} r="4.5"></circle>`}</svg>`;
}

customElements.define('evenhand-compare', Compare);
