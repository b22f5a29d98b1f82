// <evenhand-viewer>: the whole viewer as one element. It holds the store and the session, lays out what is around the panels, and
// gives each visible panel its view. Properties: source, spec, report; events: threshold-changed, slice-selected, spec-changed.
import { html, LitElement, nothing } from 'lit';
import './controls.js';
import './data/start.js';
import { listenForDrops, listenForPaste } from './data/drop.js';
import { errorBox, progressBox } from './data/error.js';
import { Intake } from './data/intake.js';
import './data/source.js';
import { numberReader } from './engine/numbers.js';
import { Session } from './engine/session.js';
import './export/export.js';
import './export/share.js';
import { tableOf } from './export/table.js';
import { panels } from './panels/index.js';
import { ordered } from './state/order.js';
import { changes, Store } from './state/store.js';
import { base } from './style/base.js';
import { layout } from './style/layout.js';
import { PAPER, print } from './style/print.js';
import { tokens } from './style/tokens.js';
import { words } from './words/en.js';
import { exportWords } from './words/export.js';

/**
 * @typedef {import('./state/types.js').State} State
 * @typedef {import('./state/types.js').View} View
 * @typedef {import('./state/types.js').Spec} Spec
 * @typedef {import('./state/types.js').Panel} Panel
 */

/** What an audit depends on; a change of anything else only redraws. */
const AUDITED = /** @type {(keyof State)[]} */ (['source', 'other', 'spec', 'threshold', 'pinned', 'baseline', 'metrics']);

export class EvenhandViewer extends LitElement {
  static styles = [tokens, base, layout, print];
  static properties = { source: { attribute: false }, spec: { attribute: false }, report: { attribute: false }, theme: { reflect: true } };

  constructor() {
    super();
    /** @type {unknown} a File, Blob, URL, address, bytes of a cube, or columns */
    this.source = undefined;
    /** @type {Spec | undefined} */
    this.spec = undefined;
    /** @type {import('evenhand').Report | undefined} */
    this.report = undefined;
    this.theme = 'auto';
    this.store = new Store();
    this.session = new Session(() => this.requestUpdate());
    /** @type {State} the last one that was audited or is being audited */
    this.followed = this.#told = this.store.state;
    this.moving = false;
    this.act = this.#actions();
    this.intake = new Intake(this);
    listenForDrops(this, this.intake);
    this.store.subscribe((state, recorded) => this.#changed(state, recorded));
    this.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @returns {import('./state/types.js').Actions} */
  #actions() {
    const { store } = this;
    return {
      set: (patch) => store.set(patch),
      live: (patch) => store.live(patch),
      commit: () => { this.moving = false; store.commit(); this.requestUpdate(); },
      threshold: (threshold) => { if (Number.isFinite(threshold)) { this.moving = true; store.live({ threshold }); } },
      link: null,
      select: (selected) => store.set({ selected }),
      hover: (hovered) => store.live({ hovered }),
      room: (id, patch) => store.set({ rooms: { ...store.state.rooms, [id]: { ...store.state.rooms[id], ...patch } } }),
    };
  }

  /**
   * @param {State} state
   * @param {boolean} recorded
   */
  #changed(state, recorded) {
    this.theme = state.theme;
    this.#announce(state);
    if (!this.moving && (recorded || !this.moving)) this.#follow(state);
    this.requestUpdate();
  }

