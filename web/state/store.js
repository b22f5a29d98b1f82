// One immutable state, the changes of it, and the way back. Everything the viewer shows follows from `state`; whoever changes it
// says whether the change is one to remember (`set`) or one on the way to it (`live`, then `commit`).

/** @typedef {import('./types.js').State} State */

/** @type {State} */
export const START = Object.freeze(/** @type {State} */ ({
  source: null, other: null, spec: {}, model: null, threshold: 0.5, pinned: [], metrics: ['selection_rate', 'fpr', 'fnr', 'accuracy'],
  baseline: 'overall', gap: 'difference', sort: { by: 'gap', metric: null, descending: true }, search: '', column: null, hideBelow: 0,
  selected: null, hovered: null, panel: 'metrics', rooms: {}, theme: 'auto', grouped: true, collapsed: [], marks: 'dots', axis: 'fit', traced: [],
}));

/** Steps that undo remembers; a state is small and shares its parts with its neighbours. */
const MOST = 500;

export class Store {
  /** @type {State[]} */
  #past = [];
  /** @type {State[]} */
  #future = [];
  /** @type {State} last one remembered */
  #settled;
  /** @type {State} */
  #state;
  /** @type {Set<(state: State, recorded: boolean) => void>} */
  #listeners = new Set();

  /** @param {Partial<State>} [first] */
  constructor(first = {}) {
    this.#state = this.#settled = Object.freeze({ ...START, ...first });
  }

  get state() {
    return this.#state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * @param {(state: State, recorded: boolean) => void} listener
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {boolean} recorded */
  #tell(recorded) {
    for (const listener of this.#listeners) listener(this.#state, recorded);
  }

  /** @param {Partial<State>} patch */
  live(patch) {
    if (changes(this.#state, patch).length === 0) return;
    this.#state = Object.freeze({ ...this.#state, ...patch });
    this.#tell(false);
  }

  commit() {
    const { hovered } = this.#state;
    if (changes(this.#settled, { ...this.#state, hovered: this.#settled.hovered }).length === 0) return;
    this.#past.push(Object.freeze({ ...this.#settled, hovered }));
    if (this.#past.length > MOST) this.#past.shift();
    this.#future = [];
    this.#settled = this.#state;
    this.#tell(true);
  }

  /** @param {Partial<State>} patch */
  set(patch) {
    this.#state = Object.freeze({ ...this.#state, ...patch });
    this.commit();
  }

  /** A state from elsewhere (a link, Back or Forward): shown as it is, remembered by the one who keeps it. @param {State} state */
  replace(state) {
    this.#state = this.#settled = Object.freeze(state);
    this.#tell(false);
  }

  undo() {
    this.#step(this.#past, this.#future);
  }

  redo() {
    this.#step(this.#future, this.#past);
  }

  /**
   * @param {State[]} from
   * @param {State[]} to
   */
  #step(from, to) {
    const next = from.pop();
    if (!next) return;
    to.push(this.#settled);
    this.#state = this.#settled = next;
    this.#tell(true);
  }
}

/**
 * The keys under which a patch differs. Values are compared as data, so that an equal list is no change.
 * @param {State} state
 * @param {Partial<State>} patch
 */
export function changes(state, patch) {
  return /** @type {(keyof State)[]} */ (Object.keys(patch)).filter((key) => {
    const [was, is] = [state[key], patch[key]];
    return was !== is && (typeof is !== 'object' || JSON.stringify(was) !== JSON.stringify(is));
  });
}
