// The cells in sight on one canvas, while a hand moves the threshold: hundreds of texts and marks in each frame cost less as pixels
// than as nodes. The canvas is opaque and lies over the cells, lines and bands included, so that nothing beneath it is styled, laid out
// or painted; the nodes keep the exact numbers in their attributes meanwhile, and show again when the hand rests.
import { DOT } from '../../charts/interval.js';
import { at, ticksOf } from '../../charts/scale.js';
import { ROW } from './items.js';
import { SliceRow } from './row.js';
import { MIDDLE, pathsOf, textsOf } from './say.js';

/**
 * @typedef {import('./say.js').Drawn} Drawn
 * @typedef {import('./say.js').Texts} Texts
 * @typedef {import('./say.js').Paths} Paths
 * @typedef {{left: number, card: number, value: number, gap: number, small: boolean, p: boolean}} Layout pixels, as style.js has them
 */

/** Line boxes of the two texts over each other: top and height. */
const FIRST = [2, 20];
const SECOND = [21, 14];

/** @typedef {{left: number, width: number, top: number, height: number}} Area in pixels of the node it lies in */

export class Painted {
  /** @param {HTMLElement} board */
  constructor(board) {
    this.board = board;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'painted';
    this.canvas.setAttribute('aria-hidden', 'true');
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d', { alpha: false }));
    this.on = false;
    /** The area, as text. */
    this.place = '';
    /** @type {Record<string, string>} */
    this.colors = {};
    this.family = '';
    this.font = '';
    this.ratio = 1;
  }

