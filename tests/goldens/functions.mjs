// The peers' functions, told in Evenhand's: from a path into a golden's expected answer to the number that answers it.
// What is not here throws Later: a golden of an unknown function can neither pass nor fail.
import { Later } from './later.mjs';
import { EngineView, isMetric } from './view.mjs';

const SECTIONS = /^(difference|ratio)(?:_(between|between_groups|to_overall))?$/;
const CRITERIA = {
  demographic_parity: (view, kind, p) => view.spread(kind, p.method, 'selection_rate'),
  equal_opportunity: (view, kind, p) => view.spread(kind, p.method, 'tpr'),
  equalized_odds: (view, kind, p) => view.odds(kind, p.method, p.agg),
};

/** Refuses a golden that hands over more than the function here looks at, or not what it needs. */
function only(golden, needed, inputs, params) {
  for (const key of needed) if (golden.input?.[key] === undefined) throw new Later(`no input "${key}"`);
  for (const key of Object.keys(golden.input ?? {})) if (!needed.includes(key) && !inputs.includes(key)) throw new Later(`input "${key}"`);
  for (const [key, value] of Object.entries(golden.params ?? {}))
    if (value !== null && !params.includes(key)) throw new Later(`parameter "${key}"`);
}

const isNumbers = (list) => Array.isArray(list) && list.every((v) => typeof v === 'number' || typeof v === 'boolean');

/** 1 where it is the positive label, else 0. Labels of more than two values, or unknown ones, have no positive. */
function positives(list, positive) {
  if (positive === undefined && !list.every((v) => [0, 1, -1, true, false].includes(v)))
    throw new Later('labels other than 0 and 1');
  return list.map((v) => Number(positive === undefined ? v === 1 || v === true : String(v) === String(positive)));
}

/** Rows as Fairlearn hands them over. `decide` is how a prediction becomes a decision (a rule may exchange it). */
export function rowsOfPeer({ input }, positive, decide) {
  const groups = input.sensitive === undefined ? {} : Array.isArray(input.sensitive) ? { group: input.sensitive } : input.sensitive;
  const numeric = isNumbers(input.y_pred);
  const decision = positive === undefined && numeric ? input.y_pred.map(decide ?? Number) : positives(input.y_pred, positive);
  return {
    groups,
    decision,
    label: input.y_true && labelsOf(input.y_true, positive),
    prediction: numeric ? input.y_pred.map(Number) : undefined,
    score: input.y_score,
    weight: input.sample_weight,
  };
}

function labelsOf(list, positive) {
  try {
    return positives(list, positive);
  } catch (error) {
    if (error instanceof Later) return undefined; // a regression's outcome: metrics that need labels are for later
    throw error;
  }
}

