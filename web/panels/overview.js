// Findings: what the engine says a person should look at, in its words and order, each gap with a small picture of its interval; then
// what could not be judged, and why. A click shows the slice and the metric on the board.
import { css, html, LitElement, nothing, svg } from 'lit';
import { gapText } from '../charts/format.js';
import { at, scaleOf } from '../charts/scale.js';
import { copy } from '../export/save.js';
import { base } from '../style/base.js';
import { words } from '../words/en.js';
import { exportWords } from '../words/export.js';

/**
 * @typedef {import('../state/types.js').View} View
 * @typedef {import('../state/types.js').Report['findings'][number]} Finding
 * @typedef {NonNullable<import('../state/types.js').Cell['gap']>} Gap
 */

/** Gaps shown before "more" is asked for, and where the findings stand above the board. */
const FIRST = { beside: 5, above: 2, paper: 12 };

const WIDTH = 104;
const HEIGHT = 16;

/** Milliseconds that a button says what it did. */
const SAID = 4000;

const isGap = (/** @type {Finding} */ { kind }) => kind === 'gap' || kind === 'no_gap';

/** What stands open, in the engine's order: gaps, and a threshold at which there can be none. The others say what is not known. */
const standsOpen = (/** @type {Finding} */ finding) => isGap(finding) || finding.kind === 'threshold';

/** Comes with the first wish for it. */
const statement = () => import('../export/statement.js');

