// Texts by code: a column that lists each of its texts once and says for every row which it has, so that counting by it
// costs an index a row and not a string. Made by callers, by parts.js for other threads, and read by table.js.

/** @typedef {import('./layout.js').Layout} Layout */

/**
 * @typedef {Uint8Array | Uint16Array | Uint32Array} Codes
 * @typedef {{texts: readonly string[], codes: Codes}} CodedColumn texts, each listed once, and per row the place of its
 *   text in the list; a place past its end (255, 65535, 4294967295) is missing
 */

/** Texts, each kept once, and which of them each row has. */
export class Coded {
  /** No text: the cell is missing. */
  static MISSING = 0xffffffff;

  /**
   * @param {readonly string[]} texts
   * @param {Codes} codes
   */
  constructor(texts, codes) {
    this.texts = texts;
    this.codes = codes;
  }
}

export const CODE_TYPES = new Map(/** @type {[Function, keyof Layout][]} */ ([
  [Uint8Array, 'EH_CODED_U8'], [Uint16Array, 'EH_CODED_U16'], [Uint32Array, 'EH_CODED_U32'],
]));

/**
 * @param {unknown} value
 * @returns {value is CodedColumn}
 */
export function isCoded(value) {
  const { texts, codes } = /** @type {CodedColumn} */ (value ?? {});
  return Array.isArray(texts) && ArrayBuffer.isView(codes) && CODE_TYPES.has(codes.constructor);
}

/**
 * What is wrong with a list of texts, or undefined.
 * @param {readonly unknown[]} texts
 */
export function badText(texts) {
  for (let k = 0; k < texts.length; k++) { // by index: a hole is no text
    const text = texts[k];
    if (typeof text !== 'string') return `texts[${k}] is not text; a missing cell has a code past the texts`;
    if (text.includes('\0')) return `texts[${k}] has a NUL character; remove it`;
  }
  return undefined;
}
