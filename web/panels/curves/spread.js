// Score distributions: each slice as steps, positives above its axis and negatives below, what the threshold selects in full colour;
// and two of them over each other, the picture that MinDiff shrinks, with the distance between them. The threshold is a rule through all.
import { html, nothing, svg } from 'lit';
import { onDown, onKey } from '../../charts/drag.js';
import { percentNumber, thresholdText, THIN } from '../../charts/format.js';
import { distance, shares, stepPath, sum } from '../../charts/histogram.js';
import { at, clamp, scaleOf, ticksOf, valueAt } from '../../charts/scale.js';
import { chartWords } from '../../words/charts.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('../../state/types.js').ReportCurve} ReportCurve
 * @typedef {import('./traced.js').Traced} Traced
 * @typedef {Traced & {curve: ReportCurve}} Known
 * @typedef {'negatives' | 'positives'} Side
 */

const HEIGHT = 150;
const M = { left: 8, right: 8, top: 8, bottom: 20 };

/** The threshold as something to drag along x. @param {View} view @param {import('../../charts/scale.js').Scale} x @param {number[]} edge */
function dragOf({ state, act }, x, edge) {
  return { value: state.threshold, low: edge[0], high: edge[edge.length - 1], step: Number(((edge[edge.length - 1] - edge[0]) / 100).toPrecision(2)),
    live: (/** @type {number} */ value) => act.threshold(Number(value.toPrecision(4))), commit: () => act.commit(),
    at: (/** @type {PointerEvent} */ event) => {
      const box = /** @type {Element} */ (/** @type {Element} */ (event.currentTarget).closest('svg')).getBoundingClientRect();
      return valueAt(x, event.clientX - box.left);
    } };
}

/**
 * @param {View} view
 * @param {import('../../charts/scale.js').Scale} x
 * @param {number[]} edge
 * @param {number} height
 * @param {boolean} stop whether it is a stop of the Tab key
 */
function rule(view, x, edge, height, stop) {
  const drag = dragOf(view, x, edge);
  const px = at(x, clamp(view.state.threshold, edge[0], edge[edge.length - 1]));
  return svg`<g class="rule" tabindex=${stop ? 0 : -1} role="slider" aria-label=${chartWords.threshold} aria-valuemin=${drag.low} aria-valuemax=${drag.high}
      aria-valuenow=${drag.value} aria-valuetext=${thresholdText(drag.value)} @pointerdown=${(/** @type {PointerEvent} */ e) => onDown(e, drag)}
      @keydown=${(/** @type {KeyboardEvent} */ e) => onKey(e, drag)}>
    <line x1=${px} x2=${px} y1="2" y2=${height - M.bottom}></line><rect class="grip" x=${px - 8} y="0" width="16" height=${height - M.bottom}></rect>
    <path d=${`M${px - 5},0h10v4l-5,5l-5,-5z`}></path></g>`;
}

/** @param {import('../../charts/scale.js').Scale} x @param {number} height */
const axis = (x, height) => svg`<line class="frame" x1=${x.start} x2=${x.end} y1=${height - M.bottom} y2=${height - M.bottom}></line>
  ${ticksOf(x, 4).map((tick, i, all) => svg`<text x=${at(x, tick)} y=${height - 6}
    text-anchor=${at(x, tick) < 16 ? 'start' : i === all.length - 1 && at(x, tick) > x.end - 12 ? 'end' : 'middle'}>${thresholdText(tick)}</text>`)}`;

/**
 * @param {View} view
 * @param {Known} known
 * @param {number} i
 * @param {number} width
 * @param {{positives: number, negatives: number}} top greatest shares of any bin, so that all axes are alike
 */
