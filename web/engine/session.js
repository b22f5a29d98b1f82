// Between what the user chose and what the engine knows: follows the store, opens sources, asks for audits, drops what is stale, and
// says when there is something new to draw. The viewer reads `index`, `live`, `second`, `busy`, `error` of it; nobody else writes them.
import { Cube } from 'evenhand';
import { Client } from './client.js';
import { compiledOnce, onPage, wholeHere } from './here.js';
import { Index, LiveCube } from './numbers.js';
import { beginAt, rangeOf } from './range.js';
import { countingSpec } from './specs.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Spec} Spec
 * @typedef {import('../state/types.js').Report} Report
 * @typedef {import('../state/types.js').ReportCurve} ReportCurve
 * @typedef {import('evenhand').Progress} Progress
 * @typedef {{rows?: unknown, report?: Report, kind: 'table' | 'cube' | 'report'}} Kept
 * @typedef {{progress: Progress | null, cancel: () => void, what: string}} Busy
 */

/** Metrics of every audit of few slices; of many, only those that are shown, for time and memory grow with both. */
const FEW_SLICES = 300;

/**
 * What a cube depends on.
 * @param {string} id
 * @param {Kept} kept
 * @param {Spec} spec
 */
function keyOf(id, kept, spec) {
  const size = kept.rows instanceof Blob ? kept.rows.size : 0;
  return id + JSON.stringify(kept.kind === 'cube' ? null : countingSpec(spec, size));
}

/** @type {Promise<Client> | undefined} one worker for all viewers of a page */
let shared;

async function startClient() {
  const client = new Client(await compiledOnce());
  await client.ready;
  return client;
}

/** @returns {Promise<Client>} */
export function sharedClient() {
  shared ??= startClient();
  shared.catch(() => { shared = undefined; });
  return shared;
}

export class Session {
  /** @type {Map<string, Kept>} sources by id; kept, so that undo can go back to one */
  #kept = new Map();
  /** @type {Map<string, Promise<Report>>} audits by source, spec and question */
  #audits = new Map();
  /** @type {Map<string, import('./range.js').Range[]>} least and greatest score of each model, by source */
  #scores = new Map();
  #tell;
  /** @type {AbortController | null} */
  #opening = null;
  #turn = 0;
  #openKey = '';

  /** @type {Index | null} */
  index = null;
  /** @type {Report | null} */
  second = null;
  /** @type {LiveCube | null} */
  live = null;
  /** @type {Busy | null} */
  busy = null;
  /** @type {Error | null} */
  error = null;
  /** Bytes of the cube behind `live`; what memory the source costs. */
  cubeBytes = 0;

  /** @param {() => void} tell called whenever a field has changed */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * Keeps a source for as long as the viewer lives; the state names it by the id.
   * @param {string} id
   * @param {Kept} kept
   */
  keep(id, kept) {
    this.#kept.set(id, kept);
  }

  /** @param {string} id */
  has(id) {
    return this.#kept.has(id);
  }

  /** @param {string} id */
  kept(id) {
    return this.#kept.get(id) ?? null;
  }

  /**
   * The spec an audit of this state takes.
   * @param {State} state
   * @param {boolean} [first] only what is shown first: of a large file the rest takes longer than the counting
   * @returns {Spec}
   */
  auditSpec({ spec, threshold, pinned, baseline, metrics }, first = false) {
    const many = (this.index?.report.slices.length ?? 0) > FEW_SLICES;
    return { ...spec, threshold: [...new Set([threshold, ...pinned])].sort((a, b) => a - b), baseline, ...(many || first ? { metric: metrics } : {}) };
  }

