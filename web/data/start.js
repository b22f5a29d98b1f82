// <evenhand-start>: the page before anything is open: choose a file, or try the example.
import { css, html, LitElement } from 'lit';
import { base } from '../style/base.js';
import { words } from '../words/en.js';
import { takeSource } from './take.js';

/** The spec of the built-in example: its columns are known. */
const EXAMPLE = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'] };

class Start extends LitElement {
  static properties = { viewer: { attribute: false } };
  static styles = [base, css`
    :host { display: grid; place-content: center; gap: 16px; min-height: 60vh; text-align: center; }
    p { max-width: 50ch; margin: 0 auto; }
  `];

  constructor() {
    super();
    /** @type {import('../viewer.js').EvenhandViewer | undefined} */
    this.viewer = undefined;
  }

  render() {
    return html`<p>${words.tagline}</p>
      <p><label class="primary">${words.open} <input type="file" data-testid="file-input" @change=${this.#chosen}></label></p>
      <p class="muted">${words.openHint}</p>
      <p><button data-testid="example" @click=${this.#example}>${words.example}</button></p>`;
  }

  /** @param {Event} event */
  async #chosen({ target }) {
    const file = /** @type {HTMLInputElement} */ (target).files?.[0];
    if (file) this.#open(file, this.viewer?.spec ?? {});
  }

  #example() {
    this.#open(new URL('./adult.csv', document.baseURI), EXAMPLE, words.exampleName);
  }

  /**
   * @param {unknown} source
   * @param {import('evenhand').Spec} spec
   * @param {string} [name]
   */
  async #open(source, spec, name) {
    const { viewer } = this;
    try {
      viewer?.open(await takeSource(source, name), spec);
    } catch (error) {
      viewer?.fail(/** @type {Error} */ (error));
    }
  }
}

customElements.define('evenhand-start', Start);
