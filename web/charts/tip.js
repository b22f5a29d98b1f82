// The one tooltip of a panel: sentences beside a mark, for the pointer and for the keyboard alike. It can be pointed at, Escape
// closes it, and it never covers the mark it speaks of. Panels keep one <evenhand-tip> and tell it what to say.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { chartWords } from '../words/charts.js';
import { clamp } from './scale.js';

/** Pixels between a mark and its sentences. */
const AWAY = 8;

export class Tip extends LitElement {
  static styles = [base, css`
    :host { position: fixed; inset: auto; margin: 0; border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); padding: 6px 10px;
      background: var(--eh-paper); color: var(--eh-ink); max-width: min(22rem, calc(100vw - 16px)); font-size: 13px; line-height: 1.4;
      box-shadow: 0 2px 10px rgb(0 0 0 / .14); overflow: visible; }
    :host(:not(:popover-open)) { display: none; }
    p + p { margin-top: 4px; }
    p:not(:first-child) { color: var(--eh-ink-2); }
    button { min-height: 24px; padding: 0; margin-top: 4px; font-size: 12px; color: var(--eh-accent); text-align: left; }
    @media print { :host { display: none; } }
  `];

  static properties = { lines: { attribute: false }, methods: { attribute: false }, how: { state: true } };

  constructor() {
    super();
    /** @type {readonly string[]} */
    this.lines = [];
    /** Of the intervals it speaks of; explained when asked. @type {readonly (string | null)[]} */
    this.methods = [];
    /** @type {readonly string[]} */
    this.how = [];
    /** @type {Element | null} */
    this.anchor = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.setAttribute('popover', 'manual');
    this.setAttribute('role', 'tooltip');
    this.addEventListener('pointerleave', () => { if (!this.anchor?.matches(':focus')) this.hide(); }); // keys may have moved it away
  }

  /** @override */
  render() {
    const { lines, methods, how } = this;
    return html`${[...lines, ...how].map((line) => html`<p>${line}</p>`)}${how.length === 0 && methods.some(Boolean)
      ? html`<button class="quiet" tabindex="-1" data-testid="how" @click=${() => this.explain()}>${chartWords.how}</button>` : nothing}`;
  }

  /** Says how the intervals are computed, too. */
  async explain() {
    if (!this.open) return;
    const { explained } = await import('../words/explain.js');
    this.how = [...new Set(this.methods)].flatMap((method) => method === null ? [] : [explained(method)]);
    await this.updateComplete;
    this.follow();
  }

  /**
   * @param {Element} anchor
   * @param {readonly string[]} lines
   * @param {{x: number, y: number}} [point] of the pointer; the middle of the anchor if not given
   * @param {readonly (string | null)[]} [methods] of the intervals in the lines
   */
  show(anchor, lines, point, methods = []) {
    const said = lines.filter(Boolean);
    if (said.length === 0) return this.hide();
    this.anchor = anchor;
    if (said.join() !== this.lines.join()) this.how = [];
    this.lines = said;
    this.methods = methods;
    if (!this.matches(':popover-open')) this.showPopover();
    void this.updateComplete.then(() => this.#place(anchor, point));
  }

  /** Goes where its mark has gone. */
  follow() {
    if (this.anchor) this.#place(this.anchor, undefined);
  }

  hide() {
    this.anchor = null;
    if (this.isConnected && this.matches(':popover-open')) this.hidePopover();
  }

  get open() {
    return this.anchor !== null;
  }

  /**
   * @param {Element} anchor
   * @param {{x: number, y: number} | undefined} point
   */
  #place(anchor, point) {
    if (anchor !== this.anchor) return;
    const mark = anchor.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    const x = (point?.x ?? mark.x + mark.width / 2) - own.width / 2;
    const below = mark.bottom + AWAY;
    const y = below + own.height < innerHeight ? below : Math.max(AWAY, mark.top - AWAY - own.height);
    this.style.left = `${clamp(x, AWAY, Math.max(AWAY, innerWidth - own.width - AWAY))}px`;
    this.style.top = `${y}px`;
  }
}
if (!customElements.get('evenhand-tip')) customElements.define('evenhand-tip', Tip);
