// Confusion: a matrix for every slice, counts and shares, small and side by side, at the threshold of the moment.
import { css, html, LitElement, nothing } from 'lit';
import { count } from '../charts/format.js';
import { matrix } from '../charts/matrix.js';
import { base } from '../style/base.js';
import { chartWords } from '../words/charts.js';

/**
 * @typedef {import('../state/types.js').View} View
 * @typedef {import('../charts/matrix.js').Of} Of
 */

const ROOM = 'confusion';

/** What shares are of. @param {View} view @returns {Of} */
const ofState = ({ state }) => /** @type {Of} */ (['columns', 'all'].find((of) => of === state.rooms[ROOM]?.of) ?? 'rows');

/** Matrices shown before more are asked for, and with each asking. */
const FIRST = 24;

export class Confusion extends LitElement {
  static properties = { view: { attribute: false }, shown: { state: true } };
  static styles = [base, css`
    .controls { display: flex; flex-wrap: wrap; gap: 4px 0; align-items: center; padding: 6px 0 12px; }
    .controls .muted { margin-right: 8px; }
    .controls button { border-radius: 0; margin-left: -1px; }
    .controls button[aria-pressed="true"] { background: var(--eh-band); border-color: var(--eh-accent); font-weight: 600; position: relative; }
    .all { display: grid; gap: 16px 20px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 226px), 1fr)); }
    article { padding: 4px 6px 8px; border-top: 2px solid var(--eh-line); min-width: 0; }
    article.baseline { border-top-color: var(--eh-ink); }
    article.lit { background: var(--eh-band); }
    article.selected { border-top-color: var(--eh-accent); }
    h3 { display: flex; gap: 8px; font-size: 13px; align-items: baseline; }
    h3 button { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: left; padding: 0; font-weight: 600; }
    h3 small { color: var(--eh-ink-2); font-weight: 400; }
    table { width: 100%; border-spacing: 2px; border-collapse: separate; table-layout: fixed; }
    thead td { width: 52px; }
    th { font-size: 11px; font-weight: 400; color: var(--eh-ink-2); text-align: center; }
    th[scope="row"] { text-align: right; padding-right: 4px; }
    tbody td { position: relative; text-align: center; height: 40px; line-height: 1.2; }
    td svg { position: absolute; inset: 0; }
    td b { position: relative; display: block; font-weight: 600; }
    td small { position: relative; font-size: 11px; color: var(--eh-ink); }
    .right rect { fill: var(--eh-mark-1); }
    .wrong rect { fill: var(--eh-mark-2); }
    .wrong b { font-style: italic; }
    .more { margin-top: 14px; }
    @media (max-width: 560px) { .all { grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr)); gap: 12px; } article { padding: 4px 0; } thead td { width: 44px; } }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    this.shown = FIRST;
  }

  /** @override */
  render() {
    const { view, shown } = this;
    if (!view) return nothing;
    const of = ofState(view);
    const { slices } = view;
    return html`<div class="controls" role="group" aria-label=${chartWords.shareOf}><span class="muted">${chartWords.shareOf}</span>
        ${/** @type {Of[]} */ (['rows', 'columns', 'all']).map((each) => html`<button aria-pressed=${each === of} @click=${() => view.act.room(ROOM, { of: each })}>${chartWords.of[each]}</button>`)}</div>
      <div class="all">${slices.slice(0, shown).map((slice) => this.#one(view, slice))}</div>
      ${slices.length > shown ? html`<button class="more" @click=${() => { this.shown += FIRST * 2; }}>${chartWords.more(slices.length - shown)}</button>` : nothing}`;
  }

  /**
   * @param {View} view
   * @param {import('../state/types.js').ReportSlice} slice
   */
  #one(view, { name, rows }) {
    const { state, number, act } = view;
    const counts = /** @type {import('../charts/matrix.js').Counts} */ (Object.fromEntries(['tp', 'fp', 'tn', 'fn'].map((key) => [key, number(name, key).value])));
    const tone = `${name === state.baseline ? 'baseline ' : ''}${state.hovered === name ? 'lit ' : ''}${state.selected === name ? 'selected' : ''}`;
    return html`<article class=${tone} data-matrix=${name} @pointerenter=${() => act.hover(name)} @pointerleave=${() => act.hover(null)}>
      <h3><button class="quiet" title=${name} aria-pressed=${state.selected === name} @click=${() => act.select(state.selected === name ? null : name)}>${name}</button>
        <small>${chartWords.n} ${count(rows)}</small></h3>${matrix(name, counts, ofState(view), state.threshold)}</article>`;
  }
}

customElements.define('evenhand-confusion', Confusion);
