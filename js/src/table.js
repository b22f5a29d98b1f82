// Columns and rows in memory, handed over batch by batch in buffers that are used again.
//
// A typed array goes as it is. A plain array is looked at one batch at a time: all numbers go as f64, all booleans as bool,
// anything mixed as text. The module spells every number, and an infinity is what it is in either form: a batch that is
// mixed ends in the same report as one that is not.
import { CODE_TYPES, Coded, badText, isCoded } from './coded.js';
import { EvenhandError } from './errors.js';
import { nearestName } from './words.js';

/**
 * @typedef {number | bigint | string | boolean | null | undefined} Cell null, undefined and NaN are missing
 * @typedef {Cell | readonly (string | null | undefined)[]} Cells of a multi-valued column: its values, or one text that
 *   holds them all
 * @typedef {readonly Cells[] | Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array |
 *   Int8Array | Uint8Array | Uint8ClampedArray | BigInt64Array | BigUint64Array} Column
 * @typedef {import('./coded.js').CodedColumn} CodedColumn
 * @typedef {Record<string, Column | CodedColumn>} Columns
 * @typedef {readonly Record<string, unknown>[]} Rows
 */

/**
 * @typedef {import('./memory.js').Engine} Engine
 * @typedef {import('./layout.js').Layout} Layout
 */

/**
 * A table of either form.
 * @typedef {object} Table
 * @property {number} rows
 * @property {string} [name] of the file it comes from
 * @property {number} first the number of the first row in the caller's data; 1 unless this is a later part of it
 * @property {(name: string) => boolean} has
 * @property {() => string[]} names
 * @property {(name: string, from: number, to: number) => Column | Coded} cells of rows from..to
 * @property {boolean} [flawed] whether cells may be a Flaw
 */

/** Stands where a text should and is none: its row is skipped and counted, as it is of other files. */
export class Flaw {
  /** @param {string} what follows the name of the column */
  constructor(what) {
    this.what = what;
  }
}

const encoder = new TextEncoder();

const TYPES = new Map(/** @type {[Function, {type: keyof Layout, size: number}][]} */ ([
  [Float64Array, { type: 'EH_F64', size: 8 }], [Float32Array, { type: 'EH_F32', size: 4 }],
  [Int32Array, { type: 'EH_I32', size: 4 }], [Uint32Array, { type: 'EH_U32', size: 4 }],
  [Int16Array, { type: 'EH_I16', size: 2 }], [Uint16Array, { type: 'EH_U16', size: 2 }],
  [Int8Array, { type: 'EH_I8', size: 1 }], [Uint8Array, { type: 'EH_U8', size: 1 }],
  [Uint8ClampedArray, { type: 'EH_U8', size: 1 }],
]));

/**
 * @param {unknown} value
 * @returns {value is Column}
 */
const isPlain = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** @param {unknown} value */
const isColumn = (value) => isPlain(value) || isCoded(value);

/** @param {Column | CodedColumn} column */
const rowsOf = (column) => (isCoded(column) ? column.codes : column).length;

/** @param {string} message */
const inputError = (message) => new EvenhandError('EH_E_INPUT', message);

/**
 * @param {Columns} columns
 * @param {string[]} wanted the only names that are looked at
 * @returns {Table}
 */
function tableOfColumns(columns, wanted) {
  const names = wanted.filter((name) => Object.hasOwn(columns, name) && isColumn(columns[name]));
  const rows = names.length > 0 ? rowsOf(columns[names[0]]) : 0;
  for (const name of names) {
    const column = columns[name];
    if (rowsOf(column) !== rows)
      throw inputError(`columns differ in length: "${names[0]}" has ${rows} rows, "${name}" has ${rowsOf(column)}`);
    const bad = isCoded(column) && badText(column.texts);
    if (bad) throw inputError(`column "${name}", ${bad}`);
  }
  return {
    rows,
    first: 1,
    has: (name) => Object.hasOwn(columns, name),
    names: () => Object.keys(columns),
    cells(name, from, to) {
      const column = columns[name];
      if (!isColumn(column)) throw inputError(`column "${name}" is not an array, a typed array or {texts, codes}`);
      if (isCoded(column)) return new Coded(column.texts, column.codes.subarray(from, to));
      return Array.isArray(column) ? column.slice(from, to)
        : /** @type {Float64Array} */ (column).subarray(from, to);
    },
  };
}

