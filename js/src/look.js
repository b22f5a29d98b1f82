// A look at a table before anything is counted: what its columns hold, and what each may be meant as, for a person to confirm.
//
// The module reads and guesses from the first MiB of a CSV or JSON Lines file; of NumPy's formats it needs all bytes. What is
// no file (columns, rows, Parquet) is handed over as JSON Lines of its first rows.
import { Coded } from './coded.js';
import { EvenhandError } from './errors.js';
import { gunzip, isGzip } from './gzip.js';
import { headed, withDelimiter } from './ingest.js';
import { engine as sharedEngine } from './load.js';
import { makeRequest } from './request.js';
import { filesOf } from './several.js';
import { isByteSource, isParquet, openRandom, pieces, sourceName } from './source.js';
import { tableOf, Flaw } from './table.js';
import { Watch } from './watch.js';

/**
 * A column as far as it was looked at.
 * @typedef {object} LookColumn
 * @property {string} name
 * @property {"number" | "text" | "mixed" | "nothing"} kind what most cells hold; mixed: numbers for the most part, and other text
 * @property {boolean} binary no cell is anything but 0 or 1, true or false
 * @property {number} missing rows
 * @property {number} distinct values told apart, 50 at most
 * @property {boolean} more whether there are more of them
 * @property {number} [least] of the numbers
 * @property {number} [most]
 * @property {{text: string, rows: number}[]} values the commonest first, unless there are more than were told apart: then by
 *   first sight
 */

/**
 * Why a column is guessed: what its name says, and what its values are.
 * @typedef {object} LookReason
 * @property {"label" | "score" | "slice" | "bucket" | "weight" | "multi"} role
 * @property {string} [word] in the name; not given: the values alone told
 */

/**
 * Offered, not to be acted on before a person has agreed: names are a matter of habit.
 * @typedef {object} LookGuess
 * @property {string} [label]
 * @property {string} [positive] the text of the label that seems to say yes; where the label is no 0 or 1
 * @property {string[]} score
 * @property {string[]} slice
 * @property {string[]} bucket
 * @property {string[]} multi of the slices those whose cells hold several groups: "identity:|"
 * @property {string} [weight]
 * @property {Record<string, LookReason>} why by column; its prototype is null
 */

/**
 * @typedef {object} Look
 * @property {number} rowsRead rows looked at: the first of the source
 * @property {number} rowsSkipped of them defective ones
 * @property {boolean} whole these are all rows there are
 * @property {number} columnCount of the source; the first 64 are looked at
 * @property {string} [delimiter] between fields, where it is not the one that was asked for: give it to the audit, too
 * @property {LookColumn[]} columns
 * @property {LookGuess} guess
 */

/**
 * How the table is to be read; the other options of a spec do not matter.
 * @typedef {Pick<import('./request.js').Spec, 'missing' | 'names' | 'delimiter'>} LookSpec
 */

const HEAD = 1 << 20;
const ROWS = 4096;
const encoder = new TextEncoder();

/** @typedef {Exclude<import('./ingest.js').RowSource, readonly import('./source.js').ByteSource[]>} OneSource */

/** @param {Uint8Array[]} parts @param {number} most */
function joined(parts, most) {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Uint8Array(size);
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return { bytes: all.subarray(0, most), whole: size <= most };
}

/**
 * @param {AsyncIterable<Uint8Array>} all
 * @param {number} most
 */
async function firstBytes(all, most) {
  const kept = [];
  let n = 0;
  for await (const piece of all) {
    kept.push(piece.slice());
    n += piece.length;
    if (n > most) break;
  }
  return joined(kept, most);
}

/** NumPy's columns stand one after the other, or in an archive with its directory at the end. @param {Uint8Array} head */
function isArrays(head) {
  const starts = (/** @type {number[]} */ ...bytes) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x93, 0x4e, 0x55, 0x4d)) return true;
  const end = 30 + head[26] + 256 * head[27];
  return starts(0x50, 0x4b, 3, 4) && String.fromCharCode(...head.subarray(Math.max(30, end - 4), end)) === '.npy';
}

