// What Evenhand says of a golden's rows, through the public JS API: rates by group, gaps between groups, fairness criteria.
// A PeerView is the same table of rates under a peer's convention (an undefined rate is 0, say), in plain arithmetic: the
// rules of divergence hold only where the peer's own convention leads to the peer's own number.
import { audit, Cube, EvenhandError } from '../../js/src/index.js';
import { Later } from './later.mjs';

/** Peers' names of a metric to ours; a function counts from {tp, fp, tn, fn, rows}. */
const METRICS = {
  tpr: 'tpr', true_positive_rate: 'tpr', recall: 'tpr', recall_score: 'tpr', sensitivity: 'tpr',
  fpr: 'fpr', false_positive_rate: 'fpr', tnr: 'tnr', true_negative_rate: 'tnr', specificity: 'tnr',
  fnr: 'fnr', false_negative_rate: 'fnr', ppv: 'ppv', precision: 'ppv', precision_score: 'ppv',
  npv: 'npv', fdr: 'fdr', false_discovery_rate: 'fdr', for: 'for', false_omission_rate: 'for',
  selection_rate: 'selection_rate', sel: 'selection_rate', pprev: 'selection_rate', scoring_rate: 'selection_rate',
  accuracy: 'accuracy', accuracy_score: 'accuracy', acc: 'accuracy', f1: 'f1', f1_score: 'f1',
  balanced_accuracy: 'balanced_accuracy', balanced_accuracy_score: 'balanced_accuracy',
  prev: 'prevalence', prevalence: 'prevalence', base_rate: 'prevalence',
  mean_prediction: 'mean_prediction', roc_auc: 'roc_auc', roc_auc_score: 'roc_auc', auc: 'roc_auc',
  brier: 'brier', brier_score_loss: 'brier', mean_score: 'mean_score', pr_auc: 'pr_auc', average_precision: 'pr_auc',
  average_precision_score: 'pr_auc', log_loss: 'log_loss', ece: 'ece', expected_calibration_error: 'ece',
  tp: 'tp', fp: 'fp', tn: 'tn', fn: 'fn', count: 'rows', group_size: 'rows', n: 'rows',
  pp: (c) => c.tp + c.fp, selected: (c) => c.tp + c.fp, pn: (c) => c.tn + c.fn,
  ppr: (c, all) => (c.tp + c.fp) / (all.tp + all.fp),
  group_label_pos: (c) => c.tp + c.fn, group_label_neg: (c) => c.fp + c.tn,
  error_rate: (c) => (c.fp + c.fn) / c.rows, zero_one_loss: (c) => (c.fp + c.fn) / c.rows,
};

export function isMetric(name) {
  return Object.hasOwn(METRICS, name.toLowerCase());
}

/** Metrics that need no label, and the columns that metrics of scores come from. */
const UNLABELLED = ['selection_rate', 'mean_prediction', 'rows', 'mean_score'];
const COLUMN = { mean_prediction: 'prediction', roc_auc: 'score', brier: 'score', mean_score: 'score', pr_auc: 'score', log_loss: 'score',
  ece: 'score' };

const finite = (list) => list.filter((v) => !Number.isNaN(v));
/** min and max as Python's: a NaN wins only where it stands first. */
const pythonBest = (list, better) => list.reduce((best, v) => (better(v, best) ? v : best));

/** Numbers over groups; subclasses know a group's value and the gap between two. `null` is the whole. */
class View {
  extreme(metric, better) {
    const values = finite(this.groups.map((group) => this.value(group, metric)));
    return values.length === 0 ? NaN : values.reduce((best, v) => (better(v, best) ? v : best));
  }

  groupMin(metric) {
    return this.extreme(metric, (a, b) => a < b);
  }

  groupMax(metric) {
    return this.extreme(metric, (a, b) => a > b);
  }

