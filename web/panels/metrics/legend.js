// Under the board: what its marks mean, drawn with the marks themselves.
import { html, nothing, svg } from 'lit';
import { pinShape } from '../../charts/interval.js';
import { thresholdText } from '../../charts/format.js';
import { chartWords } from '../../words/charts.js';

/** @param {unknown} drawing */
const key = (drawing) => html`<svg aria-hidden="true" viewBox="0 0 34 12">${drawing}</svg>`;

/** @param {import('../../state/types.js').View} view */
export function legend({ state, report }) {
  const { legend: say } = chartWords;
  return html`<div class="notes">
    <span>${key(svg`<path class="whisker" d="M3,6H31M3,2v8M31,2v8"></path><circle class="dot" cx="17" cy="6" r="3.6"></circle>`)}${say.whisker(report.spec.level)}</span>
    <span>${key(svg`<path class="whisker" d="M3,6H31M27,2.5L31,6L27,9.5"></path>`)}${say.beyond}</span>
    <span>${key(svg`<path class="rest" d="M17,0V12"></path>`)}${say.base}</span>
    ${state.pinned.map((threshold, i) => html`<span>${key(svg`<path class="pins" d=${pinShape(i, 17, 6)}></path>`)}${say.now(threshold)}</span>`)}
    <span>${say.sure(report.spec.level)}</span>
    ${report.results.some(({ gap }) => gap.p !== null && gap.p_adjusted === null) ? html`<span>${say.unadjusted}</span>` : nothing}
    <span class="for-readers">${thresholdText(state.threshold)}</span></div>`;
}
