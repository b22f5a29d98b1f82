// Files dropped anywhere on the viewer, and tables pasted anywhere but into a field. While something is dragged over, an overlay says
// what a drop would do; with a source open there are two places: open it, or compare with it.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { data as words } from '../words/data.js';

class Drop extends LitElement {
  static properties = { over: {}, open: {} };
  static styles = [base, css`
    :host { position: fixed; inset: 0; z-index: 10; display: grid; gap: 16px; padding: 24px; background: color-mix(in srgb, var(--eh-paper) 82%, transparent); }
    :host([hidden]) { display: none; }
    div { display: grid; place-content: center; text-align: center; padding: 16px; font-size: 1.2rem; font-weight: 600; border: 2px dashed var(--eh-accent); border-radius: 12px; background: var(--eh-paper); overflow-wrap: anywhere; }
    div.over { background: var(--eh-band); border-style: solid; }
  `];

  constructor() {
    super();
    /** @type {string} which place is under the pointer */
    this.over = 'source';
    /** @type {string} name of what is open; '' = nothing */
    this.open = '';
  }

  render() {
    const place = (/** @type {string} */ as, /** @type {string} */ text) => html`<div class=${as === this.over ? 'over' : ''} data-as=${as}>${text}</div>`;
    return html`${place('source', this.open ? words.dropInstead : words.dropOpen)}${this.open ? place('other', words.dropOther(this.open)) : nothing}`;
  }
}

customElements.define('evenhand-drop', Drop);

/** @param {DragEvent | ClipboardEvent} event */
const filesOf = (event) => [...((event instanceof DragEvent ? event.dataTransfer : event.clipboardData)?.files ?? [])];

/**
 * @param {import('../viewer.js').EvenhandViewer} viewer
 * @param {import('./intake.js').Intake} intake
 */
export function listenForDrops(viewer, intake) {
  /** @type {Drop | null} */
  let shown = null;
  const hide = () => { shown?.remove(); shown = null; };
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') === true;
  const placeOf = (/** @type {DragEvent} */ event) => shown?.open && event.clientY > innerHeight / 2 ? 'other' : 'source';
  viewer.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (!shown) viewer.renderRoot.append(shown = /** @type {Drop} */ (document.createElement('evenhand-drop')));
    shown.open = viewer.store.state.source?.name ?? '';
    shown.over = placeOf(event);
  });
  viewer.addEventListener('dragleave', (event) => { if (!event.relatedTarget || !viewer.contains(/** @type {Node} */ (event.relatedTarget))) hide(); });
  viewer.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const as = placeOf(event);
    hide();
    intake.take(filesOf(event), { as });
  });
}

/** A paste that no field takes. @param {import('./intake.js').Intake} intake @returns {() => void} ends it */
export function listenForPaste(intake) {
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const [at] = event.composedPath();
    if (at instanceof HTMLTextAreaElement || (at instanceof HTMLInputElement && at.type !== 'range')) return;
    const files = filesOf(event);
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (files.length === 0 && !/\n.*\S/.test(text)) return; // no table of a header and a row
    event.preventDefault();
    intake.take(files.length > 0 ? files : [new File([text], words.pasteName)]);
  };
  document.addEventListener('paste', paste);
  return () => document.removeEventListener('paste', paste);
}
