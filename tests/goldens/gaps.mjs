// AIF360's, Holistic AI's and the responsible AI dashboard's functions, told in Evenhand's numbers: gaps of one group to another.
import { Later } from './later.mjs';
import { zOfP } from './normal.mjs';
import { countedRows, only, positives } from './rows.mjs';
import { isMetric } from './view.mjs';

/** z of the pooled test of two rates with N where Evenhand's test has N - 1 (Miettinen & Nurminen), from Evenhand's p. */
export function pooledZ(view, metric, a, b) {
  const { p, difference } = view.test(metric, a, b);
  if (p === 1 && view.convention?.noVariance) return NaN;
  const n = view.value(a, 'count') + view.value(b, 'count');
  return Math.sign(difference) * zOfP(p) * Math.sqrt(n / (n - 1));
}

/** The same test on the logarithm of the ratio (Morris 2001): ln(a / b) over its error at the pooled rate. */
function ratioZ(view, metric, a, b) {
  if (view.test(metric, a, b).p === 1 && view.convention?.noVariance) return NaN;
  const [n_a, n_b, p] = [view.value(a, 'count'), view.value(b, 'count'), view.value(null, metric)];
  return Math.log(view.ratio(metric, a, b)) / Math.sqrt(((1 - p) / p) * (1 / n_a + 1 / n_b));
}

/** Difference over the pooled standard deviation of 0/1 rows. */
function cohenD(view, metric, a, b) {
  const variance = (group) => view.value(group, metric) * (1 - view.value(group, metric));
  const [n_a, n_b] = [view.value(a, 'count'), view.value(b, 'count')];
  return view.difference(metric, a, b) / Math.sqrt(((n_a - 1) * variance(a) + (n_b - 1) * variance(b)) / (n_a + n_b - 2));
}

/** Of scores instead of decisions: the mean score of positives is the generalised true positive rate, and so on. */
function generalised(view, name, group) {
  const [, kind, rate] = /^G(TP|FP|TN|FN)(R?)$/.exec(name);
  const y = kind === 'TP' || kind === 'FN' ? 1 : 0;
  const mean = view.meanScore(group, y);
  const share = kind[1] === 'P' ? mean : 1 - mean;
  return rate ? share : share * view.value(group, y ? 'group_label_pos' : 'group_label_neg');
}
const isGeneralised = (name) => /^G(TP|FP|TN|FN)R?$/.test(name);

/** Gap of `a` to `b`, by the peers' names of it. */
export function gapNumber(view, name, a, b) {
  const difference = (metric) => view.difference(metric, a, b);
  const odds = () => [difference('fpr'), difference('tpr')];
  const mean = (list) => list.reduce((x, y) => x + y) / list.length;
  const generalisedOdds = () => ['GFPR', 'GTPR'].map((rate) => Math.abs(generalised(view, rate, a) - generalised(view, rate, b)));
  const named = {
    statistical_parity: () => difference('selection_rate'), statistical_parity_difference: () => difference('selection_rate'),
    mean_difference: () => difference('selection_rate'), disparate_impact: () => view.ratio('selection_rate', a, b),
    dataset_statistical_parity_difference: () => difference('prevalence'),
    dataset_disparate_impact: () => view.ratio('prevalence', a, b),
    four_fifths: () => view.spread('ratio', 'between_groups', 'selection_rate'),
    equal_opportunity_difference: () => difference('tpr'), equal_opportunity_diff: () => difference('tpr'),
    average_odds_difference: () => mean(odds()), average_odds_diff: () => mean(odds()),
    average_abs_odds_difference: () => mean(odds().map(Math.abs)),
    equalized_odds_difference: () => view.combine(odds().map(Math.abs), 'difference', 'worst_case'),
    generalized_equalized_odds_difference: () => Math.max(...generalisedOdds()),
    average_predictive_value_difference: () => mean([difference('ppv'), difference('for')]),
    abroca: () => difference('roc_auc'), cohen_d: () => cohenD(view, 'selection_rate', a, b),
    z_test_diff: () => pooledZ(view, 'selection_rate', a, b), z_test_ratio: () => ratioZ(view, 'selection_rate', a, b),
  };
  if (Object.hasOwn(named, name)) return named[name]();
  const [, metric, kind] = /^(\w+)_(difference|diff|ratio)$/.exec(name) ?? [];
  if (!metric || !isMetric(metric)) throw new Later(name);
  return kind === 'ratio' ? view.ratio(metric, a, b) : difference(metric);
}

function valueOf(view, group, name) {
  if (isGeneralised(name)) return generalised(view, name, group);
  if (!isMetric(name)) throw new Later(name);
  return view.value(group, name);
}

export const aif360 = {
  check: (golden) => only(golden, ['sex', 'y_true', 'y_pred'], ['race', 'x1', 'score', 'weight'], []),
  rows: ({ input }) => ({
    groups: { sex: input.sex }, label: positives(input.y_true), decision: positives(input.y_pred), weight: input.weight,
    score: input.score, byLabel: input.score !== undefined,
  }),
  number: (view, _golden, path) => {
    if (path.length === 1) return gapNumber(view, path[0], '0', '1');
    const whose = /^(?:perf|performance|cm)_(all|priv|unpriv)$/.exec(path[0] ?? '');
    if (!whose || path.length !== 2) throw new Later(path[0] ?? 'a number that is not named');
    return valueOf(view, { all: null, priv: '1', unpriv: '0' }[whose[1]], path[1]);
  },
};

