// What an audit can read, told apart, and the bytes of those that are bytes. Columns and rows in memory are table.js.
import { EvenhandError } from './errors.js';

/**
 * The bytes of a CSV, TSV or cube file.
 * @typedef {string | URL | Blob | Response | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array | string> |
 *   AsyncIterable<Uint8Array | string>} ByteSource a string is a path and needs Node; a Node Readable is an AsyncIterable
 */

/**
 * A source whose first bytes said that it is Parquet. Typed here, so that the types of the package do not lead to those of hyparquet.
 * @typedef {{byteLength: number, slice: (from: number, to?: number) => ArrayBuffer | Promise<ArrayBuffer>}} Random
 * @typedef {object} Columnar
 * @property {Uint8Array} head
 * @property {AsyncGenerator<Uint8Array>} rest
 * @property {() => Promise<(Random & {close: () => Promise<void>}) | undefined>} random
 * @property {(bytes: Uint8Array) => void} stored
 */

/** @param {Uint8Array} head the first bytes: "PAR1" */
export const isParquet = (head) => head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;

const CHUNK = 1 << 20;
const encoder = new TextEncoder();

/** What Node says when a file cannot be had, in the words of the program. */
const FAULTS = new Map([
  ['ENOENT', 'no such file'], ['ENOTDIR', 'no such file'], ['EISDIR', 'is a directory'],
  ['EACCES', 'permission denied'], ['EPERM', 'permission denied'],
]);

/**
 * The kind that an object says it is. Asking for a class by name (`instanceof Response`) would make Node load it.
 * @param {unknown} value
 */
const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/**
 * @param {unknown} value
 * @returns {value is Blob}
 */
export const isBlob = (value) => kindOf(value) === 'Blob' || kindOf(value) === 'File';

/**
 * @param {unknown} value
 * @returns {value is Response}
 */
const isResponse = (value) => kindOf(value) === 'Response';

/**
 * @param {unknown} value
 * @returns {value is Uint8Array | ArrayBuffer | Blob | Response | URL | string}
 */
function isBytes(value) {
  return typeof value === 'string' || value instanceof URL || value instanceof Uint8Array ||
    value instanceof ArrayBuffer || isBlob(value) || isResponse(value);
}

/**
 * @param {unknown} value
 * @returns {value is ReadableStream<Uint8Array | string>}
 */
const isStream = (value) => typeof (/** @type {any} */ (value)?.getReader) === 'function';

/**
 * @param {unknown} value
 * @returns {value is AsyncIterable<Uint8Array | string>}
 */
const isAsync = (value) => typeof (/** @type {any} */ (value)?.[Symbol.asyncIterator]) === 'function';

/**
 * True for bytes, however they come; false for columns or rows in memory.
 * @param {unknown} source
 * @returns {source is ByteSource}
 */
export function isByteSource(source) {
  return isBytes(source) || isStream(source) || isAsync(source);
}

/**
 * Whether the bytes come once only.
 * @param {ByteSource} source
 */
export const isOneShot = (source) => isResponse(source) || !isBytes(source);

/**
 * How messages and the report name the source; '' where it has no name.
 * @param {unknown} source
 * @returns {string}
 */
export function sourceName(source) {
  if (typeof source === 'string') return source;
  if (source instanceof URL) return source.href;
  if (isResponse(source)) return source.url;
  if (isBlob(source) && 'name' in source) return String(source.name);
  return '';
}

/**
 * What is to be read: its pieces, how many bytes they will be if that is known, and how to stop a reading that waits.
 * @typedef {object} Opened
 * @property {AsyncIterable<Uint8Array | string> | Iterable<Uint8Array>} chunks
 * @property {number} [total]
 * @property {(reason: unknown) => void} [stop]
 */

/**
 * What a fault of the file system is called here; anything else comes back as it is.
 * @param {string | URL} path
 * @param {unknown} error
 */
export function fileFault(path, error) {
  const { code } = /** @type {{code?: string}} */ (error);
  if (error instanceof EvenhandError || typeof code !== 'string') return error;
  return new EvenhandError('EH_E_IO', `${path}: ${FAULTS.get(code) ?? 'cannot be read'}`, { path: String(path) },
    { cause: error });
}

/**
 * @param {string | URL} path
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* fileChunks(path, file) {
  try {
    const chunk = new Uint8Array(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } catch (error) {
    throw fileFault(path, error);
  } finally {
    await file.close();
  }
}

/**
 * @param {string | URL} path
 * @returns {Promise<Opened>}
 */
async function openFile(path) {
  const { open } = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:fs/promises');
  try {
    const file = await open(path, 'r');
    const about = await file.stat();
    return { chunks: fileChunks(path, file), total: about.isFile() ? about.size : undefined };
  } catch (error) {
    throw fileFault(path, error);
  }
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array | string>} reader
 * @returns {AsyncGenerator<Uint8Array | string>}
 */
