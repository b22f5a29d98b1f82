// One file over several threads: this one reads, hashes and cuts off blocks of whole records, the others count them, and the cubes of
// all are merged. Any number of threads gives the bytes of one.
//
// Whatever goes wrong once blocks are given away (a row that strictness refuses, a label that is not binary, a thread that cannot
// start) is left to one reader of everything, whose words then count.
import { startThread } from './parts.js';

/**
 * @typedef {import('./memory.js').Engine} Engine
 * @typedef {import('./watch.js').Watch} Watch
 * @typedef {{send: (message: object, moved: ArrayBuffer[]) => void, end: () => void}} Thread
 */

/** Bytes: of a block at least; of a file that is worth a second thread; that each thread is to have. Tests make them small. */
export const sizes = { block: 1 << 20, worth: 8 << 20, each: 4 << 20 };

/** Blocks that wait at a thread, the one being counted included: so it need not wait for one. */
const AHEAD = 2;

/** A thread that counts blocks, from when it is called for. */
class Counter {
  /**
   * @param {WebAssembly.Module} module
   * @param {Uint8Array} plan
   * @param {() => void} heard called after every answer
   */
  constructor(module, plan, heard) {
    this.waiting = 0;
    /** @type {unknown} */
    this.failure = undefined;
    /** @type {Uint8Array | undefined} */
    this.told = undefined;
    this.ended = false;
    /** @type {Thread | undefined} */
    this.thread = undefined;
    const fail = (/** @type {unknown} */ why) => { if (!this.ended) this.failure ??= why ?? new Error('the thread failed'); heard(); };
    this.ready = startThread((answer) => {
      if (answer.failed) this.failure ??= new Error(answer.failed);
      if (answer.counted) this.waiting--;
      this.told ??= answer.told;
      heard();
    }, fail).then((thread) => {
      this.thread = thread;
      if (this.ended) thread.end();
      else thread.send({ module, plan }, []);
    });
    this.ready.catch(fail);
  }

  /**
   * @param {object} message
   * @param {ArrayBuffer[]} moved
   */
  async send(message, moved) {
    await this.ready;
    this.thread?.send(message, moved);
  }

  end() {
    this.ended = true;
    this.thread?.end();
  }
}

/** The threads of one file. They start as blocks come. */
export class Crew {
  /**
   * @param {number} count at most so many
   * @param {WebAssembly.Module} module
   * @param {Watch} watch
   */
  constructor(count, module, watch) {
    this.count = count;
    this.module = module;
    this.watch = watch;
    /** @type {Counter[]} */
    this.counters = [];
    this.heard = () => {};
  }

  get started() {
    return this.counters.length > 0;
  }

  /**
   * Waits until this is so, or a thread has failed.
   * @param {() => boolean} done
   */
  async until(done) {
    for (;;) {
      const failed = this.counters.find(({ failure }) => failure !== undefined);
      if (failed) throw failed.failure;
      if (done()) return;
      await this.watch.until(/** @type {Promise<void>} */ (new Promise((resolve) => { this.heard = resolve; })));
    }
  }

  /**
   * Gives a block to whoever has least to do.
   * @param {Uint8Array} block
   * @param {number} line
   * @param {() => Uint8Array} plan
   */
  async give(block, line, plan) {
    const idlest = () => this.counters.reduce((least, one) => (one.waiting < least.waiting ? one : least));
    if (this.counters.length < this.count) this.counters.push(new Counter(this.module, plan(), () => this.heard()));
    else await this.until(() => idlest().waiting < AHEAD);
    const one = idlest();
    one.waiting++;
    one.send({ block, line }, [/** @type {ArrayBuffer} */ (block.buffer)]).catch(() => {});
  }

  /** What each counted. */
  async end() {
    for (const one of this.counters) one.send({ end: true }, []).catch(() => {});
    await this.until(() => this.counters.every(({ told }) => told));
    return this.counters.map(({ told }) => /** @type {Uint8Array} */ (told));
  }

  stop() {
    for (const one of this.counters) one.end();
  }
}

