// The What-If Tool's five ways to set thresholds by group, over Evenhand's counts at every whole percent of the score: rows at
// or above the threshold are selected, and of equal costs the highest threshold wins.
import { Later } from './later.mjs';
import { only, positives } from './rows.mjs';

const PERCENT = Array.from({ length: 101 }, (_, t) => t);
const MEASURES = {
  demographic_parity: (c) => (c.tp + c.fp) / c.rows,
  equal_opportunity: (c) => c.tp / (c.tp + c.fn),
  equal_accuracy: (c) => (c.tp + c.tn) / c.rows,
};

const cost = (c, ratio) => c.fp * ratio + c.fn;

/** The last index of the least value. `open`: NaN everywhere leaves index 0, as the peer's comparisons do; else there is none. */
function lastLeast(list, open) {
  let [at, least] = [open ? 0 : -1, Infinity];
  list.forEach((value, i) => {
    if (value <= least) [at, least] = [i, value];
  });
  return at;
}

function single(view, ratio) {
  const costs = PERCENT.map((t) => cost(view.counts(null, t), ratio));
  const at = lastLeast(costs);
  return { threshold: at / 100, cost: costs[at] };
}

function separate(view, order, ratio) {
  const costs = (g) => PERCENT.map((t) => cost(view.counts(g, t), ratio));
  const at = order.map((g) => lastLeast(costs(g)));
  return { thresholds: at.map((t) => t / 100), cost: order.reduce((sum, g, i) => sum + costs(g)[at[i]], 0) };
}

/** For each threshold of the first group the nearest of the others; of those the cheapest. */
function matched(view, order, ratio, measure) {
  const open = view.convention?.open;
  const [first, ...others] = order;
  const of = (g, t) => measure(view.counts(g, t));
  const ways = PERCENT.map((t) => {
    const at = [t, ...others.map((g) => lastLeast(PERCENT.map((u) => Math.abs(of(g, u) - of(first, t))), open))];
    return { at, cost: at.includes(-1) ? NaN : order.reduce((sum, g, i) => sum + cost(view.counts(g, at[i]), ratio), 0) };
  });
  const best = lastLeast(ways.map((way) => way.cost), open);
  return best < 0 ? { thresholds: order.map(() => NaN), cost: NaN } : { thresholds: ways[best].at.map((t) => t / 100), cost: ways[best].cost };
}

const orderOf = ({ input }) => (input.facet_order ?? [...new Set(input.group)]).map(String);

function strategy(view, golden, name) {
  const ratio = golden.params?.cost_ratio_FP_over_FN ?? 1;
  if (name === 'single') return single(view, ratio);
  const order = orderOf(golden);
  const found = name === 'group' ? separate(view, order, ratio) : matched(view, order, ratio, MEASURES[name]);
  return { ...found, of: (g) => found.thresholds[order.indexOf(g)] };
}

export const whatIf = {
  check: (golden) => {
    only(golden, ['group', 'y_true', 'score'], ['facet_order'].filter((key) => golden.input?.[key]), ['cost_ratio_FP_over_FN', 'grid']);
    if (golden.params?.grid && !/0\.\.100 integer percent/.test(golden.params.grid)) throw new Later('another grid');
  },
  rows: ({ input }) => ({
    groups: { group: input.group }, label: positives(input.y_true), decision: input.score.map((s) => s * 100), thresholds: PERCENT, cut: '>=',
  }),
  number: (view, golden, path) => {
    const implied = /^(demographic parity|equal opportunity|equal accuracy)\b/.exec(golden.function)?.[1].replace(' ', '_');
    if (path.length === 1 && implied && view.knows(path[0])) return strategy(view, golden, implied).of(path[0]);
    const [, name, part] = /^(single|group|demographic_parity|equal_opportunity|equal_accuracy)(?:_(thresholds?|cost))?$/.exec(path[0] ?? '') ?? [];
    if (!name || path.length > 2) throw new Later(path.join('.') || 'a number that is not named');
    const found = strategy(view, golden, name);
    if (part === 'cost' && path.length === 1) return found.cost;
    if (name === 'single' && path.length === 1) return found.threshold;
    if (path.length !== 2 || name === 'single') throw new Later(path.join('.'));
    return found.of(path[1]);
  },
};

/** Which row of a table of a hundred steps shows a threshold. */
export const whatIfIndex = {
  check: (golden) => only(golden, ['thresholds'], [], []),
  rows: ({ input }) => ({ decision: input.thresholds, thresholds: ['0:1:.01'] }),
  number: (view, { input }, path) => {
    const at = input.thresholds[path[0]];
    if (path.length !== 1 || at === undefined) throw new Later(path.join('.'));
    return view.convention?.floor ? Math.floor(at * 100) : view.thresholds.indexOf(at);
  },
};
