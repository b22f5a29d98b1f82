// A part of the page as one SVG, whatever it is made of: HTML boxes, text and small SVGs come out as shapes and text with their fonts
// and colours resolved, so that the file looks the same in any program. Called by the export menu.
//
// The one idea: draw what the browser has laid out. Positions are those of the page, styles are computed ones, nothing is parsed.

const SVG = 'http://www.w3.org/2000/svg';

/** Of an SVG element, what its look depends on; a value that the parent hands down is not written again. */
const INHERITED = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'fill-opacity', 'stroke-opacity',
  'font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor', 'fill-rule', 'letter-spacing', 'visibility'];
const OWN = { opacity: '1', 'dominant-baseline': 'auto', 'clip-path': 'none', 'marker-end': 'none', 'vector-effect': 'none', 'paint-order': 'normal' };

/** Geometry that style sheets may set in place of attributes. */
const GEOMETRY = ['x', 'y', 'width', 'height', 'cx', 'cy', 'r', 'rx', 'ry', 'd', 'transform'];

/** @param {string} name @param {Record<string, string | number>} attributes */
function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** To a hundredth of a pixel. @param {number} x */
const px = (x) => Math.round(100 * x) / 100;

/** @param {string} color as computed */
const isClear = (color) => color === 'transparent' || /^rgba\(.*, 0\)$/.test(color) || /\/ 0\)$/.test(color);

/** @param {CSSStyleDeclaration} style */
const isHidden = (style) => style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0' || style.clipPath === 'inset(50%)';

/**
 * @param {SVGElement} from
 * @param {CSSStyleDeclaration | null} outer computed style of the parent
 * @returns {SVGElement | null}
 */
function cloneOf(from, outer) {
  const style = getComputedStyle(from);
  if (style.display === 'none' || ['title', 'desc', 'style', 'script', 'foreignObject'].includes(from.localName)) return null;
  const to = /** @type {SVGElement} */ (document.createElementNS(SVG, from.localName));
  for (const { name, value } of from.attributes)
    if (!/^(class|style|role|tabindex|on|aria-|data-)/.test(name)) to.setAttribute(name, value);
  for (const name of INHERITED) {
    const value = style.getPropertyValue(name);
    if (value !== '' && value !== outer?.getPropertyValue(name)) to.setAttribute(name, value.replaceAll('"', "'"));
    else to.removeAttribute(name);
  }
  for (const [name, plain] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    if (value !== '' && value !== plain && !value.startsWith('url("http')) to.setAttribute(name, value.replaceAll('"', "'"));
  }
  const inline = /** @type {SVGElement & {style: CSSStyleDeclaration}} */ (from).style;
  for (const name of GEOMETRY) if (inline?.getPropertyValue(name)) to.setAttribute(name, inline.getPropertyValue(name));
  for (const child of from.childNodes) {
    if (child instanceof Text && (child.data.trim() || ['text', 'tspan'].includes(from.localName))) to.append(child.data);
    else if (child instanceof SVGElement) { const made = cloneOf(child, style); if (made) to.append(made); }
  }
  return to;
}

/** @type {CanvasRenderingContext2D | null} */
let ruler;

/** Pixels from the top of a line's box to its baseline. @param {CSSStyleDeclaration} style */
function ascentOf({ fontStyle, fontWeight, fontSize, fontFamily }) {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return 0.8 * parseFloat(fontSize);
  ruler.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  return ruler.measureText('x').fontBoundingBoxAscent;
}

/**
 * A text node, line by line as it was broken.
 * @param {Text} node
 * @returns {{text: string, box: DOMRect}[]}
 */
function linesOf(node) {
  const range = document.createRange();
  /** @type {{text: string, box: DOMRect}[]} */
  const lines = [];
  for (const { 0: word, index } of node.data.matchAll(/\s*\S+/g)) {
    const lead = word.length - word.trimStart().length;
    range.setStart(node, index + lead);
    range.setEnd(node, index + word.length);
    const [box] = range.getClientRects();
    if (!box || box.width === 0) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < 2) last.text += ` ${word.trim()}`;
    else lines.push({ text: word.trim(), box });
  }
  return lines;
}

/** What is there to be pressed says nothing on a picture; a button with a word is a heading, too. */
const PRESSED = 'input, select, textarea, label, .controls, script, style, template, [data-no-export]';

/** @param {Element} node */
const isPressed = (node) => node.matches(PRESSED) || (node.localName === 'button' && (node.textContent ?? '').trim().length < 2);

/** Pixels around the picture, and of its caption's type. */
const MARGIN = 16;
const CAPTION = 12;

class Drawing {
  /** @param {Element} element */
  constructor(element) {
    this.frame = element.getBoundingClientRect();
    this.right = this.frame.right;
    /** Of what is drawn; where controls were left out above it, the picture begins below them. */
    this.top = this.frame.bottom;
    this.root = make('svg', { xmlns: SVG });
    this.clips = 0;
  }

  /** @param {number} x */
  x(x) { return px(x - this.frame.left + MARGIN); }

  /** @param {number} y */
  y(y) { return px(y - this.frame.top + MARGIN); }

