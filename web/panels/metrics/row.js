// A row of the board as nodes that are made once and then only told what changed: a threshold drag sets a few texts and attributes
// per cell and nothing else. Lit draws everything around; this file draws what must keep up with the hand.
import { barPath, DOT, placeMark } from '../../charts/interval.js';
import { boundText, count, gapNumber, gapText, interval, pText, readingOf, valueText } from '../../charts/format.js';
import { at, inside } from '../../charts/scale.js';
import { chartWords, gapOf, gapReason } from '../../words/charts.js';
import { words } from '../../words/en.js';
import { ROW, shortName } from './items.js';

/**
 * @typedef {import('../../state/types.js').Cell} Cell
 * @typedef {import('../../state/types.js').State} State
 * @typedef {import('../../charts/scale.js').Scale} Scale
 * @typedef {{metric: string, scale: Scale, baseline: number | null}} Card scale: of the mark's pixels; baseline: null = none, or each slice its own
 * @typedef {{cards: readonly Card[], gap: State['gap'], bars: boolean, pinned: readonly number[], own: boolean,
 *   number: import('../../state/types.js').View['number']}} Drawn own: the baseline is another one for each slice (complement)
 */

const MIDDLE = ROW / 2;

const template = document.createElement('template');
template.innerHTML = '<div role="gridcell" class="cell" tabindex="-1"><span class="value"></span><span class="range"></span>'
  + '<svg class="mark" aria-hidden="true"><path class="bar"/><path class="rest"/><path class="pins"/><path class="whisker"/>'
  + `<circle class="dot" r="${DOT}" cy="${MIDDLE}"/></svg><span class="gap"></span><span class="gap-range"><span class="between"></span><span class="p"></span></span></div>`;

/** A text or an attribute that is set only when it differs from what is there. */
class Slot {
  /** @param {Element} node @param {string} [attribute] the text if not given */
  constructor(node, attribute) {
    this.node = node;
    this.attribute = attribute;
    this.was = '';
  }

  /** @param {string} value */
  set(value) {
    if (value === this.was) return;
    this.was = value;
    if (this.attribute) this.node.setAttribute(this.attribute, value);
    else if (this.node.firstChild) /** @type {Text} */ (this.node.firstChild).data = value;
    else this.node.textContent = value;
  }
}

/** Whether an interval of a gap lies wholly on one side of "no gap". @param {number | null} lower @param {number | null} upper @param {number} none */
const apart = (lower, upper, none) => (lower !== null && lower > none) || (upper !== null && upper < none);

export class CellNode {
  constructor() {
    this.node = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (template.content.firstElementChild).cloneNode(true));
    const find = (/** @type {string} */ name) => /** @type {Element} */ (this.node.querySelector(`.${name}`));
    this.texts = { value: new Slot(find('value')), range: new Slot(find('range')), gap: new Slot(find('gap')), gapRange: new Slot(find('between')), p: new Slot(find('p')) };
    this.paths = { bar: new Slot(find('bar'), 'd'), rest: new Slot(find('rest'), 'd'), pins: new Slot(find('pins'), 'd'), whisker: new Slot(find('whisker'), 'd') };
    this.dot = new Slot(find('dot'), 'cx');
    this.name = new Slot(this.node, 'class');
    this.metric = new Slot(this.node, 'data-metric');
    this.exact = new Slot(this.node, 'data-value');
    this.exact.was = '\0';
    this.reason = new Slot(this.node, 'data-reason');
  }

  /**
   * @param {string} slice
   * @param {Card} card
   * @param {Drawn} drawn
   */
  draw(slice, card, drawn) {
    const cell = drawn.number(slice, card.metric);
    this.metric.set(card.metric);
    this.exact.set(cell.value === null ? '' : String(cell.value));
    this.reason.set(cell.value === null ? cell.reason ?? 'unknown' : '');
    const gap = this.#gap(card.metric, cell, drawn.gap);
    this.#value(card.metric, cell);
    this.name.set(`cell${cell.value === null ? ' undefined' : ''}${gap}`);
    this.#mark(slice, card, drawn, cell);
  }

  /**
   * @param {string} metric
   * @param {Cell} cell
   */
  #value(metric, cell) {
    const { value, range } = this.texts;
    if (cell.value === null) {
      value.set('\u2013');
      range.set(words.undefinedBecause(cell.reason ?? 'unknown'));
      return;
    }
    value.set(valueText(metric, cell.value));
    range.set(cell.lower === null || cell.upper === null ? '' : interval(boundText(metric, cell.lower), boundText(metric, cell.upper)));
  }

  /**
   * @param {string} metric
   * @param {Cell} cell
   * @param {State['gap']} kind
   * @returns {string} classes: whether the gap stands apart from none, and whether that is worse or better
   */
  #gap(metric, { gap, value: own }, kind) {
    const { gap: text, gapRange, p: chance } = this.texts;
    const [value, lower, upper] = gap ? gapOf(gap, kind) : [null, null, null];
    if (gap === null || value === null) {
      const why = gap === null || own === null ? '' : gap.reason === 'is_baseline' ? chartWords.baseline : words.undefinedBecause(gapReason(gap, kind));
      text.set(why === '' || why === chartWords.baseline ? '' : '\u2013');
      gapRange.set(why);
      chance.set('');
      return gap !== null && why !== '' && why !== chartWords.baseline ? ' no-gap' : '';
    }
    const none = kind === 'ratio' ? 1 : 0;
    const sure = apart(lower, upper, none);
    text.set(gapText(metric, kind, value) + (sure ? '*' : ''));
    const p = gap.p_adjusted ?? gap.p;
    gapRange.set(lower === null ? '' : `${interval(gapNumber(metric, kind, lower), upper === null ? '\u221e' : gapNumber(metric, kind, upper))}`);
    chance.set(p === null ? '' : pText(p));
    const { better } = readingOf(metric);
    return sure ? ` sure${better === null ? '' : (value > none) === (better === 'higher') ? ' better' : ' worse'}` : '';
  }

  /**
   * @param {string} slice
   * @param {Card} card
   * @param {Drawn} drawn
   * @param {Cell} cell
   */
  #mark(slice, { metric, scale }, { pinned, number, bars, own }, cell) {
    const pins = pinned.map((threshold) => number(slice, metric, { threshold }).value);
    const mark = placeMark(scale, cell, MIDDLE, pins);
    this.paths.whisker.set(mark.whisker + mark.beyond);
    this.paths.pins.set(mark.pins);
    this.paths.bar.set(bars ? barPath(scale, cell.value, MIDDLE) : '');
    this.dot.set(bars || mark.dot === null ? '-99' : String(mark.dot));
    const rest = own && cell.value !== null && cell.gap && cell.gap.difference !== null ? cell.value - cell.gap.difference : null;
    this.paths.rest.set(rest === null || !inside(scale, rest) ? '' : `M${at(scale, rest).toFixed(1)},${MIDDLE - 9}v18`);
  }
}

