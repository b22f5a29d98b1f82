// An instance of the wasm module with its memory: every pointer and every byte that crosses goes through here.
//
// Views on the memory are made for the moment and never stored, since memory that grows detaches them. What is taken is
// given back by the scope it was taken in, on every way out.
import { EvenhandError } from './errors.js';
import { asKeys } from './words.js';
import { readLayout } from './layout.js';

/**
 * What the module exports (src/wasm/exports.c, live.c, layout.c).
 * @typedef {object} WasmExports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} [_initialize]
 * @property {(n: number) => number} ehw_malloc
 * @property {(p: number) => void} ehw_free
 * @property {(buf: number) => void} ehw_buf_free
 * @property {() => number} ehw_layout
 * @property {() => number} ehw_version
 * @property {(status: number) => number} ehw_status_name
 * @property {(names: number, n: number, p: number, length: number) => number} ehw_name_nearest
 * @property {(dst: number, x: number) => number} ehw_write_f64
 * @property {(out: number, err: number) => number} ehw_request_new
 * @property {(request: number, key: number, keyN: number, text: number, textN: number, split: number, err: number) =>
 *   number} ehw_request_set
 * @property {(request: number) => void} ehw_request_free
 * @property {(buf: number, p: number, n: number, whole: number, file: number, fileN: number, request: number, err: number) =>
 *   number} ehw_look
 * @property {(out: number, request: number, source: number, sourceN: number, part: number, partN: number, checkPositive: number,
 *   onlyAudit: number, err: number) => number} ehw_ingest_new
 * @property {(ingest: number, p: number, n: number, err: number) => number} ehw_ingest_push
 * @property {(ingest: number, request: number, part: number, partN: number, err: number) => number} ehw_ingest_next
 * @property {(ingest: number, p: number, n: number) => void} ehw_ingest_stored
 * @property {(ingest: number, n: number) => number} ehw_ingest_wants
 * @property {(ingest: number, column: number, n: number) => number} ehw_ingest_separator
 * @property {(ingest: number) => number} ehw_ingest_surveys
 * @property {(ingest: number, err: number) => number} ehw_ingest_again
 * @property {(ingest: number, batch: number, err: number) => number} ehw_ingest_columns
 * @property {(ingest: number, row: number, reason: number, n: number, err: number) => number} ehw_ingest_skip
 * @property {(ingest: number, out: number, err: number) => number} ehw_ingest_end
 * @property {(ingest: number, sha256OrNull: number) => number} ehw_ingest_hashed
 * @property {(ingest: number) => void} ehw_ingest_free
 * @property {(first: number, p: number, n: number, out: number, err: number) => number} ehw_ingest_cut
 * @property {(first: number, buf: number, err: number) => number} ehw_ingest_plan
 * @property {(out: number, p: number, n: number, err: number) => number} ehw_ingest_other
 * @property {(other: number, p: number, n: number, line: number, err: number) => number} ehw_ingest_block_read
 * @property {(other: number, buf: number, err: number) => number} ehw_ingest_told
 * @property {(first: number, p: number, n: number, err: number) => number} ehw_ingest_join
 * @property {(first: number, err: number) => number} ehw_ingest_settle
 * @property {(first: number, err: number) => number} ehw_ingest_anew
 * @property {(cube: number, buf: number, err: number) => number} ehw_cube_save
 * @property {(out: number, p: number, n: number, err: number) => number} ehw_cube_load
 * @property {(out: number, parts: number, k: number, err: number) => number} ehw_cube_merge
 * @property {(out: number, cube: number, scoreBits: number, err: number) => number} ehw_cube_rebin
 * @property {(cube: number, p: number, n: number, err: number) => number} ehw_cube_name
 * @property {(out: number, p: number, n: number) => number} ehw_cube_crc
 * @property {(out: number, cube: number) => number} ehw_cube_scores
 * @property {(cube: number) => void} ehw_cube_free
 * @property {(out: number, cube: number, err: number) => number} ehw_live_new
 * @property {(live: number, model: number, t: number) => void} ehw_live_at
 * @property {(out: number, live: number, model: number, first: number, second: number, err: number) => number} ehw_live_distance
 * @property {(live: number) => void} ehw_live_free
 * @property {(out: number, cube: number, request: number, err: number) => number} ehw_moving_new
 * @property {(moving: number, t: number, err: number) => number} ehw_moving_at
 * @property {(moving: number) => void} ehw_moving_free
 * @property {(reason: number) => number} ehw_reason_name
 * @property {(out: number, x1: number, n1: number, x2: number, n2: number, level: number) => void} ehw_rate_gap
 * @property {(out: number, cube: number, request: number, err: number) => number} ehw_audit_run
 * @property {(buf: number, audit: number, request: number, format: number, width: number, err: number) =>
 *   number} ehw_report
 * @property {(audit: number) => void} ehw_audit_free
 * @property {(out: number, args: number, n: number, outTty: number, errTty: number, color: number, width: number) =>
 *   number} ehw_cli_new
 * @property {(step: number, cli: number) => void} ehw_cli_next
 * @property {(cli: number, p: number, n: number, fault: number) => void} ehw_cli_feed
 * @property {(cli: number, fault: number) => void} ehw_cli_done
 * @property {(cli: number, names: number, n: number) => number} ehw_cli_table
 * @property {(threads: number, asked: number, cli: number) => number} ehw_cli_rows
 * @property {(cli: number) => number} ehw_cli_looks
 * @property {(cli: number, lines: number, n: number, whole: number) => void} ehw_cli_look
 * @property {(cli: number, code: number, codeN: number, p: number, n: number) => void} ehw_cli_refuse
 * @property {(out: number, cli: number, read: number, size: number) => void} ehw_cli_progress
 * @property {(cli: number) => void} ehw_cli_free
 */

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Memory and handles that end together, last first. */
export class Scope {
  /** @param {Engine} engine */
  constructor(engine) {
    /** @type {Engine} */
    this.engine = engine;
    /** @type {(() => void)[]} */
    this.ends = [];
  }