  /** @param {number} x @param {number} y */
  #move(x, y) {
    this.pen.setTransform(this.ratio, 0, 0, this.ratio, x * this.ratio, y * this.ratio);
  }

  /**
   * Takes the place of the cells in sight, unless it has it.
   * @param {HTMLElement} parent
   * @param {Area} area
   */
  begin(parent, { left, width, top, height }) {
    const place = [left, width, top, height].join();
    if (this.on && this.place === place) return;
    this.place = place;
    const ratio = Math.min(devicePixelRatio, 2);
    const { canvas } = this;
    [canvas.width, canvas.height] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
    Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    const style = getComputedStyle(this.board);
    for (const name of ['ink', 'ink-2', 'worse', 'better', 'mark-1', 'paper', 'paper-2', 'line', 'band']) this.colors[name] = style.getPropertyValue(`--eh-${name}`);
    this.family = style.fontFamily;
    this.ratio = ratio;
    this.font = ''; // a canvas of a new size has forgotten its own
    if (canvas.parentElement !== parent) parent.append(canvas);
    this.on = true;
  }

  end() {
    if (!this.on) return;
    this.on = false;
    this.canvas.remove();
  }

  /**
   * The row of the baseline, which stands above the others and is drawn in ink.
   * @param {SliceRow} row
   * @param {Drawn} drawn
   * @param {Layout} layout
   */
  drawBaseline(row, drawn, layout) {
    this.#move(0, 0);
    this.pen.fillStyle = this.colors[row.node.classList.contains('lit') ? 'band' : 'paper-2'];
    this.pen.fillRect(0, 0, this.canvas.width / this.ratio, ROW);
    this.#cells(row, 0, drawn, layout, true);
  }

  /**
   * @param {Iterable<{row: SliceRow | import('./row.js').HeadRow, index: number}>} rows
   * @param {readonly [number, number]} seen rows on the canvas; of the others only the attributes follow
   * @param {Drawn} drawn
   * @param {Layout} layout
   */
  draw(rows, [from, to], drawn, layout) {
    const all = [...rows];
    const inSight = all.filter(({ index }) => index >= from && index < to);
    this.#ground(inSight, from, drawn.cards, layout);
    for (const { row, index } of all) {
      if (!(row instanceof SliceRow)) continue;
      if (index >= from && index < to) this.#cells(row, (index - from) * ROW, drawn, layout);
      else drawn.cards.forEach(({ metric }, c) => row.cells[c].hold(metric, textsOf(metric, drawn.number(row.key, metric), drawn.gap)));
    }
  }

  /**
   * @param {SliceRow} row
   * @param {number} top
   * @param {Drawn} drawn
   * @param {Layout} layout
   * @param {boolean} [baseline]
   */
  #cells(row, top, drawn, layout, baseline = false) {
    drawn.cards.forEach((card, c) => {
      const cell = drawn.number(row.key, card.metric);
      const said = textsOf(card.metric, cell, drawn.gap);
      row.cells[c].hold(card.metric, said);
      this.#move(c * layout.card, top);
      this.#texts(said, layout, baseline);
      this.#move(c * layout.card + layout.value + 8, top);
      this.#mark(pathsOf(row.key, card, drawn, cell), baseline ? 'ink' : 'mark-1');
    });
  }

  /**
   * What lies behind the cells: paper, the band of a row that is lit, hairlines of sections, ticks, the baseline.
   * @param {readonly {row: SliceRow | import('./row.js').HeadRow, index: number}[]} rows
   * @param {number} from
   * @param {Drawn['cards']} cards
   * @param {Layout} layout
   */
  #ground(rows, from, cards, layout) {
    const { pen, colors } = this;
    this.#move(0, 0);
    const [width, height] = [this.canvas.width / this.ratio, this.canvas.height / this.ratio];
    const fill = (/** @type {string} */ color, /** @type {number} */ y, /** @type {number} */ high) => { pen.fillStyle = colors[color]; pen.fillRect(0, y, width, high); };
    fill('paper', 0, height);
    cards.forEach(({ scale, baseline }, c) => {
      const left = c * layout.card + layout.value + 8;
      pen.globalAlpha = 0.6;
      for (const tick of ticksOf(scale, 3)) this.#upright(left + at(scale, tick), height, 'line');
      pen.globalAlpha = 1;
      pen.setLineDash([3, 2]);
      pen.lineDashOffset = from * ROW;
      if (baseline !== null && Number.isFinite(baseline)) this.#upright(left + Number(at(scale, baseline).toFixed(1)), height, 'ink-2');
      pen.setLineDash([]);
    });
    for (const { row, index } of rows) {
      const top = (index - from) * ROW;
      if (!(row instanceof SliceRow)) {
        fill('paper', top, ROW - 1);
        fill('line', top + ROW - 1, 1);
      } else if (row.node.classList.contains('lit')) fill('band', top, ROW);
    }
  }

  /** @param {number} x @param {number} height @param {string} color */
  #upright(x, height, color) {
    const { pen } = this;
    pen.strokeStyle = this.colors[color];
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, height);
    pen.stroke();
  }

  /**
   * @param {string} text
   * @param {{x: number, line: number[], color: string, size: number, bold?: boolean, right?: boolean}} how
   */
  #text(text, { x, line: [top, height], color, size, bold = false, right = false }) {
    if (text === '') return;
    const { pen } = this;
    const font = `${bold ? 600 : 400} ${size}px ${this.family}`;
    if (this.font !== font) pen.font = this.font = font; // reading pen.font gives another spelling, and setting it is dear
    pen.fillStyle = this.colors[color];
    pen.textAlign = right ? 'right' : 'left';
    pen.fillText(text, x, top + this.#baseline(font, height));
  }

  /** @type {Map<string, string>} */
  #cuts = new Map();

  /** Words that are longer than their place end in an ellipsis, as nodes have it. @param {string} text @param {number} width */
  #cut(text, width) {
    const key = `${width} ${text}`;
    const known = this.#cuts.get(key);
    if (known !== undefined) return known;
    this.pen.font = this.font = `400 11px ${this.family}`;
    let cut = text;
    for (let n = text.length; n > 0 && this.pen.measureText(cut).width > width; n--) cut = `${text.slice(0, n - 1).trimEnd()}\u2026`;
    this.#cuts.set(key, cut);
    return cut;
  }

  /** @type {Map<string, number>} */
  #baselines = new Map();

  /** Where letters stand in a line box of this height. @param {string} font @param {number} height */
  #baseline(font, height) {
    const key = `${height} ${font}`;
    const known = this.#baselines.get(key);
    if (known !== undefined) return known;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = this.pen.measureText('0');
    const baseline = Math.round((height - up - down) / 2 + up);
    this.#baselines.set(key, baseline);
    return baseline;
  }

  /**
   * @param {Texts} said
   * @param {Layout} layout
   * @param {boolean} bold
   */
  #texts(said, { value, gap, card, small, p }, bold) {
    const none = said.exact === '';
    this.#text(said.value, { x: none ? 8 : value, line: small && !none ? [9, 20] : FIRST, color: none ? 'ink-2' : 'ink', size: 14, bold, right: !none });
    if (none) this.#text(said.range, { x: 8, line: SECOND, color: 'ink-2', size: 11 });
    else if (!small) this.#text(said.range, { x: value, line: SECOND, color: 'ink-2', size: 11, right: true });
    const x = card - 6 - gap;
    const sure = said.tone.startsWith('sure');
    this.#text(said.gap, { x, line: FIRST, color: said.tone === 'sure worse' ? 'worse' : said.tone === 'sure better' ? 'better' : sure ? 'ink' : 'ink-2', size: 14, bold: sure });
    const range = said.tone === 'no-gap' ? this.#cut(said.gapRange, gap) : said.gapRange;
    this.#text(range + (p && said.p !== '' ? ` ${said.p}` : ''), { x, line: SECOND, color: 'ink-2', size: 11 });
  }

  /** @param {Paths} paths @param {string} ink */
  #mark({ bar, rest, pins, whisker, dot }, ink) {
    const { pen, colors } = this;
    const line = (/** @type {string} */ path, /** @type {string} */ color, /** @type {number} */ width) => {
      if (path === '') return;
      pen.strokeStyle = colors[color];
      pen.lineWidth = width;
      pen.stroke(new Path2D(path));
    };
    if (bar !== '') {
      pen.fillStyle = colors['mark-1'];
      pen.globalAlpha = 0.35;
      pen.fill(new Path2D(bar));
      pen.globalAlpha = 1;
    }
    line(rest, 'ink-2', 1);
    line(pins, 'ink-2', 1);
    line(whisker, ink, 1.5);
    if (dot === null) return;
    pen.beginPath();
    pen.arc(dot, MIDDLE, DOT - 0.5, 0, 2 * Math.PI); // a node's dot has a rim of paper
    pen.fillStyle = colors[ink];
    pen.fill();
  }
}
