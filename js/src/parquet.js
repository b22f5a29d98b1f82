// Parquet files, through hyparquet: an optional package, loaded when the first such file is met; so is hyparquet-compressors, when
// columns are compressed in another way than snappy.
//
// Only the wanted columns are decoded, one row group at a time. The hash is of the file, which is read once for it.
import { EvenhandError } from './errors.js';
import { cellsOf, leafOf, parsers, withoutDecimals } from './parquet_cells.js';

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('./table.js').Cell} Cell
 * @typedef {import('./table.js').Column} Column
 * @typedef {import('./source.js').Random} Random
 * @typedef {import('./source.js').Columnar} Opened
 * @typedef {import('hyparquet').FileMetaData} Metadata
 * @typedef {{bytes: Random | ArrayBuffer, metadata: Metadata, children: import('hyparquet').SchemaTree[], name: string}} File
 */

/** @param {string} name */
async function loadReader(name) {
  try {
    return await import(/* webpackIgnore: true */ 'hyparquet');
  } catch (error) {
    throw new EvenhandError('EH_E_INPUT', `${name} is a Parquet file, which needs the package hyparquet, and for other compression than ` +
      'snappy hyparquet-compressors: npm install hyparquet hyparquet-compressors', {}, { cause: error });
  }
}

/** Compressions that hyparquet itself knows, and those of the other package. */
const OWN = ['UNCOMPRESSED', 'SNAPPY'];
const OTHER = ['ZSTD', 'GZIP', 'BROTLI', 'LZ4', 'LZ4_RAW'];

/**
 * What the columns need to be unpacked.
 * @param {Metadata} metadata
 * @param {string[]} columns
 * @param {string} name
 */
async function loadCompressors(metadata, columns, name) {
  const chunks = metadata.row_groups.flatMap((group) => group.columns.flatMap(({ meta_data: about }) => about ?? []));
  const codec = chunks.find((about) => columns.includes(about.path_in_schema[0]) && !OWN.includes(about.codec))?.codec;
  if (codec === undefined) return undefined;
  if (!OTHER.includes(codec))
    throw new EvenhandError('EH_E_INPUT', `${name}: its columns are compressed with ${codec}, which is not read; write it with zstd or snappy`);
  try {
    return (await import(/* webpackIgnore: true */ 'hyparquet-compressors')).compressors;
  } catch (error) {
    throw new EvenhandError('EH_E_INPUT', `${name}: its columns are compressed with ${codec}, which needs the package hyparquet-compressors ` +
      'beside hyparquet: npm install hyparquet hyparquet-compressors; or write it with snappy', {}, { cause: error });
  }
}

/**
 * Every piece of the file, first to last.
 * @param {Opened} opened
 * @param {(piece: Uint8Array) => void} take
 */
async function eachPiece({ head, rest }, take) {
  take(head);
  for await (const piece of rest) take(piece);
}

/**
 * The whole file, where it cannot be read at any place.
 * @param {Opened} opened
 */