  /** @param {() => void} end */
  defer(end) {
    this.ends.push(end);
  }

  /**
   * n bytes, zeroed.
   * @param {number} n
   */
  take(n) {
    const p = this.engine.take(n);
    this.defer(() => this.engine.wasm.ehw_free(p));
    return p;
  }

  /**
   * A copy of the bytes.
   * @param {Uint8Array} bytes
   * @returns {{p: number, n: number}}
   */
  bytes(bytes) {
    const p = this.take(bytes.length);
    this.engine.bytes(p, bytes.length).set(bytes);
    return { p, n: bytes.length };
  }

  /**
   * A copy of the text in UTF-8.
   * @param {string} text
   */
  text(text) {
    return this.bytes(encoder.encode(text));
  }

  /**
   * An array of eh_str.
   * @param {string[]} texts
   */
  texts(texts) {
    const { layout } = this.engine;
    const p = this.take(texts.length * layout.eh_str);
    texts.forEach((text, i) => {
      const copy = this.text(text);
      const view = this.engine.view();
      view.setUint32(p + i * layout.eh_str + layout['eh_str.p'], copy.p, true);
      view.setUint32(p + i * layout.eh_str + layout['eh_str.n'], copy.n, true);
    });
    return p;
  }

  /**
   * A handle that `make` writes to its first argument and `free` frees.
   * @param {(out: number, err: number) => number} make
   * @param {(handle: number) => void} free
   */
  handle(make, free) {
    const handle = this.engine.make(make);
    this.defer(() => free(handle));
    return handle;
  }

  end() {
    for (let end = this.ends.pop(); end; end = this.ends.pop()) end();
  }
}

export class Engine {
  /** @param {WasmExports} wasm */
  constructor(wasm) {
    /** @type {WasmExports} */
    this.wasm = wasm;
    /** Sentences name options as the command line has them, not as keys of a spec. */
    this.tellsFlags = false;
    wasm._initialize?.();
    this.layout = readLayout(wasm.memory.buffer, wasm.ehw_layout() >>> 0, (p) => this.cstring(p));
  }

