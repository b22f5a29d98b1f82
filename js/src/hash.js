// The SHA-256 of a file's bytes, by the platform where it can: it is made for the machine and takes a quarter of the time that the
// module needs, and a browser's runs beside. Node's takes the bytes as they come; a browser's wants all at once, so only of a file that
// is not too large. Elsewhere the module hashes.
import { isBlob } from './source.js';

/** Of a smaller file, loading Node's takes longer than it saves; of a larger one, a page had better not hold all bytes. */
const WORTH = 4 << 20;
const MOST = 64 << 20;

/** @typedef {{update: (bytes: Uint8Array) => void, tell: () => Promise<void>}} Hash */

/**
 * What gives all bytes of the source at once, where it can.
 * @param {unknown} source
 * @returns {(() => Promise<BufferSource>) | undefined}
 */
function wholeOf(source) {
  if (isBlob(source)) return () => source.arrayBuffer();
  if (!(source instanceof ArrayBuffer || source instanceof Uint8Array)) return undefined;
  return async () => /** @type {BufferSource} */ (source);
}

/**
 * A hash of bytes as stored, or undefined where the ingest is to make it, or none is wanted.
 * @param {import('./memory.js').Engine} engine
 * @param {number} ingest that nothing was pushed to
 * @param {unknown} source
 * @param {number | undefined} size bytes there will be, as far as known
 * @returns {Promise<Hash | undefined>}
 */
export async function startHash(engine, ingest, source, size = 0) {
  const { wasm } = engine;
  const tell = (/** @type {Uint8Array} */ digest) => engine.scope((scope) => { wasm.ehw_ingest_hashed(ingest, scope.bytes(digest).p); });
  if (size < WORTH) return undefined;
  if (typeof process === 'object' && process.versions?.node) {
    if (!wasm.ehw_ingest_hashed(ingest, 0)) return undefined;
    const hash = (await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:crypto')).createHash('sha256');
    return { update(bytes) { hash.update(bytes); }, async tell() { tell(hash.digest()); } };
  }
  const subtle = globalThis.crypto?.subtle;
  const whole = wholeOf(source);
  if (!subtle || !whole || size > MOST || !wasm.ehw_ingest_hashed(ingest, 0)) return undefined;
  const digest = whole().then((bytes) => subtle.digest('SHA-256', bytes));
  digest.catch(() => {}); // thrown by tell, where nothing else went wrong before
  return { update() {}, async tell() { tell(new Uint8Array(await digest)); } };
}
