// <evenhand-menu>: a button that opens a list of things to do, as menus of programs are: arrow keys, Home and End, Escape back to the
// button, a click elsewhere closes. Used by the two menus of this folder.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';

/**
 * @typedef {object} Item
 * @property {string} id also its data-testid
 * @property {string} text
 * @property {string} [hint] a line below it
 * @property {() => unknown} act what it does; a promise may tell its result in words
 */

export class Menu extends LitElement {
  static properties = { label: {}, items: { attribute: false }, open: { state: true }, said: { state: true } };
  static styles = [base, css`
    :host { display: inline-block; position: relative; }
    .list { position: absolute; z-index: 20; top: calc(100% + 4px); right: 0; width: max-content; max-width: min(320px, 90vw); padding: 4px;
      border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); background: var(--eh-paper); box-shadow: 0 4px 16px rgb(0 0 0 / .16); }
    .list button { display: block; width: 100%; border: 0; text-align: left; }
    .list button:focus-visible { outline-offset: -2px; }
    small { display: block; color: var(--eh-ink-2); font-size: 12px; }
    .said { position: absolute; z-index: 20; top: calc(100% + 4px); right: 0; width: max-content; max-width: min(320px, 90vw); padding: 6px 10px;
      border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); background: var(--eh-paper-2); overflow-wrap: anywhere; }
    @media print { :host { display: none; } }
  `];

  constructor() {
    super();
    this.label = '';
    /** @type {() => Item[]} what there is to do when the menu is opened */
    this.items = () => [];
    this.open = false;
    /** What the last act had to say. */
    this.said = '';
    this.saidAt = 0;
    this.onOutside = (/** @type {Event} */ event) => { if (!event.composedPath().includes(this)) this.#close(false); };
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.onOutside);
  }

  render() {
    return html`<button aria-haspopup="menu" aria-expanded=${this.open} data-testid="menu-button" @click=${() => this.open ? this.#close(true) : this.#show()}
        @keydown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'ArrowDown' && !this.open) { e.preventDefault(); this.#show(); } }}>${this.label}</button>
      ${this.open ? html`<div class="list" role="menu" aria-label=${this.label} @keydown=${this.#key}>
        ${this.items().map((item) => html`<button role="menuitem" tabindex="-1" data-testid=${item.id} @click=${() => this.#act(item)}>${item.text}
          ${item.hint ? html`<small>${item.hint}</small>` : nothing}</button>`)}</div>` : nothing}
      <div class=${this.said ? 'said' : 'for-readers'} role="status">${this.said}</div>`;
  }

  async #show() {
    this.open = true;
    this.said = '';
    addEventListener('pointerdown', this.onOutside);
    await this.updateComplete;
    this.#place();
    this.#buttons()[0]?.focus();
  }

  /** Ends with the button at the right; where the window ends before, begins with the window. */
  #place() {
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (this.renderRoot.querySelectorAll('.list, .said'))) {
      box.style.right = '0';
      const { left } = box.getBoundingClientRect();
      box.style.right = `${Math.min(0, left - 4)}px`;
    }
  }

  /** @param {boolean} back whether the button is to have the focus */
  #close(back) {
    this.open = false;
    removeEventListener('pointerdown', this.onOutside);
    if (back) /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('button'))?.focus();
  }

  #buttons() {
    return /** @type {HTMLElement[]} */ ([...this.renderRoot.querySelectorAll('[role="menuitem"]')]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const all = this.#buttons();
    const at = all.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[(to + all.length) % all.length].focus();
    else if (event.key === 'Escape') this.#close(true);
    else if (event.key === 'Tab') return this.#close(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Item} item */
  async #act({ act }) {
    this.#close(true);
    try {
      this.#say(await act());
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message);
    }
  }

  /** @param {unknown} text */
  #say(text) {
    this.said = typeof text === 'string' ? text : '';
    if (this.said) this.updateComplete.then(() => this.#place());
    clearTimeout(this.saidAt);
    if (this.said) this.saidAt = window.setTimeout(() => { this.said = ''; }, 8000);
  }
}

customElements.define('evenhand-menu', Menu);
