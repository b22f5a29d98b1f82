// Curves: ROC, precision-recall, calibration and score distributions of the traced slices, all with the current threshold as a mark
// that can be dragged. The curves come from one audit and stay; the marks on them follow the threshold of the moment.
import { html, LitElement, nothing } from 'lit';
import '../charts/plot.js';
import { percentNumber, thresholdText } from '../charts/format.js';
import { base } from '../style/base.js';
import { chartWords, metricName } from '../words/charts.js';
import { words } from '../words/en.js';
import { picks } from './curves/picks.js';
import { pair, spread, topOf } from './curves/spread.js';
import { curvesStyle } from './curves/style.js';
import { tables } from './curves/tables.js';
import { tracedOf } from './curves/traced.js';

/**
 * @typedef {import('../state/types.js').View} View
 * @typedef {import('../state/types.js').ReportCurve} ReportCurve
 * @typedef {import('./curves/traced.js').Traced} Traced
 * @typedef {import('./curves/spread.js').Known} Known
 * @typedef {import('../charts/plot.js').Series} Series
 */

/** @param {number} value */
const percent = (value) => percentNumber(value).replace(/\.0$/, '');

/** @param {string} words */
const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** @param {string} label @param {readonly [number, number]} [domain] @returns {import('../charts/plot.js').Axis} */
const shareAxis = (label, domain = [0, 1]) => ({ label: `${label}, %`, domain, format: percent });

/** Drawn as one with its points; kept while the report is the same. @type {WeakMap<ReportCurve, {points: [number, number, number][], band: [number, number, number][]}>} */
const reliabilities = new WeakMap();

/** @param {ReportCurve} curve */
function reliabilityOf(curve) {
  const known = reliabilities.get(curve);
  if (known) return known;
  const bins = curve.reliability.filter(({ mean_score: s, mean_label: l }) => s !== null && l !== null);
  const made = { points: bins.map((b) => /** @type {[number, number, number]} */ ([b.mean_score, b.mean_score, b.mean_label])),
    band: bins.map((b) => /** @type {[number, number, number]} */ ([b.mean_score, b.label_lower ?? b.mean_label, b.label_upper ?? b.mean_label])) };
  reliabilities.set(curve, made);
  return made;
}