  /** kind: "difference" or "ratio"; method: "between_groups" or "to_overall". */
  spread(kind, method, metric) {
    const known = this.groups.filter((group) => !Number.isNaN(this.value(group, metric)));
    const against = method === 'to_overall' ? [null] : known;
    const pairs = known.flatMap((a) => against.filter((b) => b !== a).map((b) => [a, b]));
    if (kind === 'difference') {
      const all = finite(pairs.map(([a, b]) => Math.abs(this.difference(metric, a, b))));
      return all.length ? Math.max(...all) : NaN;
    }
    const all = finite(pairs.map(([a, b]) => this.ratio(metric, a, b))).map((r) => (r > 1 ? 1 / r : r));
    return all.length ? Math.min(...all) : NaN;
  }

  odds(kind, method, agg) {
    return this.combine(['tpr', 'fpr'].map((metric) => this.spread(kind, method, metric)), kind, agg);
  }

  combine(parts, kind, agg) {
    if (parts.some(Number.isNaN)) return NaN;
    if (agg === 'mean') return (parts[0] + parts[1]) / 2;
    return kind === 'difference' ? Math.max(...parts) : Math.min(...parts);
  }
}

const nan = (v) => (v === null ? NaN : v);

/** Columns and spec of the one cube behind a view. */
function requestOf({ decision, label, score, prediction, groups = {}, controls = 0, weight, threshold, thresholds, cut, byLabel }) {
  const columns = { decision, label: label ?? Array.from(decision, () => 0) };
  if (score) columns.score = score;
  if (prediction) columns.prediction = prediction;
  const family = Object.values(groups).map((column, i) => {
    columns[`g${i}`] = column.map((v) => (v === null ? null : String(v)));
    return `g${i}`;
  });
  const families = [family, family.slice(0, controls), byLabel ? ['y'] : [], byLabel ? [...family, 'y'] : []].filter((f) => f.length);
  if (byLabel) columns.y = columns.label.map(String);
  const spec = {
    label: 'label', score: ['decision', 'score', 'prediction'].filter((name) => columns[name]), threshold: thresholds ?? [threshold],
    missing: ['\u0001'], interval: 'none', slice: [...new Set(families.filter((f) => f.length === 1).map(([name]) => name))],
    cross: [...new Set(families.filter((f) => f.length > 1).map((f) => f.join('*')))],
  };
  if (spec.slice.length === 0) delete spec.slice;
  if (spec.cross.length === 0) delete spec.cross;
  if (cut) spec.cut = cut;
  if (weight) [columns.weight, spec.weight] = [weight, 'weight'];
  return { columns, spec, family, controls: family.slice(0, controls) };
}

/** Straight from reports: one audit per baseline, so that every gap is the engine's own. */
export class EngineView extends View {
  /**
   * @param {{decision: ArrayLike<number>, label?: ArrayLike<number>, score?: ArrayLike<number>, prediction?: ArrayLike<number>,
   *   groups?: Record<string, unknown[]>, controls?: number, weight?: ArrayLike<number>, threshold?: number,
   *   thresholds?: (number | string)[], cut?: string, level?: number, byLabel?: boolean}} data `controls`: how many of the groups,
   *   from the first, are control features; `byLabel`: mean scores by label are asked for
   */
  static async of({ threshold = 0.5, ...data }) {
    const view = new EngineView();
    const { columns, spec, family, controls } = requestOf({ threshold, ...data });
    const cube = await buildCube(columns, spec);
    const ask = { threshold: spec.threshold, level: data.level, interval: data.level ? 'default' : 'none', ...(data.cut ? { cut: data.cut } : {}) };
    const whole = await audit(cube, ask);
    const named = (list) => whole.slices.filter((s) => list.length && s.columns.join() === list.join()).map((s) => [s.values.join('|'), s.name]);
    view.hasLabel = data.label !== undefined;
    view.groups = named(family).map(([key]) => key);
    view.names = new Map([[null, 'overall'], ...named(controls), ...named(family)]);
    view.rows = new Map(whole.slices.map((s) => [s.name, s]));
    view.labelled = new Map([...named(['y']), ...named([...family, 'y'])]);
    view.threshold = threshold;
    view.thresholds = whole.spec.threshold;
    view.reports = new Map([[null, table(whole)]]);
    const gaps = (data.thresholds ?? []).length < 2; // a search over thresholds asks for counts alone
    for (const [group, baseline] of gaps ? view.names : []) view.reports.set(group, table(await audit(cube, { ...ask, baseline })));
    view.fairness = whole.fairness.filter((f) => f.model === 'decision');
    cube.free();
    return view;
  }

