// <evenhand-start>: the page before anything is open: choose a file, paste a table, or try the example.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { data as words } from '../words/data.js';
import { address, EXAMPLE } from './example.js';

class Start extends LitElement {
  static properties = { intake: { attribute: false }, waits: {}, looking: {}, pasting: { state: true } };
  static styles = [base, css`
    :host { display: grid; justify-items: center; align-content: center; min-height: calc(100vh - 120px); padding: 24px 0; }
    .all { width: min(100%, 680px); display: grid; gap: 20px; }
    h2 { font-size: clamp(1.3rem, 4vw, 1.75rem); line-height: 1.15; letter-spacing: -.02em; font-weight: 700; text-wrap: balance; }
    .lead { font-size: 16px; max-width: 60ch; }
    .zone { display: grid; gap: 10px; justify-items: center; text-align: center; padding: 32px 16px; border: 1.5px dashed var(--eh-line-2); border-radius: 8px; background: var(--eh-paper-2); }
    .zone:focus-within { border-color: var(--eh-focus); }
    .choose { display: inline-block; position: relative; padding: 8px 20px; border-radius: var(--eh-radius); background: var(--eh-accent); color: var(--eh-accent-ink); font-weight: 600; cursor: pointer; }
    .choose:focus-within { outline: 2px solid var(--eh-focus); outline-offset: 2px; }
    .choose input { position: absolute; inset: 0; width: 100%; min-height: 0; opacity: 0; cursor: pointer; padding: 0; border: 0; }
    .kinds { font-size: 13px; }
    .ways { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
    .note { font-size: 13px; }
    .paste { display: grid; gap: 8px; }
    textarea { width: 100%; min-height: 120px; font: 13px/1.4 ui-monospace, monospace; color: inherit; background: var(--eh-paper); border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); padding: 8px; resize: vertical; }
    .needs { border-top: 1px solid var(--eh-line); padding-top: 16px; }
    dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 8px 0 0; }
    dt { font-weight: 600; } dd { margin: 0; color: var(--eh-ink-2); }
    .waits { border-left: 3px solid var(--eh-accent); padding-left: 12px; overflow-wrap: anywhere; }
    @media (max-width: 480px) { :host { align-content: start; } .zone { padding: 24px 12px; } }
  `];

  constructor() {
    super();
    /** @type {import('./intake.js').Intake | undefined} */
    this.intake = undefined;
    /** Name of the file that a link speaks of; '' = none */
    this.waits = '';
    this.looking = '';
    this.pasting = false;
  }

  render() {
    return html`<div class="all">
      <h2>${words.headline}</h2>
      <p class="lead muted">${words.lead}</p>
      ${this.waits ? html`<p class="waits">${words.linkWaits(this.waits)}</p>` : nothing}
      <div class="zone">
        <label class="choose">${words.choose}<input type="file" multiple data-testid="file-input" @change=${this.#chosen}></label>
        <span>${this.looking ? words.looking(this.looking) : words.dropHere}</span>
        <span class="kinds muted">${words.kinds}</span>
      </div>
      ${address ? html`<div class="ways">
        <button data-testid="example" @click=${this.#example}>${words.example}</button><span class="note muted">${words.exampleNote}</span>
      </div>` : nothing}
      <div class="ways">
        <button data-testid="paste" aria-expanded=${this.pasting} @click=${this.#openPaste}>${words.paste}</button><span class="note muted">${words.pasteHint}</span>
      </div>
      ${this.pasting ? html`<form class="paste" @submit=${this.#pasted}>
        <textarea data-testid="paste-text" aria-label=${words.paste} spellcheck="false" @paste=${(/** @type {Event} */ e) => e.stopPropagation()}></textarea>
        <div><button class="primary" data-testid="paste-use">${words.pasteUse}</button></div></form>` : nothing}
      <section class="needs"><h3>${words.needs}</h3><dl>${words.needsRows.map(([name, what]) => html`<dt>${name}</dt><dd>${what}</dd>`)}</dl></section>
    </div>`;
  }

  /** @param {Event} event */
  #chosen({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    const files = [...(input.files ?? [])];
    input.value = ''; // the same file may be chosen again
    this.intake?.take(files);
  }

  async #example() {
    await this.intake?.offer(new URL(address, document.baseURI), { name: words.exampleName, address, spec: EXAMPLE, sure: true });
  }

  async #openPaste() {
    this.pasting = !this.pasting;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('textarea'))?.focus();
  }

  /** @param {Event} event */
  #pasted(event) {
    event.preventDefault();
    const { value } = /** @type {HTMLTextAreaElement} */ (this.renderRoot.querySelector('textarea'));
    if (value.trim()) this.intake?.take([new File([value], words.pasteName)]);
  }
}

customElements.define('evenhand-start', Start);