/** Between the bytes as they come and the blocks: what is not yet cut lies in the module. */
class Cutter {
  /**
   * @param {import('./memory.js').Scope} scope
   * @param {number} ingest
   * @param {Crew} crew
   */
  constructor(scope, ingest, crew) {
    this.engine = scope.engine;
    this.ingest = ingest;
    this.crew = crew;
    this.room = 3 * sizes.block;
    this.p = scope.take(this.room);
    this.out = scope.take(scope.engine.layout.eh_ingest_block);
    this.held = 0;
  }

  /** Reads here what is held. */
  push() {
    const { wasm } = this.engine;
    this.engine.attempt((err) => wasm.ehw_ingest_push(this.ingest, this.p, this.held, err));
    this.held = 0;
  }

  plan() {
    const { engine } = this;
    return engine.collect((buf, err) => engine.wasm.ehw_ingest_plan(this.ingest, buf, err), (bytes) => bytes.slice());
  }

  async cut() {
    const { engine, p, out } = this;
    const { layout, wasm } = engine;
    engine.attempt((err) => wasm.ehw_ingest_cut(this.ingest, p, this.held, out, err));
    const view = engine.view();
    const at = view.getUint32(out + layout['eh_ingest_block.at'], true);
    const n = view.getUint32(out + layout['eh_ingest_block.n'], true);
    const line = Number(view.getBigUint64(out + layout['eh_ingest_block.line'], true));
    const block = engine.bytes(p + at, n).slice();
    engine.bytes(p, this.held).copyWithin(0, at + n);
    this.held -= at + n;
    if (n > 0) await this.crew.give(block, line, () => this.plan());
  }

  /** @param {Uint8Array} bytes */
  async take(bytes) {
    for (let from = 0; from < bytes.length; from += sizes.block) {
      const part = bytes.subarray(from, from + sizes.block);
      if (this.held + part.length > this.room) this.push();
      this.engine.bytes(this.p + this.held, part.length).set(part);
      this.held += part.length;
      if (this.held >= sizes.block) await this.cut();
    }
  }
}

/**
 * How many threads a file is worth beside the one that reads.
 * @param {number} workers that may be
 * @param {number | undefined} size bytes, as far as known
 */
export function crewOf(workers, size = Infinity) {
  return workers < 2 || size < sizes.worth ? 0 : Math.min(workers, Math.ceil(size / sizes.each));
}

/**
 * Gives the bytes to an ingest and a crew. The cube of all then waits in the ingest. False: one reader has to read all; the ingest is
 * made anew.
 * @param {import('./memory.js').Scope} scope
 * @param {number} ingest
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} bytes
 * @param {Crew} crew
 * @param {() => Promise<void>} tell tells the ingest what is known only at the end
 * @returns {Promise<boolean>}
 */
export async function shareOut(scope, ingest, bytes, crew, tell) {
  const { engine } = scope;
  const { wasm } = engine;
  const cutter = new Cutter(scope, ingest, crew);
  let failed = false;
  /** @param {() => Promise<void> | void} act */
  const attempt = async (act) => {
    try {
      await act();
    } catch (error) {
      crew.watch.check();
      if (!crew.started) throw error;
      failed = true;
    }
  };
  const join = (/** @type {Uint8Array} */ told) => engine.scope((inner) => {
    const copy = inner.bytes(told);
    engine.attempt((err) => wasm.ehw_ingest_join(ingest, copy.p, copy.n, err));
  });
  try {
    for await (const piece of bytes) {
      await attempt(() => cutter.take(piece));
      if (failed) break;
    }
    if (!failed) await attempt(() => cutter.push());
    if (!failed && crew.started) {
      await attempt(async () => {
        for (const told of await crew.end()) join(told);
        await tell();
        engine.attempt((err) => wasm.ehw_ingest_settle(ingest, err));
      });
    } else if (!failed) {
      await tell();
    }
    if (failed) engine.attempt((err) => wasm.ehw_ingest_anew(ingest, err));
    return !failed;
  } finally {
    crew.stop();
  }
}
