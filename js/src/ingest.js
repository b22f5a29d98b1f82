// From a source and a spec to a cube in the module: the one place where sources of every form come together.
import { EvenhandError } from './errors.js';
import { gunzip, isGzip } from './gzip.js';
import { startHash } from './hash.js';
import { compiledModule } from './load.js';
import { ingestParts } from './parts.js';
import { makeRequest } from './request.js';
import { fileName, filesOf, nameOfAll, sizeOfAll } from './several.js';
import { isByteSource, isOneShot, isParquet, openRandom, pieces, sourceName } from './source.js';
import { pushTable, tableOf, wantedNames } from './table.js';

/**
 * @typedef {import('./memory.js').Engine} Engine
 * @typedef {import('./memory.js').Scope} Scope
 * @typedef {import('./request.js').Spec} Spec
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('./watch.js').Watch} Watch
 * @typedef {import('./source.js').ByteSource} ByteSource
 * @typedef {ByteSource | readonly ByteSource[] | import('./table.js').Columns | import('./table.js').Rows} RowSource an array of
 *   files is one table, its columns found by name
 */

const MAGIC = 4;

/**
 * @param {unknown} source
 * @param {Spec} spec
 * @returns {Spec} with what the source's name says added
 */
export function withDelimiter(source, spec) {
  return /\.tsv(\.gz)?$/i.test(sourceName(source)) ? { ...spec, delimiter: spec.delimiter ?? 'tab' } : spec;
}

