// A row of the board as nodes that are made once and then only told what changed. Lit draws everything around; this file draws what
// there may be thousands of.
import { DOT } from '../../charts/interval.js';
import { count } from '../../charts/format.js';
import { chartWords } from '../../words/charts.js';
import { shortName } from './items.js';
import { MIDDLE, pathsOf, textsOf } from './say.js';

/**
 * @typedef {import('../../state/types.js').State} State
 * @typedef {import('./say.js').Card} Card
 * @typedef {import('./say.js').Drawn} Drawn
 */

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

export class CellNode {
  constructor() {
    this.node = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (template.content.firstElementChild).cloneNode(true));
    const find = (/** @type {string} */ name) => /** @type {Element} */ (this.node.querySelector(`.${name}`));
    this.texts = { value: new Slot(find('value')), range: new Slot(find('range')), gap: new Slot(find('gap')), gapRange: new Slot(find('between')),
      p: new Slot(find('p')) };
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
    const said = textsOf(card.metric, cell, drawn.gap);
    const paths = pathsOf(slice, card, drawn, cell);
    this.hold(card.metric, said);
    for (const name of /** @type {const} */ (['value', 'range', 'gap', 'gapRange', 'p'])) this.texts[name].set(said[name]);
    for (const name of /** @type {const} */ (['bar', 'rest', 'pins', 'whisker'])) this.paths[name].set(paths[name]);
    this.dot.set(paths.dot === null ? '-9999' : String(paths.dot));
    this.name.set(`cell${said.exact === '' ? ' undefined' : ''}${said.tone === '' ? '' : ` ${said.tone}`}`);
  }

  /**
   * The number itself, as attributes.
   * @param {string} metric
   * @param {{exact: string, reason: string}} said
   */
  hold(metric, { exact, reason }) {
    this.metric.set(metric);
    this.exact.set(exact);
    this.reason.set(reason);
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