/**
 * @param {Rows} rows
 * @returns {Table}
 */
function tableOfRows(rows) {
  for (let i = 0; i < rows.length; i++) { // by index: a hole is no row either, and forEach would step over it
    const row = rows[i];
    if (row === null || typeof row !== 'object' || Array.isArray(row)) throw inputError(`row ${i + 1} is not an object`);
  }
  return {
    rows: rows.length,
    first: 1,
    has: (name) => rows.length === 0 || rows.some((row) => Object.hasOwn(row, name) || row[name] !== undefined),
    names: () => Object.keys(rows[0] ?? {}),
    cells: (name, from, to) => rows.slice(from, to).map((row) => /** @type {Cell} */ (row[name])),
  };
}

/**
 * Memory that grows and is used again.
 */
class Buffer {
  /** @param {import('./memory.js').Scope} scope */
  constructor(scope) {
    this.engine = scope.engine;
    this.p = 0;
    this.size = 0;
    scope.defer(() => this.engine.wasm.ehw_free(this.p));
  }

  /**
   * At least n bytes; the first `keep` stay.
   * @param {number} n
   * @param {number} [keep]
   */
  reserve(n, keep = 0) {
    if (n <= this.size) return this.p;
    const size = Math.max(n, 2 * this.size);
    const p = this.engine.take(size);
    this.engine.bytes(p, keep).set(this.engine.bytes(this.p, keep));
    this.engine.wasm.ehw_free(this.p);
    this.p = p;
    this.size = size;
    return p;
  }
}

/** @typedef {(i: number) => number} RowOf the number of a batch's row in the caller's data, from 1 */

/**
 * What a batch of plain cells can go as.
 * @param {readonly Cell[]} cells
 * @param {string} name
 * @param {RowOf} rowOf
 * @returns {'EH_F64' | 'EH_BOOL' | 'EH_TEXT'}
 */
function plainType(cells, name, rowOf) {
  let numbers = 0;
  let booleans = 0;
  let others = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (typeof cell === 'number') numbers++;
    else if (typeof cell === 'boolean') booleans++;
    else if (typeof cell === 'string' || typeof cell === 'bigint') others++;
    else if (Array.isArray(cell))
      throw inputError(`column "${name}", row ${rowOf(i)}: a cell is text, a number, true, false or null; a list may stand in a ` +
        `column named by multi, as in multi: "${name}:|"`);
    else if (cell !== null && cell !== undefined)
      throw inputError(`column "${name}", row ${rowOf(i)}: a cell is text, a number, true, false or null, ` +
        `not of type ${typeof cell}`);
  }
  if (others === 0 && booleans === 0) return 'EH_F64';
  return others === 0 && numbers === 0 ? 'EH_BOOL' : 'EH_TEXT';
}

/** One wanted column on its way into the module. */
class ColumnWriter {
  /**
   * @param {import('./memory.js').Scope} scope
   * @param {string} name
   * @param {number} slot where its eh_column lies
   * @param {boolean} wantsNumbers the cells are read as numbers, not as groups or label texts
   * @param {string} separator what stands between the values of a cell, where it may hold several; else ''
   */
  constructor(scope, name, slot, wantsNumbers, separator) {
    this.engine = scope.engine;
    this.name = name;
    this.slot = slot;
    this.data = new Buffer(scope);
    this.cell = new Buffer(scope);
    this.start = new Buffer(scope);
    this.length = new Buffer(scope);
    this.text = new Buffer(scope);
    this.wantsNumbers = wantsNumbers;
    /** @type {readonly string[] | undefined} the list of texts that lies in `text` */
    this.listed = undefined;
    this.separator = separator;
    const copy = scope.text(name);
    this.set('eh_column.name', copy.p, copy.n);
  }

  /**
   * @param {keyof Layout} field
   * @param {...number} words
   */
  set(field, ...words) {
    const view = this.engine.view();
    words.forEach((word, i) => view.setUint32(this.slot + this.engine.layout[field] + 4 * i, word, true));
  }

