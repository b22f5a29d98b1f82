// The SHA-256 of a file's bytes, by the platform where it has one that takes them piece by piece: Node's is made for the machine and
// takes a quarter of the time that the module needs. Elsewhere the module hashes.

/** Of a smaller file, loading Node's takes longer than it saves. */
const WORTH = 4 << 20;

/**
 * A hash of bytes as stored, or undefined where the ingest is to make it, or none is wanted.
 * @param {import('./memory.js').Engine} engine
 * @param {number} ingest that nothing was pushed to
 * @param {number | undefined} size bytes there will be, as far as known
 * @returns {Promise<{update: (bytes: Uint8Array) => void, tell: () => void} | undefined>}
 */
export async function startHash(engine, ingest, size) {
  if (typeof process !== 'object' || !process.versions?.node || (size ?? 0) < WORTH) return undefined;
  if (!engine.wasm.ehw_ingest_hashed(ingest, 0)) return undefined;
  const hash = (await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:crypto')).createHash('sha256');
  return {
    update(bytes) { hash.update(bytes); },
    tell() { engine.scope((scope) => engine.wasm.ehw_ingest_hashed(ingest, scope.bytes(hash.digest()).p)); },
  };
}
