// The small legend that is also the choice: a chip for each traced slice, and a list of the others.
import { html, nothing } from 'lit';
import { chartWords } from '../../words/charts.js';
import { MOST, trace } from './traced.js';

/**
 * @param {import('../../state/types.js').View} view
 * @param {readonly import('./traced.js').Traced[]} traced
 */
export function picks(view, traced) {
  const { state, act, slices } = view;
  const names = traced.map(({ name }) => name);
  const add = (/** @type {any} */ event) => {
    const { value } = event.currentTarget;
    event.currentTarget.value = '';
    if (value) trace(view, [...names, value]);
  };
  return html`<ul class="picks" aria-label=${chartWords.traced}>
    ${traced.map(({ name, color }, i) => html`<li class=${state.hovered === name ? 'lit' : ''}
        @pointerenter=${() => act.hover(name)} @pointerleave=${() => act.hover(null)}>
      <svg aria-hidden="true" width="16" height="10"><line x1="0" x2="16" y1="5" y2="5" stroke=${color} stroke-width="3"></line></svg>
      <button class="quiet pick" aria-pressed=${state.selected === name} @click=${() => act.select(state.selected === name ? null : name)}
        @focus=${() => act.hover(name)} @blur=${() => act.hover(null)}>${name}</button>
      ${i === 0 ? nothing : html`<button class="quiet icon" aria-label=${chartWords.untrace(name)} @click=${() => trace(view, names.filter((other) => other !== name))}>\u00d7</button>`}</li>`)}
    ${names.length < MOST ? html`<li><select data-testid="trace" aria-label=${chartWords.addTrace} @change=${add}>
      <option value="">${chartWords.addTrace}</option>
      ${slices.filter(({ name }) => !names.includes(name)).slice(0, 500).map(({ name }) => html`<option value=${name}>${name}</option>`)}</select></li>` : nothing}
    ${state.traced.length > 0 ? html`<li><button class="quiet" @click=${() => trace(view, [])}>${chartWords.resetTraces}</button></li>` : nothing}</ul>`;
}