export function spread(view, { name, color, curve }, i, width, top) {
  const { edge, negatives, positives } = curve.score_distribution;
  const [x, y] = [scaleOf([edge[0], edge[edge.length - 1]], [M.left, width - M.right]), scaleOf([-top.negatives, top.positives], [HEIGHT - M.bottom, M.top])];
  const [up, down] = [stepPath(edge, shares(positives), x, y), stepPath(edge, shares(negatives).map((share) => -share), x, y)];
  const px = at(x, clamp(view.state.threshold, edge[0], edge[edge.length - 1]));
  const rate = (/** @type {string} */ metric) => { const { value } = view.number(name, metric); return value === null ? '\u2013' : percentNumber(value) + THIN + '%'; };
  const { hovered, selected } = view.state;
  return html`<figure class=${hovered === name || selected === name ? 'lit' : ''} data-spread=${name}
      @pointerenter=${() => view.act.hover(name)} @pointerleave=${() => view.act.hover(null)}>
    <figcaption><span class="who" title=${name}>${name}</span></figcaption>
    <svg height=${HEIGHT} role="group" aria-label=${chartWords.spreadOf(name, sum(positives), sum(negatives))}>
      <defs><clipPath id=${`past-${i}`}><rect x=${px} y="0" width=${Math.max(0, width - px)} height=${HEIGHT}></rect></clipPath></defs>
      <g class="faint" fill=${color}><path d=${up}></path><path class="below" d=${down}></path></g>
      <g fill=${color} clip-path=${`url(#past-${i})`}><path d=${up}></path><path class="below" d=${down}></path></g>
      <text x=${x.start} y=${M.top + 12}>${chartWords.selectedOf('positives')} ${rate('tpr')}</text>
      <text x=${x.end} y=${HEIGHT - M.bottom - 6} text-anchor="end">${chartWords.selectedOf('negatives')} ${rate('fpr')}</text>
      ${axis(x, HEIGHT)}${rule(view, x, edge, HEIGHT, i === 0)}</svg></figure>`;
}

/** The greatest share of a bin among slices, above and below the axis. @param {readonly Known[]} all */
export function topOf(all) {
  const most = (/** @type {Side} */ side) => Math.max(0.02, ...all.flatMap(({ curve }) => shares(curve.score_distribution[side])));
  return { positives: most('positives'), negatives: most('negatives') };
}

/**
 * Two distributions of the scores of one label and how far they lie apart.
 * @param {View} view
 * @param {readonly [Known, Known]} two
 * @param {Side} side
 * @param {number} width
 * @param {Awaited<ReturnType<View['distance']>> | undefined} counted distances from the counts; null where there are none: then from the bins
 *   drawn; undefined: on their way
 */
export function pair(view, [a, b], side, width, counted) {
  const exact = counted?.[side] ?? null;
  const height = 190;
  const { edge } = a.curve.score_distribution;
  const [of, to] = [a, b].map(({ curve }) => shares(curve.score_distribution[side]));
  const x = scaleOf([edge[0], edge[edge.length - 1]], [M.left, width - M.right]);
  const y = scaleOf([0, Math.max(1e-9, ...of, ...to)], [height - M.bottom, 14]);
  const empty = [a, b].find(({ curve }) => sum(curve.score_distribution[side]) === 0);
  const far = exact ? { moved: exact.wasserstein, largest: exact.largest, threshold: exact.threshold } : distance(edge, of, to);
  return html`<figure class="pair" data-testid="pair"><svg height=${height} role="group" aria-label=${chartWords.pairOf(a.name, b.name)}>
      ${[[a, of], [b, to]].map(([known, heights]) => svg`<path class="over" fill=${/** @type {Known} */ (known).color} stroke=${/** @type {Known} */ (known).color}
        d=${stepPath(edge, /** @type {number[]} */ (heights), x, y)}></path>`)}
      ${axis(x, height)}${rule(view, x, edge, height, false)}</svg>
    <figcaption data-testid="distance">${empty ? chartWords.noneOf(empty.name, side) : counted === undefined ? '\u2026' : chartWords.distance(a.name, b.name, side, far)}</figcaption>
    ${empty ? nothing : html`<p class="muted">${chartWords.distanceHow(!exact ? 'few' : view.report.spec.score_bits === 52 ? 'every' : 'bins')}</p>`}</figure>`;
}
