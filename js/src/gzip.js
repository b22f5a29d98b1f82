// Bytes compressed with gzip, read through the platform's own DecompressionStream.
import { EvenhandError } from './errors.js';
import { isParquet } from './source.js';

/** @param {Uint8Array} head the first bytes */
export const isGzip = (head) => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The bytes inside. Every piece goes to `stored` as it lies in the file, before any of its content comes out.
 * @param {Uint8Array} head the first piece
 * @param {AsyncGenerator<Uint8Array>} rest
 * @param {(bytes: Uint8Array) => void} stored
 * @param {string} name
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* gunzip(head, rest, stored, name) {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  const reader = readable.getReader();
  writer.closed.catch(() => {});
  reader.closed.catch(() => {});
  let over = false;
  let first = true;
  /** @type {unknown} */
  let fault;
  const feed = async () => {
    for (let piece = head; !over;) {
      stored(piece);
      await writer.write(/** @type {BufferSource} */ (piece));
      const next = await rest.next().catch((error) => { fault = error; throw error; });
      if (over) return;
      if (next.done) {
        await writer.close();
        return;
      }
      piece = next.value;
    }
  };
  const feeding = feed().catch((error) => writer.abort(error).catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (first && isParquet(value)) fault = new EvenhandError('EH_E_INPUT', `${name} is a Parquet file inside gzip; unpack it first: gunzip ${name}`);
      if (fault) throw fault;
      first = false;
      yield value;
    }
    await feeding;
  } catch (error) {
    throw fault ?? new EvenhandError('EH_E_INPUT', `${name}: the gzip data is damaged or ends too early`, {}, { cause: error });
  } finally {
    over = true;
    await reader.cancel().catch(() => {});
  }
}