/** Where bytes enter the module, through one buffer. */
class Inlet {
  /**
   * @param {Scope} scope
   * @param {number} ingest
   */
  constructor(scope, ingest) {
    this.engine = scope.engine;
    this.ingest = ingest;
    this.size = 1 << 20;
    this.p = scope.take(this.size);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {(p: number, n: number) => void} take
   */
  each(bytes, take) {
    for (let from = 0; from < bytes.length; from += this.size) {
      const part = bytes.subarray(from, from + this.size);
      this.engine.bytes(this.p, part.length).set(part);
      take(this.p, part.length);
    }
  }

  /** @param {Uint8Array} bytes of CSV or of a cube file */
  push(bytes) {
    const { wasm } = this.engine;
    this.each(bytes, (p, n) => this.engine.attempt((err) => wasm.ehw_ingest_push(this.ingest, p, n, err)));
  }

  /** @param {Uint8Array} bytes as stored, where they are not those pushed: of these is the hash */
  stored(bytes) {
    this.each(bytes, (p, n) => this.engine.wasm.ehw_ingest_stored(this.ingest, p, n));
  }
}

/**
 * The first pieces, until they are enough to tell what the bytes are, joined; then the others.
 * @param {AsyncGenerator<Uint8Array>} all
 */
export async function* headed(all) {
  let head = new Uint8Array(0);
  for await (const piece of all) {
    if (head.length >= MAGIC) {
      yield piece;
      continue;
    }
    const joined = new Uint8Array(head.length + piece.length);
    joined.set(head);
    joined.set(piece, head.length);
    head = joined;
    if (head.length >= MAGIC) yield head;
  }
  if (head.length < MAGIC) yield head;
}

/**
 * @param {Uint8Array} head
 * @param {AsyncGenerator<Uint8Array>} rest
 * @param {(bytes: Uint8Array) => void} seen
 */
async function* whole(head, rest, seen) {
  seen(head);
  yield head;
  for await (const piece of rest) {
    seen(piece);
    yield piece;
  }
}

/**
 * Threads to share a file with, where it is worth them and can be read once more.
 * @param {ByteSource} source
 * @param {Watch} watch
 */
async function crewFor(source, watch) {
  const module = compiledModule();
  if (watch.workers < 2 || isOneShot(source) || !module) return undefined;
  const { Crew, crewOf } = await import('./share.js');
  const count = crewOf(watch.workers, watch.total);
  return count > 0 ? new Crew(count, module, watch) : undefined;
}

/**
 * Quantiles read the rows twice; only the first bytes tell whether they are rows or a cube, which has its edges.
 * @param {Engine} engine
 * @param {number} ingest
 * @param {ByteSource} source
 */
function refuseOnce(engine, ingest, source) {
  if (!isOneShot(source) || !engine.wasm.ehw_ingest_surveys(ingest)) return;
  throw new EvenhandError('EH_E_USAGE', 'quantile buckets read the rows twice, and a stream or response comes once; give a path, ' +
    "a URL, a Blob, bytes or columns, or name the edges, as in bucket: 'age:25,45,65'");
}

/**
 * One of several files: its name, and the hash of all, where the module does not make it.
 * @typedef {{name: string, hash: import('./hash.js').Hash | undefined}} Part
 */

/**
 * @param {Scope} scope
 * @param {number} ingest
 * @param {ByteSource} source
 * @param {Watch} watch
 * @param {boolean} alone without other threads
 * @param {Part} [part]
 * @returns {Promise<boolean>} false: it has to be read alone
 */
async function pushBytes(scope, ingest, source, watch, alone, part) {
  const { engine } = scope;
  const name = part?.name ?? (sourceName(source) || 'input');
  const inlet = new Inlet(scope, ingest);
  const all = headed(pieces(source, watch));
  try {
    const { value: head } = await all.next();
    if (!head) return true;
    const hash = part ? part.hash : await startHash(engine, ingest, source, watch.total);
    const tell = async () => { if (!part) await hash?.tell(); };
    const stored = (/** @type {Uint8Array} */ bytes) => { hash ? hash.update(bytes) : inlet.stored(bytes); };
    if (isParquet(head)) {
      refuseOnce(engine, ingest, source);
      const { parquetTables } = await import('./parquet.js');
      const opened = { head, rest: all, random: () => openRandom(source), stored };
      for await (const table of parquetTables(opened, () => wantedNames(scope, ingest), name, watch))
        await pushTable(scope, ingest, table, watch);
      await tell();
      return true;
    }
    const bytes = isGzip(head) ? gunzip(head, all, stored, name) : whole(head, all, (piece) => hash?.update(piece));
    const crew = alone ? undefined : await crewFor(source, watch);
    if (crew) return await (await import('./share.js')).shareOut(scope, ingest, bytes, crew, tell);
    for await (const piece of bytes) {
      inlet.push(piece);
      refuseOnce(engine, ingest, source);
    }
    await tell();
    return true;
  } finally {
    const left = all.return(undefined).catch(() => {});
    if (!watch.signal?.aborted) await left;
  }
}

/**
 * An ingest that waits for rows.
 * @param {Scope} scope
 * @param {number} request
 * @param {string} named
 * @param {string} part the first file, of several; else ''
 * @param {boolean} check whether a positive label must occur
 * @param {boolean} once whether the cube is for the audit of this request alone
 */
function startIngest(scope, request, named, part, check, once) {
  const { wasm } = scope.engine;
  const [name, first] = [named, part].map((text) => (text ? scope.text(text) : { p: 0, n: 0 }));
  return scope.handle((out, err) => wasm.ehw_ingest_new(out, request, name.p, name.n, first.p, first.n, Number(check), Number(once), err),
    (p) => wasm.ehw_ingest_free(p));
}

/**
 * The handle of the cube of what is handed over; twice, where quantiles ask for it. The caller frees it.
 * @param {Engine} engine
 * @param {number} ingest
 * @param {Watch} watch
 * @param {() => Promise<void>} hand
 */
async function endIngest(engine, ingest, watch, hand) {
  const { wasm } = engine;
  await hand();
  if (wasm.ehw_ingest_surveys(ingest)) {
    watch.check();
    engine.attempt((err) => wasm.ehw_ingest_again(ingest, err));
    await hand();
  }
  watch.check();
  return engine.make((out, err) => wasm.ehw_ingest_end(ingest, out, err));
}

/**
 * The handle of a cube of the rows of several files; the caller frees it. One reader reads them, in their order.
 * @param {Scope} scope
 * @param {ByteSource[]} files
 * @param {Spec} spec
 * @param {Watch} watch
 * @param {boolean} check
 * @param {boolean} once
 */
async function ingestFiles(scope, files, spec, watch, check, once) {
  const { engine } = scope;
  const names = files.map(fileName);
  const texts = names.map((name) => scope.text(name));
  const request = makeRequest(scope, withDelimiter(files[0], spec));
  const ingest = startIngest(scope, request, nameOfAll(names), names[0], check, once);
  for (const file of files) refuseOnce(engine, ingest, file);
  const next = (/** @type {number} */ i) => engine.scope((inner) => {
    const own = makeRequest(inner, withDelimiter(files[i], spec));
    engine.attempt((err) => engine.wasm.ehw_ingest_next(ingest, own, texts[i].p, texts[i].n, err));
  });
  return endIngest(engine, ingest, watch, async () => {
    const size = await sizeOfAll(files);
    const hash = await startHash(engine, ingest, files, size);
    watch.beginSeveral(size);
    for (const [i, file] of files.entries()) {
      if (i > 0) next(i);
      await engine.scope((inner) => pushBytes(inner, ingest, file, watch, true, { name: names[i], hash }));
    }
    await hash?.tell();
  });
}

/**
 * The handle of a cube of the rows; the caller frees it.
 * @param {Scope} scope
 * @param {number} request
 * @param {Exclude<RowSource, readonly ByteSource[]> | Table} source
 * @param {Watch} watch
 * @param {boolean} check whether a positive label must occur
 * @param {boolean} once whether the cube is for the audit of this request alone
 * @returns {Promise<number>}
 */
export async function ingest(scope, request, source, watch, check, once) {
  const handle = startIngest(scope, request, sourceName(source), '', check, once);
  return endIngest(scope.engine, handle, watch, async () => {
    if (isByteSource(source)) {
      if (!(await pushBytes(scope, handle, source, watch, false))) await pushBytes(scope, handle, source, watch, true);
      return;
    }
    const table = 'cells' in source && typeof source.cells === 'function' ? /** @type {Table} */ (source)
      : tableOf(/** @type {import('./table.js').Columns} */ (source), wantedNames(scope, handle));
    watch.begin('rows', table.rows);
    await pushTable(scope, handle, table, watch);
  });
}

/**
 * The handle of a cube of the rows; the caller frees it.
 * @param {Engine} engine
 * @param {RowSource} given
 * @param {Spec} spec
 * @param {Watch} watch
 * @param {boolean} whole all the rows there are, for one audit: a positive label must occur, and what the audit does not
 *   need is not counted
 * @returns {Promise<number>}
 */
export async function ingestRows(engine, given, spec, watch, whole) {
  if (given === null || (typeof given !== 'object' && typeof given !== 'string'))
    throw new EvenhandError('EH_E_USAGE', 'a source is a path, URL, stream, Blob, bytes, an array of these, columns, rows or a Cube');
  const check = whole && spec?.positive !== undefined && spec.positive !== null;
  const files = filesOf(given);
  if (files && files.length > 1) return engine.scope((scope) => ingestFiles(scope, files, spec, watch, check, whole));
  const source = /** @type {Exclude<RowSource, readonly ByteSource[]>} */ (files ? files[0] : given);
  if (watch.workers > 1 && !isByteSource(source)) {
    const cube = await ingestParts(engine, source, spec, watch, check, whole);
    if (cube) return cube;
  }
  return engine.scope((scope) => ingest(scope, makeRequest(scope, withDelimiter(source, spec)), source, watch, check, whole));
}