  /**
   * @param {Column | Coded} cells of one batch
   * @param {RowOf} rowOf
   */
  write(cells, rowOf) {
    if (cells instanceof Coded) {
      this.coded(cells);
      return;
    }
    const known = TYPES.get(cells.constructor);
    if (known) {
      this.typed(/** @type {Uint8Array} */ (cells), known.type, known.size);
      return;
    }
    const given = Array.isArray(cells) ? cells : Array.from(/** @type {ArrayLike<Cell>} */ (cells));
    const plain = this.separator ? given.map((cell, i) => this.joined(cell, rowOf(i))) : given;
    const type = plainType(plain, this.name, rowOf);
    if (type === 'EH_TEXT') this.texts(plain, rowOf);
    else this.values(plain, type);
  }

  /**
   * The text of a cell of a multi-valued column.
   * @param {Cells} cell
   * @param {number} row
   * @returns {Cell}
   */
  joined(cell, row) {
    if (!Array.isArray(cell)) return /** @type {Cell} */ (cell);
    const values = cell.filter((value) => value !== null && value !== undefined);
    for (const value of values) {
      if (typeof value !== 'string')
        throw inputError(`column "${this.name}", row ${row}: the values of a cell are texts, not of type ${typeof value}`);
      if (value.includes(this.separator))
        throw inputError(`column "${this.name}", row ${row}: the value "${value}" holds the separator "${this.separator}"; ` +
          'choose another with multi');
    }
    return values.join(this.separator);
  }

