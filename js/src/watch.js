// How a long piece of work is watched: it can be stopped, and it tells how far it is.
//
// Nothing here changes a number. Work that nobody watches runs without a pause; work that is watched lets the page or the
// program breathe a few times a second, since a signal could not arrive otherwise.
import { EvenhandError } from './errors.js';

/**
 * How far the reading is. `total` is undefined where it cannot be known, as for a stream. Rows that are read twice, for quantile
 * buckets, are told twice, each time from 0. Several files are told as one, by their bytes.
 * @typedef {object} Progress
 * @property {number} done
 * @property {number | undefined} total
 * @property {"bytes" | "rows"} unit bytes as stored, or rows in memory
 */

/**
 * How the work is to be done; nothing here changes a number.
 * @typedef {object} Running
 * @property {AbortSignal} [signal] stops the work: the promise is rejected with the signal's reason
 * @property {(progress: Progress) => void} [onProgress] called while the rows are read; what it throws stops the work
 * @property {number} [workers] threads to count with; 1 if not given. Parquet, streams, small files and several files have one reader
 */

const PAUSE_EVERY_MS = 40;

/** @param {unknown} running */
function checked(running) {
  if (running === null || typeof running !== 'object')
    throw new EvenhandError('EH_E_USAGE', 'the options are an object, such as {signal, onProgress, workers}');
  const { signal, onProgress, workers = 1, ...rest } = /** @type {Running & Record<string, unknown>} */ (running);
  const unknown = Object.keys(rest).find((key) => rest[key] !== undefined);
  if (unknown !== undefined)
    throw new EvenhandError('EH_E_USAGE', `there is no option "${unknown}" here; there are signal, onProgress and workers`);
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    throw new EvenhandError('EH_E_USAGE', 'signal is an AbortSignal');
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new EvenhandError('EH_E_USAGE', 'onProgress is a function');
  if (!Number.isInteger(workers) || workers < 1 || workers > 64)
    throw new EvenhandError('EH_E_USAGE', `workers is a whole number from 1 to 64, not ${String(workers)}`);
  return { signal, onProgress, workers };
}

/** One piece of work under watch. */
export class Watch {
  /** @param {Running} [running] */
  constructor(running = {}) {
    const { signal, onProgress, workers } = checked(running);
    this.signal = signal;
    this.onProgress = onProgress;
    this.workers = workers;
    this.done = 0;
    /** @type {number | undefined} */
    this.total = undefined;
    /** @type {"bytes" | "rows"} */
    this.unit = 'bytes';
    /** Several files are read, and the bytes of all are counted. */
    this.several = false;
    this.counts = true;
    this.breathed = performance.now();
    this.check();
  }

  check() {
    this.signal?.throwIfAborted();
  }

  /**
   * @param {"bytes" | "rows"} unit
   * @param {number | undefined} total
   */
  begin(unit, total) {
    this.counts = !this.several || unit === 'bytes';
    if (this.several) return;
    this.done = 0;
    this.unit = unit;
    this.total = total;
  }

  /**
   * Several files begin, which are watched as one: the rows that a Parquet file's bytes hold are not told.
   * @param {number | undefined} total bytes of all
   */
  beginSeveral(total) {
    this.several = false;
    this.begin('bytes', total);
    this.several = true;
  }

  /**
   * So much more is done. The promise is worth waiting for only where there is one.
   * @param {number} n
   * @returns {Promise<void> | undefined}
   */
  advance(n) {
    if (this.counts) this.done += n;
    this.check();
    this.onProgress?.({ done: this.done, total: this.total, unit: this.unit });
    if ((!this.signal && !this.onProgress) || performance.now() - this.breathed < PAUSE_EVERY_MS) return undefined;
    return this.breathe();
  }

  async breathe() {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.breathed = performance.now();
    this.check();
  }

  /**
   * What the promise gives, unless the signal comes first; then `stop` is called.
   * @template T
   * @param {Promise<T>} promise
   * @param {(reason: unknown) => void} [stop]
   * @returns {Promise<T>}
   */
  async until(promise, stop = () => {}) {
    const { signal } = this;
    if (!signal) return promise;
    let halt = () => {};
    try {
      return await new Promise((resolve, reject) => {
        halt = () => {
          stop(signal.reason);
          reject(signal.reason);
        };
        signal.addEventListener('abort', halt, { once: true });
        promise.then(resolve, reject);
        if (signal.aborted) halt();
      });
    } finally {
      signal.removeEventListener('abort', halt);
    }
  }
}
