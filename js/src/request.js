// From a spec, the command line's options in snake_case, to a request of the module. What a key means, and which keys there
// are, is known there alone: the program and this package refuse the same things in the same words.
import { EvenhandError } from './errors.js';

/**
 * @typedef {string | number} Item
 * @typedef {string | number | ArrayLike<Item>} List an array, plain or typed, is taken item by item, so its names may
 *   hold commas; a string is split at commas, as on the command line
 */

/**
 * The options of `evenhand audit`, in snake_case. Only `label` and `score` are needed, and for a cube not even these.
 * @typedef {object} Spec
 * @property {string} [label] column of the true outcome: 0/1, true/false, or any text with `positive`
 * @property {List} [score] column or columns of scores; several are several models
 * @property {"classification" | "regression"} [task] regression: label and score are numbers, whose errors are compared
 * @property {string} [positive] the label text that counts as positive
 * @property {boolean} [fractional] labels are numbers from 0 to 1; .3 is .3 of a positive and .7 of a negative row
 * @property {string} [weight] column of row weights
 * @property {"sampling" | "frequency"} [weight_kind] how many a sampled row stands for (if not given), or how often it
 *   occurred
 * @property {List} [missing] texts that mean missing, in place of NA, NaN and null; the empty text always does
 * @property {List} [names] column names of a file without a header line
 * @property {string} [delimiter] the character between fields, or "tab"
 * @property {boolean} [strict] stop at the first defective row instead of skipping and counting it
 * @property {boolean} [no_hash] leave the SHA-256 of the input out of the report
 * @property {number} [threads] of the program; here threads come by the option `workers`
 * @property {List} [slice] columns whose values are the groups
 * @property {List} [cross] crosses of columns, such as "sex*race"
 * @property {string | readonly string[]} [bucket] numeric columns cut at edges, such as "age:25,45,65", or at quantiles of the
 *   rows, such as "age:q4", which are then read twice
 * @property {string | readonly string[]} [multi] columns whose cells hold several values, such as "identity:|"; in memory a cell
 *   may be an array of texts
 * @property {string | readonly string[]} [slice_if] named slices beside their complements, such as "young: age < 25"
 * @property {string} [where] count only rows for which this holds, such as "country = US & age >= 18"
 * @property {boolean} [show_missing] make rows without a group a slice of their own
 * @property {number} [min_slice] slices of fewer rows keep their rates, lose gaps and findings
 * @property {"auto" | 7 | 11 | 23 | 52} [score_bits] mantissa bits of single scores, for AUC and other thresholds; 52 is exact
 * @property {">" | ">="} [cut] ">=" selects a score that lies on the threshold, too
 * @property {List} [threshold] numbers, or ranges such as ".1:.9:.1"; .5 if not given
 * @property {List} [metric] metrics by name; all if not given
 * @property {string} [baseline] "overall", "complement" or the name of a slice
 * @property {string} [cluster] column that tells which rows belong together, such as a person: intervals are those of a bootstrap
 *   that draws them together
 * @property {number} [level] confidence level of the intervals, .95 if not given
 * @property {string} [interval] "default": closed forms; "bootstrap", "bca": replicates of the rows; "none" leaves intervals
 *   and p-values out; or methods by name, such as "clopper_pearson,newcombe_10,koopman,fisher"
 * @property {number} [replicates] of the bootstrap, 1,000 if not given
 * @property {number} [seed] of the bootstrap, 0 if not given: the same seed draws the same replicates
 * @property {boolean} [curves] add the ROC, precision-recall and reliability curve of every slice to the report
 * @property {number} [top] lines per table in a text report
 * @property {"gap" | "name" | "n" | "value" | "p"} [sort] order of the tables in a text report
 */

/** The command line's outputs, and what to do instead. */
const OUTPUTS = new Map([
  ['json', 'audit returns the report'],
  ['csv', 'render(source, spec, "csv") returns it'],
  ['cube', 'Cube.build(source, spec) makes one'],
]);

/**
 * Arrays, plain and typed, and what else has a length and items; a String object is one text.
 * @param {unknown} value
 * @returns {value is ArrayLike<unknown>}
 */
const isList = (value) => typeof value === 'object' && value !== null && !(value instanceof String) &&
  'length' in value && Number.isInteger(value.length) && Number(value.length) >= 0;

/**
 * @param {string} key
 * @param {unknown} value
 */
function itemText(key, value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const what = value === null || value === undefined ? String(value) : `of type ${typeof value}`;
  throw new EvenhandError('EH_E_USAGE', `option "${key}" takes text, a number, true or false, or an array of these; ` +
    `this one is ${what}`);
}

/**
 * @param {import('./memory.js').Engine} engine
 * @param {number} request
 * @param {string} key
 * @param {string} text
 * @param {boolean} split
 */
function setOption(engine, request, key, text, split) {
  engine.scope((scope) => {
    const k = scope.text(key);
    const t = scope.text(text);
    engine.attempt((err) => engine.wasm.ehw_request_set(request, k.p, k.n, t.p, t.n, Number(split), err));
  });
}

/**
 * The request of a spec; it lives as long as the scope. Keys that are undefined or null count as not given.
 * @param {import('./memory.js').Scope} scope
 * @param {Spec} spec
 * @returns {number}
 */
export function makeRequest(scope, spec) {
  const { engine } = scope;
  if (spec === null || typeof spec !== 'object' || Array.isArray(spec))
    throw new EvenhandError('EH_E_USAGE', 'the spec is an object of options, such as {label: "y", score: "p"}');
  const request = scope.handle((out, err) => engine.wasm.ehw_request_new(out, err),
    (handle) => engine.wasm.ehw_request_free(handle));
  fillRequest(engine, request, spec);
  return request;
}

/**
 * The same into a request of the caller's.
 * @param {import('./memory.js').Engine} engine
 * @param {number} request
 * @param {Spec} spec
 */
export function fillRequest(engine, request, spec) {
  for (const [key, value] of Object.entries(spec)) {
    if (value === undefined || value === null) continue;
    const instead = OUTPUTS.get(key);
    if (instead) throw new EvenhandError('EH_E_USAGE', `option "${key}" writes a file from the command line; here ${instead}`);
    if (isList(value) && value.length === 0 && key === 'missing') setOption(engine, request, key, '', true); // none but the empty text
    else if (isList(value))
      for (const item of Array.from(value)) setOption(engine, request, key, itemText(key, item), false);
    else setOption(engine, request, key, itemText(key, value), true);
  }
}
