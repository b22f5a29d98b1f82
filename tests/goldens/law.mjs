// Tables of law (NYC LL144, the four-fifths rule) and tests of adverse impact, told in Evenhand's numbers.
import { pooledZ } from './gaps.mjs';
import { Later } from './later.mjs';
import { pOfZ, zOfP } from './normal.mjs';
import { countedRows, only } from './rows.mjs';
import { isMetric } from './view.mjs';

const best = (view) => view.groups.reduce((top, g) => (view.value(g, 'selection_rate') > view.value(top, 'selection_rate') ? g : top));
const impactRatio = (view, group) => view.ratio('selection_rate', group, best(view));

function medianOf(score) {
  const sorted = [...score].sort((x, y) => x - y);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

export const ll144 = {
  check: ({ input }) => {
    if (input === null || typeof input !== 'object') throw new Later('these inputs');
  },
  rows: ({ input }) => {
    const counts = Object.values(input);
    if (counts.length && counts.every((v) => Number.isInteger(v?.n) && Number.isInteger(v?.selected))) return countedRows(input);
    if (!Array.isArray(input.score) || !Array.isArray(input.group)) throw new Later('these inputs');
    return { groups: { group: input.group }, decision: input.score, threshold: medianOf(input.score) };
  },
  number: (view, golden, path) => {
    const [a, b] = path;
    if (a === 'median' && path.length === 1) return view.threshold;
    if (a === 'scoring_rate' || a === 'selection_rate') return view.value(b, 'selection_rate');
    if (a === 'impact_ratio') return impactRatio(view, b);
    if (b === 'impact_ratio' || b === 'published_impact_ratio') return impactRatio(view, a);
    if (['selection_rate', 'scoring_rate', 'published_rate'].includes(b)) return view.value(a, 'selection_rate');
    const [group, metric] = path.length === 2 ? [a, b] : [null, a ?? ''];
    if (!isMetric(metric)) throw new Later(metric || 'a number that is not named');
    return view.value(group, metric);
  },
};

/** Two groups, counts of the selected. Evenhand's test is the pooled one with N - 1, which is also the hypergeometric's. */
const ADVERSE = {
  impact_ratio: (view) => view.ratio('selection_rate', 'focal', 'reference'),
  z_pooled: (view) => pooledZ(view, 'selection_rate', 'focal', 'reference'),
  p_z_two_sided: (view) => pOfZ(ADVERSE.z_pooled(view)),
  chi2_nocorr: (view) => ADVERSE.z_pooled(view) ** 2,
  p_chi2_nocorr: (view) => pOfZ(ADVERSE.z_pooled(view)),
  sd_hypergeom: (view) => {
    const { p, difference } = view.test('selection_rate', 'focal', 'reference');
    if (p === 1 && view.convention?.noVariance) return NaN;
    return Math.sign(difference) * zOfP(p);
  },
  shortfall: (view) => view.value(null, 'selection_rate') * view.value('focal', 'count') - view.value('focal', 'selected'),
  odds_ratio: (view) => {
    const [a, b, c, d] = ['focal', 'reference'].flatMap((g) => [view.value(g, 'selected'), view.value(g, 'pn')]);
    return b * c === 0 ? (a * d > 0 ? view.convention?.infinity ?? NaN : NaN) : (a * d) / (b * c);
  },
};
const ASKS_FOR_ROWS = { bias_ratio: true, passes_four_fifths: true };

export const adverse = {
  check: (golden) => only(golden, golden.input?.pass_fail ? ['pass_fail'] : ['focal_selected', 'focal_n', 'ref_selected', 'ref_n'], [], []),
  rows: ({ input }) => ({
    ...(Array.isArray(input.pass_fail)
      ? countedRows(Object.fromEntries(input.pass_fail.map(([selected, fail], i) => [`g${i}`, { n: selected + fail, selected }])))
      : countedRows({
        focal: { n: input.focal_n, selected: input.focal_selected }, reference: { n: input.ref_n, selected: input.ref_selected },
      })),
    level: 0.95,
  }),
  number: (view, { input }, path) => {
    const [name] = path;
    if (path.length === 1 && name === 'bias_ratio') return view.spread('ratio', 'between_groups', 'selection_rate');
    if (path.length === 1 && name === 'passes_four_fifths') return view.passesFourFifths();
    if (path.length !== 1 || input.pass_fail || !Object.hasOwn(ADVERSE, name) || ASKS_FOR_ROWS[name]) throw new Later(path.join('.'));
    return ADVERSE[name](view);
  },
};

/** Wilson's limits of p of n, where p of n is a count; the z that Evenhand takes is that of a level. */
const LEVELS = { 1.959964: 0.95, 1.96: 0.95, 2.575829: 0.99, 1.644854: 0.9 };
export const wilson = {
  check: (golden) => {
    only(golden, ['p', 'n'], [], []);
    const { p, n } = golden.input;
    if (!Number.isInteger(n) || n > 1e6 || Math.abs(p * n - Math.round(p * n)) > 1e-9) throw new Later('limits of a rate that is no count');
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