  /**
   * @param {Uint8Array} cells
   * @param {keyof Layout} type
   * @param {number} size
   */
  typed(cells, type, size) {
    const p = this.data.reserve(cells.length * size);
    this.engine.bytes(p, cells.byteLength).set(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength));
    this.describe(type, p, 0, 0);
  }

  /**
   * @param {readonly Cell[]} cells
   * @param {'EH_F64' | 'EH_BOOL'} type
   */
  values(cells, type) {
    const { EH_CELL_OK, EH_CELL_MISSING } = this.engine.layout;
    const n = cells.length;
    const p = this.data.reserve(n * (type === 'EH_F64' ? 8 : 1));
    const cellP = this.cell.reserve(n);
    const { buffer } = this.engine.wasm.memory;
    const data = type === 'EH_F64' ? new Float64Array(buffer, p, n) : new Uint8Array(buffer, p, n);
    const codes = new Uint8Array(buffer, cellP, n);
    for (let i = 0; i < n; i++) {
      const cell = cells[i];
      const missing = cell === null || cell === undefined;
      codes[i] = missing ? EH_CELL_MISSING : EH_CELL_OK;
      data[i] = missing ? 0 : Number(cell);
    }
    this.describe(type, p, 0, cellP);
  }

  /**
   * As the module has it of a column of numbers: NaN is missing, an infinity is no group and no finite number.
   * @param {Cell} cell
   * @returns {cell is null | undefined}
   */
  isMissing(cell) {
    if (typeof cell !== 'number') return cell === null || cell === undefined;
    return Number.isNaN(cell) || (!Number.isFinite(cell) && !this.wantsNumbers);
  }

  /**
   * Appends the text of a cell to the batch's; gives its length.
   * @param {string | number | bigint | boolean} cell
   * @param {number} used
   * @param {number} row
   */
  spell(cell, used, row) {
    if (typeof cell === 'number') {
      this.text.reserve(used + this.engine.layout.EH_F64_TEXT, used);
      return this.engine.wasm.ehw_write_f64(this.text.p + used, cell);
    }
    const text = String(cell);
    if (text.includes('\0')) throw inputError(`column "${this.name}", row ${row}: the text has a NUL character; remove it`);
    this.text.reserve(used + 3 * text.length, used);
    return encoder.encodeInto(text, this.engine.bytes(this.text.p + used, 3 * text.length)).written;
  }

  /**
   * Equal cells of a batch share their bytes.
   * @param {readonly Cell[]} cells
   * @param {RowOf} rowOf
   */
  texts(cells, rowOf) {
    const { EH_CELL_OK, EH_CELL_MISSING } = this.engine.layout;
    const n = cells.length;
    const starts = new Uint32Array(n);
    const lengths = new Uint32Array(n);
    const codes = new Uint8Array(n).fill(EH_CELL_OK);
    /** @type {Map<Cell, number>} row that has the text */
    const seen = new Map();
    let used = 0;
    for (let i = 0; i < n; i++) {
      const cell = cells[i];
      if (this.isMissing(cell)) {
        codes[i] = EH_CELL_MISSING;
        continue;
      }
      const row = seen.get(cell) ?? i;
      if (row === i) {
        starts[i] = used;
        lengths[i] = this.spell(cell, used, rowOf(i));
        used += lengths[i];
        seen.set(cell, i);
      } else {
        starts[i] = starts[row];
        lengths[i] = lengths[row];
      }
    }
    this.placed(starts, lengths, codes);
  }

  /**
   * The list of texts of one batch is often that of the one before, and then lies where it did.
   * @param {Coded} cells
   */
  coded({ texts, codes }) {
    if (texts !== this.listed) this.list(texts);
    const p = this.copy(this.data, codes);
    this.describe(/** @type {keyof Layout} */ (CODE_TYPES.get(codes.constructor)), p, this.text.p, 0);
    this.set('eh_column.text_start_n', this.start.p);
    this.set('eh_column.text_len_n', this.length.p);
    this.set('eh_column.text_count', texts.length);
  }

  /** @param {readonly string[]} texts */
  list(texts) {
    const all = texts.map((text) => encoder.encode(text));
    this.text.reserve(all.reduce((sum, bytes) => sum + bytes.length, 1));
    const starts = new Uint32Array(all.length);
    let used = 0;
    all.forEach((bytes, k) => {
      this.engine.bytes(this.text.p + used, bytes.length).set(bytes);
      starts[k] = used;
      used += bytes.length;
    });
    this.copy(this.start, starts);
    this.copy(this.length, Uint32Array.from(all, (bytes) => bytes.length));
    this.listed = texts;
  }

  /**
   * Hands over where each row's text lies among those in `this.text`.
   * @param {Uint32Array} starts
   * @param {Uint32Array} lengths
   * @param {Uint8Array} codes
   */
  placed(starts, lengths, codes) {
    const startP = this.copy(this.start, starts);
    const lengthP = this.copy(this.length, lengths);
    const cellP = this.copy(this.cell, codes);
    this.text.reserve(1);
    this.listed = undefined;
    this.describe('EH_TEXT', 0, this.text.p, cellP);
    this.set('eh_column.text_start_n', startP);
    this.set('eh_column.text_len_n', lengthP);
  }

  /**
   * @param {Buffer} to
   * @param {import('./coded.js').Codes} from
   */
  copy(to, from) {
    const p = to.reserve(from.byteLength);
    this.engine.bytes(p, from.byteLength).set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
    return p;
  }

  /**
   * @param {keyof Layout} type
   * @param {number} data
   * @param {number} text
   * @param {number} cell
   */
  describe(type, data, text, cell) {
    this.set('eh_column.type', this.engine.layout[type]);
    this.set('eh_column.data', data);
    this.set('eh_column.text_bytes', text);
    this.set('eh_column.text_start_n', 0);
    this.set('eh_column.text_len_n', 0);
    this.set('eh_column.cell_n', cell);
  }
}

/**
 * The columns an ingest wants, in its order, and whether it reads numbers from them.
 * @param {import('./memory.js').Scope} scope
 * @param {number} ingest
 */
function wantedColumns(scope, ingest) {
  const { engine } = scope;
  const { layout } = engine;
  const count = scope.take(4);
  const wants = engine.wasm.ehw_ingest_wants(ingest, count) >>> 0;
  const n = engine.view().getUint32(count, true);
  return Array.from({ length: n }, (_, i) => {
    const want = wants + i * layout.eh_want;
    const numbers = engine.view().getUint32(want + layout['eh_want.type'], true) !== layout.EH_TEXT;
    const name = engine.str(want + layout['eh_want.name']);
    const copy = scope.text(name);
    const separator = engine.wasm.ehw_ingest_separator(ingest, copy.p, copy.n);
    return { name, numbers, separator: separator ? String.fromCharCode(separator) : '' };
  });
}

/**
 * The names of those columns.
 * @param {import('./memory.js').Scope} scope
 * @param {number} ingest
 */
export const wantedNames = (scope, ingest) => wantedColumns(scope, ingest).map((want) => want.name);