  /** A view of the whole memory, for the moment. */
  view() {
    return new DataView(this.wasm.memory.buffer);
  }

  /**
   * A view of n bytes, for the moment.
   * @param {number} p
   * @param {number} n
   */
  bytes(p, n) {
    return new Uint8Array(this.wasm.memory.buffer, p >>> 0, n);
  }

  /**
   * n bytes, zeroed; whoever takes them frees them.
   * @param {number} n
   */
  take(n) {
    const p = this.wasm.ehw_malloc(n) >>> 0;
    if (p === 0) throw new EvenhandError('EH_E_MEMORY', 'out of memory');
    this.bytes(p, n).fill(0);
    return p;
  }

  /**
   * @param {number} p
   * @param {number} n
   */
  text(p, n) {
    return decoder.decode(this.bytes(p, n));
  }

  /** @param {number} p */
  cstring(p) {
    const all = new Uint8Array(this.wasm.memory.buffer);
    return this.text(p, all.indexOf(0, p >>> 0) - (p >>> 0));
  }

  /**
   * The text of an eh_str; '' for one that was not given.
   * @param {number} p
   */
  str(p) {
    const view = this.view();
    const { layout } = this;
    return this.text(view.getUint32(p + layout['eh_str.p'], true), view.getUint32(p + layout['eh_str.n'], true));
  }

  /**
   * @param {number} p an array of eh_str
   * @param {number} n
   */
  strs(p, n) {
    return Array.from({ length: n }, (_, i) => this.str(p + i * this.layout.eh_str));
  }

  /**
   * Runs `use` with a scope that ends when it returns, throws, or its promise settles.
   * @template T
   * @param {(scope: Scope) => T} use
   * @returns {T}
   */
  scope(use) {
    const scope = new Scope(this);
    let ends = true;
    try {
      const result = use(scope);
      if (!(result instanceof Promise)) return result;
      ends = false;
      return /** @type {T} */ (result.finally(() => scope.end()));
    } finally {
      if (ends) scope.end();
    }
  }

  /**
   * Calls something that takes an eh_error and returns a status; a failure is thrown.
   * @param {(err: number) => number} call
   */
  attempt(call) {
    const err = this.take(this.layout.eh_error);
    try {
      const status = call(err);
      if (status !== 0) throw this.failure(status, err);
    } finally {
      this.wasm.ehw_free(err);
    }
  }

  /**
   * The handle that `call` writes to its first argument.
   * @param {(out: number, err: number) => number} call
   */
  make(call) {
    const out = this.take(4);
    try {
      this.attempt((err) => call(out, err));
      return this.view().getUint32(out, true);
    } finally {
      this.wasm.ehw_free(out);
    }
  }

  /**
   * The text that `call` appends to an eh_buf.
   * @template T
   * @param {(buf: number, err: number) => number} call
   * @param {(bytes: Uint8Array) => T} read gets a view for the moment
   * @returns {T}
   */
  collect(call, read) {
    const buf = this.take(this.layout.eh_buf);
    try {
      this.attempt((err) => call(buf, err));
      const view = this.view();
      return read(this.bytes(view.getUint32(buf + this.layout['eh_buf.p'], true),
        view.getUint32(buf + this.layout['eh_buf.n'], true)));
    } finally {
      this.wasm.ehw_buf_free(buf);
      this.wasm.ehw_free(buf);
    }
  }

  /**
   * @param {number} status
   * @param {number} err
   */
  failure(status, err) {
    const { layout } = this;
    const view = this.view();
    const message = this.cstring(err + layout['eh_error.message']);
    const line = Number(view.getBigUint64(err + layout['eh_error.line'], true));
    const column = view.getUint32(err + layout['eh_error.column'], true);
    /** @type {import('./errors.js').ErrorDetail} */
    const detail = { status };
    if (line > 0) detail.line = line;
    if (column > 0) detail.column = column;
    const code = this.cstring(this.wasm.ehw_status_name(status));
    return new EvenhandError(code, (this.tellsFlags ? message : asKeys(message)) || code, detail);
  }
}
