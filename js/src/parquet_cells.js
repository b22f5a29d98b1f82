// What the cells of a Parquet column are here: those that the same data would have as CSV. Called by parquet.js.
//
// A decimal is its unscaled integer and a place for the point, so its text is exact and the number read from that text is
// correctly rounded; times keep every digit they have. hyparquet is asked for what lies in the file, not for its own idea of it.
import { Flaw } from './table.js';

const NOT_UTF8 = new Flaw('is not UTF-8');
const HAS_NUL = new Flaw('holds a NUL character');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MEMO = 4096;

/**
 * @typedef {import('hyparquet').SchemaTree} SchemaTree
 * @typedef {import('hyparquet').SchemaElement} SchemaElement
 * @typedef {import('./table.js').Cell | Flaw} Plain
 */

/**
 * @param {Uint8Array | undefined} bytes
 * @returns {string | Flaw | undefined}
 */
function textOf(bytes) {
  if (!bytes) return undefined;
  try {
    const text = utf8.decode(bytes);
    return text.includes('\0') ? HAS_NUL : text;
  } catch {
    return NOT_UTF8;
  }
}

/** What hyparquet is to hand over: texts that are told from what is none, and times as they are counted. */
export const parsers = {
  stringFromBytes: textOf,
  jsonFromBytes: textOf,
  timestampFromMilliseconds: (/** @type {bigint | number} */ n) => n,
  timestampFromMicroseconds: (/** @type {bigint | number} */ n) => n,
  timestampFromNanoseconds: (/** @type {bigint | number} */ n) => n,
  dateFromDays: (/** @type {number} */ n) => n,
};

/** @param {Uint8Array} bytes big-endian, two's complement */
function integerOf(bytes) {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return bytes.length > 0 && bytes[0] > 127 ? value - (1n << BigInt(8 * bytes.length)) : value;
}

/**
 * @param {unknown} cell the unscaled integer
 * @param {number} scale digits behind the point
 */
