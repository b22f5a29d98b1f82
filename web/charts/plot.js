// <evenhand-plot>: one pair of axes with lines, bands and marks. A pointer lights up the line next to it; a mark is dragged along its
// line, a rule along the x axis, by hand or by keys; a rectangle drawn on the ground zooms into it, and 0 or a button goes back.
// It knows nothing of slices: series have keys, and what happens is told by events (`light`, `threshold`, `settle`).
import { css, html, LitElement, nothing, svg } from 'lit';
import { base } from '../style/base.js';
import { chartWords } from '../words/charts.js';
import { apart, bandPath, linePath, nearest } from './curve.js';
import { follow, onDown, onKey } from './drag.js';
import { at, clamp, scaleOf, ticksOf, valueAt } from './scale.js';

/**
 * @typedef {import('./curve.js').Point} Point
 * @typedef {import('./curve.js').Span} Span
 * @typedef {object} Series
 * @property {string} key
 * @property {string} name
 * @property {string} color of CSS
 * @property {readonly Point[]} points
 * @property {readonly Span[]} [band]
 * @property {boolean} [dots] points are marked
 * @property {readonly [number, number] | null} [mark] x, y of the current threshold
 * @property {readonly (readonly [number, number] | null)[]} [pins] of pinned thresholds
 * @typedef {{label: string, domain: readonly [number, number], format: (value: number) => string}} Axis
 * @typedef {{value: number, low: number, high: number, step: number, text: string}} Threshold
 */

/** Around the plot: top, right, bottom, left. */
const M = { top: 10, right: 12, bottom: 38, left: 46 };

/** Pixels a pointer may be from a line to mean it. */
const NEAR = 24;

/** Fewer pixels are a click, not a rectangle. */
const LEAST = 8;

export class Plot extends LitElement {
  static properties = {
    label: {}, series: { attribute: false }, x: { attribute: false }, y: { attribute: false }, threshold: { attribute: false }, rule: { type: Boolean },
    diagonal: { type: Boolean }, lit: { attribute: false }, width: { state: true }, zoom: { state: true }, box: { state: true }, near: { state: true },
  };

  static styles = [base, css`
    :host { position: relative; min-width: 0; }
    svg { display: block; width: 100%; overflow: visible; touch-action: pan-y; user-select: none; }
    .ground { fill: transparent; cursor: crosshair; }
    .grid { stroke: var(--eh-line); opacity: .6; }
    .frame { fill: none; stroke: var(--eh-line-2); }
    text { font-size: 11px; fill: var(--eh-ink-2); }
    text.name { font-size: 12px; }
    text.direct { fill: currentColor; paint-order: stroke; stroke: var(--eh-paper); stroke-width: 3px; pointer-events: none; }
    .line { fill: none; stroke-width: 1.75; stroke-linejoin: round; pointer-events: none; }
    .band { opacity: .14; pointer-events: none; }
    .faded { opacity: .25; }
    .lit .line { stroke-width: 3; }
    .lit .band { opacity: .26; }
    .diagonal { stroke: var(--eh-line-2); stroke-dasharray: 3 3; pointer-events: none; }
    .mark { stroke: var(--eh-paper); stroke-width: 1.5; cursor: grab; touch-action: none; }
    .mark:focus-visible, .rule:focus-visible { outline: none; }
    .mark:focus-visible + .halo, .rule:focus-visible + .halo { opacity: 1; }
    .halo { fill: none; stroke: var(--eh-focus); stroke-width: 2; opacity: 0; pointer-events: none; }
    .pin { fill: var(--eh-paper); stroke-width: 1.5; pointer-events: none; }
    .rule line { stroke: var(--eh-ink); stroke-width: 1.25; }
    .rule .grip { fill: transparent; stroke: none; cursor: ew-resize; touch-action: none; }
    .rule path { fill: var(--eh-ink); cursor: ew-resize; touch-action: none; }
    .box { fill: var(--eh-accent); opacity: .14; stroke: var(--eh-accent); pointer-events: none; }
    .readout { min-height: 32px; font-size: 12px; line-height: 16px; color: var(--eh-ink-2); overflow-wrap: anywhere; }
    .back { position: absolute; right: 14px; top: 12px; font-size: 12px; min-height: 24px; }
  `];