  /** @param {State} state */
  #follow(state) {
    const wanted = Object.fromEntries(AUDITED.map((key) => [key, state[key]]));
    if (changes(this.followed, wanted).length === 0) return;
    this.followed = state;
    this.session.follow(state);
  }

  /** @type {State} the last one that the page around has heard of */
  #told;

  /** Events for the page around, one per fact that changed. @param {State} state */
  #announce(state) {
    const was = this.#told;
    this.#told = state;
    const tell = (/** @type {string} */ name, /** @type {object} */ detail) =>
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    if (was.threshold !== state.threshold) tell('threshold-changed', { threshold: state.threshold, model: this.model });
    if (was.selected !== state.selected) tell('slice-selected', { slice: state.selected });
    if (JSON.stringify(was.spec) !== JSON.stringify(state.spec)) tell('spec-changed', { spec: state.spec });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const typing = event.composedPath().some((at) => at instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(at.type));
    if (typing || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === 'z') event.shiftKey ? this.store.redo() : this.store.undo();
    else if (key === 'y') this.store.redo();
    else return;
    event.preventDefault();
  }

  /** The view that was drawn last, what stood around it, and who shows numbers of it. @type {{view: View, around: unknown[], elements: (Element & {view?: View})[]} | null} */
  #drawn = null;

  #around() {
    const { session, intake } = this;
    return [session.index, session.live, session.second, session.busy, session.error, intake.pending, intake.problem, intake.looking];
  }

  /**
   * While a threshold moves, only what shows numbers hears of it; what is around stays as it was drawn.
   * @override
   * @param {Map<string, unknown>} changed
   */
  shouldUpdate(changed) {
    const drawn = this.#drawn;
    const view = this.moving && changed.size === 0 && drawn?.view.moving ? this.view : null;
    if (!drawn || !view || changes(drawn.view.state, view.state).some((key) => key !== 'threshold' && key !== 'hovered')) return true;
    if (this.#around().some((one, i) => one !== drawn.around[i])) return true;
    for (const element of drawn.elements) element.view = view;
    return false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('source') || changed.has('spec') || changed.has('report')) this.#take();
  }

  connectedCallback() {
    super.connectedCallback();
    this.unpaste = listenForPaste(this.intake);
    for (const name of ['beforeprint', 'afterprint']) addEventListener(name, this.#paper);
  }

  disconnectedCallback() {
    this.unpaste?.();
    for (const name of ['beforeprint', 'afterprint']) removeEventListener(name, this.#paper);
    super.disconnectedCallback();
  }

  /** Panels draw for the width they have: on paper that of a sheet, however wide the window. @param {Event} event */
  #paper = ({ type }) => {
    const panel = /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('#panel'));
    if (panel) panel.style.width = type === 'beforeprint' ? `${PAPER}px` : '';
  };

  /** Opens what the properties hold; a spec that names label and score needs no asking. */
  async #take() {
    const { source, report, spec } = this;
    if (source === undefined && report === undefined) return;
    await this.intake.offer(report ?? source, { spec, sure: true });
  }

  /**
   * Opens a source under a spec: what the start page, a drop and the properties all end in.
   * @param {import('./data/take.js').Taken} taken
   * @param {Spec} spec
   * @param {Partial<State>} [also]
   */
  open({ id, name, kind, rows, report, address }, spec, also = {}) {
    this.session.keep(id, { rows, report, kind });
    const first = kind === 'report' ? { threshold: report?.spec.threshold[0] ?? 0.5, baseline: report?.spec.baseline ?? 'overall' } : {};
    this.store.set({ source: { id, name, kind, ...(address === undefined ? {} : { address }) }, spec, ...first, ...also });
  }

  /**
   * A second source, to compare with.
   * @param {import('./data/take.js').Taken} taken
   * @param {Spec} spec what of it differs from the first one's is kept
   */
  compare({ id, name, kind, rows, report, address }, spec) {
    this.session.keep(id, { rows, report, kind });
    const same = JSON.stringify(spec) === JSON.stringify(this.store.state.spec) || kind !== 'table';
    this.store.set({ other: { id, name, kind, ...(address === undefined ? {} : { address }), ...(same ? {} : { spec }) } });
  }

  /** @param {Error | null} error */
  fail(error) {
    this.session.error = error;
    this.requestUpdate();
  }

  get model() {
    const models = this.session.index?.report.spec.score ?? [];
    const { model } = this.store.state;
    return model !== null && models.includes(model) ? model : models[0] ?? '';
  }

  /** @type {{report: View['report'], slices: View['slices']} | null} */
  #ordered = null;

  /**
   * The slices to show. While a threshold moves they keep their order: nothing jumps under the hand, and thousands are not sorted
   * in every frame.
   * @param {View['report']} report
   * @param {State} state
   * @param {View['number']} number
   */
  #order(report, state, number) {
    if (!this.moving || this.#ordered?.report !== report) this.#ordered = { report, slices: ordered(report.slices, state, number) };
    return this.#ordered.slices;
  }

  /** @returns {View | null} null before there is anything to show */
  get view() {
    const { session, model, act, moving } = this;
    const { state } = this.store;
    const { index, live, second } = session;
    if (!index) return null;
    const { report } = index;
    const number = numberReader({ index, live, model, threshold: state.threshold, baseline: state.baseline, metrics: state.metrics });
    return { state, report, second, allSlices: report.slices, slices: this.#order(report, state, number), models: report.spec.score, model,
      moving, range: session.range(state.source?.id ?? '', report.spec.score.indexOf(model)), number, edge: live ? live.edgeOf(state.threshold, model) : state.threshold, curves: (slice, of = model) => session.curves(state, slice, of),
      distance: (first, second) => session.distance(state, first, second, model),
      audit: state.source?.kind === 'report' ? null : (patch, head) => session.audit(state, patch, head), act };
  }

  render() {
    const view = this.view;
    this.#drawn = view && { view, around: this.#around(), elements: [] };
    return html`
      ${this.#header()}
      <main>
        ${view ? html`<p class="paper">${exportWords.paper(view)}</p>` : nothing}
        ${this.#status()}
        ${this.intake.pending ? html`<evenhand-mapper .intake=${this.intake} .pending=${this.intake.pending} .problem=${this.intake.problem}
            .busy=${this.session.busy}></evenhand-mapper>`
          : view ? this.#board(view) : this.session.busy ? nothing
          : html`<evenhand-start .intake=${this.intake} .looking=${this.intake.looking} .waits=${this.store.state.source?.name ?? ''}></evenhand-start>`}
      </main>`;
  }

  updated() {
    const drawn = this.#drawn;
    if (drawn) drawn.elements = [...this.renderRoot.querySelectorAll('evenhand-controls, aside > *, #panel > *')];
  }

  #header() {
    const { store } = this;
    const { source, theme } = store.state;
    return html`<header>
      <h1>${words.brand}</h1>
      ${source && this.session.index ? html`<evenhand-source .state=${store.state} .report=${this.session.index.report} .bytes=${this.session.cubeBytes}
        .intake=${this.intake}></evenhand-source>` : nothing}
      <span class="space"></span>
      <button class="sign" data-testid="undo" title=${words.undo} aria-label=${words.undo} ?disabled=${!store.canUndo} @click=${() => store.undo()}>↶</button>
      <button class="sign" data-testid="redo" title=${words.redo} aria-label=${words.redo} ?disabled=${!store.canRedo} @click=${() => store.redo()}>↷</button>
      <evenhand-share .viewer=${this}></evenhand-share>
      <label><span class="wide">${words.theme}</span>
        <select aria-label=${words.theme} @change=${(/** @type {any} */ e) => store.set({ theme: e.target.value })}>
          ${Object.entries(words.themes).map(([value, text]) => html`<option value=${value} ?selected=${value === theme}>${text}</option>`)}
        </select></label>
      ${source ? html`<button data-testid="close" @click=${() => store.set({ source: null, other: null, spec: {} })}>${words.close}</button>` : nothing}
    </header>`;
  }

  #status() {
    const { busy, error } = this.session;
    return html`${busy && !this.intake.pending ? progressBox(busy) : nothing}${error ? errorBox(error, () => this.fail(null)) : nothing}`;
  }

  /**
   * Loads a panel that does not come with the page; its element fills itself once it is there.
   * @param {Panel} panel
   * @param {boolean} [asked] by who points at it, not yet
   */
  #bring({ element, load }, asked = true) {
    if (load && !customElements.get(element)) load().catch(() => { if (asked) this.fail(new Error(words.notHere)); });
  }

  /** @param {View} view */
  #board(view) {
    const side = panels.filter((panel) => panel.place === 'side');
    const main = panels.filter((panel) => panel.place === 'main');
    const shown = main.find((panel) => panel.id === view.state.panel) ?? main[0];
    this.#bring(shown);
    return html`
      <evenhand-controls .view=${view}></evenhand-controls>
      <div class="board">
        <aside>${side.map((panel) => mount(panel, view))}</aside>
        <section>
          <div class="tabs"><nav role="tablist" aria-label=${words.panelList} @keydown=${tabKeys}>
            ${main.map((panel) => html`<button role="tab" class="quiet" data-testid="panel-tab" data-panel=${panel.id} id=${`tab-${panel.id}`}
              aria-selected=${panel === shown} aria-controls="panel" tabindex=${panel === shown ? 0 : -1}
              @pointerenter=${() => this.#bring(panel, false)}
              @click=${() => view.act.set({ panel: panel.id })}>${panel.title}</button>`)}
          </nav>${exported(shown, view)}</div>
          <div id="panel" role="tabpanel" aria-labelledby=${`tab-${shown.id}`}>${mount(shown, view)}</div>
        </section>
      </div>`;
  }
}