/** @param {Uint8Array} head */
const isCube = (head) => head[0] === 0x89 && head[1] === 0x45 && head[2] === 0x48 && head[3] === 0x43;

/**
 * A cell as JSON Lines have it. An infinity is no number of theirs.
 * @param {unknown} cell
 */
function plain(cell) {
  if (cell instanceof Flaw) return '\0'; // no text of theirs either: the row counts as skipped, as it will be
  if (typeof cell === 'bigint') return String(cell);
  if (typeof cell === 'number' && !Number.isFinite(cell)) return Number.isNaN(cell) ? null : String(cell);
  return Array.isArray(cell) ? cell.join('|') : cell ?? null;
}

/** @param {ReturnType<import('./table.js').Table['cells']>} cells */
const hasLists = (cells) => Array.isArray(cells) && cells.some((cell) => Array.isArray(cell));

/**
 * The first rows of a table as JSON Lines.
 * @param {import('./table.js').Table} table
 */
function linesOf(table) {
  const names = table.names();
  const rows = Math.min(table.rows, ROWS);
  const columns = names.map((name) => {
    const cells = table.cells(name, 0, rows);
    return cells instanceof Coded ? Array.from(cells.codes, (code) => cells.texts[code]) : Array.from(/** @type {any} */ (cells), plain);
  });
  const keys = names.map((name) => JSON.stringify(name));
  const lists = new Set(names.filter((name) => hasLists(table.cells(name, 0, rows))));
  const lines = Array.from({ length: rows }, (_, i) =>
    `{${columns.map((cells, c) => `${keys[c]}:${JSON.stringify(cells[i] ?? null)}`).join(',')}}\n`);
  return { bytes: encoder.encode(lines.join('')), whole: rows === table.rows, lines: true, lists };
}

/**
 * The first rows of a Parquet file as JSON Lines.
 * @param {import('./source.js').Columnar} opened
 * @param {string} name
 * @param {Watch} watch
 */
export async function parquetLines(opened, name, watch) {
  const { parquetHead } = await import('./parquet.js');
  const table = await parquetHead(opened, ROWS, name, watch);
  if (table.rows === 0) throw new EvenhandError('EH_E_INPUT', `${name} has no rows`);
  return linesOf(table);
}

/**
 * What is looked at: of several files the first, as on the command line.
 * @param {import('./ingest.js').RowSource} source
 */
function firstOf(source) {
  const files = filesOf(source);
  const first = /** @type {OneSource} */ (files ? files[0] : source);
  return { first, only: !files || files.length === 1 };
}

/**
 * The bytes to look at.
 * @param {OneSource} source
 * @param {Watch} watch
 * @param {string} name
 * @returns {Promise<{bytes: Uint8Array, whole: boolean, lines?: boolean, lists?: ReadonlySet<string>}>}
 */
async function headOf(source, watch, name) {
  if (!isByteSource(source)) return linesOf(tableOf(/** @type {import('./table.js').Columns} */ (source), Object.keys(Array.isArray(source) ? {} : source)));
  const all = headed(pieces(source, watch));
  try {
    const { value: head = new Uint8Array(0) } = await all.next();
    const rest = (async function* () {
      yield head;
      yield* all;
    })();
    if (isCube(head)) throw new EvenhandError('EH_E_INPUT', `${name} is a cube, which has no columns to name; audit it as it is`);
    if (isParquet(head)) return await parquetLines({ head, rest: all, random: () => openRandom(source), stored: () => {} }, name, watch);
    if (isGzip(head)) return await firstBytes(gunzip(head.slice(), all, () => {}, name), HEAD);
    return await firstBytes(rest, isArrays(head) ? Infinity : HEAD);
  } finally {
    await all.return(undefined).catch(() => {});
  }
}

/**
 * @param {any[]} told a column as include/evenhand/cli.h has it, eh_look_json
 * @param {number} rows
 * @returns {LookColumn}
 */