/** "MetricFrame.ratio" -> ["ratio"]; a description in words -> []. */
function contextOf(name) {
  const word = name.replace(/\s*\(.*$/, '').replace(/^MetricFrame\.?/, '').trim();
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

const fairlearn = {
  check: (golden) => only(golden, ['y_pred'], ['y_true', 'y_score', 'sensitive', 'sample_weight'],
    ['method', 'agg', 'pos_label', 'metric']),
  positive: (golden, path) => {
    const word = /^pos_label_(.+)$/.exec(path.at(-1) ?? '')?.[1];
    if (!word || word === 'default') return golden.params?.pos_label;
    return word.replace(/^minus/, '-');
  },
  rows: rowsOfPeer,
  number: (view, golden, path) => fairlearnNumber(view,
    [...contextOf(golden.function), ...path.filter((key) => !key.startsWith('pos_label_'))],
    { method: 'between_groups', agg: 'worst_case', ...golden.params }),
};

/** Rows of a group by its score > threshold (or a peer's score >= threshold, where a rule asks). */
function aequitasRows({ input, params }, _positive, decide) {
  const cut = params?.thresholds?.score_val?.[0];
  const list = input.score ?? input.pred;
  return {
    groups: { group: input.group },
    label: positives(input.label),
    decision: list.map(decide ?? ((v) => Number(cut === undefined ? v : v > cut))),
  };
}

function aequitasReference(view, reference, metric) {
  const least = (of) => view.groups.reduce((best, g) => (of(g) < of(best) ? g : best));
  if (/^maj/.test(reference)) return least((g) => -view.value(g, 'count'));
  if (/^min/.test(reference)) return least((g) => view.value(g, metric));
  return reference;
}

const aequitas = {
  check: (golden) => {
    only(golden, ['label', 'group', golden.input?.pred ? 'pred' : 'score'], [], ['reference', 'tau', 'thresholds']);
    const cuts = golden.params?.thresholds ?? {};
    if (Object.keys(cuts).some((key) => key !== 'score_val') || (cuts.score_val?.length ?? 1) !== 1) throw new Later('thresholds by rank');
  },
  rows: aequitasRows,
  number: (view, golden, path) => {
    const [section, group, key] = path;
    const spread = /^(\w+)_(diff|ratio)$/.exec(section);
    if (path.length === 1 && spread && isMetric(spread[1]))
      return view.spread(spread[2] === 'diff' ? 'difference' : 'ratio', 'between_groups', spread[1]);
    if (section !== 'by_group' || path.length !== 3) throw new Later(key ?? group ?? section);
    if (key === 'k') return view.value(null, 'pp');
    if (key === 'total_entities') return view.value(null, 'count');
    const metric = /^(\w+)_disparity$/.exec(key)?.[1];
    if (metric && isMetric(metric) && golden.params?.reference) {
      return view.ratio(metric, group, aequitasReference(view, golden.params.reference, metric));
    }
    return valueOf(view, group, key);
  },
};

/** Gap of `unprivileged` to `privileged`, by the peers' names of it. */
function gapNumber(view, name, a, b) {
  const difference = (metric) => view.difference(metric, a, b);
  const odds = () => [difference('fpr'), difference('tpr')];
  const named = {
    statistical_parity: () => difference('selection_rate'), statistical_parity_difference: () => difference('selection_rate'),
    mean_difference: () => difference('selection_rate'), disparate_impact: () => view.ratio('selection_rate', a, b),
    dataset_statistical_parity_difference: () => difference('prevalence'),
    dataset_disparate_impact: () => view.ratio('prevalence', a, b),
    four_fifths: () => view.spread('ratio', 'between_groups', 'selection_rate'),
    equal_opportunity_difference: () => difference('tpr'), equal_opportunity_diff: () => difference('tpr'),
    average_odds_difference: () => odds().reduce((x, y) => (x + y) / 2),
    average_abs_odds_difference: () => odds().map(Math.abs).reduce((x, y) => (x + y) / 2),
    equalized_odds_difference: () => view.combine(odds().map(Math.abs), 'difference', 'worst_case'),
    average_predictive_value_difference: () => (difference('ppv') + difference('for')) / 2,
    abroca: () => difference('roc_auc'),
  };
  named.average_odds_diff = named.average_odds_difference;
  if (Object.hasOwn(named, name)) return named[name]();
  const [, metric, kind] = /^(\w+)_(difference|diff|ratio)$/.exec(name) ?? [];
  if (!metric || !isMetric(metric)) throw new Later(name);
  return kind === 'ratio' ? view.ratio(metric, a, b) : difference(metric);
}

const aif360 = {
  check: (golden) => only(golden, ['sex', 'y_true', 'y_pred'], ['race', 'x1', 'score', 'weight'], []),
  rows: ({ input }) => ({
    groups: { sex: input.sex }, label: positives(input.y_true), decision: positives(input.y_pred), weight: input.weight,
  }),
  number: (view, _golden, path) => {
    if (path.length === 1) return gapNumber(view, path[0], '0', '1');
    const whose = /^(?:perf|performance|cm)_(all|priv|unpriv)$/.exec(path[0]);
    if (!whose || path.length !== 2) throw new Later(path[0]);
    return valueOf(view, { all: null, priv: '1', unpriv: '0' }[whose[1]], path[1]);
  },
};

const holisticai = {
  check: (golden) => only(golden, ['group_a', 'group_b', golden.input?.y_score ? 'y_score' : 'y_pred'], ['y_pred', 'y_true'], []),
  rows: ({ input }) => ({
    groups: { group: input.group_a.map((a, i) => (a ? 'a' : input.group_b[i] ? 'b' : null)) },
    decision: positives(input.y_pred ?? input.y_score.map(() => 0)),
    label: input.y_true && positives(input.y_true),
    score: input.y_score,
  }),
  number: (view, golden) => gapNumber(view, golden.function, 'a', 'b'),
};

/** Groups given as {n, selected}: rows of them. */
function countedRows(counts) {
  const groups = { group: [] };
  const decision = [];
  for (const [name, { n, selected }] of Object.entries(counts))
    for (let i = 0; i < n; i++) groups.group.push(name), decision.push(Number(i < selected));
  return { groups, decision };
}

const best = (view) => view.groups.reduce((top, g) => (view.value(g, 'selection_rate') > view.value(top, 'selection_rate') ? g : top));
const impactRatio = (view, group) => view.ratio('selection_rate', group, best(view));

const ll144 = {
  check: () => {},
  rows: ({ input }) => {
    if (Object.values(input).every((v) => Number.isInteger(v?.n) && Number.isInteger(v?.selected))) return countedRows(input);
    if (!input.score || !input.group) throw new Later('these inputs');
    const sorted = [...input.score].sort((x, y) => x - y);
    const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
    return { groups: { group: input.group }, decision: input.score, threshold: middle };
  },
  number: (view, _golden, path) => {
    const [a, b] = path;
    if (a === 'scoring_rate' || a === 'selection_rate') return view.value(b, 'selection_rate');
    if (a === 'impact_ratio') return impactRatio(view, b);
    if (b === 'impact_ratio' || b === 'published_impact_ratio') return impactRatio(view, a);
    if (b === 'selection_rate' || b === 'published_rate') return view.value(a, 'selection_rate');
    return path.length === 2 ? valueOf(view, a, b) : valueOf(view, null, a);
  },
};

const adverse = {
  check: (golden) => only(golden, golden.input?.pass_fail ? ['pass_fail'] : ['focal_selected', 'focal_n', 'ref_selected', 'ref_n'], [], []),
  rows: ({ input }) => (Array.isArray(input.pass_fail)
    ? countedRows(Object.fromEntries(input.pass_fail.map(([selected, fail], i) => [`g${i}`, { n: selected + fail, selected }])))
    : countedRows({
      focal: { n: input.focal_n, selected: input.focal_selected }, reference: { n: input.ref_n, selected: input.ref_selected },
    })),
  number: (view, golden, path) => {
    if (path[0] === 'impact_ratio') return view.ratio('selection_rate', 'focal', 'reference');
    if (path[0] === 'bias_ratio') return view.spread('ratio', 'between_groups', 'selection_rate');
    throw new Later(path[0]);
  },
};

/** Wilson's limits of p of n, where p of n is a count; the z that Evenhand takes is that of a level. */
const LEVELS = { 1.959964: 0.95, 1.96: 0.95, 2.575829: 0.99, 1.644854: 0.9 };
const wilson = {
  check: (golden) => {
    only(golden, ['p', 'n'], [], []);
    const { p, n } = golden.input;
    if (Math.abs(p * n - Math.round(p * n)) > 1e-9) throw new Later('limits of a rate that is no count');
    if (!LEVELS[/z=([\d.]+)/.exec(golden.function)?.[1]]) throw new Later('limits at this z');
  },
  rows: ({ input, function: name }) => ({
    ...countedRows({ all: { n: input.n, selected: Math.round(input.p * input.n) } }), level: LEVELS[/z=([\d.]+)/.exec(name)[1]],
  }),
  number: (view, _golden, path) => {
    if (path.length !== 1 || !['0', '1'].includes(path[0])) throw new Later(path.join('.'));
    return view.limits(null, 'selection_rate')[path[0]];
  },
};

/** First match of toolkit and function. */
const FUNCTIONS = [
  { toolkit: /^fairlearn$/i, name: /^(?!upper hull|ThresholdOptimizer|CorrelationRemover|maximize_)/, ...fairlearn },
  { toolkit: /^aequitas$/i, name: /^(Group\.get_crosstabs|flow\.evaluate_fairness)/, ...aequitas },
  { toolkit: /^aif360$/i, name: /^(ClassificationMetric panel|zero denominators)/, ...aif360 },
  { toolkit: /^holisticai$/i, name: /./, ...holisticai },
  { toolkit: /LL144/i, name: /rate/, ...ll144 },
  { toolkit: /./, name: /^compute_wilson_bounds\b/, ...wilson },
  { toolkit: /^(scipy|audit-ai)/i, name: /(adverse-impact|bias ratio)/, ...adverse },
];

/** What answers a golden, or Later. */
export function functionOf(golden) {
  const name = golden.function ?? '';
  const found = FUNCTIONS.find((f) => f.toolkit.test(golden.toolkit ?? '') && f.name.test(name));
  if (!found) throw new Later(name);
  found.check(golden);
  return { positive: () => undefined, ...found };
}

/** Its view; `decide` turns a score or prediction into 0 or 1 where a rule asks how the peer does. */
export async function viewOf(answer, golden, positive, decide) {
  return EngineView.of(answer.rows(golden, positive, decide));
}