export class SliceRow {
  constructor() {
    this.node = document.createElement('div');
    this.node.setAttribute('role', 'row');
    this.node.dataset.testid = 'slice-row';
    this.name = document.createElement('div');
    this.name.setAttribute('role', 'rowheader');
    this.name.className = 'name';
    this.label = this.name.appendChild(document.createElement('span'));
    this.few = this.name.appendChild(document.createElement('small'));
    this.n = document.createElement('div');
    this.n.setAttribute('role', 'gridcell');
    this.n.className = 'n';
    for (const node of [this.name, this.n]) node.tabIndex = -1;
    this.node.append(this.name, this.n);
    /** @type {CellNode[]} */
    this.cells = [];
    this.key = '';
  }

  /** @param {import('./items.js').SliceItem} item */
  bind({ slice, grouped }) {
    if (this.key === slice.name && this.label.dataset.grouped === String(grouped) && this.few.dataset.rows === String(slice.rows)) return;
    this.key = slice.name;
    this.label.dataset.grouped = String(grouped);
    this.few.dataset.rows = String(slice.rows);
    this.node.dataset.slice = slice.name;
    this.label.textContent = grouped ? shortName(slice) : slice.name;
    this.name.setAttribute('aria-label', slice.name);
    this.n.textContent = count(slice.rows);
    this.few.textContent = `n ${count(slice.rows)}`;
  }

  /** @param {Drawn} drawn */
  draw(drawn) {
    while (this.cells.length < drawn.cards.length) {
      const cell = new CellNode();
      this.cells.push(cell);
      this.node.append(cell.node);
    }
    while (this.cells.length > drawn.cards.length) this.cells.pop()?.node.remove();
    drawn.cards.forEach((card, i) => this.cells[i].draw(this.key, card, drawn));
  }

  /** @param {State} state @param {boolean} baseline */
  light({ hovered, selected }, baseline) {
    const lit = `row${baseline ? ' baseline' : ''}${hovered === this.key ? ' lit' : ''}${selected === this.key ? ' selected' : ''}`;
    if (this.node.className !== lit) this.node.className = lit;
    const chosen = String(selected === this.key);
    if (this.node.getAttribute('aria-selected') !== chosen) this.node.setAttribute('aria-selected', chosen);
  }
}

export class HeadRow {
  constructor() {
    this.node = document.createElement('div');
    this.node.setAttribute('role', 'row');
    this.node.className = 'row section';
    this.name = document.createElement('div');
    this.name.setAttribute('role', 'rowheader');
    this.name.className = 'name';
    this.name.tabIndex = -1;
    this.label = this.name.appendChild(document.createElement('span'));
    this.number = this.name.appendChild(document.createElement('small'));
    this.node.append(this.name);
    this.key = '';
  }

  /** @param {import('./items.js').HeadItem} item */
  bind({ key, column, count: members, open }) {
    this.key = key;
    this.node.dataset.column = column;
    this.label.textContent = column.replaceAll('*', ' \u00d7 ');
    this.number.textContent = String(members);
    this.name.setAttribute('aria-expanded', String(open));
    this.name.setAttribute('aria-label', `${chartWords.expand(column)}, ${members}`);
  }
}
