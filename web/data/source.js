// <evenhand-source>: what is open, in the header: its name, how much of it was counted, what that costs in memory, and the ways to
// correct the columns, to compare with a second file, to close.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { data as words } from '../words/data.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Report} Report
 */

class Source extends LitElement {
  static properties = { state: { attribute: false }, report: { attribute: false }, bytes: { type: Number }, intake: { attribute: false } };
  static styles = [base, css`
    :host { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 12px; min-width: 0; }
    .name { font-weight: 600; overflow-wrap: anywhere; }
    .facts { font-size: 13px; color: var(--eh-ink-2); }
    .acts { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; }
    .acts button, .choose { min-height: 26px; padding: 1px 8px; font-size: 13px; border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); cursor: pointer; }
    .choose { position: relative; overflow: hidden; display: inline-flex; align-items: center; } .choose:hover { background: var(--eh-paper-2); }
    .choose:focus-within { outline: 2px solid var(--eh-focus); outline-offset: 1px; }
    @media print { .acts { display: none; } }
    .choose input { position: absolute; inset: 0; opacity: 0; cursor: pointer; width: 100%; }
  `];

  constructor() {
    super();
    /** @type {State | undefined} */
    this.state = undefined;
    /** @type {Report | null} */
    this.report = null;
    this.bytes = 0;
    /** @type {import('./intake.js').Intake | undefined} */
    this.intake = undefined;
  }

  render() {
    const { state, intake } = this;
    if (!state?.source || !intake) return nothing;
    const { source, other } = state;
    return html`<span class="name">${source.name}</span>${other ? html`<span class="muted">${words.versus}</span><span class="name">${other.name}</span>` : nothing}
      <span class="facts" data-testid="source-facts">${this.#facts().join(' · ')}</span>
      <span class="acts">
        ${source.kind === 'table' ? html`<button data-testid="remap" title=${words.columnsHint} @click=${() => intake.again('source')}>${words.columns}</button>` : nothing}
        ${other ? html`<button data-testid="drop-other" @click=${() => intake.dropOther()}>${words.dropOtherFile}</button>`
          : html`<label class="choose" title=${words.compareHint}>${words.compareWith}<input type="file" data-testid="compare-input" @change=${this.#chosen}></label>`}
      </span>`;
  }

  #facts() {
    const { state, report, bytes } = this;
    if (state?.source?.kind === 'report') return [words.asReport];
    if (!report) return [];
    const { rows, rows_skipped: skipped } = report.input ?? {};
    const bits = Number(report.spec.score_bits);
    return [...(rows === undefined ? [] : [words.rowsRead(rows)]), ...(skipped ? [words.rowsSkipped(skipped)] : []),
      ...(bytes > 0 ? [words.memory(bytes)] : []), ...(Number.isFinite(bits) ? [words.bitsOf(bits)] : [])];
  }

  /** @param {Event} event */
  #chosen({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    const files = [...(input.files ?? [])];
    input.value = '';
    this.intake?.take(files, { as: 'other' });
  }
}

customElements.define('evenhand-source', Source);