  constructor() {
    super();
    this.label = '';
    /** @type {readonly Series[]} */
    this.series = [];
    /** @type {Axis} */
    this.x = { label: '', domain: [0, 1], format: String };
    /** @type {Axis} */
    this.y = this.x;
    /** @type {Threshold | null} */
    this.threshold = null;
    /** The threshold lies on the x axis itself. */
    this.rule = false;
    this.diagonal = false;
    /** @type {string | null} */
    this.lit = null;
    this.width = 0;
    /** @type {{x: readonly [number, number], y: readonly [number, number]} | null} */
    this.zoom = null;
    /** @type {{x0: number, y0: number, x1: number, y1: number} | null} */
    this.box = null;
    /** The place of a line next to the pointer. @type {{name: string, threshold: number | null, x: number, y: number} | null} */
    this.near = null;
    this.onPrint = () => { this.width = this.clientWidth; };
    this.sizes = new ResizeObserver(([entry]) => { this.width = Math.floor(entry.contentRect.width); });
    /** @type {Map<string, {of: unknown[], path: string}>} */
    this.paths = new Map();
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.sizes.observe(this);
    addEventListener('beforeprint', this.onPrint);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
    removeEventListener('beforeprint', this.onPrint);
  }

  get scales() {
    const { width, zoom } = this;
    const height = this.height;
    return { x: scaleOf(zoom?.x ?? this.x.domain, [M.left, Math.max(width - M.right, M.left + 10)]),
      y: scaleOf(zoom?.y ?? this.y.domain, [height - M.bottom, M.top]) };
  }

  get height() {
    return Math.round(clamp(this.width * 0.92, 200, 400));
  }

  /**
   * A path that is made again only if what it is of has changed.
   * @param {string} key
   * @param {unknown[]} of
   * @param {() => string} make
   */
  path(key, of, make) {
    const known = this.paths.get(key);
    if (known && known.of.every((part, i) => part === of[i])) return known.path;
    const path = make();
    this.paths.set(key, { of, path });
    return path;
  }

  /** @override */
  render() {
    const { width, height, series, zoom, box } = this;
    if (width < 60) return nothing;
    const { x, y } = this.scales;
    const clip = { x: M.left, y: M.top, width: width - M.left - M.right, height: height - M.top - M.bottom };
    return html`<svg viewBox=${`0 0 ${width} ${height}`} height=${height} role="group" aria-label=${this.label}
        @pointermove=${this.#point} @pointerleave=${this.#leave} @keydown=${this.#key}>
      <defs><clipPath id="in"><rect x=${clip.x} y=${clip.y} width=${clip.width} height=${clip.height}></rect></clipPath></defs>
      ${this.#axes(x, y)}
      <rect class="ground" x=${clip.x} y=${clip.y} width=${clip.width} height=${clip.height} @pointerdown=${this.#brush} @dblclick=${this.#back}></rect>
      <g clip-path="url(#in)">
        ${this.diagonal ? svg`<line class="diagonal" x1=${at(x, 0)} y1=${at(y, 0)} x2=${at(x, 1)} y2=${at(y, 1)}></line>` : nothing}
        ${series.map((one) => this.#band(one, x, y))}
        ${series.map((one) => this.#line(one, x, y))}
      </g>
      ${this.#rule(x, y)}
      ${series.map((one, i) => this.#marks(one, i, x, y))}
      ${this.#names(x, y)}
      ${box ? svg`<rect class="box" x=${Math.min(box.x0, box.x1)} y=${Math.min(box.y0, box.y1)} width=${Math.abs(box.x1 - box.x0)} height=${Math.abs(box.y1 - box.y0)}></rect>` : nothing}
    </svg><p class="readout" aria-hidden="true">${this.#readout()}</p>${zoom ? html`<button class="back" @click=${this.#back}>${chartWords.wholeAxes}</button>` : nothing}`;
  }

  /**
   * @param {import('./scale.js').Scale} x
   * @param {import('./scale.js').Scale} y
   */
  #axes(x, y) {
    const wide = x.end - x.start;
    return svg`
      ${ticksOf(x, wide < 220 ? 3 : 5).map((tick) => svg`<line class="grid" x1=${at(x, tick)} x2=${at(x, tick)} y1=${y.start} y2=${y.end}></line>
        <text x=${at(x, tick)} y=${y.start + 14} text-anchor="middle">${this.x.format(tick)}</text>`)}
      ${ticksOf(y, 5).map((tick) => svg`<line class="grid" x1=${x.start} x2=${x.end} y1=${at(y, tick)} y2=${at(y, tick)}></line>
        <text x=${x.start - 6} y=${at(y, tick) + 4} text-anchor="end">${this.y.format(tick)}</text>`)}
      <path class="frame" d=${`M${x.start},${y.end}V${y.start}H${x.end}`}></path>
      <text class="name" x=${x.end} y=${y.start + 30} text-anchor="end">${this.x.label}</text>
      <text class="name" transform=${`translate(11 ${y.end}) rotate(-90)`} text-anchor="end">${this.y.label}</text>`;
  }