export class Curves extends LitElement {
  static properties = { view: { attribute: false }, curves: { state: true }, width: { state: true }, read: { state: true }, wrong: { state: true } };
  static styles = [base, curvesStyle];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    /** @type {Map<string, ReportCurve | null>} by slice; what is not there is on its way */
    this.curves = new Map();
    /** What `curves` are of. */
    this.key = '';
    this.width = 0;
    /** The tables are open. */
    this.read = false;
    /** Distances of two slices, by their names. @type {Map<string, Awaited<ReturnType<View['distance']>> | undefined>} */
    this.distances = new Map();
    /** Why there are no curves, in words; '' = they come. */
    this.wrong = '';
    this.onPrint = () => { this.width = this.clientWidth; };
    this.sizes = new ResizeObserver(([entry]) => { this.width = Math.floor(entry.contentRect.width); });
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.sizes.observe(this);
    addEventListener('beforeprint', this.onPrint);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
    removeEventListener('beforeprint', this.onPrint);
  }

  /** @override */
  willUpdate() {
    const { view } = this;
    if (!view || view.moving) return;
    const key = JSON.stringify([view.state.source?.id, view.state.spec, view.model]);
    if (key !== this.key) [this.key, this.curves, this.distances, this.wrong] = [key, new Map(), new Map(), ''];
    for (const { name } of tracedOf(view)) if (!this.curves.has(name)) this.#fetch(view, name, key);
  }

  /**
   * @param {View} view
   * @param {string} name
   * @param {string} key
   */
  async #fetch(view, name, key) {
    const asked = view.curves(name);
    this.curves.set(name, null);
    const [curve, wrong] = await asked.then((found) => [found, found ? '' : chartWords.curvesNone], (error) => [null, error.message]);
    if (key !== this.key) return;
    this.curves = new Map(this.curves).set(name, curve);
    this.wrong = wrong;
  }

  /** @override */
  render() {
    const { view, curves } = this;
    if (!view) return nothing;
    const traced = tracedOf(view);
    const known = traced.flatMap((one) => { const curve = curves.get(one.name); return curve ? [{ ...one, curve }] : []; });
    return html`${picks(view, traced)}
      ${known.length === 0 ? html`<p class="muted" role="status">${this.wrong || chartWords.curvesComing}</p>` : html`
      <div class="plots">
        ${this.#plot(view, known, 'roc', chartWords.roc, 'fpr', 'tpr')}
        ${this.#plot(view, known, 'pr', chartWords.pr, 'tpr', 'ppv')}
        ${this.#calibration(view, known)}
      </div>
      ${this.#spreads(view, known)}
      ${tables(view, known, this.read, (open) => { this.read = open; })}`}`;
  }

  /**
   * From the counts, once they have told.
   * @param {View} view
   * @param {string} first
   * @param {string} second
   */
  #distance(view, first, second) {
    const key = JSON.stringify([first, second]);
    const { distances } = this;
    if (!distances.has(key) && !view.moving) {
      distances.set(key, undefined);
      view.distance(first, second).then((found) => { distances.set(key, found); this.requestUpdate(); }, () => {});
    }
    return distances.get(key);
  }

  /** @param {View} view */
  #on(view) {
    return { light: (/** @type {CustomEvent} */ e) => view.act.hover(e.detail), threshold: (/** @type {CustomEvent} */ e) => view.act.threshold(e.detail),
      settle: () => view.act.commit() };
  }

  /** @param {View} view @param {Known} first */
  #threshold({ state }, first) {
    const { edge } = first.curve.score_distribution;
    const [low, high] = [edge[0], edge[edge.length - 1]];
    return { value: state.threshold, low, high, step: Number(((high - low) / 100).toPrecision(2)), text: thresholdText(state.threshold) };
  }

  /**
   * @param {View} view
   * @param {readonly Known[]} known
   * @param {'roc' | 'pr'} kind
   * @param {string} title
   * @param {string} xMetric
   * @param {string} yMetric
   */
  #plot(view, known, kind, title, xMetric, yMetric) {
    const on = this.#on(view);
    const place = (/** @type {string} */ name, /** @type {number} */ threshold) => {
      const [x, y] = [xMetric, yMetric].map((metric) => view.number(name, metric, { threshold }).value);
      return x === null || y === null ? null : /** @type {const} */ ([x, y]);
    };
    /** @type {Series[]} */
    const series = known.filter(({ curve }) => curve[kind].length > 1).map(({ name, color, curve }) => ({ key: name, name, color, points: curve[kind],
      mark: place(name, view.state.threshold), pins: view.state.pinned.map((t) => place(name, t)) }));
    if (series.length === 0) return html`<section><h3>${title}</h3>${this.#missing(known, kind === 'roc' ? 'roc_reason' : 'pr_reason')}</section>`;
    return html`<section><h3>${title}</h3>
      <evenhand-plot data-testid=${kind} .label=${chartWords.plotOf(title, series.map(({ name }) => name))} .series=${series} .diagonal=${kind === 'roc'}
        .x=${shareAxis(metricName(xMetric))} .y=${shareAxis(metricName(yMetric))} .lit=${view.state.hovered} .threshold=${this.#threshold(view, known[0])}
        @light=${on.light} @threshold=${on.threshold} @settle=${on.settle}></evenhand-plot>
      ${this.#missing(known, kind === 'roc' ? 'roc_reason' : 'pr_reason')}</section>`;
  }

  /**
   * @param {View} view
   * @param {readonly Known[]} known
   */
  #calibration(view, known) {
    const on = this.#on(view);
    /** @type {Series[]} */
    const series = known.filter(({ curve }) => curve.reliability.length > 0).map(({ name, color, curve }) => {
      const { points, band } = reliabilityOf(curve);
      return { key: name, name, color, points, band, dots: true };
    });
    if (series.length === 0) return html`<section><h3>${chartWords.calibration}</h3>${this.#missing(known, 'reliability_reason')}</section>`;
    return html`<section><h3>${chartWords.calibration}</h3>
      <evenhand-plot data-testid="calibration" .label=${chartWords.plotOf(chartWords.calibration, series.map(({ name }) => name))} .series=${series} .diagonal=${true} .rule=${true}
        .x=${shareAxis(metricName('mean_score'))} .y=${shareAxis(chartWords.observed)} .lit=${view.state.hovered} .threshold=${this.#threshold(view, known[0])}
        @light=${on.light} @threshold=${on.threshold} @settle=${on.settle}></evenhand-plot>
      ${this.#missing(known, 'reliability_reason')}</section>`;
  }

  /**
   * @param {readonly Known[]} known
   * @param {'roc_reason' | 'pr_reason' | 'reliability_reason'} which
   */
  #missing(known, which) {
    const lacking = known.filter(({ curve }) => curve[which] !== null);
    const reasons = [...new Set(lacking.map(({ curve }) => curve[which] ?? ''))];
    return lacking.length === 0 ? nothing : html`<p class="muted">${reasons.map((reason) => html`${lacking.length === known.length && reasons.length === 1 ? nothing
      : html`${lacking.filter(({ curve }) => curve[which] === reason).map(({ name }) => name).join(', ')}: `}${sentence(words.undefinedBecause(reason))} `)}</p>`;
  }

  /**
   * @param {View} view
   * @param {readonly Known[]} known
   */
  #spreads(view, known) {
    /** @type {import('./curves/spread.js').Side} */
    const chosen = view.state.rooms.curves?.side === 'positives' ? 'positives' : 'negatives';
    const columns = Math.max(1, Math.floor((this.width + 16) / 300));
    const width = Math.floor((this.width - 16 * (columns - 1)) / columns);
    const top = topOf(known);
    const other = known.find(({ name }) => name === (view.state.hovered ?? view.state.selected) && name !== known[0].name) ?? known[1];
    return html`<section><h3>${chartWords.spreads}</h3><p class="muted">${chartWords.spreadsHow}</p>
        <div class=${`spreads columns-${Math.min(columns, 4)}`}>${known.map((one, i) => spread(view, one, i, width, top))}</div></section>
      ${other ? html`<section><h3>${chartWords.pairTitle(known[0].name, other.name)}</h3>
        <p role="group" aria-label=${chartWords.label}>${/** @type {const} */ (['negatives', 'positives']).map((side) => html`<button class="side" aria-pressed=${side === chosen}
          @click=${() => view.act.room('curves', { side })}>${chartWords.sides[side]}</button>`)}</p>
        ${pair(view, [known[0], other], chosen, Math.min(this.width, 720), this.#distance(view, known[0].name, other.name))}</section>` : nothing}`;
  }
}

customElements.define('evenhand-curves', Curves);