async function* readerChunks(reader) {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/**
 * @param {ReadableStream<Uint8Array | string>} stream
 * @param {number} [total]
 * @returns {Opened}
 */
function openStream(stream, total) {
  const reader = stream.getReader();
  return { chunks: readerChunks(reader), total, stop: (reason) => { reader.cancel(reason).catch(() => {}); } };
}

/**
 * @param {URL} url
 * @param {AbortSignal | undefined} signal
 */
async function fetched(url, signal) {
  try {
    return await fetch(url, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new EvenhandError('EH_E_IO', `${url.href}: cannot be fetched`, { path: url.href }, { cause: error });
  }
}

/**
 * @param {Response} response
 * @returns {Opened}
 */
function openResponse(response) {
  if (!response.ok)
    throw new EvenhandError('EH_E_IO', `${response.url}: cannot be fetched (status ${response.status})`,
      { path: response.url });
  const length = response.headers.get('content-encoding') ? null : response.headers.get('content-length');
  return response.body ? openStream(response.body, length === null ? undefined : Number(length)) : { chunks: [], total: 0 };
}

/**
 * @param {ByteSource} source
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Opened>}
 */
async function open(source, signal) {
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) {
    const bytes = source instanceof Uint8Array ? source : new Uint8Array(source);
    return { chunks: [bytes], total: bytes.length };
  }
  if (isBlob(source)) return openStream(source.stream(), source.size);
  if (isResponse(source)) return openResponse(source);
  if (source instanceof URL && source.protocol !== 'file:') return openResponse(await fetched(source, signal));
  if (typeof source === 'string' && typeof process !== 'object')
    throw new EvenhandError('EH_E_USAGE', 'a path needs Node; here give a URL, a File, a Response or a stream');
  if (typeof source === 'string' || source instanceof URL) return openFile(source);
  if (isStream(source)) return openStream(source);
  const { destroy } = /** @type {{destroy?: () => void}} */ (source);
  return { chunks: source, stop: () => destroy?.call(source) };
}

/**
 * How many bytes the source will be, before it is opened; undefined where that cannot be known.
 * @param {ByteSource} source
 * @returns {Promise<number | undefined>}
 */
export async function sizeOf(source) {
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) return source.byteLength;
  if (isBlob(source)) return source.size;
  if (typeof process !== 'object' || !(typeof source === 'string' || (source instanceof URL && source.protocol === 'file:'))) return undefined;
  const { stat } = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:fs/promises');
  const about = await stat(source).catch(() => undefined); // opening it will tell what is wrong
  return about?.isFile() ? about.size : undefined;
}

/** Pieces as bytes, with no character of two UTF-16 units cut in two: the first half of one waits for the next text. */
class Encoder {
  half = '';

  /**
   * @param {unknown} piece
   * @returns {Uint8Array}
   */
  take(piece) {
    if (typeof piece === 'string') {
      const text = this.half + piece;
      this.half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
      return encoder.encode(this.half ? text.slice(0, -1) : text);
    }
    if (!(piece instanceof Uint8Array))
      throw new EvenhandError('EH_E_USAGE', 'a stream must give bytes (Uint8Array) or text');
    if (!this.half) return piece;
    const rest = this.rest();
    const joined = new Uint8Array(rest.length + piece.length);
    joined.set(rest);
    joined.set(piece, rest.length);
    return joined;
  }

  /** What a half is that no other half followed. */
  rest() {
    const bytes = encoder.encode(this.half);
    this.half = '';
    return bytes;
  }
}

/**
 * The bytes of the source in pieces of at most a chunk, each valid until the next is asked for. A signal ends the reading
 * even where the source gives nothing; whoever stops early leaves the source closed.
 * @param {ByteSource} source
 * @param {import('./watch.js').Watch} watch
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* pieces(source, watch) {
  const { chunks, total, stop } = await open(source, watch.signal);
  watch.begin('bytes', total);
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  const texts = new Encoder();
  let ended = false;
  try {
    while (!ended) {
      const { done, value } = await watch.until(Promise.resolve(iterator.next()), stop);
      ended = done === true;
      const bytes = ended ? texts.rest() : texts.take(value);
      for (let from = 0; from < bytes.length; from += CHUNK) {
        const part = bytes.subarray(from, from + CHUNK);
        yield part;
        const pause = watch.advance(part.length);
        if (pause) await pause;
      }
    }
  } finally {
    const left = ended ? undefined : Promise.resolve(iterator.return?.()).catch(() => {});
    if (!watch.signal?.aborted) await left;
  }
}

/**
 * The bytes of a source that may be read at any place, without holding all of them; undefined where it is a stream.
 * @param {ByteSource} source
 * @returns {Promise<{byteLength: number, slice: (from: number, to?: number) => Promise<ArrayBuffer>, close: () => Promise<void>}
 *   | undefined>}
 */
export async function openRandom(source) {
  const close = async () => {};
  if (source instanceof ArrayBuffer) return { byteLength: source.byteLength, slice: async (from, to) => source.slice(from, to), close };
  if (source instanceof Uint8Array)
    return { byteLength: source.length, slice: async (from, to) => Uint8Array.prototype.slice.call(source, from, to).buffer, close };
  if (isBlob(source))
    return { byteLength: source.size, slice: (from, to) => source.slice(from, to).arrayBuffer(), close };
  if (typeof source !== 'string' && !(source instanceof URL && source.protocol === 'file:')) return undefined;
  const fs = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:fs/promises');
  const file = await fs.open(source, 'r');
  const about = await file.stat();
  if (!about.isFile()) {
    await file.close();
    return undefined;
  }
  return {
    byteLength: about.size,
    slice: async (from, to = about.size) => {
      const bytes = new Uint8Array(to - from);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      return bytes.buffer.slice(0, bytesRead);
    },
    close: () => file.close(),
  };
}