  /**
   * @param {string} caption
   * @param {CSSStyleDeclaration} style of the element
   * @returns {{width: number, height: number}}
   */
  close(caption, style) {
    const width = this.x(this.right) + MARGIN;
    const below = this.y(this.frame.bottom) + MARGIN;
    if (caption) {
      const line = make('text', { x: MARGIN, y: below + CAPTION / 2, fill: style.color, 'fill-opacity': 0.75, 'font-family': style.fontFamily.replaceAll('"', "'"), 'font-size': CAPTION });
      line.textContent = caption;
      this.root.append(line);
    }
    const top = this.y(Math.min(this.top, this.frame.bottom)) - MARGIN;
    const height = px((caption ? below + CAPTION + MARGIN / 2 : below) - top);
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 ${top} ${width} ${height}` })) this.root.setAttribute(name, String(value));
    this.root.querySelector('rect')?.setAttribute('y', String(top));
    return { width, height };
  }

  /**
   * @param {Text} node
   * @param {Element} to
   */
  text(node, to) {
    const parent = node.parentElement ?? /** @type {ShadowRoot} */ (node.getRootNode()).host;
    const style = getComputedStyle(parent);
    for (const { text, box } of linesOf(node)) {
      this.top = Math.min(this.top, box.top);
      const shown = style.textTransform === 'uppercase' ? text.toUpperCase() : text;
      const line = make('text', { x: this.x(box.left), y: this.y(box.top + ascentOf(style)), fill: style.color, 'font-family': style.fontFamily.replaceAll('"', "'"),
        'font-size': style.fontSize, ...(style.fontWeight === '400' ? {} : { 'font-weight': style.fontWeight }),
        ...(style.fontStyle === 'normal' ? {} : { 'font-style': style.fontStyle }) });
      line.textContent = shown;
      to.append(line);
    }
  }

  /**
   * Background and borders.
   * @param {CSSStyleDeclaration} style
   * @param {DOMRect} box
   * @param {Element} to
   */
  box(style, box, to) {
    const [x, y, width, height] = [this.x(box.left), this.y(box.top), px(box.width), px(box.height)];
    const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
    if (!isClear(style.backgroundColor)) to.append(make('rect', { x, y, width, height, ...(radius ? { rx: radius } : {}), fill: style.backgroundColor }));
    const sides = /** @type {const} */ ([['Top', x, y, x + width, y], ['Bottom', x, y + height, x + width, y + height], ['Left', x, y, x, y + height],
      ['Right', x + width, y, x + width, y + height]]);
    for (const [side, x1, y1, x2, y2] of sides) {
      const thick = parseFloat(style[`border${side}Width`]);
      const color = style[`border${side}Color`];
      if (!thick || style[`border${side}Style`] === 'none' || isClear(color)) continue;
      to.append(make('line', { x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2), stroke: color, 'stroke-width': thick }));
    }
  }

  /**
   * @param {SVGElement} from
   * @param {DOMRect} box
   * @param {Element} to
   */
  picture(from, box, to) {
    const made = cloneOf(from, null);
    if (!made || box.width === 0 || box.height === 0) return;
    this.top = Math.min(this.top, box.top);
    for (const [name, value] of Object.entries({ x: this.x(box.left), y: this.y(box.top), width: px(box.width), height: px(box.height) })) made.setAttribute(name, String(value));
    if (getComputedStyle(from).overflow === 'visible') made.setAttribute('overflow', 'visible');
    to.append(made);
  }

  /**
   * @param {Node} node
   * @param {Element} to
   */
  node(node, to) {
    if (node.nodeType === Node.TEXT_NODE) return this.text(/** @type {Text} */ (node), to);
    if (!(node instanceof Element)) return;
    const style = getComputedStyle(node);
    if (isHidden(style) || isPressed(node)) return;
    const box = node.getBoundingClientRect();
    if (node instanceof SVGElement) return this.picture(node, box, to);
    let into = to;
    if (style.display !== 'contents') this.box(style, box, to);
    if (style.overflowX !== 'visible' || style.overflowY !== 'visible') into = this.clip(node, box, to);
    if (node instanceof HTMLSlotElement) for (const child of node.assignedNodes({ flatten: true })) this.node(child, into);
    else for (const child of (node.shadowRoot ?? node).childNodes) this.node(child, into);
  }

  /**
   * What scrolls sideways is drawn as wide as it is; downwards a list may have thousands of rows, and what is in sight is drawn.
   * @param {Element} node
   * @param {DOMRect} box
   * @param {Element} to
   */
  clip(node, box, to) {
    const id = `clip-${++this.clips}`;
    const clip = make('clipPath', { id });
    const wide = ['auto', 'scroll'].includes(getComputedStyle(node).overflowX) ? Math.max(box.width, node.scrollWidth) : box.width;
    this.right = Math.max(this.right, box.left + wide);
    clip.append(make('rect', { x: this.x(box.left), y: this.y(box.top), width: px(wide), height: px(box.height) }));
    const into = make('g', { 'clip-path': `url(#${id})` });
    to.append(clip, into);
    return into;
  }
}

/**
 * @param {Element} element laid out on the page
 * @param {{title?: string, caption?: string, paper?: string}} [how]
 * @returns {{text: string, width: number, height: number}} the SVG as text
 */
export function draw(element, { title = '', caption = '', paper = '#ffffff' } = {}) {
  const drawing = new Drawing(element);
  const { root } = drawing;
  if (title) root.append(Object.assign(make('title', {}), { textContent: title }));
  root.append(make('rect', { width: '100%', height: '100%', fill: paper }));
  drawing.node(element, root);
  const size = drawing.close(caption, getComputedStyle(element));
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`, ...size };
}

/**
 * The picture as pixels, `scale` of them to one of the page.
 * @param {{text: string, width: number, height: number}} drawn
 * @param {number} [scale]
 * @returns {Promise<Blob>}
 */
export async function toPng({ text, width, height }, scale = 2) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error('the picture is too large for this browser')), 'image/png'));
}