/** Labels of which several are favourable: those are the positives. "fnr_difference_unpriv2_vs_priv01" names two sets of groups. */
const favourable = (name) => JSON.parse(/favou?rable=(\[[^\]]*\])/.exec(name)?.[1] ?? 'null');
const SETS = /^(\w+)_unpriv(\d+)_vs_priv(\d+)$/;

export const aif360Several = {
  check: (golden) => {
    if (!favourable(golden.function)) throw new Later('favourable labels that are not named');
    only(golden, ['y_true', golden.input?.score ? 'score' : 'y_pred'], ['feat'], []);
  },
  rows: ({ input, expected, function: name }) => {
    const good = (list) => list.map((v) => Number(favourable(name).includes(v)));
    const sets = Object.keys(expected ?? {}).map((key) => SETS.exec(key)).find(Boolean);
    const side = (v) => (sets?.[2].includes(String(v)) ? 'unpriv' : sets?.[3].includes(String(v)) ? 'priv' : null);
    return {
      groups: sets && input.feat ? { group: input.feat.map(side) } : {}, label: good(input.y_true),
      decision: input.y_pred ? good(input.y_pred) : input.score, score: input.score, byLabel: input.score !== undefined,
    };
  },
  number: (view, _golden, path) => {
    if (path.length !== 1) throw new Later(path.join('.') || 'a number that is not named');
    const sets = SETS.exec(path[0]);
    return sets ? gapNumber(view, sets[1], 'unpriv', 'priv') : valueOf(view, null, path[0]);
  },
};

/** Weights by group: (unprivileged - privileged) / both; "priv1" says which group is privileged. */
export const imbalance = {
  check: (golden) => only(golden, ['sex'], ['weight'], []),
  rows: ({ input }) => ({ groups: { sex: input.sex }, decision: input.sex.map(() => 0), weight: input.weight }),
  number: (view, _golden, path) => {
    const privileged = /^priv(.+)$/.exec(path.at(-1) ?? '')?.[1];
    if (privileged === undefined || path.length !== 1) throw new Later(path.join('.') || 'a number that is not named');
    const n = (groups) => groups.reduce((sum, g) => sum + view.weight(g), 0);
    const [u, p] = [n(view.groups.filter((g) => g !== privileged)), n([privileged])];
    return (u - p) / (u + p);
  },
};

const TESTS = /^z_test/;

export const holisticai = {
  check: (golden) => only(golden, ['group_a', 'group_b', golden.input?.y_score ? 'y_score' : 'y_pred'], ['y_pred', 'y_true'], []),
  rows: ({ input, function: name }) => ({
    groups: { group: input.group_a.map((a, i) => (a ? 'a' : input.group_b[i] ? 'b' : null)) },
    decision: positives(input.y_pred ?? input.y_score.map(() => 0)),
    label: input.y_true && positives(input.y_true),
    score: input.y_score,
    level: TESTS.test(name) ? 0.95 : undefined,
  }),
  number: (view, golden, path) => {
    const side = /^(?:sr|success_rate)_([ab])$/.exec(path[0] ?? '')?.[1];
    if (side && path.length === 1) return view.value(side, 'selection_rate');
    if (path.length) throw new Later(path.join('.'));
    return gapNumber(view, golden.function, 'a', 'b');
  },
};

/** Rates with limits that somebody else computed: {bins: rates, bounds: [lower, upper]}. As many rows as make counts of the rates. */
const rowsOf = (rates) => {
  for (let n = 2; n <= 10000; n++) if (rates.every((p) => Math.abs(p * n - Math.round(p * n)) < 1e-9)) return n;
  throw new Later('rates that are no counts');
};

export const bounds = {
  check: (golden) => only(golden, ['bins', 'bounds'], [], []),
  rows: ({ input }) => {
    const n = rowsOf(input.bins);
    return { ...countedRows(Object.fromEntries(input.bins.map((p, i) => [`g${i}`, { n, selected: Math.round(p * n) }]))), level: 0.95 };
  },
  number: (view, { input, function: name }, path) => {
    const kind = /^ratio/.test(name) ? 'ratio' : 'difference';
    if (path.length !== 1) throw new Later(path.join('.') || 'a number that is not named');
    if (path[0] === 'overall') return view.spread(kind, 'between_groups', 'selection_rate');
    if (kind === 'ratio' || (path[0] !== 'lower' && path[0] !== 'upper')) throw new Later(path[0]);
    const at = (rate) => input.bins.indexOf(rate);
    const [top, low] = [at(Math.max(...input.bins)), at(Math.min(...input.bins))];
    if (view.convention?.ends)
      return path[0] === 'lower' ? Math.max(0, input.bounds[top][0] - input.bounds[low][1]) : input.bounds[top][1] - input.bounds[low][0];
    return view.test('selection_rate', `g${top}`, `g${low}`)[path[0]];
  },
};