  knows(group) {
    return this.names.has(group);
  }

  #row(metric, group, baseline) {
    const name = { mean_prediction: 'mean_score' }[metric] ?? metric;
    const row = this.reports.get(baseline)?.get(`${COLUMN[metric] ?? 'decision'} ${this.names.get(group)} ${name}`)?.[0];
    if (!row) throw new Later(`${metric} of these inputs`);
    return row;
  }

  /** tp, fp, tn, fn and rows of a group at the t-th threshold. */
  counts(group, t = 0) {
    const of = (metric) => this.reports.get(null).get(`decision ${this.names.get(group)} ${metric}`)[t].value;
    const [tp, fp, tn, fn] = ['tp', 'fp', 'tn', 'fn'].map(of);
    return { tp, fp, tn, fn, rows: tp + fp + tn + fn };
  }

  value(group, metric) {
    const ours = METRICS[metric.toLowerCase()];
    if (!this.names.has(group)) return undefined;
    if (!this.hasLabel && !UNLABELLED.includes(ours) && !/^(pp|ppr|pn|selected)$/i.test(metric)) throw new Later(`${metric} without labels`);
    if (typeof ours === 'function') return ours(this.counts(group), this.counts(null));
    return ours === 'rows' ? this.rows.get(this.names.get(group)).rows : nan(this.#row(ours, group, null).value);
  }

  weight(group) {
    return this.rows.get(this.names.get(group))?.weight ?? 0;
  }

  /** Mean score of the rows of one label. */
  meanScore(group, label) {
    const name = this.labelled.get(group === null ? String(label) : `${group}|${label}`);
    const row = name && this.reports.get(null).get(`score ${name} mean_score`)?.[0];
    if (!this.labelled.size) throw new Later('scores of these inputs');
    return row ? nan(row.value) : NaN;
  }

  limits(group, metric) {
    const row = this.#row(METRICS[metric], group, null);
    return [nan(row.lower), nan(row.upper)];
  }

  /** The test of a gap, and the interval of its difference. */
  test(metric, a, b) {
    const { p, difference, difference_lower: lower, difference_upper: upper } = this.#row(METRICS[metric], a, b).gap;
    return { p: nan(p), difference: nan(difference), lower: nan(lower), upper: nan(upper) };
  }

  #gap(metric, a, b) {
    const ours = METRICS[metric.toLowerCase()];
    const isCount = typeof ours === 'function' || ['rows', 'tp', 'fp', 'tn', 'fn'].includes(ours); // counts have no gaps
    return isCount ? null : this.#row(ours, a, b).gap;
  }

  difference(metric, a, b) {
    const gap = this.#gap(metric, a, b);
    if (a === b || !gap) return this.value(a, metric) - this.value(b, metric);
    return nan(gap.difference);
  }

  ratio(metric, a, b) {
    const gap = this.#gap(metric, a, b);
    if (a !== b && gap) return nan(gap.ratio);
    const to = this.value(b, metric);
    return to === 0 ? NaN : this.value(a, metric) / to;
  }

  /** The named criteria are the engine's own. */
  #criterion(name) {
    const row = this.fairness.find((f) => f.criterion === name);
    return row && nan(row.value);
  }

  passesFourFifths() {
    return this.fairness.find((f) => f.criterion === 'four_fifths')?.passes ?? NaN;
  }

  spread(kind, method, metric) {
    const named = { selection_rate: 'demographic_parity', tpr: 'equal_opportunity', fpr: 'predictive_equality', ppv: 'predictive_parity',
      accuracy: 'accuracy_equality' }[METRICS[metric.toLowerCase()]];
    const own = named && method !== 'to_overall' && this.names.size === this.groups.length + 1 ? this.#criterion(`${named}_${kind}`) : undefined;
    return own ?? super.spread(kind, method, metric);
  }

  odds(kind, method, agg) {
    const mean = agg === 'mean' && kind === 'difference' ? 'average_abs_odds_difference' : undefined;
    const own = method === 'to_overall' ? undefined : this.#criterion(agg === 'mean' ? mean : `equalized_odds_${kind}`);
    return own ?? super.odds(kind, method, agg);
  }
}

