// The columns of the board: which numbers a card's axis must hold, the axis itself, and the header with its sort, explanation and
// removal. An axis fits the slices that are shown; while a threshold moves it only grows.
import { html, svg } from 'lit';
import { boundText, readingOf } from '../../charts/format.js';
import { at, domainOf, grown, scaleOf, ticksOf } from '../../charts/scale.js';
import { chartWords, metricName } from '../../words/charts.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('./say.js').Card} Card
 */

/** Pixels left free at both ends of an axis: a dot at the end is whole. */
const PAD = 5;

/** Where a line is that is not to be seen. */
const AWAY = '-9999';

/** Pixels that a tick's label needs. */
const LABEL = 38;

/** Slices that decide an axis; of more, evenly many are asked. */
const ASKED = 400;

/** @param {string} metric */
function limitsOf(metric) {
  const { kind } = readingOf(metric);
  return kind === 'rate' || kind === 'score' ? { floor: 0, ceiling: 1 } : kind === 'count' ? { floor: 0, zero: true } : {};
}

/** Axes by metric, kept from frame to frame. */
export class Axes {
  /** @type {Map<string, readonly [number, number]>} */
  #domains = new Map();

  /**
   * @param {View} view
   * @param {{width: number, full: boolean, inSight: readonly string[]}} how width of a mark in pixels; inSight: slices drawn now
   * @returns {Card[]}
   */
  cards(view, { width, full, inSight }) {
    const { state, moving } = view;
    const names = moving ? inSight : sample(view.slices.map(({ name }) => name));
    return state.metrics.map((metric) => {
      const was = this.#domains.get(metric);
      /** @type {readonly [number, number]} */
      let now = this.#fit(view, metric, names, full);
      if (moving && was) now = grown(was, now, limitsOf(metric));
      this.#domains.set(metric, now);
      const baseline = state.baseline === 'complement' ? null : view.number(state.baseline, metric).value;
      return { metric, scale: scaleOf(now, [PAD, Math.max(width - PAD, PAD + 1)]), baseline };
    });
  }

  /**
   * @param {View} view
   * @param {string} metric
   * @param {readonly string[]} names
   * @param {boolean} full
   * @returns {[number, number]}
   */
  #fit({ state, number }, metric, names, full) {
    const limits = limitsOf(metric);
    if (full && 'ceiling' in limits) return [0, 1];
    const cells = names.map((name) => number(name, metric));
    const base = state.baseline === 'complement' ? [] : [number(state.baseline, metric)];
    const pins = state.pinned.flatMap((threshold) => names.slice(0, 60).map((name) => ({ ...number(name, metric, { threshold }), lower: null, upper: null })));
    return domainOf([...cells, ...base, ...pins], { ...limits, ...(state.marks === 'bars' ? { zero: true } : {}) });
  }
}

/** @param {readonly string[]} names */
function sample(names) {
  if (names.length <= ASKED) return names;
  const step = names.length / ASKED;
  return Array.from({ length: ASKED }, (_, i) => names[Math.floor(i * step)]);
}

/**
 * Hairlines at the ticks and the baseline line, behind all rows of a card.
 * @param {Card} card
 */
export const linesOf = ({ scale, baseline }) => html`<div class="cell"><svg class="mark" aria-hidden="true">
  ${ticksOf(scale, 3).map((tick) => svg`<line class="tick" x1=${at(scale, tick)} x2=${at(scale, tick)} y1="0" y2="100%"></line>`)}
  <line class="baseline" x1=${lineAt(scale, baseline)} x2=${lineAt(scale, baseline)} y1="0" y2="100%"></line></svg></div>`;

/**
 * @param {Card['scale']} scale
 * @param {number | null} value
 */
export const lineAt = (scale, value) => value === null || !Number.isFinite(value) ? AWAY : at(scale, value).toFixed(1);

/** @param {Card} card */
function axis({ metric, scale }) {
  const shown = labelled(ticksOf(scale, 3), Math.max(2, Math.floor((scale.end - scale.start) / LABEL)));
  const edge = (/** @type {number} */ tick) => at(scale, tick) < scale.start + 12 ? 'start' : at(scale, tick) > scale.end - 12 ? 'end' : 'middle';
  return html`<svg class="mark axis" aria-hidden="true">${shown.map((tick) => svg`
    <text x=${edge(tick) === 'start' ? scale.start - PAD : edge(tick) === 'end' ? scale.end + PAD : at(scale, tick)} y="11" text-anchor=${edge(tick)}>${tickText(metric, tick)}</text>
    <line x1=${at(scale, tick)} x2=${at(scale, tick)} y1="14" y2="18"></line>`)}</svg>`;
}

/**
 * At most so many of the ticks, evenly, the first among them and the last where that is even.
 * @param {number[]} ticks
 * @param {number} most
 */
function labelled(ticks, most) {
  const gaps = ticks.length - 1;
  let step = 1;
  while (gaps / step + 1 > most && step < gaps) step++;
  while (gaps % step !== 0) step++;
  return ticks.filter((_, i) => i % step === 0);
}

/** @param {string} metric @param {number} tick */
const tickText = (metric, tick) => boundText(metric, tick).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/**
 * @param {View} view
 * @param {Card} card
 * @param {{explain: (metric: string, anchor: HTMLElement) => void}} on
 */
export function header(view, card, on) {
  const { state, act } = view;
  const { metric } = card;
  const name = metricName(metric);
  return html`<div role="columnheader" class="card" aria-sort=${sortOf(state.sort, metric, state.metrics)}>
    <div class="title"><span title=${name}>${name}</span>
      <button class="quiet icon" aria-label=${chartWords.explain(name)} @click=${(/** @type {any} */ e) => on.explain(metric, e.currentTarget)}>?</button>
      <button class="quiet icon" aria-label=${chartWords.remove(name)}
        @click=${() => act.set({ metrics: state.metrics.filter((other) => other !== metric) })}>\u00d7</button></div>
    <div class="cell">${sortButton(view, 'value', metric, chartWords.value, `${name}, ${chartWords.value}`)}${axis(card)}
      ${sortButton(view, 'gap', metric, chartWords.gap[state.gap], `${name}, ${chartWords.gap[state.gap]}`)}</div></div>`;
}

/**
 * @param {View['state']['sort']} sort
 * @param {string} metric
 * @param {readonly string[]} metrics
 */
const sortOf = (sort, metric, metrics) => ['gap', 'value'].includes(sort.by) && (sort.metric ?? metrics[0]) === metric
  ? sort.descending ? 'descending' : 'ascending' : 'none';

/**
 * A header that sorts: a second press turns the order around.
 * @param {View} view
 * @param {View['state']['sort']['by']} by
 * @param {string | null} metric
 * @param {string} text
 * @param {string} what in words
 */
export function sortButton({ state, act }, by, metric, text, what) {
  const { sort, metrics } = state;
  const on = sort.by === by && (metric === null || (sort.metric ?? metrics[0]) === metric);
  const descending = on ? !sort.descending : by !== 'name';
  return html`<button class=${`quiet sort${metric === null ? '' : ` ${by}`}${on ? ' on' : ''}`} aria-label=${`${chartWords.sortBy(what)}${on ? `, ${chartWords.sorted(sort.descending)}` : ''}`}
    @click=${() => act.set({ sort: { by, metric, descending } })}>${text}<span aria-hidden="true">${on ? sort.descending ? '\u2193' : '\u2191' : ''}</span></button>`;
}
