// The way in: from what a person hands over to a source that is shown. It looks at a table, keeps the draft of the mapping while a
// person corrects it, counts once it is confirmed, and only then changes the state: whatever fails or is cancelled before leaves all
// that was there. The viewer has one; the start, the drop zone and the mapper talk to it.
import { sharedClient } from '../engine/session.js';
import { data as words } from '../words/data.js';
import { draftOf, lacks, specOf } from './draft.js';
import { SourceError, takeSource } from './take.js';

/**
 * @typedef {import('./take.js').Taken} Taken
 * @typedef {import('./draft.js').Draft} Draft
 * @typedef {import('evenhand').Look} Look
 * @typedef {import('evenhand').Spec} Spec
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../viewer.js').EvenhandViewer} EvenhandViewer
 */

/**
 * How something is handed over.
 * @typedef {object} Offer
 * @property {string} [name]
 * @property {string} [address] of the page's own site, so that a link to the page finds it again
 * @property {Spec} [spec] what is known of its columns
 * @property {boolean} [sure] the spec was confirmed elsewhere: no mapper while it is complete and can be computed
 * @property {'source' | 'other'} [as] other: to compare with
 * @property {Partial<State>} [also] of the state, once it is open
 */

/**
 * What is being mapped.
 * @typedef {object} Pending
 * @property {Taken} taken
 * @property {Look} look
 * @property {Draft} draft
 * @property {'source' | 'other'} as
 * @property {boolean} again the source is open already; its columns are corrected
 * @property {Partial<State>} also
 * @property {{state: 'none' | 'asked' | 'fine' | 'refused', error?: Error, input?: import('evenhand').Report['input'] | null}} check
 */

/** The form comes when there is something to map; a page that opens a cube never loads it. */
const loadMapper = () => import('./mapper.js');

/** Rest after a key, before a spec is tried. */
const PAUSE_MS = 120;

export class Intake {
  #viewer;
  #turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | null} */
  #control = null;
  /** @type {unknown[]} files that wait for the first to be open */
  #queue = [];
  /** @type {Pending | null} */
  pending = null;
  /** @type {Error | null} of the mapper: shown there */
  problem = null;
  /** Name of the file that is being looked at; '' = none */
  looking = '';

  /** @param {EvenhandViewer} viewer */
  constructor(viewer) {
    this.#viewer = viewer;
  }

