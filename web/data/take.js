// From whatever a person or a page hands over to a source that can be opened: is it rows, a cube or a report? Told by the first
// bytes, never by the name: names lie.
import { data as words } from '../words/data.js';

/**
 * @typedef {import('evenhand').Report} Report
 * @typedef {object} Taken
 * @property {string} id
 * @property {string} name
 * @property {'table' | 'cube' | 'report'} kind
 * @property {unknown} [rows] File, Blob, bytes or columns
 * @property {Report} [report]
 * @property {string} [address] on the page's own site, from which it came
 */

/** Something handed over that cannot be opened; the message says what and what to do. */
export class SourceError extends Error {}

let made = 0;

/** First bytes of a cube file (src/cube/README.md). */
const CUBE = [0x89, 0x45, 0x48, 0x43];

/** UTF-16 with its mark, as spreadsheets write "Unicode text", comes out as UTF-8. @param {Blob} blob @param {string} name @returns {Promise<Blob>} */
async function inUtf8(blob, name) {
  const [one, two] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const coding = one === 0xff && two === 0xfe ? 'utf-16le' : one === 0xfe && two === 0xff ? 'utf-16be' : null;
  return coding ? new File([new TextDecoder(coding).decode(await blob.arrayBuffer())], name) : blob;
}

/** @param {Blob} blob */
async function kindOf(blob) {
  const head = new Uint8Array(await blob.slice(0, 64).arrayBuffer());
  if (CUBE.every((byte, i) => head[i] === byte)) return 'cube';
  const text = new TextDecoder().decode(head).trimStart();
  if (/^\[\s*\{/.test(text)) return 'array';
  return text.startsWith('{') && text.includes('"schema_version"') ? 'report' : 'table';
}

/** @param {unknown} value @returns {value is Report} */
const isReport = (value) => typeof value === 'object' && value !== null && 'schema_version' in value && 'results' in value;

/**
 * @param {Blob} blob
 * @param {string} name
 */
async function parseReport(blob, name) {
  const value = await blob.text().then(JSON.parse).catch(() => null);
  if (!isReport(value)) throw new SourceError(words.noReport(name));
  return value;
}

/**
 * @param {unknown} source File, Blob, bytes, address, columns or report
 * @param {string} [called] what to call it
 * @returns {Promise<Taken>}
 */
export async function takeSource(source, called) {
  const id = `source-${++made}`;
  if (typeof source === 'string' || source instanceof URL) return takeAddress(String(source), called);
  if (isReport(source)) return { id, name: called ?? source.input?.name ?? 'report', kind: 'report', report: source };
  const rows = source instanceof ArrayBuffer || ArrayBuffer.isView(source) ? new Blob([/** @type {BlobPart} */ (source)]) : source;
  const name = called ?? (rows instanceof File ? rows.name : 'data');
  if (!(rows instanceof Blob)) return { id, name, kind: 'table', rows };
  const text = await inUtf8(rows, name);
  const kind = await kindOf(text);
  if (kind === 'array') throw new SourceError(words.jsonArray(name));
  return kind === 'report' ? { id, name, kind, report: await parseReport(text, name) } : { id, name, kind, rows: text };
}

/**
 * A file of the same origin; the policy of the page allows no other.
 * @param {string} address
 * @param {string} [called]
 * @returns {Promise<Taken>}
 */
async function takeAddress(address, called) {
  const url = new URL(address, document.baseURI);
  if (url.origin !== location.origin) throw new SourceError(words.otherSite(url.href));
  const response = await fetch(url).catch(() => { throw new SourceError(words.notFetched(url.href, 'no answer')); });
  if (!response.ok) throw new SourceError(words.notFetched(url.href, response.status));
  const name = called ?? decodeURIComponent(url.pathname.split('/').pop() || url.host);
  return takeSource(new File([await response.blob()], name), name);
}
