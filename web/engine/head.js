// The first rows of a file as a file of its own, to try a spec on before the whole is read. Called by the worker.

import { firstRows } from 'evenhand';

const HEAD = 1 << 20;

/** Arrays stand one after the other, so that they have no head; up to this size all of them are tried, in some tenths of a second. */
const ARRAYS = 32 << 20;

/** @param {Uint8Array} bytes up to the last line end */
const wholeLines = (bytes) => bytes.subarray(0, bytes.lastIndexOf(10) + 1);

/** @param {ReadableStream<Uint8Array>} stream */
async function firstOf(stream) {
  const reader = stream.getReader();
  const kept = [];
  let n = 0;
  while (n <= HEAD) {
    const { done, value } = await reader.read();
    if (done) break;
    kept.push(value);
    n += value.length;
  }
  await reader.cancel().catch(() => {});
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (kept)).arrayBuffer());
}

/**
 * A head of text, plain or gzipped, or of Parquet as JSON Lines; the whole of something small; null of large arrays of NumPy.
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<{rows: File, whole: boolean} | null>}
 */
export async function headOf(blob, name) {
  if (blob.size <= HEAD) return { rows: new File([blob], name), whole: true };
  const magic = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  const starts = (/** @type {number[]} */ ...bytes) => bytes.every((byte, i) => magic[i] === byte);
  if (starts(0x50, 0x4b, 3, 4) || starts(0x93, 0x4e)) return blob.size <= ARRAYS ? { rows: new File([blob], name), whole: true } : null;
  if (starts(0x50, 0x41, 0x52, 0x31)) {
    const first = await firstRows(blob);
    return first && { rows: new File([/** @type {BlobPart} */ (first.lines)], `${name}.jsonl`), whole: false };
  }
  const packed = starts(0x1f, 0x8b);
  const stream = packed ? blob.slice(0, 2 * HEAD).stream().pipeThrough(new DecompressionStream('gzip')) : blob.slice(0, HEAD).stream();
  const bytes = wholeLines((await firstOf(/** @type {ReadableStream<Uint8Array>} */ (stream))).subarray(0, HEAD));
  return bytes.length === 0 ? null : { rows: new File([/** @type {BlobPart} */ (bytes)], name.replace(/\.gz$/i, '')), whole: false };
}