/** Arrow keys move between tabs, as people who use them expect. @param {KeyboardEvent} event */
function tabKeys(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const tabs = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).children]);
  const next = tabs[(tabs.indexOf(/** @type {HTMLElement} */ (event.target)) + by + tabs.length) % tabs.length];
  next.click();
  next.focus();
}

/**
 * The menu that takes the panel away as a picture, and its numbers as a table. A panel that knows better than "all of me" and "slices
 * by metrics" has a method `drawing` or `table`.
 * @param {Panel} panel
 * @param {View} view
 */
function exported(panel, view) {
  const element = /** @type {HTMLElement & {drawing?: () => Element | null, undraw?: () => void, beyond?: string, table?: () => import('./export/table.js').Table}} */ (mount(panel, view));
  return html`<evenhand-export .name=${[view.state.source?.name.replace(/\.\w+$/, ''), panel.id].filter(Boolean).join(' ')}
    .caption=${`${view.state.source?.name ?? ''}: ${exportWords.paper(view)}`} .svg=${() => element.drawing?.() ?? element} .drawn=${() => element.undraw?.()} .beyond=${() => element.beyond} .table=${() => element.table?.() ?? tableOf(view)}></evenhand-export>`;
}

/**
 * A panel's element with its view. It is made once and moved, so that what it has drawn stays.
 * @param {Panel} panel
 * @param {View} view
 */
function mount(panel, view) {
  const element = /** @type {HTMLElement & {view: View}} */ (made.get(view.act)?.get(panel.id) ?? make(panel, view));
  element.view = view;
  return element;
}

/** Elements of panels, by viewer (its actions are its own) and panel. @type {WeakMap<object, Map<string, HTMLElement>>} */
const made = new WeakMap();

/**
 * @param {Panel} panel
 * @param {View} view
 */
function make(panel, view) {
  const element = document.createElement(panel.element);
  if (!made.has(view.act)) made.set(view.act, new Map());
  /** @type {Map<string, HTMLElement>} */ (made.get(view.act)).set(panel.id, element);
  return element;
}

customElements.define('evenhand-viewer', EvenhandViewer);
