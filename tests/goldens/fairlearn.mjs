// Fairlearn's and scikit-learn's functions, told in Evenhand's numbers.
import { Later } from './later.mjs';
import { isNumbers, labelsOf, only, positives } from './rows.mjs';
import { isMetric, Part } from './view.mjs';

const SECTIONS = /^(difference|ratio)(?:_(between|between_groups|to_overall))?$/;
const CRITERIA = {
  demographic_parity: (view, kind, p) => view.spread(kind, p.method, 'selection_rate'),
  equal_opportunity: (view, kind, p) => view.spread(kind, p.method, 'tpr'),
  equalized_odds: (view, kind, p) => view.odds(kind, p.method, p.agg),
};

const named = (columns, name) => (columns === undefined ? {} : Array.isArray(columns) ? { [name]: columns } : columns);

/** Rows as Fairlearn hands them over. `decide` is how a prediction becomes a decision (a rule may exchange it). */
function rowsOfPeer({ input }, positive, decide) {
  const prediction = input.y_pred ?? input.y_score;
  const numeric = isNumbers(prediction);
  const score = input.y_score ?? (numeric && input.y_true ? prediction.map(Number) : undefined);
  const decision = positive === undefined && numeric ? prediction.map(decide ?? Number) : positives(prediction, positive);
  const control = named(input.control, 'control');
  return {
    groups: { ...control, ...named(input.sensitive, 'group') },
    controls: Object.keys(control).length,
    decision,
    label: input.y_true && labelsOf(input.y_true, positive),
    prediction: numeric ? prediction.map(Number) : undefined,
    score,
    weight: input.sample_weight,
  };
}

/** "MetricFrame.ratio" -> ["ratio"]; a description in words -> []. */
function contextOf(name) {
  const word = name.replace(/\s*\(.*$/, '').replace(/^(?:fairlearn|sklearn)\.metrics\./, '').replace(/^MetricFrame\.?/, '').trim();
  const known = word === 'by_group' || word === 'overall' || /^group_(min|max)$/.test(word) || SECTIONS.test(word) ||
    isMetric(word) || /_(difference|ratio|group_min|group_max)$/.test(word);
  return known ? [word] : [];
}

function byGroup(view, path, metric) {
  if (path.length === 1 && metric) return valueOf(view, path[0], metric);
  if (path.length !== 2) throw new Later('a metric that is not named');
  const [a, b] = path;
  return isMetric(b) ? valueOf(view, a, b) : valueOf(view, b, a);
}

function valueOf(view, group, metric) {
  if (!isMetric(metric)) throw new Later(`metric ${metric}`);
  return view.value(group, metric);
}

function aggregate(view, name, kind, p) {
  const criterion = CRITERIA[name];
  if (criterion && (kind === 'difference' || kind === 'ratio')) return criterion(view, kind, p);
  if (!isMetric(name)) throw new Later(`${name}_${kind}`);
  if (kind === 'group_min') return view.groupMin(name);
  if (kind === 'group_max') return view.groupMax(name);
  return view.spread(kind, p.method, name);
}

function fairlearnNumber(view, path, p) {
  const [head, ...rest] = path;
  if (head === 'by_group') return byGroup(view, rest, p.metric);
  if (head === 'overall') return valueOf(view, null, rest[0] ?? p.metric ?? 'nothing');
  const section = SECTIONS.exec(head);
  if (section && rest.length === 1)
    return aggregate(view, rest[0], section[1], { ...p, method: section[2] === 'to_overall' ? 'to_overall' : p.method });
  if (/^group_(min|max)$/.test(head) && rest.length === 1) return aggregate(view, rest[0], head, p);
  if (rest.length) throw new Later(head);
  if (isMetric(head)) return view.value(null, head);
  const parts = /^(\w+)_(difference|ratio|group_min|group_max)$/.exec(head ?? '');
  if (!parts) throw new Later(head ?? 'a function in words');
  return aggregate(view, parts[1], parts[2], p);
}

/** Within a cell of the control features the same functions again; "H|A" is group A in cell H. */
function controlled(view, golden, path, p) {
  const [head, key, ...rest] = path;
  if (head === 'by_group') {
    const [full, metric] = rest.length && !isMetric(rest[0]) ? [`${key}|${rest[0]}`, rest[1]] : [key, rest[0]];
    return valueOf(view, full, metric ?? p.metric);
  }
  const metric = rest[0] ?? p.metric;
  return fairlearnNumber(new Part(view, key), [head, metric], { ...p, metric });
}

/** A frame of one metric may not say which. It is the first of these that gives all values by group. */
const USUAL = ['accuracy', 'selection_rate', 'recall', 'precision', 'fpr', 'fnr', 'mean_prediction'];
function unnamedMetric(view, golden) {
  const leaves = Object.entries(golden.expected?.by_group ?? {}).filter(([, value]) => typeof value === 'number');
  const fits = (metric) => leaves.every(([group, value]) => Math.abs(view.value(group, metric) - value) <= 1e-6);
  return (leaves.length > 1 && USUAL.find(fits)) || undefined;
}

function numberOf(view, golden, path) {
  const p = { method: 'between_groups', agg: 'worst_case', ...golden.params };
  const full = [...contextOf(golden.function ?? ''), ...path.filter((key) => !key.startsWith('pos_label_'))];
  if (golden.input.control === undefined) return fairlearnNumber(view, full, p);
  if (full.length < 2) throw new Later('control features of this function');
  return controlled(view, golden, full, { ...p, metric: p.metric ?? unnamedMetric(view, golden) ?? 'a metric that is not named' });
}

export const fairlearn = {
  check: (golden) => only(golden, [golden.input?.y_pred ? 'y_pred' : 'y_score'],
    ['y_true', 'y_score', 'sensitive', 'control', 'sample_weight'], ['method', 'agg', 'pos_label', 'metric']),
  positive: (golden, path) => {
    const word = /^pos_label_(.+)$/.exec(path.at(-1) ?? '')?.[1];
    if (!word || word === 'default') return golden.params?.pos_label;
    return word.replace(/^minus/, '-');
  },
  rows: rowsOfPeer,
  number: numberOf,
};
