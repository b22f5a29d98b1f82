// What an audit can read, told apart, and the bytes of those that are bytes. Columns and rows in memory are table.js.
import { EvenhandError } from './errors.js';

/**
 * The bytes of a CSV, TSV or cube file.
 * @typedef {string | URL | Blob | Response | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array | string> |
 *   AsyncIterable<Uint8Array | string>} ByteSource a string is a path and needs Node; a Node Readable is an AsyncIterable
 */

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
const isBlob = (value) => kindOf(value) === 'Blob' || kindOf(value) === 'File';

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
 * @param {string | URL} path
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* fileChunks(path) {
  const { open } = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:fs/promises');
  let file;
  try {
    file = await open(path, 'r');
    const chunk = new Uint8Array(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } catch (error) {
    const { code } = /** @type {{code?: string}} */ (error);
    if (error instanceof EvenhandError || typeof code !== 'string') throw error;
    throw new EvenhandError('EH_E_IO', `${path}: ${FAULTS.get(code) ?? 'cannot be read'}`, { path: String(path) },
      { cause: error });
  } finally {
    await file?.close();
  }
}

/**
 * @param {ReadableStream<Uint8Array | string>} stream
 * @returns {AsyncGenerator<Uint8Array | string>}
 */
async function* streamChunks(stream) {
  const reader = stream.getReader();
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

/** @param {URL} url */
async function fetched(url) {
  try {
    return await fetch(url);
  } catch (error) {
    throw new EvenhandError('EH_E_IO', `${url.href}: cannot be fetched`, { path: url.href }, { cause: error });
  }
}

/** @param {Response} response */
function responseChunks(response) {
  if (!response.ok)
    throw new EvenhandError('EH_E_IO', `${response.url}: cannot be fetched (status ${response.status})`,
      { path: response.url });
  return response.body ? streamChunks(response.body) : [];
}

/**
 * @param {ByteSource} source
 * @returns {Promise<AsyncIterable<Uint8Array | string> | Iterable<Uint8Array>>}
 */
async function chunksOf(source) {
  if (source instanceof ArrayBuffer) return [new Uint8Array(source)];
  if (source instanceof Uint8Array) return [source];
  if (isBlob(source)) return streamChunks(source.stream());
  if (isResponse(source)) return responseChunks(source);
  if (source instanceof URL && source.protocol !== 'file:') return responseChunks(await fetched(source));
  if (typeof source === 'string' && typeof process !== 'object')
    throw new EvenhandError('EH_E_USAGE', 'a path needs Node; here give a URL, a File, a Response or a stream');
  if (typeof source === 'string' || source instanceof URL) return fileChunks(source);
  return isStream(source) ? streamChunks(source) : source;
}

/**
 * The pieces, with no character of two UTF-16 units cut in two: the first half of one waits for the next piece of text.
 * @param {AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>} pieces
 * @returns {AsyncGenerator<Uint8Array | string>}
 */
async function* wholeCharacters(pieces) {
  let half = '';
  for await (const piece of pieces) {
    if (typeof piece !== 'string') {
      if (half) yield half;
      half = '';
      yield piece;
      continue;
    }
    const text = half + piece;
    half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
    yield half ? text.slice(0, -1) : text;
  }
  if (half) yield half;
}

/**
 * Pushes the bytes of the source into an ingest, through one buffer.
 * @param {import('./memory.js').Scope} scope
 * @param {number} ingest
 * @param {ByteSource} source
 * @returns {Promise<void>}
 */
export async function pushBytes(scope, ingest, source) {
  const { engine } = scope;
  const buffer = scope.take(CHUNK);
  for await (const piece of wholeCharacters(await chunksOf(source))) {
    const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece;
    if (!(bytes instanceof Uint8Array))
      throw new EvenhandError('EH_E_USAGE', 'a stream must give bytes (Uint8Array) or text');
    for (let from = 0; from < bytes.length; from += CHUNK) {
      const part = bytes.subarray(from, from + CHUNK);
      engine.bytes(buffer, part.length).set(part);
      engine.attempt((err) => engine.wasm.ehw_ingest_push(ingest, buffer, part.length, err));
    }
  }
}