/**
 * @param {import('./memory.js').Scope} scope
 * @param {Table} table
 * @param {string} name
 */
function missingColumn(scope, table, name) {
  const nearest = nearestName(scope, table.names(), name);
  return new EvenhandError('EH_E_SPEC', `${table.name ?? 'input'} has no column "${name}"` + (nearest ? `; nearest is "${nearest}"` : ''));
}

/**
 * @param {Columns | Rows} source
 * @param {string[]} wanted the only names that are looked at
 * @returns {Table}
 */
export const tableOf = (source, wanted) =>
  (Array.isArray(source) ? tableOfRows(source) : tableOfColumns(/** @type {Columns} */ (source), wanted));

/**
 * Skips the rows that hold a flaw, each for the first in the order of the columns.
 * @param {import('./memory.js').Scope} scope
 * @param {number} ingest
 * @param {string[]} names
 * @param {(Column | Coded)[]} columns of one batch
 * @param {number} first number of its first row
 * @param {number} rows of the batch
 * @returns {number[] | undefined} the places of the other rows; undefined: all
 */
function withoutFlaws(scope, ingest, names, columns, first, rows) {
  /** @type {Map<number, string>} */
  const flaws = new Map();
  columns.forEach((cells, c) => {
    if (!Array.isArray(cells)) return;
    for (let i = 0; i < cells.length; i++)
      if (cells[i] instanceof Flaw && !flaws.has(i)) flaws.set(i, `"${names[c]}" ${cells[i].what}`);
  });
  if (flaws.size === 0) return undefined;
  for (const [i, why] of [...flaws].sort(([a], [b]) => a - b))
    scope.engine.scope((inner) => {
      const text = inner.text(why);
      inner.engine.attempt((err) => inner.engine.wasm.ehw_ingest_skip(ingest, first + i, text.p, text.n, err));
    });
  return Array.from({ length: rows }, (_, i) => i).filter((i) => !flaws.has(i));
}

/**
 * Hands a table over to an ingest, batch by batch.
 * @param {import('./memory.js').Scope} scope
 * @param {number} ingest
 * @param {Table} table
 * @param {import('./watch.js').Watch} watch
 */
export async function pushTable(scope, ingest, table, watch) {
  const { engine } = scope;
  const { layout } = engine;
  const wants = wantedColumns(scope, ingest);
  const names = wants.map((want) => want.name);
  for (const name of names) if (!table.has(name)) throw missingColumn(scope, table, name);
  const columns = scope.take(names.length * layout.eh_column);
  const writers = wants.map((want, i) =>
    new ColumnWriter(scope, want.name, columns + i * layout.eh_column, want.numbers, want.separator));
  const batch = scope.take(layout.eh_batch);
  const lines = new Buffer(scope);
  for (let from = 0; from === 0 || from < table.rows; from += layout.EH_BATCH_ROWS) {
    const to = Math.min(table.rows, from + layout.EH_BATCH_ROWS);
    const first = table.first + from;
    let cells = names.map((name) => table.cells(name, from, to));
    const kept = table.flawed ? withoutFlaws(scope, ingest, names, cells, first, to - from) : undefined;
    if (kept) cells = cells.map((all) => kept.map((i) => /** @type {Cell[]} */ (all)[i]));
    writers.forEach((writer, c) => writer.write(cells[c], (i) => first + (kept ? kept[i] : i)));
    if (kept) lines.reserve(8 * kept.length);
    const view = engine.view();
    kept?.forEach((row, i) => view.setBigUint64(lines.p + 8 * i, BigInt(first + row), true));
    view.setUint32(batch + layout['eh_batch.rows'], kept?.length ?? to - from, true);
    view.setUint32(batch + layout['eh_batch.line_n'], kept ? lines.p : 0, true);
    view.setUint32(batch + layout['eh_batch.column'], columns, true);
    view.setUint32(batch + layout['eh_batch.column_n'], names.length, true);
    view.setBigUint64(batch + layout['eh_batch.first_row'], BigInt(first), true);
    engine.attempt((err) => engine.wasm.ehw_ingest_columns(ingest, batch, err));
    const pause = watch.advance(to - from);
    if (pause) await pause;
  }
}
