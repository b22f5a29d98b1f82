// Aequitas' tables, told in Evenhand's numbers: values by group, ratios to a reference group, and what it calls fair: a ratio
// within tau and 1 / tau, and pairs of those.
import { Later } from './later.mjs';
import { only, positives, thresholdOfRank } from './rows.mjs';
import { isMetric } from './view.mjs';

const KINDS = ['score_val', 'rank_abs', 'rank_pct'];

/** The one threshold asked for: {kind, value}, or null where scores are decisions. */
export function cutOf(golden) {
  const asked = Object.entries(golden.params?.thresholds ?? {});
  if (asked.length === 0) return null;
  const [[kind, values]] = asked;
  const list = [values].flat();
  if (asked.length > 1 || !KINDS.includes(kind) || list.length !== 1) throw new Later('several thresholds, or of another kind');
  return { kind, value: list[0] };
}

/** How many of the highest scores a rank selects. */
export const rankOf = (cut, n) => (cut.kind === 'rank_abs' ? cut.value : Math.ceil(cut.value * n));

function rows(golden, _positive, decide) {
  const { input } = golden;
  const list = input.score ?? input.pred;
  const cut = cutOf(golden);
  const base = { groups: { group: input.group }, label: positives(input.label) };
  if (decide) return { ...base, decision: list.map(decide) };
  if (!cut) return { ...base, decision: positives(list) };
  return { ...base, decision: list, threshold: cut.kind === 'score_val' ? cut.value : thresholdOfRank(list, rankOf(cut, list.length)) };
}

function referenceOf(view, reference, metric) {
  const known = view.groups.filter((g) => !Number.isNaN(view.value(g, metric)));
  if (/^maj/.test(reference)) return view.groups.reduce((top, g) => (view.value(g, 'count') > view.value(top, 'count') ? g : top));
  if (/^min/.test(reference)) return known.length ? known.reduce((low, g) => (view.value(g, metric) < view.value(low, metric) ? g : low)) : undefined;
  return typeof reference === 'object' ? Object.values(reference)[0] : reference;
}

function disparity(view, golden, metric, group) {
  const reference = referenceOf(view, golden.params.reference, metric);
  return reference === undefined ? NaN : view.ratio(metric, group, reference);
}

/** Parities of a ratio, and pairs of parities. */
const RATIOS = {
  'Statistical Parity': 'ppr', 'Impact Parity': 'pprev', 'FDR Parity': 'fdr', 'FPR Parity': 'fpr', 'FOR Parity': 'for', 'FNR Parity': 'fnr',
  'TPR Parity': 'tpr', 'TNR Parity': 'tnr', 'NPV Parity': 'npv', 'Precision Parity': 'precision',
};
const PAIRS = {
  'TypeI Parity': ['FDR Parity', 'FPR Parity'], 'TypeII Parity': ['FOR Parity', 'FNR Parity'],
  'Equalized Odds': ['FPR Parity', 'TPR Parity'], 'Unsupervised Fairness': ['Statistical Parity', 'Impact Parity'],
  'Supervised Fairness': ['TypeI Parity', 'TypeII Parity'],
};

/** true, false, or NaN: false if a part is false, else unknown if one is unknown. Aequitas has its own rule for pairs. */
function both(view, a, b) {
  if (view.convention?.pairs) return Number.isNaN(a) && Number.isNaN(b) ? NaN : a === true && b === true;
  if (a === false || b === false) return false;
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : true;
}

function parity(view, golden, group, name) {
  if (PAIRS[name]) return both(view, ...PAIRS[name].map((part) => parity(view, golden, group, part)));
  const tau = golden.params?.tau ?? 0.8;
  const ratio = disparity(view, golden, RATIOS[name], group);
  return Number.isNaN(ratio) ? NaN : tau <= ratio && ratio <= 1 / tau;
}

/** Of all groups: false if one is false, else unknown if one is; Aequitas skips the unknown. */
function overall(view, golden, name) {
  if (name === 'Overall Fairness') return both(view, ...['Unsupervised Fairness', 'Supervised Fairness'].map((n) => overall(view, golden, n)));
  if (!PAIRS[name] && !RATIOS[name]) throw new Later(name);
  const told = view.groups.map((group) => parity(view, golden, group, name));
  if (told.includes(false)) return false;
  return told.includes(NaN) && !view.convention?.pairs ? NaN : true;
}

function ofGroup(view, golden, group, key) {
  if (!view.knows(group)) return undefined;
  if (key === 'k') return view.value(null, 'pp');
  if (key === 'total_entities') return view.value(null, 'count');
  const metric = /^(\w+)_disparity$/.exec(key)?.[1];
  if (golden.params?.reference && metric && isMetric(metric)) return disparity(view, golden, metric, group);
  if (golden.params?.reference && (RATIOS[key] || PAIRS[key])) return parity(view, golden, group, key);
  if (!isMetric(key)) throw new Later(key);
  return view.value(group, key);
}

export const aequitas = {
  check: (golden) => {
    only(golden, ['label', 'group', golden.input?.pred ? 'pred' : 'score'], [], ['reference', 'tau', 'thresholds']);
    cutOf(golden);
  },
  rows,
  number: (view, golden, path) => {
    const [section, group, key] = path;
    const spread = /^(\w+)_(diff|ratio)$/.exec(section);
    if (path.length === 1 && spread && isMetric(spread[1]))
      return view.spread(spread[2] === 'diff' ? 'difference' : 'ratio', 'between_groups', spread[1]);
    if (section === 'overall' && path.length === 2 && golden.params?.reference) return overall(view, golden, group);
    if (section !== 'by_group' || path.length !== 3) throw new Later(key ?? group ?? section ?? 'a number that is not named');
    return ofGroup(view, golden, group, key);
  },
};