  /**
   * Makes what is shown follow a settled state. What is under way for an older state is dropped.
   * @param {State} state
   */
  async follow(state) {
    const turn = ++this.#turn;
    try {
      if (!state.source) return this.#clear();
      const kept = this.#kept.get(state.source.id);
      if (!kept) return this.#clear();
      if (kept.kind === 'report') return this.#showReport(state, /** @type {Report} */ (kept.report));
      if (keyOf(state.source.id, kept, state.spec) !== this.#openKey) await this.#open(state, kept, turn);
      if (turn !== this.#turn) return;
      const report = await this.#audit(state.source.id, this.auditSpec(state));
      if (turn !== this.#turn) return;
      this.index = new Index(report);
      this.error = null;
      this.second = await this.#auditOther(state);
    } catch (error) {
      if (turn === this.#turn) this.error = /** @type {Error} */ (error);
    }
    if (turn === this.#turn) this.#tell();
  }

  /** @param {State} state */
  async #auditOther(state) {
    const kept = state.other && this.#kept.get(state.other.id);
    if (!state.other || !kept) return null;
    if (kept.kind === 'report') return kept.report ?? null;
    const client = await sharedClient();
    const spec = { ...state.spec, ...state.other.spec };
    await client.open({ id: state.other.id, rows: kept.rows, kind: kept.kind, spec });
    return this.#audit(state.other.id, this.auditSpec({ ...state, spec }));
  }

  /**
   * Counts a source and audits it as a state will, before that state is there: it shows at once, and what fails leaves all as it is.
   * @param {{id: string, name: string} & Kept} source
   * @param {State} state with the spec of the source
   * @param {boolean} [chosen] the state's threshold was chosen for this source
   * @returns {Promise<number>} the threshold to begin with
   */
  async prepare({ id, name, ...kept }, state, chosen = false) {
    this.keep(id, kept);
    if (kept.kind === 'report') return state.threshold;
    const before = state.source && this.has(state.source.id) ? this.range(state.source.id, 0) : null;
    await this.#count({ id, name, kept, spec: state.spec });
    const threshold = chosen ? state.threshold : beginAt(this.range(id, 0), state.threshold, before);
    await this.#audit(id, this.auditSpec({ ...state, threshold }, true));
    return threshold;
  }

  /**
   * What a threshold of a model slides over.
   * @param {string} id
   * @param {number} model its place
   */
  range(id, model) {
    return rangeOf(this.#scores.get(id)?.[model]);
  }

  /**
   * The cube of a source that is kept, on this thread, to be asked for anything; whoever asks frees it.
   * @param {string} id
   */
  async cubeOf(id) {
    const [{ cube }] = await Promise.all([(await sharedClient()).cube(id), wholeHere()]);
    return Cube.load(cube);
  }

  #clear() {
    this.index = this.second = null;
    this.#dropCube();
    this.#openKey = '';
    this.#tell();
  }

  #dropCube() {
    this.live?.free();
    this.live = null;
    this.cubeBytes = 0;
  }

  /**
   * @param {State} state
   * @param {Report} report
   */
  #showReport(state, report) {
    this.#dropCube();
    this.#openKey = '';
    if (this.index?.report !== report) this.index = new Index(report);
    this.second = null;
    this.error = null;
    this.#auditOther(state).then((second) => { this.second = second; this.#tell(); }, (error) => { this.error = error; this.#tell(); });
  }

  /**
   * Counts the source, shows the first of it, then fetches its cube for thresholds that move.
   * @param {State} state
   * @param {Kept} kept
   * @param {number} turn
   */
  async #open(state, kept, turn) {
    const { id, name } = /** @type {NonNullable<State['source']>} */ (state.source);
    await this.#count({ id, name, kept, spec: state.spec });
    const first = await this.#audit(id, this.auditSpec(state, true));
    if (turn !== this.#turn) return;
    this.#dropCube();
    const key = this.#openKey = keyOf(id, kept, state.spec);
    this.index = new Index(first);
    this.second = this.error = null;
    this.#tell();
    await this.#liven(id, key);
  }

  /**
   * The cube on this thread. Should a threshold that moves call what the first half of the engine lacks, it comes anew in the whole one.
   * @param {string} id
   * @param {string} key what is open
   * @param {boolean} [again]
   */
  async #liven(id, key, again = false) {
    const { cube } = await (await sharedClient()).cube(id);
    const live = await onPage(async () => new LiveCube(await Cube.load(cube), (error) => {
      if (this.live === live) this.live = null;
      wholeHere().then(() => again ? Promise.reject(error) : this.#liven(id, key, true)).catch((failed) => { this.error = failed; }).then(this.#tell);
    }));
    if (key !== this.#openKey) return live.free();
    this.live = live;
    this.cubeBytes = cube.length;
  }

  /**
   * Counts in the worker, unless it has just done so.
   * @param {{id: string, name: string, kept: Kept, spec: Spec}} source
   */
  async #count({ id, name, kept, spec }) {
    this.#opening?.abort(new DOMException('a newer request took its place', 'AbortError'));
    const control = this.#opening = new AbortController();
    this.busy = { progress: null, what: name, cancel: () => control.abort(new DOMException('cancelled', 'AbortError')) };
    this.#tell();
    try {
      const client = await sharedClient();
      const onProgress = (/** @type {Progress} */ progress) => { if (this.busy) { this.busy = { ...this.busy, progress }; this.#tell(); } };
      const { scores } = await client.open({ id, rows: kept.rows, kind: kept.kind === 'cube' ? 'cube' : 'table', spec }, { signal: control.signal, onProgress });
      this.#scores.set(id, scores);
    } finally {
      if (this.#opening === control) this.busy = this.#opening = null;
      this.#tell();
    }
  }

  /**
   * An audit that is kept: the same question costs nothing twice.
   * @param {string} id
   * @param {Spec} spec
   * @param {Spec} [patch]
   * @param {boolean} [head]
   * @returns {Promise<Report>}
   */
  #audit(id, spec, patch = {}, head = false) {
    const key = id + JSON.stringify([spec, patch, head]);
    const known = this.#audits.get(key);
    if (known) return known;
    const asked = sharedClient().then((client) => client.audit(id, spec, patch, head));
    if (this.#audits.size >= 24) this.#audits.delete(/** @type {string} */ (this.#audits.keys().next().value));
    this.#audits.set(key, asked);
    asked.catch(() => this.#audits.delete(key));
    return asked;
  }

  /**
   * An audit of the open source under a changed spec.
   * @param {State} state
   * @param {Spec} patch
   * @param {boolean} [head] the first rows of a large file will do
   * @returns {Promise<Report>}
   */
  audit(state, patch, head) {
    return this.#audit(/** @type {NonNullable<State['source']>} */ (state.source).id, this.auditSpec(state), patch, head);
  }

  /**
   * Curves of a slice; all slices of a source are asked for at once and kept.
   * @param {State} state
   * @param {string} slice
   * @param {string} model
   * @returns {Promise<ReportCurve | null>}
   */
  async curves(state, slice, model) {
    if (!state.source) return null;
    const kept = this.#kept.get(state.source.id);
    const report = kept?.kind === 'report' ? kept.report
      : await this.#audit(state.source.id, state.spec, { threshold: 0.5, metric: ['selection_rate'], curves: true });
    return report?.curves?.find((curve) => curve.slice === slice && curve.model === model) ?? null;
  }

  /**
   * How far the scores of two slices lie apart, by label, from every score; null where there are no counts of them.
   * @param {State} state
   * @param {string} first
   * @param {string} second
   * @param {string} model
   */
  async distance({ source, spec }, first, second, model) {
    const kept = source && this.#kept.get(source.id);
    if (!source || !kept || kept.kind === 'report') return null;
    return (await sharedClient()).distance({ id: source.id, spec, model, first, second });
  }

  close() {
    this.#opening?.abort(new DOMException('the viewer was closed', 'AbortError'));
    this.#openKey = '';
    this.#dropCube();
  }
}
