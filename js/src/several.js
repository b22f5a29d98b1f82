// Several files as one table: which arrays are files and which are rows, what the files are called, how large they are. Called by
// ingest.js and look.js. The reading itself is the module's, file after file, as on the command line.
import { EvenhandError } from './errors.js';
import { isByteSource, sizeOf, sourceName } from './source.js';

/** @typedef {import('./source.js').ByteSource} ByteSource */

/** Of more files than these, one is named and the others are counted. */
const NAMES_SHOWN = 3;

/**
 * The files of an array of files; undefined of rows in memory and of anything else. An array is what its first element is.
 * @param {unknown} source
 * @returns {ByteSource[] | undefined}
 */
export function filesOf(source) {
  if (!Array.isArray(source) || !isByteSource(source[0])) return undefined;
  const files = Array.from(source);
  const other = files.findIndex((file) => !isByteSource(file));
  if (other >= 0)
    throw new EvenhandError('EH_E_USAGE', `element ${other + 1} of ${files.length} is no file; an array is files (paths, URLs, Blobs, streams or bytes) or rows, not both`);
  const seen = new Set();
  for (const [i, file] of files.entries()) {
    const same = file instanceof URL ? file.href : file;
    if (seen.has(same)) throw new EvenhandError('EH_E_USAGE', `"${fileName(file, i)}" is given twice; its rows would count twice`);
    seen.add(same);
  }
  return files;
}

/**
 * How messages and the reasons of skipped rows name one of the files.
 * @param {ByteSource} file
 * @param {number} i
 */
export const fileName = (file, i) => sourceName(file) || `file ${i + 1}`;

/**
 * How the report names them all, as the command line does.
 * @param {string[]} names
 */
export const nameOfAll = (names) =>
  (names.length > NAMES_SHOWN ? `${names[0]} and ${names.length - 1} more files` : names.join(', '));

/**
 * Bytes of them all; undefined if one cannot tell.
 * @param {ByteSource[]} files
 */
export async function sizeOfAll(files) {
  let total = 0;
  for (const file of files) total += await sizeOf(file) ?? NaN;
  return Number.isNaN(total) ? undefined : total;
}
