// <evenhand-controls>: what every panel obeys: threshold, pinned thresholds, model, baseline, how gaps are told. Native controls,
// so that keyboards and screen readers know them. Gets a View; changes go through its actions.
import { css, html, LitElement, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { thresholdText } from './charts/format.js';
import { START } from './state/store.js';
import { base } from './style/base.js';
import { words } from './words/en.js';

/** @typedef {import('./state/types.js').View} View */

/** Steps of the slider over its range; the field beside it takes any number. */
const STEPS = 1000;

export class EvenhandControls extends LitElement {
  static properties = { view: { attribute: false }, open: { state: true } };
  static styles = [base, css`
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; }
    .threshold { display: flex; flex-wrap: wrap; flex: 1 1 320px; align-items: center; gap: 4px 8px; }
    input[type="range"] { flex: 1; min-width: 120px; }
    input[type="number"] { width: 9ch; }
    label, .name { color: var(--eh-ink-2); }
    select { max-width: 26ch; }
    .pins { display: flex; flex-wrap: wrap; gap: 4px; }
    .pins:empty { display: none; }
    .more { display: none; }
    .others { display: contents; }
    @media (max-width: 600px) {
      .threshold { flex-wrap: wrap; gap: 4px 8px; } .threshold .name { display: none; }
      .more { display: inline-block; }
      .others { display: none; flex-wrap: wrap; gap: 6px 12px; flex-basis: 100%; } .others.open { display: flex; }
    }
    .note { flex-basis: 100%; color: var(--eh-ink-2); font-size: 12px; }
  `];

  constructor() {
    super();
    /** @type {View | undefined} */
    this.view = undefined;
    this.open = false; // only where there is no room to show everything
  }

  render() {
    const { view } = this;
    if (!view) return nothing;
    const { state, act, edge, range } = view;
    return html`
      <div class="threshold">
        <span aria-hidden="true" class="name">${words.threshold}</span>
        ${this.#slider(view)}
        <input type="number" step="any" data-testid="threshold-input" aria-label=${words.thresholdText} .value=${String(state.threshold)}
          @change=${(/** @type {any} */ e) => this.#typed(view, e.target)}>
        <button @click=${() => act.set({ pinned: [...new Set([...state.pinned, state.threshold])].sort((a, b) => a - b) })}>${words.pin}</button>
        <span class="pins">${state.pinned.map((t) => html`<button aria-label=${words.unpin(String(t))}
          @click=${() => act.set({ pinned: state.pinned.filter((p) => p !== t) })}>${t} ×</button>`)}</span>
        <button class="more" aria-expanded=${this.open} @click=${() => { this.open = !this.open; }}>${words.settings}</button>
      </div>
      <div class=${`others ${this.open ? 'open' : ''}`}>
      ${view.models.length > 1 ? html`<label>${words.model} ${this.#choice(view.models, view.model, (model) => act.set({ model }))}</label>` : nothing}
      <label>${words.baseline} ${guard([view.allSlices, state.baseline], () => this.#baselines(view))}</label>
      <label>${words.gap} ${this.#choice(Object.keys(words.gaps), state.gap,
        (gap) => act.set({ gap: /** @type {View['state']['gap']} */ (gap) }), words.gaps)}</label></div>
      ${state.threshold === START.threshold || state.source?.kind === 'report' ? nothing : html`<p class="note" data-testid="exploratory">${range[0] === 0 && range[1] === 1 ? nothing : words.scoresFrom(thresholdText(range[0]), thresholdText(range[1]))}
        ${words.exploratory}
        ${edge === state.threshold ? nothing : words.edge(thresholdText(edge))}</p>`}`;
  }

  /** @param {View} view */
  #slider({ state, report, range, act }) {
    const ends = this.#range(report, range, state.threshold);
    return html`<input type="range" aria-label=${words.threshold} data-testid="threshold-slider" min=${ends[0]} max=${ends[1]} step=${(ends[1] - ends[0]) / STEPS}
      .value=${String(state.threshold)} @input=${(/** @type {any} */ e) => act.threshold(e.target.valueAsNumber)} @change=${() => act.commit()}>`;
  }

  /**
   * From end to end of the scores, and to whatever was asked for beyond.
   * @param {View['report']} report
   * @param {View['range']} range
   * @param {number} threshold
   */
  #range(report, range, threshold) {
    const all = [...range, threshold, ...report.spec.threshold];
    return [Math.min(...all), Math.max(...all)];
  }

  /**
   * @param {View} view
   * @param {HTMLInputElement} input
   */
  #typed({ state, act }, input) {
    if (!Number.isFinite(input.valueAsNumber)) input.value = String(state.threshold);
    else act.set({ threshold: input.valueAsNumber });
  }

  /** @param {View} view */
  #baselines({ state, allSlices, act }) {
    const names = ['overall', 'complement', ...allSlices.map(({ name }) => name).filter((name) => name !== 'overall')];
    /** @type {Record<string, string>} */
    const shown = { overall: words.overall, complement: words.complement };
    return html`<select data-testid="baseline-select" .value=${state.baseline} @change=${(/** @type {any} */ e) => act.set({ baseline: e.target.value })}>
      ${names.map((name) => html`<option value=${name} ?selected=${name === state.baseline}>${Object.hasOwn(shown, name) ? shown[name] : name}</option>`)}</select>`;
  }

  /**
   * @param {readonly string[]} values
   * @param {string} chosen
   * @param {(value: string) => void} choose
   * @param {Record<string, string>} [shown]
   */
  #choice(values, chosen, choose, shown = {}) {
    return html`<select @change=${(/** @type {any} */ e) => choose(e.target.value)}>
      ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${Object.hasOwn(shown, value) ? shown[value] : value}</option>`)}</select>`;
  }
}

customElements.define('evenhand-controls', EvenhandControls);