/** What lies within one cell of the control features: its groups against each other, and the cell as the whole. */
export class Part extends View {
  constructor(view, cell) {
    super();
    Object.assign(this, { view, cell, convention: view.convention, groups: view.groups.filter((g) => g.startsWith(`${cell}|`)) });
  }

  value(group, metric) {
    return this.view.value(group ?? this.cell, metric);
  }

  difference(metric, a, b) {
    return this.view.difference(metric, a ?? this.cell, b ?? this.cell);
  }

  ratio(metric, a, b) {
    return this.view.ratio(metric, a ?? this.cell, b ?? this.cell);
  }
}

async function buildCube(columns, spec) {
  try {
    return await Cube.build(columns, spec);
  } catch (error) {
    if (error instanceof EvenhandError && /unknown option "weight"/.test(error.message)) throw new Later('sample weights');
    throw error;
  }
}

/** Rows by model, slice and metric, in the order of thresholds. */
function table(report) {
  const rows = new Map();
  for (const row of report.results) {
    const key = `${row.model} ${row.slice} ${row.metric}`;
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key).push(row);
  }
  return rows;
}

/**
 * The engine's rates under a peer's convention.
 * zeros: an undefined rate is 0. pythonMin: min and max of two parts skip a NaN that stands second.
 * infinity: x/0 is this for x > 0. alone: a single group has difference 0 and ratio 1. pairs, ends, open, floor: see who asks
 * (aequitas.mjs, gaps.mjs, whatif.mjs). Without any, it is Evenhand's.
 */
export class PeerView extends View {
  constructor(engine, convention) {
    super();
    Object.assign(this, { engine, convention, groups: engine.groups, threshold: engine.threshold, thresholds: engine.thresholds });
  }

  counts(group, t) {
    return this.engine.counts(group, t);
  }

  weight(group) {
    return this.engine.weight(group);
  }

  meanScore(group, label) {
    return this.engine.meanScore(group, label);
  }

  limits(group, metric) {
    return this.engine.limits(group, metric);
  }

  test(metric, a, b) {
    return this.engine.test(metric, a, b);
  }

  passesFourFifths() {
    return this.engine.passesFourFifths();
  }

  knows(group) {
    return this.engine.knows(group);
  }

  value(group, metric) {
    const value = this.engine.value(group, metric);
    return Number.isNaN(value) && this.convention.zeros ? 0 : value;
  }

  difference(metric, a, b) {
    return this.value(a, metric) - this.value(b, metric);
  }

  ratio(metric, a, b) {
    const [x, y] = [this.value(a, metric), this.value(b, metric)];
    return y === 0 ? (x > 0 ? this.convention.infinity ?? NaN : NaN) : x / y;
  }

  spread(kind, method, metric) {
    const known = finite(this.groups.map((group) => this.value(group, metric)));
    if (known.length === 1 && this.convention.alone && method !== 'to_overall') return kind === 'difference' ? 0 : known[0] / known[0];
    return super.spread(kind, method, metric);
  }

  combine(parts, kind, agg) {
    if (agg === 'mean' || !this.convention.pythonMin) return super.combine(parts, kind, agg);
    return pythonBest(parts, kind === 'difference' ? (a, b) => a > b : (a, b) => a < b);
  }
}