function columnOf([name, missing, numbers, bits, least, most, more, , , , , ...values], rows) {
  const there = rows - missing;
  const kind = there <= 0 ? 'nothing' : 2 * numbers <= there ? 'text' : numbers === there ? 'number' : 'mixed';
  const texts = Array.from({ length: values.length / 2 }, (_, v) => ({ text: values[2 * v], rows: values[2 * v + 1] }));
  return { name, kind, binary: bits > 0 && bits === there, missing, distinct: texts.length, more: more === 1,
    ...(numbers > 0 ? { least, most } : {}), values: texts };
}

/**
 * @param {any[]} told
 * @param {ReadonlySet<string>} lists columns whose cells are lists
 * @returns {Look}
 */
function lookOf([rows, skipped, names, whole, delimiter, positive, ...columns], lists) {
  /** @type {LookGuess} */
  const guess = { score: [], slice: [], bucket: [], multi: [], why: Object.create(null) };
  for (const [name, , , , , , , told, word, first, item] of columns) {
    if (!told) continue;
    const role = told === 'slice' && lists.has(name) ? 'multi' : told;
    if (role === 'label' || role === 'weight') guess[/** @type {'label'} */ (role)] = name;
    else if (role === 'bucket') guess.bucket.push(item);
    else if (role === 'multi') {
      guess.slice.push(name);
      guess.multi.push(item || `${name}:|`);
    }
    else if (first) guess.score.unshift(name);
    else guess[/** @type {'slice'} */ (role)].push(name);
    guess.why[name] = word ? { role, word } : { role };
  }
  if (positive) guess.positive = positive;
  return { rowsRead: rows, rowsSkipped: skipped, whole: whole === 1, columnCount: names, ...(delimiter ? { delimiter } : {}),
    columns: columns.map((column) => columnOf(column, rows - skipped)), guess };
}

/**
 * The first rows of columns, rows in memory or a Parquet file as JSON Lines: enough to try a spec on.
 * @param {import('./ingest.js').RowSource} source
 * @param {Pick<import('./watch.js').Running, 'signal'>} [options]
 * @returns {Promise<{lines: Uint8Array, whole: boolean} | null>} null of what has a head of its own kind (text) or none (NumPy)
 */
export async function firstRows(source, options = {}) {
  const { first, only } = firstOf(source);
  const { bytes, whole, lines } = await headOf(first, new Watch(options), sourceName(first) || 'input');
  return lines ? { lines: bytes, whole: whole && only } : null;
}

/**
 * What the columns of a table hold, and a guess at what each is meant as. Reads the head of the source only (1 MiB of text, 4,096
 * rows of columns or Parquet, 16,384 of NumPy's arrays, which are read whole) and counts nothing. Of several files the first is
 * looked at. A cube is refused.
 * @param {import('./ingest.js').RowSource} source
 * @param {LookSpec} [spec]
 * @param {Pick<import('./watch.js').Running, 'signal'>} [options]
 * @returns {Promise<Look>}
 */
export async function look(source, spec = {}, options = {}) {
  if (source === null || (typeof source !== 'object' && typeof source !== 'string'))
    throw new EvenhandError('EH_E_USAGE', 'look takes a path, URL, stream, Blob, bytes, an array of these, columns or rows');
  const watch = new Watch(options);
  const engine = await sharedEngine();
  const { first, only } = firstOf(source);
  const name = sourceName(first);
  const { bytes, whole, lines, lists = new Set() } = await headOf(first, watch, name || 'input');
  const { missing, names, delimiter } = spec;
  return engine.scope((scope) => {
    const request = makeRequest(scope, lines ? { missing } : withDelimiter(first, { missing, names, delimiter }));
    const copy = scope.bytes(bytes);
    const file = scope.text(lines ? `${name}.jsonl` : name);
    const text = engine.collect((buf, err) => engine.wasm.ehw_look(buf, copy.p, copy.n, Number(whole), file.p, file.n, request, err),
      (told) => engine.text(told.byteOffset, told.length));
    const seen = lookOf(JSON.parse(text), lists);
    return { ...seen, whole: seen.whole && only };
  });
}
