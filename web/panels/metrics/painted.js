// The cells in sight on one canvas, while a hand moves the threshold: hundreds of texts and marks in each frame cost less as pixels
// than as nodes. The nodes keep the exact numbers in their attributes meanwhile, and show again when the hand rests.
import { DOT } from '../../charts/interval.js';
import { ROW } from './items.js';
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

export class Painted {
  /** @param {HTMLElement} board */
  constructor(board) {
    this.board = board;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'painted';
    this.canvas.setAttribute('aria-hidden', 'true');
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d'));
    this.on = false;
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
   * Takes the place of the cells in sight.
   * @param {HTMLElement} wrap
   * @param {{left: number, width: number, top: number, height: number}} area in pixels of wrap
   */
  begin(wrap, { left, width, top, height }) {
    const ratio = Math.min(devicePixelRatio, 2);
    const { canvas } = this;
    [canvas.width, canvas.height] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
    Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    const style = getComputedStyle(this.board);
    for (const name of ['ink', 'ink-2', 'worse', 'better', 'mark-1', 'paper']) this.colors[name] = style.getPropertyValue(`--eh-${name}`);
    this.family = style.fontFamily;
    this.ratio = ratio;
    this.font = ''; // a canvas of a new size has forgotten its own
    if (canvas.parentElement !== wrap) wrap.append(canvas);
    this.board.classList.add('painting');
    this.on = true;
  }

  end() {
    if (!this.on) return;
    this.on = false;
    this.canvas.remove();
    this.board.classList.remove('painting');
  }

  /**
   * @param {Iterable<{row: import('./row.js').SliceRow, index: number}>} rows
   * @param {readonly [number, number]} seen rows on the canvas; of the others only the attributes follow
   * @param {Drawn} drawn
   * @param {Layout} layout
   */
  draw(rows, [from, to], drawn, layout) {
    const { pen } = this;
    this.#move(0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { row, index } of rows)
      drawn.cards.forEach((card, c) => {
        const cell = drawn.number(row.key, card.metric);
        const said = textsOf(card.metric, cell, drawn.gap);
        row.cells[c].hold(card.metric, said);
        if (index < from || index >= to) return;
        this.#move(c * layout.card, (index - from) * ROW);
        this.#texts(said, layout);
        this.#move(c * layout.card + layout.value + 8, (index - from) * ROW);
        this.#mark(pathsOf(row.key, card, drawn, cell));
      });
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
   */
  #texts(said, { value, gap, card, small, p }) {
    const none = said.exact === '';
    this.#text(said.value, { x: none ? 8 : value, line: small && !none ? [9, 20] : FIRST, color: none ? 'ink-2' : 'ink', size: 14, right: !none });
    if (none) this.#text(said.range, { x: 8, line: SECOND, color: 'ink-2', size: 11 });
    else if (!small) this.#text(said.range, { x: value, line: SECOND, color: 'ink-2', size: 11, right: true });
    const x = card - 6 - gap;
    const sure = said.tone.startsWith('sure');
    this.#text(said.gap, { x, line: FIRST, color: said.tone === 'sure worse' ? 'worse' : said.tone === 'sure better' ? 'better' : sure ? 'ink' : 'ink-2', size: 14, bold: sure });
    this.#text(said.gapRange + (p && said.p !== '' ? ` ${said.p}` : ''), { x, line: SECOND, color: 'ink-2', size: 11 });
  }

  /** @param {Paths} paths */
  #mark({ bar, rest, pins, whisker, dot }) {
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
    line(whisker, 'mark-1', 1.5);
    if (dot === null) return;
    pen.beginPath();
    pen.arc(dot, MIDDLE, DOT, 0, 2 * Math.PI);
    pen.fillStyle = colors['mark-1'];
    pen.fill();
  }
}
