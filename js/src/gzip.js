// Bytes compressed with gzip, read through the platform's own DecompressionStream.
//
// A file may have several members, one after the other (of `cat a.gz b.gz`, bgzip, pigz). Browsers end at the first and call what
// follows junk, without saying where it began. So members are told by their headers before they are unpacked, each by a stream of its
// own. Bytes within a member that look like a header are one in 2^36: that file is then refused, since its checksums do not hold.
import { EvenhandError } from './errors.js';
import { isParquet } from './source.js';

/** Bytes of a member's header, and of a whole member at least. */
const HEADER = 10;
const LEAST = 18;

/** What each byte of a header may be: magic, deflate, no unknown flags, any time, how hard it tried, on which system. */
const FITS = [
  (/** @type {number} */ b) => b === 0x1f, (/** @type {number} */ b) => b === 0x8b, (/** @type {number} */ b) => b === 8, (/** @type {number} */ b) => b < 32,
  () => true, () => true, () => true, () => true,
  (/** @type {number} */ b) => b <= 4, (/** @type {number} */ b) => b <= 13 || b === 255,
];

/** @param {Uint8Array} head the first bytes */
export const isGzip = (head) => head[0] === 0x1f && head[1] === 0x8b;

/**
 * Where the next header begins, or may begin if more bytes are to come; the length of the bytes if nowhere.
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {boolean} ended
 */
function headerAt(bytes, from, ended) {
  for (let at = bytes.indexOf(0x1f, from); at >= 0; at = bytes.indexOf(0x1f, at + 1))
    if (FITS.every((fits, i) => (at + i < bytes.length ? fits(bytes[at + i]) : !ended))) return at;
  return bytes.length;
}

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function joined(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Cuts a file into its members, piece by piece. */
class Members {
  /**
   * @param {Uint8Array} head
   * @param {AsyncGenerator<Uint8Array>} rest
   * @param {(bytes: Uint8Array) => void} stored
   */
  constructor(head, rest, stored) {
    this.rest = rest;
    this.stored = stored;
    /** Bytes that came and are not yet handed on. */
    this.held = head;
    this.ended = false;
    /** @type {unknown} */
    this.fault = undefined;
    stored(head);
  }

  /** Puts what comes next behind what is held. False: nothing comes any more. */
  async more() {
    const held = new Uint8Array(this.held); // which lies where the next piece may come to lie
    const { done, value } = await this.rest.next().catch((error) => { this.fault = error; throw error; });
    if (done) [this.held, this.ended] = [held, true];
    else {
      this.stored(value);
      this.held = held.length > 0 ? joined(held, value) : value;
    }
    return !done;
  }

  /** The pieces of a member, each valid until the next is asked for; then `held` begins with the next, or is empty. */
  async *one() {
    while (this.held.length < LEAST && await this.more());
    for (let from = LEAST; ; from = 0) {
      const at = headerAt(this.held, from, this.ended);
      const piece = this.held.subarray(0, at);
      this.held = this.held.subarray(at);
      if (piece.length > 0) yield piece;
      if (this.held.length >= HEADER) return;
      if (!(await this.more()) && this.held.length === 0) return;
    }
  }
}

/**
 * What a member unpacks to.
 * @param {Members} members
 */
async function* unpacked(members) {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  const reader = readable.getReader();
  writer.closed.catch(() => {});
  reader.closed.catch(() => {});
  let over = false;
  const feed = async () => {
    for await (const piece of members.one()) {
      if (over) return;
      await writer.write(new Uint8Array(piece)); // Node's takes it when it likes, and the piece is overwritten by the next
      if (over) return;
    }
    await writer.close();
  };
  const feeding = feed().catch((error) => writer.abort(error).catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    await feeding;
  } finally {
    over = true;
    await reader.cancel().catch(() => {});
  }
}

/**
 * The bytes inside. Every piece goes to `stored` as it lies in the file, before any of its content comes out.
 * @param {Uint8Array} head the first piece
 * @param {AsyncGenerator<Uint8Array>} rest
 * @param {(bytes: Uint8Array) => void} stored
 * @param {string} name
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* gunzip(head, rest, stored, name) {
  const members = new Members(head, rest, stored);
  let first = true;
  try {
    while (members.held.length > 0)
      for await (const piece of unpacked(members)) {
        if (first && isParquet(piece)) throw members.fault = new EvenhandError('EH_E_INPUT', `${name} is a Parquet file inside gzip; unpack it first: gunzip ${name}`);
        first = false;
        yield piece;
      }
  } catch (error) {
    throw members.fault ?? new EvenhandError('EH_E_INPUT', `${name}: the gzip data is damaged or ends too early`, {}, { cause: error });
  }
}