async function collect(opened) {
  /** @type {Uint8Array[]} */
  const kept = [];
  await eachPiece(opened, (piece) => kept.push(piece.slice()));
  const bytes = new Uint8Array(kept.reduce((size, piece) => size + piece.length, 0));
  kept.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

/**
 * @param {ArrayLike<unknown>[]} chunks of one column, in order
 * @param {import('hyparquet').SchemaTree} column
 * @returns {(from: number, to: number) => Column}
 */
function reader(chunks, column) {
  const whole = chunks.length === 1 ? chunks[0] : chunks.flatMap((chunk) => Array.from(chunk));
  const { cell, numbers } = cellsOf(column);
  if (numbers && ArrayBuffer.isView(whole) && !(whole instanceof BigInt64Array) && !(whole instanceof BigUint64Array))
    return (from, to) => /** @type {Float64Array} */ (whole).subarray(from, to);
  return (from, to) => {
    const cells = new Array(to - from);
    for (let i = from; i < to; i++) cells[i - from] = cell(whole[i]);
    return /** @type {Cell[]} */ (cells);
  };
}

/**
 * Some rows of some columns.
 * @param {File} file
 * @param {string[]} columns
 * @param {number} first row, from 0
 * @param {number} rows
 * @param {import('./watch.js').Watch} watch
 * @returns {Promise<Pick<Table, 'cells'>>}
 */
async function readRows({ bytes, metadata, children, name }, columns, first, rows, watch) {
  const { parquetRead } = await loadReader(name);
  const compressors = await loadCompressors(metadata, columns, name);
  /** @type {Map<string, ArrayLike<unknown>[]>} */
  const read = new Map(columns.map((column) => [column, []]));
  if (rows > 0 && columns.length > 0)
    await watch.until(parquetRead({ file: bytes, metadata: withoutDecimals(metadata), columns, parsers, utf8: false, compressors,
      rowStart: first, rowEnd: first + rows, onChunk: ({ columnName, columnData }) => { read.get(columnName)?.push(columnData); } }));
  const readers = new Map(children.filter(({ element }) => columns.includes(element.name))
    .map((column) => [column.element.name, reader(read.get(column.element.name) ?? [], column)]));
  return { cells: (column, from, to) => /** @type {(from: number, to: number) => Column} */ (readers.get(column))(from, to) };
}

/**
 * The rows of a file, row group by row group.
 * @param {File} file
 * @param {string[]} wanted
 * @param {import('./watch.js').Watch} watch
 * @returns {AsyncGenerator<Table>}
 */
async function* groups(file, wanted, watch) {
  const { metadata, children, name } = file;
  const names = children.map((child) => child.element.name);
  const columns = names.filter((column) => wanted.includes(column));
  for (const child of children)
    if (columns.includes(child.element.name) && !leafOf(child))
      throw new EvenhandError('EH_E_INPUT', `${name}: column "${child.element.name}" holds records; give a column of values, or of lists of them`);
  watch.begin('rows', Number(metadata.num_rows));
  const sizes = metadata.row_groups.map((group) => Number(group.num_rows));
  let first = 0;
  for (const rows of sizes.length > 0 ? sizes : [0]) {
    const { cells } = await readRows(file, columns, first, rows, watch);
    yield { rows, name, first: first + 1, flawed: true, has: (column) => names.includes(column), names: () => names, cells };
    first += rows;
  }
}

/**
 * The file as its end describes it.
 * @param {Random | ArrayBuffer} bytes
 * @param {string} name
 * @returns {Promise<File>}
 */
async function described(bytes, name) {
  const { parquetMetadataAsync, parquetSchema } = await loadReader(name);
  const metadata = await parquetMetadataAsync(bytes);
  return { bytes, metadata, children: parquetSchema(metadata).children, name };
}

/**
 * @param {Opened} opened
 * @param {(names: string[]) => string[] | undefined} choose from the names of its columns those that are wanted; undefined: none
 *   is to be read
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 * @returns {AsyncGenerator<Table>}
 */
async function* tables(opened, choose, name, watch) {
  await loadReader(name);
  const random = await opened.random();
  try {
    const whole = random === undefined ? await collect(opened) : undefined;
    const file = await described(random ?? /** @type {Uint8Array<ArrayBuffer>} */ (whole).buffer, name);
    const wanted = choose(file.children.map((child) => child.element.name));
    if (wanted === undefined) return;
    if (whole) opened.stored(whole);
    else await eachPiece(opened, opened.stored);
    yield* groups(file, wanted, watch);
  } finally {
    await random?.close();
  }
}

/**
 * What hyparquet could not do, as a sentence.
 * @param {unknown} error
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 */
function faultOf(error, name, watch) {
  watch.check();
  if (error instanceof EvenhandError || !(error instanceof Error) || typeof Object(error).code === 'string') return error;
  return new EvenhandError('EH_E_INPUT', `${name}: cannot be read as Parquet: ${error.message}`, {}, { cause: error });
}

/**
 * @param {Opened} opened
 * @param {(names: string[]) => string[] | undefined} choose
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 * @returns {AsyncGenerator<Table>}
 */
export async function* parquetTables(opened, choose, name, watch) {
  try {
    yield* tables(opened, choose, name, watch);
  } catch (error) {
    throw faultOf(error, name, watch);
  }
}

/**
 * The first rows of every column that can be read; `rows` of the table are all that the file has.
 * @param {Opened} opened
 * @param {number} most rows
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 * @returns {Promise<Table>}
 */
export async function parquetHead(opened, most, name, watch) {
  let close = async () => {};
  try {
    await loadReader(name);
    const random = await opened.random();
    close = random?.close ?? close;
    const file = await described(random ?? /** @type {Uint8Array<ArrayBuffer>} */ (await collect(opened)).buffer, name);
    const names = file.children.filter(leafOf).map((child) => child.element.name);
    const rows = Number(file.metadata.num_rows);
    const { cells } = await readRows(file, names, 0, Math.min(rows, most), watch);
    return { rows, name, first: 1, has: (column) => names.includes(column), names: () => names, cells };
  } catch (error) {
    throw faultOf(error, name, watch);
  } finally {
    await close();
  }
}
