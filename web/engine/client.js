// The page's side of the worker: calls as promises, with progress and cancelling. One worker for a page; sources are known to it
// by id.
import EngineWorker from './worker.js?worker';

/**
 * @typedef {import('evenhand').Spec} Spec
 * @typedef {import('evenhand').Report} Report
 * @typedef {import('evenhand').Progress} Progress
 * @typedef {{signal?: AbortSignal, onProgress?: (progress: Progress) => void}} Running
 * @typedef {{resolve: (value: any) => void, reject: (error: unknown) => void, running: Running}} Pending
 */

/** What the engine says about data that it refuses; the same fields as in the JS API. */
export class EngineError extends Error {
  /** @param {{name: string, message: string, code?: string, detail?: Record<string, unknown>}} error */
  constructor({ name, message, code, detail }) {
    super(message);
    this.name = name;
    this.code = code ?? null;
    this.detail = detail ?? null;
  }
}

export class Client {
  /** @type {Worker} */
  #worker;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #next = 0;

  /** @param {import('./module.js').Compiled} module */
  constructor(module) {
    this.#worker = new EngineWorker();
    this.#worker.onmessage = ({ data }) => this.#answer(data);
    this.#worker.onerror = (event) => this.#fail(new EngineError({ name: 'EngineError', message: event.message || 'the engine stopped' }));
    this.ready = this.#call('init', { module });
  }

  /** @param {{id: number, progress?: Progress, result?: unknown, error?: any}} data */
  #answer({ id, progress, result, error }) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    if (progress) return pending.running.onProgress?.(progress);
    this.#pending.delete(id);
    if (error) pending.reject(new EngineError(error));
    else pending.resolve(result);
  }

  /** @param {unknown} error */
  #fail(error) {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  /**
   * @param {string} call
   * @param {object} asked
   * @param {Running} [running]
   * @returns {Promise<any>}
   */
  #call(call, asked, running = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (running.signal?.aborted) return reject(running.signal.reason);
      running.signal?.addEventListener('abort', () => this.#worker.postMessage({ id, cancel: true }), { once: true });
      this.#pending.set(id, { resolve, reject, running });
      this.#worker.postMessage({ id, call, asked });
    });
  }

  /**
   * What the columns of a table hold, and what they are guessed to be.
   * @param {{rows: unknown, spec: Spec}} asked
   * @param {Running} [running]
   * @returns {Promise<import('evenhand').Look>}
   */
  look(asked, running) {
    return this.#call('look', asked, running);
  }

  /**
   * Tries a spec on the first rows of a table: rejected as the audit would be, else what became of the rows; null where it cannot be
   * tried without reading all.
   * @param {{rows: unknown, name: string, spec: Spec}} asked
   * @param {Running} [running]
   * @returns {Promise<Report['input'] | null>}
   */
  check(asked, running) {
    return this.#call('check', asked, running);
  }

  /**
   * Counts a source, unless the cube that is kept of it is of this spec. Gives least and greatest score of each model.
   * @param {{id: string, rows: unknown, kind: 'table' | 'cube', spec: Spec}} source
   * @param {Running} [running]
   * @returns {Promise<{scores: import('./range.js').Range[]}>}
   */
  open(source, running) {
    return this.#call('open', source, running);
  }

  /**
   * The cube of a source that is open, as the bytes of a cube file.
   * @param {string} id
   * @returns {Promise<{cube: Uint8Array}>}
   */
  cube(id) {
    return this.#call('cube', { id });
  }

  /**
   * @param {string} id
   * @param {Spec} spec
   * @param {Spec} [patch] what this audit alone asks otherwise
   * @param {boolean} [head] the first rows will do, where rows are read
   * @param {Running} [running]
   * @returns {Promise<Report>}
   */
  audit(id, spec, patch = {}, head = false, running = {}) {
    return this.#call('audit', { id, spec, patch, head }, running);
  }

  /**
   * @param {{id: string, spec: Spec, model: string, first: string, second: string}} asked
   * @returns {Promise<{negatives: import('evenhand').Distance | null, positives: import('evenhand').Distance | null} | null>}
   */
  distance(asked) {
    return this.#call('distance', asked);
  }

  /** @param {string} id */
  close(id) {
    return this.#call('close', { id });
  }

  stop() {
    this.#worker.terminate();
    this.#fail(new EngineError({ name: 'AbortError', message: 'the viewer was closed' }));
  }
}
