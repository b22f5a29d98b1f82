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
  brier: 'brier', brier_score_loss: 'brier', mean_score: 'mean_score',
  tp: 'tp', fp: 'fp', tn: 'tn', fn: 'fn', count: 'rows', group_size: 'rows', n: 'rows',
  pp: (c) => c.tp + c.fp, selected: (c) => c.tp + c.fp, pn: (c) => c.tn + c.fn,
  group_label_pos: (c) => c.tp + c.fn, group_label_neg: (c) => c.fp + c.tn,
  error_rate: (c) => (c.fp + c.fn) / c.rows, zero_one_loss: (c) => (c.fp + c.fn) / c.rows,
};

export function isMetric(name) {
  return Object.hasOwn(METRICS, name.toLowerCase());
}

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

/** Straight from reports: one audit per baseline, so that every gap is the engine's own. */
export class EngineView extends View {
  /**
   * @param {{decision: ArrayLike<number>, label?: ArrayLike<number>, score?: ArrayLike<number>, prediction?: ArrayLike<number>,
   *   groups?: Record<string, unknown[]>, weight?: ArrayLike<number>, threshold?: number,
   *   level?: number}} data
   */
  static async of({ decision, label, score, prediction, groups = {}, weight, threshold = 0.5, level }) {
    const view = new EngineView();
    view.hasLabel = label !== undefined;
    const names = Object.keys(groups);
    const columns = { decision, label: label ?? Array.from(decision, () => 0) };
    if (score) columns.score = score;
    if (prediction) columns.prediction = prediction;
    names.forEach((name, i) => { columns[`g${i}`] = groups[name].map((v) => (v === null ? null : String(v))); });
    const family = names.map((_, i) => `g${i}`);
    const spec = {
      label: 'label', score: ['decision', 'score', 'prediction'].filter((name) => columns[name]), threshold: [threshold],
      missing: ['\u0001'], interval: 'none', ...(family.length === 1 ? { slice: family } : {}),
      ...(family.length > 1 ? { cross: [family.join('*')] } : {}),
    };
    if (weight) [columns.weight, spec.weight] = [weight, 'weight'];
    const cube = await buildCube(columns, spec);
    const ask = { threshold: [threshold], level, interval: level ? 'default' : 'none' };
    const whole = await audit(cube, ask);
    const sliceOf = new Map(whole.slices.slice(1).filter((s) => s.columns.length === family.length)
      .map((s) => [s.values.join('|'), s.name]));
    view.names = new Map([[null, 'overall'], ...sliceOf]);
    view.groups = [...sliceOf.keys()];
    view.rows = new Map(whole.slices.map((s) => [s.name, s.rows]));
    view.reports = new Map();
    for (const [group, baseline] of view.names) view.reports.set(group, table(await audit(cube, { ...ask, baseline })));
    view.fairness = whole.fairness.filter((f) => f.model === 'decision');
    cube.free();
    return view;
  }

  knows(group) {
    return this.names.has(group);
  }

  #row(metric, group, baseline) {
    const model = { mean_prediction: 'prediction', roc_auc: 'score', brier: 'score', mean_score: 'score' }[metric] ?? 'decision';
    const name = { mean_prediction: 'mean_score' }[metric] ?? metric;
    const row = this.reports.get(baseline)?.get(`${model} ${this.names.get(group)} ${name}`);
    if (!row) throw new Later(`${metric} of these inputs`);
    return row;
  }

  #counts(group) {
    const of = (metric) => this.#row(metric, group, null).value;
    return { tp: of('tp'), fp: of('fp'), tn: of('tn'), fn: of('fn'), rows: this.rows.get(this.names.get(group)) };
  }

  value(group, metric) {
    const ours = METRICS[metric.toLowerCase()];
    if (!this.names.has(group)) return undefined;
    if (!this.hasLabel && !['selection_rate', 'mean_prediction', 'rows', 'mean_score'].includes(ours) && !/^(pp|pn|selected)$/i.test(metric))
      throw new Later(`${metric} without labels`);
    if (typeof ours === 'function') return ours(this.#counts(group));
    return ours === 'rows' ? this.rows.get(this.names.get(group)) : nan(this.#row(ours, group, null).value);
  }

  limits(group, metric) {
    const row = this.#row(METRICS[metric], group, null);
    return [nan(row.lower), nan(row.upper)];
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

  spread(kind, method, metric) {
    const named = { selection_rate: 'demographic_parity', tpr: 'equal_opportunity' }[METRICS[metric.toLowerCase()]];
    const own = named && method !== 'to_overall' ? this.#criterion(`${named}_${kind}`) : undefined;
    return own ?? super.spread(kind, method, metric);
  }

  odds(kind, method, agg) {
    const own = method === 'to_overall' || agg === 'mean' ? undefined : this.#criterion(`equalized_odds_${kind}`);
    return own ?? super.odds(kind, method, agg);
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

function table(report) {
  return new Map(report.results.map((row) => [`${row.model} ${row.slice} ${row.metric}`, row]));
}

/**
 * The engine's rates under a peer's convention.
 * zeros: an undefined rate is 0. pythonMin: min and max of two parts skip a NaN that stands second.
 * infinity: x/0 is this for x > 0. alone: a single group has difference 0 and ratio 1. Without any, it is Evenhand's.
 */
export class PeerView extends View {
  constructor(engine, convention) {
    super();
    Object.assign(this, { engine, convention, groups: engine.groups });
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