  #tell() {
    this.#viewer.requestUpdate();
  }

  /**
   * Files as dropped, chosen or pasted: the first is opened, a second one compared with it.
   * @param {readonly unknown[]} files
   * @param {Offer} [offer]
   */
  async take(files, offer = {}) {
    if (files.length > 2) return this.#viewer.fail(new SourceError(words.tooMany));
    this.#queue = files.slice(1);
    if (files.length > 0) await this.offer(files[0], offer);
  }

  /**
   * @param {unknown} source
   * @param {Offer} [offer]
   */
  async offer(source, { name, address, spec, sure = false, as = 'source', also = {} } = {}) {
    const turn = ++this.#turn;
    const viewer = this.#viewer;
    viewer.fail(null);
    this.problem = null;
    try {
      const taken = { ...await takeSource(source, name), ...(address === undefined ? {} : { address }) };
      if (turn !== this.#turn) return;
      if (taken.kind !== 'table') return await this.#show(taken, spec ?? {}, as, also);
      this.looking = taken.name;
      this.#tell();
      const client = await sharedClient();
      const known = spec ?? this.#before(as);
      const [look] = await Promise.all([client.look({ rows: taken.rows, spec: known ?? {} }), loadMapper()]);
      if (turn !== this.#turn) return;
      const draft = draftOf(look, known);
      this.pending = { taken, look, draft, as, again: false, also, check: { state: 'none' } };
      const told = known?.label !== undefined && known.score !== undefined;
      if (sure && told && lacks(draft, look).length === 0) await this.confirm();
      else this.#check();
    } catch (error) {
      if (turn === this.#turn) viewer.fail(/** @type {Error} */ (error));
    } finally {
      if (turn === this.#turn) this.looking = '';
      this.#tell();
    }
  }

  /** What a new file's columns may be read as: as the one to compare with, or as a link or the page says. @param {'source' | 'other'} as */
  #before(as) {
    const { store, spec } = this.#viewer;
    const said = as === 'other' || store.state.spec.label !== undefined ? store.state.spec : spec;
    return said;
  }

  /** Corrects which column is what, of what is open. @param {'source' | 'other'} as */
  async again(as) {
    const { store, session } = this.#viewer;
    const info = store.state[as];
    const kept = info && session.kept(info.id);
    if (!info || !kept || kept.kind !== 'table') return;
    const spec = { ...store.state.spec, ...(as === 'other' ? info.spec : {}) };
    try {
      const [look] = await Promise.all([(await sharedClient()).look({ rows: kept.rows, spec }), loadMapper()]);
      this.problem = null;
      this.pending = { taken: { id: info.id, name: info.name, kind: 'table', rows: kept.rows }, look, draft: draftOf(look, spec), as, again: true,
        also: {}, check: { state: 'none' } };
      this.#check();
    } catch (error) {
      this.#viewer.fail(/** @type {Error} */ (error));
    }
    this.#tell();
  }

  dropOther() {
    this.#viewer.store.set({ other: null });
  }

  /** @param {Draft} draft */
  edit(draft) {
    if (!this.pending) return;
    this.pending = { ...this.pending, draft };
    this.problem = null;
    this.#check();
    this.#tell();
  }

  /** Reads the file otherwise: other missing texts, names, delimiter. @param {Spec} rest */
  async reread(rest) {
    const { pending } = this;
    if (!pending) return;
    const draft = { ...pending.draft, rest: { ...pending.draft.rest, ...rest } };
    try {
      const look = await (await sharedClient()).look({ rows: pending.taken.rows, spec: draft.rest });
      const same = look.columns.length === draft.roles.length && look.columns.every(({ name }, c) => name === pending.look.columns[c].name);
      this.pending = { ...pending, look, draft: same ? draft : draftOf(look, draft.rest) };
      this.problem = null;
      this.#check();
    } catch (error) {
      this.problem = /** @type {Error} */ (error);
    }
    this.#tell();
  }

  /** Tries the draft on the first rows, when the hand has come to rest. */
  #check() {
    clearTimeout(this.#timer);
    const { pending } = this;
    if (!pending) return;
    const complete = lacks(pending.draft, pending.look).length === 0;
    pending.check = { state: complete ? 'asked' : 'none' };
    if (!complete) return;
    this.#timer = setTimeout(async () => {
      const { draft, look, taken } = pending;
      const tell = (/** @type {Pending['check']} */ check) => {
        if (this.pending?.draft !== draft || this.pending.look !== look) return;
        this.pending = { ...this.pending, check };
        this.#tell();
      };
      try {
        const client = await sharedClient();
        tell({ state: 'fine', input: await client.check({ rows: taken.rows, name: taken.name, spec: specOf(draft, look) }) });
      } catch (error) {
        tell({ state: 'refused', error: /** @type {Error} */ (error) });
      }
    }, PAUSE_MS);
  }

  /** The mapping is right: counts, then shows. */
  async confirm() {
    const { pending } = this;
    if (!pending || this.#viewer.session.busy || lacks(pending.draft, pending.look).length > 0) return;
    this.problem = null;
    try {
      await this.#show(pending.taken, specOf(pending.draft, pending.look), pending.as, pending.also, pending.again);
    } catch (error) {
      this.problem = /** @type {Error} */ (error);
    }
    this.#tell();
  }

  /** Leaves all as it was. */
  cancel() {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#control?.abort();
    this.pending = null;
    this.problem = null;
    this.#queue = [];
    this.#tell();
  }

  /**
   * Counts, then changes the state in one step that undo takes back.
   * @param {Taken} taken
   * @param {Spec} spec
   * @param {'source' | 'other'} as
   * @param {Partial<State>} also
   * @param {boolean} [again]
   */
  async #show(taken, spec, as, also, again = false) {
    const viewer = this.#viewer;
    const { state } = viewer.store;
    if (as === 'other' && !state.source) return;
    /** @type {Partial<State>} */
    const patch = as === 'other' ? {} : { ...(again ? {} : { other: null }), ...(state.source ? reset(state, spec) : {}), ...also };
    const linked = state.source !== null && !viewer.session.has(state.source.id); // its threshold was chosen, whatever it is
    const threshold = await viewer.session.prepare(taken, { ...state, ...patch, spec: as === 'other' ? { ...state.spec, ...spec } : spec },
      as === 'other' || linked || patch.threshold !== undefined);
    if (as === 'source' && taken.kind !== 'report') patch.threshold = threshold;
    this.pending = null;
    viewer.fail(null);
    if (as === 'source') viewer.open(taken, spec, patch);
    else viewer.compare(taken, spec);
    this.#tell();
    const next = this.#queue.shift();
    if (next !== undefined) await this.offer(next, { as: 'other' });
  }
}

/**
 * What of the state spoke of columns that are no longer there.
 * @param {State} state
 * @param {Spec} spec
 * @returns {Partial<State>}
 */
function reset(state, spec) {
  const columns = [...(/** @type {string[]} */ (spec.slice ?? [])), ...(/** @type {string[]} */ (spec.cross ?? [])),
    ...(/** @type {string[]} */ (spec.bucket ?? [])).map((bucket) => bucket.slice(0, bucket.lastIndexOf(':')))];
  const plain = state.baseline === 'overall' || state.baseline === 'complement';
  const isThere = (/** @type {string} */ slice) => columns.some((column) => slice.startsWith(`${column}=`));
  const models = /** @type {string[]} */ (spec.score ?? []);
  return { baseline: plain || isThere(state.baseline) ? state.baseline : 'overall', column: state.column !== null && columns.includes(state.column) ? state.column : null,
    selected: state.selected !== null && isThere(state.selected) ? state.selected : null, model: state.model !== null && models.includes(state.model) ? state.model : null };
}
