// Findings: what the engine says a person should look at, in its words and order, first things first. A click selects the slice.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { words } from '../words/en.js';

/** @typedef {import('../state/types.js').View} View */

/** Findings shown before "more" is asked for. */
const FIRST = 5;

class Overview extends LitElement {
  static properties = { view: { attribute: false }, all: { state: true } };
  static styles = [base, css`
    h2 { margin-bottom: 8px; }
    li { border-left: 3px solid var(--eh-line); margin-bottom: 8px; }
    li.gap { border-left-color: var(--eh-worse); }
    li button { display: block; width: 100%; padding: 2px 8px; border: 0; background: none; text-align: left; }
    .stale { opacity: .55; }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    this.all = false;
  }

  render() {
    const { view, all } = this;
    if (!view) return nothing;
    const findings = view.report.findings.filter(({ model }) => model === null || model === view.model);
    const shown = all ? findings : findings.slice(0, FIRST);
    return html`<h2>${words.panels.overview}</h2>
      ${findings.length === 0 ? html`<p class="muted">${words.findingsNone}</p>` : nothing}
      <ol class=${view.moving ? 'stale' : ''}>${shown.map((finding) => html`<li class=${finding.kind} data-testid="finding" data-kind=${finding.kind}>
        <button @click=${() => finding.slice && view.act.select(finding.slice)} ?disabled=${!finding.slice}>${finding.text}</button></li>`)}</ol>
      ${findings.length > FIRST ? html`<button class="quiet" @click=${() => { this.all = !all; }}>
        ${all ? words.findingsLess : words.findingsMore(findings.length - FIRST)}</button>` : nothing}`;
  }
}

customElements.define('evenhand-overview', Overview);

/** @type {import('../state/types.js').Panel} */
export default { id: 'overview', title: words.panels.overview, element: 'evenhand-overview', place: 'side' };