function decimalText(cell, scale) {
  const unscaled = String(cell instanceof Uint8Array ? integerOf(cell) : cell);
  if (scale === 0) return unscaled;
  const sign = unscaled.startsWith('-') ? '-' : '';
  const digits = unscaled.slice(sign.length).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** @param {bigint} a @param {bigint} b */
const floorOf = (a, b) => (a - (((a % b) + b) % b)) / b;

/** The fraction of a second, as short as thousandths, millionths or billionths can say it. @param {bigint} nanos */
function fractionText(nanos) {
  const digits = String(nanos).padStart(9, '0').replace(/(000)+$/, '');
  return digits ? `.${digits}` : '';
}

const SECOND = 1000000000n;
const DAY = 86400n * SECOND;

/** @param {bigint} nanos of a day */
const clockText = (nanos) =>
  `${new Date(Number(nanos / SECOND) * 1000).toISOString().slice(11, 19)}${fractionText(nanos % SECOND)}`;

/** @param {bigint} days since 1970 */
const dayText = (days) => new Date(Number(days) * 86400000).toISOString().replace(/T.*/, '');

/** @param {bigint} nanos since 1970 @param {boolean} utc */
function timeText(nanos, utc) {
  const days = floorOf(nanos, DAY);
  const clock = nanos - days * DAY;
  return clock === 0n ? dayText(days) : `${dayText(days)}T${clockText(clock)}${utc ? 'Z' : ''}`;
}

/** Days and times that no calendar has are the numbers they are. @param {(cell: any) => string} text @returns {(cell: any) => string} */
const inCalendar = (text) => (cell) => {
  try {
    return text(cell);
  } catch (error) {
    if (error instanceof RangeError) return String(cell);
    throw error;
  }
};

/** @type {Map<unknown, bigint>} nanoseconds of a unit */
const UNITS = new Map([['MILLIS', 1000000n], ['MICROS', 1000n], ['NANOS', 1n]]);

/**
 * How a cell of the leaf is spelt; undefined: as it is.
 * @param {SchemaElement} element
 * @returns {((cell: any) => Plain) | undefined}
 */
function spellingOf({ type, converted_type, logical_type: logical, scale = 0 }) {
  const old = converted_type ?? '';
  if (old === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const places = logical?.type === 'DECIMAL' ? logical.scale : scale;
    return (cell) => decimalText(cell, places);
  }
  if (old === 'DATE' || logical?.type === 'DATE') return inCalendar((days) => dayText(BigInt(days)));
  const unit = UNITS.get(logical && 'unit' in logical ? logical.unit : old.replace(/^TIME(STAMP)?_/, '')) ?? 1n;
  if (type === 'INT96' && !old) return inCalendar((nanos) => timeText(nanos, false));
  if (logical?.type === 'TIMESTAMP' || old.startsWith('TIMESTAMP')) {
    const utc = logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : true;
    return inCalendar((count) => timeText(BigInt(count) * unit, utc));
  }
  if (logical?.type === 'TIME' || old.startsWith('TIME_')) return inCalendar((count) => clockText(BigInt(count) * unit));
  return undefined;
}

/**
 * The leaf that has the values of a column: its own, or that of a list of them; undefined where there is no one such.
 * @param {SchemaTree} column
 * @returns {SchemaTree | undefined}
 */
export function leafOf(column) {
  if (column.children.length === 0) return column;
  const { converted_type: old, logical_type: logical } = column.element;
  const [item] = column.children;
  if ((old !== 'LIST' && logical?.type !== 'LIST') || column.children.length > 1 || item.element.repetition_type !== 'REPEATED') return undefined;
  const [leaf = item] = item.children;
  return item.children.length < 2 && leaf.children.length === 0 && (leaf === item || leaf.element.repetition_type !== 'REPEATED') ? leaf : undefined;
}

/**
 * The schema with decimals as the integers they are stored as: hyparquet would multiply them by a power of ten, which rounds.
 * @param {import('hyparquet').FileMetaData} metadata
 * @returns {import('hyparquet').FileMetaData}
 */
export function withoutDecimals(metadata) {
  return { ...metadata, schema: metadata.schema.map((element) => {
    if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') return element;
    const { converted_type: _, logical_type: __, ...bare } = element;
    return bare;
  }) };
}

/**
 * What makes cells of the column's values: whole numbers that are exact as numbers stay numbers; values of a list are texts.
 * `numbers`: those of a typed array may stay as they are.
 * @param {SchemaTree} column
 * @returns {{cell: (value: any) => Plain | Plain[], numbers: boolean}}
 */
export function cellsOf(column) {
  const leaf = /** @type {SchemaTree} */ (leafOf(column));
  const spell = spellingOf(leaf.element);
  /** @type {Map<unknown, Plain>} those met first; the values of a dictionary are met over and over */
  const known = new Map();
  /** @param {unknown} cell @returns {Plain} */
  const spelt = (cell) => {
    if (spell) return spell(cell);
    if (cell instanceof Uint8Array) return textOf(cell);
    return typeof cell === 'bigint' && cell >= BigInt(Number.MIN_SAFE_INTEGER) && cell <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(cell)
      : /** @type {Plain} */ (cell);
  };
  /** @param {unknown} cell @returns {Plain} */
  const one = (cell) => {
    if (cell === null || cell === undefined || typeof cell === 'string') return cell;
    if (!spell && !(cell instanceof Uint8Array)) return spelt(cell);
    if (known.has(cell)) return known.get(cell);
    const text = spelt(cell);
    if (known.size < MEMO) known.set(cell, text);
    return text;
  };
  /** @param {unknown} cell */
  const item = (cell) => {
    const value = one(cell);
    return Number.isInteger(value) || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : value;
  };
  /** @param {unknown[]} values */
  const list = (values) => {
    const made = values.map(item);
    return made.find((value) => value instanceof Flaw) ?? made;
  };
  return { cell: (value) => (Array.isArray(value) ? list(value) : one(value)), numbers: !spell };
}