  /** @param {string} key */
  #tone(key) {
    return this.lit === null || !this.series.some((one) => one.key === this.lit) ? '' : this.lit === key ? 'lit' : 'faded';
  }

  /** What a path of these points depends on. @param {unknown} points */
  #of(points) {
    return [points, this.width, this.zoom, ...this.x.domain, ...this.y.domain];
  }

  /**
   * Bands lie under all lines; of more than three series only that of the lit one is drawn.
   * @param {Series} one
   * @param {import('./scale.js').Scale} x
   * @param {import('./scale.js').Scale} y
   */
  #band({ key, color, band }, x, y) {
    const tone = this.#tone(key);
    if (!band || (tone !== 'lit' && this.series.length > 3)) return nothing;
    return svg`<g class=${tone}><path class="band" fill=${color} d=${this.path(`band ${key}`, this.#of(band), () => bandPath(band, x, y))}></path></g>`;
  }

  /**
   * @param {Series} one
   * @param {import('./scale.js').Scale} x
   * @param {import('./scale.js').Scale} y
   */
  #line({ key, color, points, dots }, x, y) {
    return svg`<g class=${this.#tone(key)} data-series=${key}>
      <path class="line" stroke=${color} d=${this.path(`line ${key}`, this.#of(points), () => linePath(points, x, y))}></path>
      ${dots ? points.map((p) => svg`<circle cx=${at(x, p[1])} cy=${at(y, p[2])} r="2.5" fill=${color}></circle>`) : nothing}</g>`;
  }

  /**
   * @param {Series} one
   * @param {number} i
   * @param {import('./scale.js').Scale} x
   * @param {import('./scale.js').Scale} y
   */
  #marks({ key, name, color, points, mark, pins }, i, x, y) {
    const { threshold } = this;
    const shown = (/** @type {readonly [number, number] | null | undefined} */ p) =>
      p && p[0] >= x.from && p[0] <= x.to && p[1] >= y.from && p[1] <= y.to ? { cx: at(x, p[0]), cy: at(y, p[1]) } : null;
    const place = shown(mark);
    const drag = threshold && { ...threshold, ...this.#hands(), at: (/** @type {PointerEvent} */ event) => nearest(points, x, y, this.#pixels(event))?.threshold ?? null };
    return svg`<g class=${this.#tone(key)}>
      ${(pins ?? []).map((pin) => { const p = shown(pin); return p ? svg`<circle class="pin" cx=${p.cx} cy=${p.cy} r="3" stroke=${color}></circle>` : nothing; })}
      ${place && threshold && drag ? svg`<circle class="mark" data-mark=${key} cx=${place.cx} cy=${place.cy} r="6" fill=${color} tabindex=${i === 0 ? 0 : -1}
        role="slider" aria-label=${chartWords.markOf(name)} aria-valuemin=${threshold.low} aria-valuemax=${threshold.high} aria-valuenow=${threshold.value} aria-valuetext=${threshold.text}
        @pointerdown=${(/** @type {PointerEvent} */ e) => onDown(e, drag)} @keydown=${(/** @type {KeyboardEvent} */ e) => onKey(e, drag)}></circle>
        <circle class="halo" cx=${place.cx} cy=${place.cy} r="9"></circle>` : nothing}</g>`;
  }

  /**
   * The threshold where it lies on the x axis.
   * @param {import('./scale.js').Scale} x
   * @param {import('./scale.js').Scale} y
   */
  #rule(x, y) {
    const { threshold } = this;
    if (!this.rule || !threshold || threshold.value < x.from || threshold.value > x.to) return nothing;
    const drag = { ...threshold, ...this.#hands(), at: (/** @type {PointerEvent} */ event) => valueAt(x, this.#pixels(event).x) };
    const px = at(x, threshold.value);
    return svg`<g class="rule" tabindex="0" role="slider" aria-label=${chartWords.threshold} aria-valuemin=${threshold.low} aria-valuemax=${threshold.high}
        aria-valuenow=${threshold.value} aria-valuetext=${threshold.text} @pointerdown=${(/** @type {PointerEvent} */ e) => onDown(e, drag)}
        @keydown=${(/** @type {KeyboardEvent} */ e) => onKey(e, drag)}>
      <line x1=${px} x2=${px} y1=${y.start} y2=${y.end}></line><rect class="grip" x=${px - 8} y=${y.end} width="16" height=${y.start - y.end}></rect>
      <path d=${`M${px - 5},${y.end - 8}h10v4l-5,5l-5,-5z`}></path></g><rect class="halo" x=${px - 8} y=${y.end - 9} width="16" height=${y.start - y.end + 9}></rect>`;
  }

  /**
   * Names beside the marks, where few lines leave room.
   * @param {import('./scale.js').Scale} x
   * @param {import('./scale.js').Scale} y
   */
  #names(x, y) {
    const named = this.series.filter(({ key, mark }) => mark && (this.series.length <= 4 || key === this.lit));
    if (x.end - x.start < 200) return nothing;
    const ys = apart(named.map(({ mark }) => clamp(at(y, /** @type {any} */ (mark)[1]) + 16, y.end + 10, y.start - 4)), 13, y.end + 10, y.start - 4);
    return named.map(({ key, name, color, mark }, i) => {
      const px = at(x, /** @type {any} */ (mark)[0]) + 9;
      const right = px > x.end - 90;
      return svg`<text class=${`direct ${this.#tone(key)}`} color=${color} x=${right ? px - 18 : px} y=${ys[i]} text-anchor=${right ? 'end' : 'start'}>${short(name)}</text>`;
    });
  }

  #readout() {
    const { near, x, y } = this;
    return near === null ? '' : chartWords.readout(near, x, y);
  }

  /** @returns {{live: (value: number) => void, commit: () => void}} */
  #hands() {
    return { live: (value) => this.#tell('threshold', Number(value.toPrecision(4))), commit: () => this.#tell('settle', null) };
  }

  /** @param {PointerEvent} event */
  #pixels(event) {
    const { left, top } = /** @type {Element} */ (this.renderRoot.querySelector('svg')).getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** @param {'light' | 'threshold' | 'settle'} name @param {unknown} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #point = (/** @type {PointerEvent} */ event) => {
    if (this.box || event.buttons !== 0 || event.pointerType === 'touch') return;
    const { x, y } = this.scales;
    const pointer = this.#pixels(event);
    const found = this.series.map(({ key, name, points }) => ({ key, name, near: nearest(points, x, y, pointer) }))
      .filter(({ near }) => near && near.distance < NEAR).sort((a, b) => /** @type {any} */ (a.near).distance - /** @type {any} */ (b.near).distance)[0];
    const key = found?.key ?? null;
    this.near = found?.near ? { name: found.name, threshold: this.rule ? null : found.near.threshold, x: found.near.x, y: found.near.y } : null;
    if (key !== this.lit) this.#tell('light', key);
  };

  #leave = () => {
    this.near = null;
    this.#tell('light', null);
  };

  #brush = (/** @type {PointerEvent} */ down) => {
    if (down.pointerType === 'touch') return;
    const { x, y } = this.scales;
    const from = this.#pixels(down);
    const within = (/** @type {PointerEvent} */ event) => {
      const to = this.#pixels(event);
      return { x0: from.x, y0: from.y, x1: clamp(to.x, x.start, x.end), y1: clamp(to.y, y.end, y.start) };
    };
    follow(down, (event) => { this.box = within(event); }, (event, cancelled) => {
      const box = within(event);
      this.box = null;
      if (cancelled || Math.abs(box.x1 - box.x0) < LEAST || Math.abs(box.y1 - box.y0) < LEAST) return;
      this.zoom = { x: [valueAt(x, Math.min(box.x0, box.x1)), valueAt(x, Math.max(box.x0, box.x1))],
        y: [valueAt(y, Math.max(box.y0, box.y1)), valueAt(y, Math.min(box.y0, box.y1))] };
    });
  };

  #back = () => { this.zoom = null; };

  /** Plus and minus zoom around the mark, 0 goes back. @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !['+', '-', '0'].includes(event.key)) return;
    const mark = this.series[0]?.mark;
    const { x, y } = this.scales;
    event.preventDefault();
    if (event.key === '0') return this.#back();
    const by = event.key === '+' ? 0.5 : 2;
    const around = (/** @type {import('./scale.js').Scale} */ s, /** @type {readonly [number, number]} */ all, /** @type {number} */ middle) => {
      const half = by * (s.to - s.from) / 2;
      return /** @type {const} */ ([Math.max(all[0], middle - half), Math.min(all[1], middle + half)]);
    };
    const zoom = { x: around(x, this.x.domain, mark?.[0] ?? this.threshold?.value ?? (x.from + x.to) / 2), y: around(y, this.y.domain, mark?.[1] ?? (y.from + y.to) / 2) };
    this.zoom = zoom.x[1] - zoom.x[0] >= this.x.domain[1] - this.x.domain[0] ? null : zoom;
  };
}

/** @param {string} name */
const short = (name) => name.length > 22 ? `${name.slice(0, 21)}\u2026` : name;

if (!customElements.get('evenhand-plot')) customElements.define('evenhand-plot', Plot);