class Overview extends LitElement {
  static properties = { view: { attribute: false }, all: { state: true }, above: { state: true }, paper: { state: true }, said: { state: true } };
  static styles = [base, css`
    h2 { margin-bottom: 6px; } h3 { margin: 12px 0 4px; }
    .note { color: var(--eh-ink-2); font-size: 12px; margin-bottom: 8px; }
    li { margin-bottom: 6px; border-left: 3px solid var(--eh-line); }
    li.gap { border-left-color: var(--eh-line-2); } li.lit { background: var(--eh-band); }
    li .say { display: block; width: 100%; min-height: 24px; padding: 2px 8px; border: 0; background: none; color: inherit; text-align: left; line-height: 1.35; }
    li .say:disabled { color: var(--eh-ink); }
    .foot { display: flex; align-items: center; gap: 8px; padding: 0 0 0 8px; min-height: 26px; color: var(--eh-ink-2); font-size: 12px; }
    .copy { margin-left: auto; min-height: 24px; padding: 1px 8px; color: var(--eh-accent); white-space: nowrap; }
    textarea { width: 100%; min-height: 8em; font: inherit; font-size: 12px; color: inherit; background: var(--eh-paper); border: 1px solid var(--eh-line-2); }
    @media print { .copy { display: none; } }
    svg { flex: none; overflow: visible; } .zero { stroke: var(--eh-line-2); stroke-dasharray: 2 2; } .whisker { stroke: var(--eh-mark-1); stroke-width: 1.5; } circle { fill: var(--eh-mark-1); }
    summary { cursor: pointer; padding: 4px 0; color: var(--eh-ink-2); }
    .stale { opacity: .55; } .foot:has(textarea) { flex-wrap: wrap; }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    this.all = false;
    this.above = this.paper = false;
    /** @type {{rank: number, text: string, copied: boolean} | null} the finding copied last */
    this.said = null;
    this.room = matchMedia('(max-width: 900px)');
    this.placed = () => { this.above = this.room.matches; };
    this.onPrint = (/** @type {Event} */ event) => { this.paper = event.type === 'beforeprint'; };
  }

  connectedCallback() {
    super.connectedCallback();
    this.placed();
    this.room.addEventListener('change', this.placed);
    for (const name of ['beforeprint', 'afterprint']) addEventListener(name, this.onPrint);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.room.removeEventListener('change', this.placed);
    for (const name of ['beforeprint', 'afterprint']) removeEventListener(name, this.onPrint);
  }

  /**
   * While a threshold moves, findings are those of where it rested.
   * @override
   * @param {Map<string, unknown>} changed
   */
  shouldUpdate(changed) {
    const { view } = this;
    const was = /** @type {View | undefined} */ (changed.get('view'));
    return !(view?.moving && was?.moving && changed.size === 1 && was.report === view.report && was.state.hovered === view.state.hovered &&
      was.state.selected === view.state.selected);
  }

  render() {
    const { view, all } = this;
    if (!view) return nothing;
    const findings = view.report.findings.filter(({ model }) => model === null || model === view.model);
    const [shown, others] = [findings.filter(standsOpen), findings.filter((finding) => !standsOpen(finding))];
    const first = this.paper ? FIRST.paper : this.above ? FIRST.above : FIRST.beside;
    return html`<h2>${words.panels.overview}</h2>
      <p class="note">${words.findingsNote(shown.filter(({ kind }) => kind === 'gap').length, view.report.spec.level)}</p>
      ${shown.length === 0 ? html`<p class="muted">${view.edge === view.state.threshold ? words.findingsNone : words.findingsBetween}</p>` : nothing}
      <ol class=${view.moving ? 'stale' : ''}>${(all ? shown : shown.slice(0, first)).map((finding) => this.#item(view, finding))}</ol>
      ${shown.length > first ? html`<button class="quiet" aria-expanded=${all} @click=${() => { this.all = !all; }}>
        ${all ? words.findingsLess : words.findingsMore(shown.length - first)}</button>` : nothing}
      ${others.length === 0 ? nothing : html`<details><summary>${words.notJudged(others.length)}</summary>
        <ol>${others.map((finding) => this.#item(view, finding))}</ol></details>`}`;
  }

  /**
   * @param {View} view
   * @param {Finding} finding
   */
  #item(view, finding) {
    const { slice, metric, kind, text } = finding;
    const lit = slice !== null && [view.state.selected, view.state.hovered].includes(slice);
    return html`<li class=${`${kind} ${lit ? 'lit' : ''}`} data-testid="finding" data-kind=${kind} data-finding-slice=${slice ?? ''} data-finding-metric=${metric ?? ''}
        @pointerenter=${() => view.act.hover(slice)} @pointerleave=${() => view.act.hover(null)}>
      <button class="say" ?disabled=${!slice} @click=${() => slice && show(view, slice, metric)}>${withoutModel(text, view)}</button>
      ${isGap(finding) ? html`<div class="foot">${this.#picture(view, finding)}${this.#copying(view, finding)}</div>` : nothing}</li>`;
  }

  /**
   * The finding as a sentence for others. Where a page may not use the clipboard the sentence is shown, to be copied by hand.
   * @param {View} view
   * @param {Finding} finding
   */
  #copying(view, finding) {
    const said = this.said?.rank === finding.rank ? this.said : null;
    return html`<button class="quiet copy" data-testid="copy-finding" title=${exportWords.copyFindingHint} aria-label=${said?.copied ? nothing : exportWords.copyFindingHint} ?disabled=${view.moving}
        @pointerenter=${statement} @focus=${statement} @click=${() => this.#copy(view, finding)}>${said?.copied ? exportWords.findingCopied : exportWords.copyFinding}</button>
      <span class="for-readers" role="status">${said?.copied ? exportWords.findingCopied : nothing}</span>
      ${said && !said.copied ? html`<textarea readonly aria-label=${exportWords.findingShown} .value=${said.text} @focus=${(/** @type {any} */ e) => e.currentTarget.select()}></textarea>` : nothing}`;
  }

  /**
   * @param {View} view
   * @param {Finding} finding
   */
  async #copy(view, finding) {
    const { statementOf } = await statement();
    const text = await statementOf(view, finding, withoutModel(finding.text, view));
    const said = this.said = { rank: finding.rank, text, copied: await copy(text) };
    if (said.copied) setTimeout(() => { if (this.said === said) this.said = null; }, SAID);
    else await this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('textarea'))?.focus());
  }

  /**
   * @param {View} view
   * @param {Finding} finding
   */
  #picture(view, { kind, slice, metric, threshold, text }) {
    if (kind !== 'gap' || slice === null || metric === null) return nothing;
    const { gap } = view.number(slice, metric, threshold === null ? {} : { threshold });
    if (!gap || gap.difference === null || gap.difference_lower === null || gap.difference_upper === null) return nothing;
    if (!speaksOf(text, gap.difference)) return nothing;
    return html`${mark(gap.difference, gap.difference_lower, gap.difference_upper)}<span>${gapText(metric, 'difference', gap.difference)}</span>`;
  }
}

/** Two halves of a column are held against each other, not against the baseline: the picture of the gap would be of another one. */
const speaksOf = (/** @type {string} */ text, /** @type {number} */ difference) =>
  text.includes(`difference ${difference < 0 ? '-' : ''}${Math.abs(difference).toFixed(3).replace(/^0/, '')}`);

/** One model on the page: its name before each sentence would say nothing. @param {string} text @param {View} view */
const withoutModel = (text, { model }) => text.startsWith(`${model}: `) ? text.slice(model.length + 2).replace(/^./, (c) => c.toUpperCase()) : text;

/**
 * Selects the slice and brings its metric to the board.
 * @param {View} view
 * @param {string} slice
 * @param {string | null} metric
 */
function show({ state, act }, slice, metric) {
  const metrics = metric === null || state.metrics.includes(metric) ? state.metrics : [...state.metrics, metric];
  act.set({ selected: slice, metrics });
}

/** The gap's interval around no gap, over its own reach. @param {number} value @param {number} lower @param {number} upper */
function mark(value, lower, upper) {
  const reach = 1.05 * Math.max(Math.abs(lower), Math.abs(upper));
  const scale = scaleOf([-reach, reach], [0, WIDTH]);
  const [zero, dot, from, to] = [0, value, lower, upper].map((x) => at(scale, x));
  return html`<svg width=${WIDTH} height=${HEIGHT} aria-hidden="true">${svg`<path class="zero" d=${`M${zero},0v${HEIGHT}`}></path>
    <path class="whisker" d=${`M${from},${HEIGHT / 2}H${to}`}></path><circle cx=${dot} cy=${HEIGHT / 2} r="3.5"></circle>`}</svg>`;
}

customElements.define('evenhand-overview', Overview);
