// The runner of goldens, run on goldens of its own: small tables whose numbers are worked out by hand here. What a rule lets
// pass, a wrong number must not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { judge } from './judge.mjs';
import { RULES } from './rules.mjs';

const here = dirname(fileURLToPath(import.meta.url));

// Group a: 1 of 2 positives found, 1 of 1 negative selected. Group b: 1 of 1 found, no negative; c: no positive, 0 of 2 selected.
const input = {
  y_true: [1, 1, 0, 1, 0, 0],
  y_pred: [1, 0, 1, 1, 0, 0],
  sensitive: ['a', 'a', 'a', 'b', 'c', 'c'],
};
const fairlearn = (name, expected, more = {}) => ({ id: 'x', toolkit: 'fairlearn', function: name, input, expected, ...more });

const tell = async (golden) => {
  const { verdict, rules } = await judge(golden, 1e-9);
  return [verdict, ...rules].join(' ');
};

test('numbers that agree pass: by group, overall, spread and criteria', async () => {
  const golden = fairlearn('MetricFrame', {
    by_group: { a: { tpr: 0.5, fpr: 1, selection_rate: 2 / 3, count: 3 }, b: { precision: 1 }, c: { tnr: 1 } },
    overall: { accuracy: 4 / 6, recall: 2 / 3 },
    difference: { selection_rate: 1, tpr: 0.5 },
    ratio: { tpr: 0.5 },
    difference_to_overall: { selection_rate: 0.5 },
    ratio_to_overall: { selection_rate: 0 },
    group_min: { tpr: 0.5 },
    group_max: { selection_rate: 1, error_rate: 2 / 3 },
  });
  assert.equal(await tell(golden), 'passed');
  assert.equal(await tell(fairlearn('demographic_parity_difference', 1)), 'passed');
  assert.equal(await tell(fairlearn('demographic_parity_ratio', 0, { params: { method: 'to_overall' } })), 'passed');
  assert.equal(await tell(fairlearn('equal_opportunity_ratio', 0.5, { params: { method: 'between_groups' } })), 'passed');
  assert.equal(await tell(fairlearn('MetricFrame.by_group', { tpr: { a: 0.5 } })), 'passed');
  assert.equal(await tell(fairlearn('false_positive_rate', { pos_label_default: 1 / 3, pos_label_0: 1 / 3 })), 'passed');
});

test('a wrong number fails, wherever it stands', async () => {
  assert.equal(await tell(fairlearn('MetricFrame', { overall: { accuracy: 0.6667, tpr: 2 / 3 } })), 'failed');
  assert.equal(await tell(fairlearn('MetricFrame', { overall: { accuracy: 0.6667 }, something_else: 3 })), 'failed');
  assert.equal(await tell(fairlearn('demographic_parity_difference', 0.99)), 'failed');
  assert.equal(await tell(fairlearn('MetricFrame.by_group', { a: { tpr: 'NaN' } })), 'failed');
  assert.equal(await tell(fairlearn('MetricFrame.by_group', { c: { tpr: 0.1 } })), 'failed');
  assert.equal(await tell(fairlearn('MetricFrame.by_group', { nobody: { tpr: 0.1 } })), 'failed');
});

test('what is not there is left for later, and is no pass', async () => {
  assert.equal(await tell(fairlearn('ThresholdOptimizer.fit', { x: 1 })), 'later');
  assert.equal(await tell({ id: 'x', toolkit: 'nobody', function: 'true_positive_rate', input, expected: 2 / 3 }), 'later');
  assert.equal(await tell(fairlearn('MetricFrame', { overall: { tpr: 2 / 3, mean_pinball_loss: 3 } })), 'later');
  assert.equal(await tell(fairlearn('MetricFrame', {})), 'later');
  assert.equal(await tell(fairlearn('selection_rate', 0.5, { params: { n_boot: 10 } })), 'later');
  assert.equal(await tell(fairlearn('selection_rate', 0.5, { input: { ...input, clusters: input.sensitive } })), 'later');
});

test('undefined is not zero', async () => {
  assert.equal(await tell(fairlearn('MetricFrame.by_group', { c: { tpr: 0 } })), 'divergent undefined_is_not_zero');
  assert.equal(await tell(fairlearn('equal_opportunity_difference', 1)), 'divergent undefined_is_not_zero');
  assert.equal(await tell(fairlearn('equal_opportunity_difference', 0.9)), 'failed');
});

test('a part of equalized odds, one group, a ratio to 0', async () => {
  const two = { y_true: [1, 1, 1, 1], y_pred: [1, 0, 1, 1], sensitive: ['a', 'a', 'b', 'b'] };
  assert.equal(await tell(fairlearn('equalized_odds_difference', 0.5, { input: two })), 'divergent nan_beside_a_number');
  assert.equal(await tell(fairlearn('equalized_odds_difference', 'NaN', { input: two })), 'passed');
  assert.equal(await tell(fairlearn('equalized_odds_difference', 0.4, { input: two })), 'failed');
  const one = { ...two, sensitive: ['a', 'a', 'a', 'a'] };
  assert.equal(await tell(fairlearn('demographic_parity_ratio', 1, { input: one })), 'divergent one_group_is_no_comparison');
  const panel = (value) => ({ id: 'x', toolkit: 'AIF360', function: 'ClassificationMetric panel',
    input: { sex: [0, 0, 1, 1], y_true: [0, 1, 0, 1], y_pred: [0, 1, 0, 0] }, expected: { disparate_impact: value } });
  assert.equal(await tell(panel('Infinity')), 'divergent ratio_to_zero_is_undefined');
  assert.equal(await tell(panel(2)), 'failed');
});

test('crosses that do not occur', async () => {
  const crossed = { y_true: [1, 0, 1], y_pred: [1, 0, 0], sensitive: { s: ['a', 'a', 'b'], r: ['x', 'y', 'x'] } };
  const golden = (cell) => fairlearn('MetricFrame (2 sensitive features)', { by_group: cell }, { input: crossed });
  assert.equal(await tell(golden({ 'a|x': { recall: 1 }, 'b|x': { recall: 0, count: 1 } })), 'passed');
  assert.equal(await tell(golden({ 'b|y': { recall: 'NaN' } })), 'divergent absent_cross_cells');
  assert.equal(await tell(golden({ 'b|y': { recall: 0 } })), 'failed');
  assert.equal(await tell(golden({ 'a|x': { recall: 'NaN' } })), 'failed');
});

test('thresholds and predictions that are scores', async () => {
  const cut = (pprev) => ({ id: 'x', toolkit: 'aequitas', function: 'Group.get_crosstabs',
    input: { label: [1, 0, 1, 0], score: [0.7, 0.5, 0.5, 0.2], group: ['a', 'a', 'a', 'a'] },
    params: { thresholds: { score_val: [0.5] } }, expected: { by_group: { a: { pprev } } } });
  assert.equal(await tell(cut(0.25)), 'passed');
  assert.equal(await tell(cut(0.75)), 'divergent strict_threshold');
  assert.equal(await tell(cut(0.5)), 'failed');
  const scores = (value) => fairlearn('demographic_parity_difference', value,
    { input: { y_true: [1, 0, 1, 0], y_pred: [0.9, 1, 0.2, 0.1], sensitive: ['a', 'a', 'b', 'b'] } });
  assert.equal(await tell(scores(1)), 'passed');
  assert.equal(await tell(scores(0.5)), 'divergent continuous_predictions');
  assert.equal(await tell(scores(0.25)), 'failed');
});

test('disparities, gaps, counts and limits of the other peers', async () => {
  const aequitas = { id: 'x', toolkit: 'aequitas', function: 'Group.get_crosstabs + Bias',
    input: { label: input.y_true, score: input.y_pred, group: input.sensitive }, params: { reference: 'maj' },
    expected: { by_group: { c: { pprev_disparity: 0, k: 3 }, b: { tpr_disparity: 2 }, a: { tpr_disparity: 1 } } } };
  assert.equal(await tell(aequitas), 'passed');
  const holistic = { id: 'x', toolkit: 'holisticai', function: 'statistical_parity', expected: -1 / 3,
    input: { group_a: [1, 1, 1, 0], group_b: [0, 0, 0, 1], y_pred: [1, 0, 1, 1] } };
  assert.equal(await tell(holistic), 'passed');
  const law = { id: 'x', toolkit: 'NYC LL144', function: 'selection rate + impact ratio',
    input: { M: { n: 4, selected: 3 }, F: { n: 4, selected: 2 } },
    expected: { F: { selection_rate: 0.5, impact_ratio: 2 / 3, published_impact_ratio: 0.66 }, M: { impact_ratio: 1 } } };
  assert.equal(await tell(law), 'passed');
  // Wilson's limits of 5 of 10 by hand: (.5 + z2/20 +- z sqrt(.025 + z2/400)) / (1 + z2/10), z2 = 3.8414589
  const wilson = { id: 'x', toolkit: 'any', function: 'compute_wilson_bounds z=1.959964', tol: 5e-7,
    input: { p: 0.5, n: 10 }, expected: [0.2365931, 0.7634069] };
  assert.equal(await tell(wilson), 'passed');
  assert.equal(await tell({ ...wilson, expected: [0.2365931, 0.76] }), 'failed');
});

test('parities of Aequitas: within tau and 1 / tau, unknown where a ratio is', async () => {
  // a: 2 of 3 selected, b: 1 of 1, c: none of 2; k = 3. False discoveries: a 1 of 2, b 0 of 1, c none selected.
  const aequitas = (expected, more = {}) => ({ id: 'x', toolkit: 'aequitas', function: 'Group.get_crosstabs + Bias + Fairness',
    input: { label: input.y_true, score: input.y_pred, group: input.sensitive }, params: { reference: 'a', tau: 0.8, ...more }, expected });
  const b = (value) => aequitas({ by_group: { b: value } });
  assert.equal(await tell(b({ ppr: 1 / 3, ppr_disparity: 0.5, pprev_disparity: 1.5 })), 'passed');
  assert.equal(await tell(b({ 'Statistical Parity': false, 'Impact Parity': false, 'Unsupervised Fairness': false })), 'passed');
  assert.equal(await tell(b({ 'Impact Parity': true })), 'failed');
  assert.equal(await tell(aequitas({ by_group: { b: { 'Impact Parity': true } } }, { tau: 0.6 })), 'passed');
  assert.equal(await tell(aequitas({ overall: { 'Unsupervised Fairness': false } })), 'passed');
  // c has no false discovery rate; b has no false positive rate, and its FDR parity is false: the pair is false.
  assert.equal(await tell(aequitas({ by_group: { c: { 'FDR Parity': 'NaN', 'FPR Parity': false }, b: { 'TypeI Parity': false } } })), 'passed');
  assert.equal(await tell(aequitas({ by_group: { a: { 'TypeI Parity': true } } })), 'passed');
  // FPR parity of b is unknown and FNR parity is false; TPR parity of c is unknown and FPR parity false.
  assert.equal(await tell(aequitas({ by_group: { b: { 'Equalized Odds': 'NaN' } } })), 'failed');
  const nobody = { label: [1, 0, 1, 0], score: [0, 0, 0, 0], group: ['a', 'a', 'b', 'b'] };
  const undecided = (value) => ({ ...aequitas({ overall: { 'Unsupervised Fairness': value } }), input: nobody });
  assert.equal(await tell(undecided(true)), 'divergent undefined_parity_is_no_verdict');
  assert.equal(await tell(undecided(false)), 'failed');
});

test('ranks select by a threshold, so ties stay together', async () => {
  const ranked = (thresholds, a, b) => ({ id: 'x', toolkit: 'aequitas', function: 'Group.get_crosstabs',
    input: { label: [1, 0, 1, 0], score: [0.9, 0.7, 0.7, 0.2], group: ['a', 'a', 'b', 'b'] }, params: { thresholds },
    expected: { by_group: { a: { pp: a }, b: { pp: b } } } });
  assert.equal(await tell(ranked({ rank_abs: [1] }, 1, 0)), 'passed');
  assert.equal(await tell(ranked({ rank_abs: [3] }, 2, 1)), 'passed');
  assert.equal(await tell(ranked({ rank_pct: [0.5] }, 2, 0)), 'divergent ties_are_not_split');
  assert.equal(await tell(ranked({ rank_pct: [0.5] }, 1, 1)), 'divergent ties_are_not_split');
  assert.equal(await tell(ranked({ rank_pct: [0.5] }, 1, 0)), 'passed');
  assert.equal(await tell(ranked({ rank_pct: [0.5] }, 0, 2)), 'failed');
  assert.equal(await tell(ranked({ rank_pct: [0.5], score_val: [0.1] }, 1, 0)), 'later');
});

test('control features: the same functions within each cell', async () => {
  const golden = (expected, more = {}) => fairlearn('MetricFrame(control_features)', expected,
    { input: { ...input, control: ['H', 'H', 'H', 'L', 'L', 'H'] }, ...more });
  const metric = { params: { metric: 'selection_rate' } };
  assert.equal(await tell(golden({ overall: { H: 0.5, L: 0.5 }, by_group: { 'H|a': 2 / 3, 'L|b': 1, 'L|c': 0, H: { c: 0 } } }, metric)), 'passed');
  assert.equal(await tell(golden({ difference_between: { L: 1 }, ratio: { L: 0 }, group_max: { H: 2 / 3 }, difference_to_overall: { H: 0.5 } }, metric)),
    'passed');
  assert.equal(await tell(golden({ difference_between: { H: 0.5 } }, metric)), 'failed');
  assert.equal(await tell(golden({ by_group: { 'H|a': 2 / 3, 'H|c': 0, 'L|b': 1 }, overall: { H: 0.5 } })), 'passed'); // which metric is not said
  assert.equal(await tell(golden({ by_group: { 'H|a': 2 / 3, 'H|c': 0, 'L|b': 1 }, overall: { H: 0.6 } })), 'failed');
  assert.equal(await tell(golden({ by_group: { 'H|a': 0.61, 'H|c': 0.1 } })), 'later');
});

test('tests of two groups, by hand', async () => {
  // 4 of 20 against 12 of 20: pooled 16/40, z = -.4 / sqrt(.4 .6 / 10); with N - 1 the z of the hypergeometric.
  const z = -0.4 / Math.sqrt(0.024);
  const test = (expected) => ({ id: 'x', toolkit: 'scipy', function: 'adverse-impact tests',
    input: { focal_selected: 4, focal_n: 20, ref_selected: 12, ref_n: 20 }, expected });
  assert.equal(await tell(test({ z_pooled: z, chi2_nocorr: z * z, sd_hypergeom: z * Math.sqrt(39 / 40), shortfall: 4, odds_ratio: 1 / 6, impact_ratio: 1 / 3 })),
    'passed');
  assert.equal(await tell(test({ p_z_two_sided: 0.009823274507519235 })), 'passed');
  assert.equal(await tell(test({ z_pooled: -z })), 'failed');
  const nobody = { focal_selected: 0, focal_n: 5, ref_selected: 0, ref_n: 7 };
  assert.equal(await tell({ ...test({ z_pooled: 'NaN', shortfall: 0 }), input: nobody }), 'divergent no_variance_is_no_gap');
  assert.equal(await tell({ ...test({ z_pooled: 1 }), input: nobody }), 'failed');
  const everybody = { focal_selected: 5, focal_n: 5, ref_selected: 3, ref_n: 7 };
  assert.equal(await tell({ ...test({ odds_ratio: 'Infinity' }), input: everybody }), 'divergent ratio_to_zero_is_undefined');
  assert.equal(await tell(test({ z_pooled: z, fisher_less: 0.01 })), 'later');
  const holistic = (name, expected) => ({ id: 'x', toolkit: 'holisticai', function: name, expected,
    input: { group_a: [1, 1, 1, 1, 0, 0], group_b: [0, 0, 0, 0, 1, 1], y_pred: [1, 1, 1, 0, 1, 0] } });
  assert.equal(await tell(holistic('z_test_diff', 0.25 / Math.sqrt((2 / 9) * 0.75))), 'passed');
  assert.equal(await tell(holistic('z_test_ratio', Math.log(1.5) / Math.sqrt(0.5 * 0.75))), 'passed');
  assert.equal(await tell(holistic('cohen_d', 0.25 / Math.sqrt((3 * 0.1875 + 0.25) / 4))), 'passed');
  const four = (expected) => ({ id: 'x', toolkit: 'audit-ai', function: 'bias ratio', input: { pass_fail: [[4, 6], [5, 5]] }, expected });
  assert.equal(await tell(four({ bias_ratio: 0.8, passes_four_fifths: true })), 'passed');
  assert.equal(await tell(four({ passes_four_fifths: false })), 'failed');
  assert.equal(await tell(four({ passes_four_fifths: 1 })), 'failed');
});

test('generalised rates are mean scores; several labels may be favourable', async () => {
  const panel = (expected) => ({ id: 'x', toolkit: 'AIF360', function: 'ClassificationMetric panel', expected,
    input: { sex: [0, 0, 1, 1], y_true: [0, 1, 0, 1], y_pred: [0, 1, 0, 0], score: [0.25, 0.75, 0.5, 0.5] } });
  assert.equal(await tell(panel({ performance_unpriv: { GTPR: 0.75, GFPR: 0.25, GFNR: 0.25, GTNR: 0.75 }, cm_all: { GTP: 1.25 },
    generalized_equalized_odds_difference: 0.25 })), 'passed');
  assert.equal(await tell(panel({ performance_priv: { GTPR: 0.75 } })), 'failed');
  const several = { id: 'x', toolkit: 'AIF360', function: 'MulticlassLabelDataset favorable=[0,1]',
    input: { feat: [0, 1, 2, 2], y_true: [0, 1, 1, 2], y_pred: [1, 2, 1, 2] }, expected: { TP: 2, FN: 1, TN: 1, fnr_difference_unpriv2_vs_priv01: -0.5 } };
  assert.equal(await tell(several), 'passed');
});

test('the What-If Tool: the last least cost, nearest rates, and what is undefined', async () => {
  const whatIf = (name, expected, more = {}) => ({ id: 'x', toolkit: 'what-if-tool', function: name, expected,
    input: { group: ['A', 'A', 'B', 'B'], y_true: [0, 1, 0, 1], score: [0.2, 0.5, 0.3, 0.8] }, params: { cost_ratio_FP_over_FN: 1 }, ...more });
  assert.equal(await tell(whatIf('fairness threshold strategies', { single_threshold: 0.5, single_cost: 0, group_thresholds: { A: 0.5, B: 0.8 },
    group_cost: 0, demographic_parity: { A: 0.5, B: 0.8 }, equal_accuracy_cost: 0 })), 'passed');
  assert.equal(await tell(whatIf('fairness threshold strategies', { single_threshold: 0.49 })), 'failed');
  const none = { input: { group: ['A', 'A', 'B'], y_true: [1, 0, 0], score: [0.6, 0.2, 0.4] } };
  assert.equal(await tell(whatIf('equal opportunity', { A: 0.6, B: 0 }, none)), 'divergent undefined_matches_nothing');
  assert.equal(await tell(whatIf('equal opportunity', { A: 0.5, B: 0.4 }, none)), 'failed');
  const step = (value) => ({ id: 'x', toolkit: 'what-if-tool', function: 'threshold to index', input: { thresholds: [0.29, 0.5] }, expected: value });
  assert.equal(await tell(step([29, 50])), 'passed');
  assert.equal(await tell(step([28, 50])), 'divergent threshold_is_not_cut');
  const limits = (lower) => ({ id: 'x', toolkit: 'responsible-ai-toolbox', function: 'difference with pairwise CI bounds',
    input: { bins: [0.3, 0.7], bounds: [[0.25, 0.35], [0.6, 0.8]] }, expected: { overall: 0.4, lower } });
  assert.equal(await tell(limits(0.25)), 'divergent interval_of_a_gap');
  assert.equal(await tell(limits(0.3)), 'failed');
});

test('shapes that are no table are left alone', async () => {
  assert.equal(await tell(fairlearn('selection_rate', 1, { input: null })), 'later');
  assert.equal(await tell(fairlearn('selection_rate', 1, { input: { y_pred: [1, 0], sensitive: ['a'] } })), 'later');
  assert.equal(await tell(fairlearn('selection_rate', 1, { input: { y_pred: [] } })), 'later');
  assert.equal(await tell({ id: 'x', toolkit: 3, function: null, input: {}, expected: 1 }), 'later');
});

test('the program prints and counts; every rule has its reason', () => {
  const reasons = JSON.parse(readFileSync(join(here, 'divergences.json'), 'utf8'));
  assert.deepEqual(Object.keys(reasons).sort(), [...new Set(RULES.map((rule) => rule.name))].sort());
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-goldens-'));
  try {
    const file = join(folder, 'own.json');
    const run = (cases) => {
      writeFileSync(file, JSON.stringify({ cases }));
      try {
        return { code: 0, out: execFileSync(process.execPath, [join(here, 'run.mjs'), file], { encoding: 'utf8' }) };
      } catch (error) {
        return { code: error.status, out: error.stdout };
      }
    };
    const good = [fairlearn('demographic_parity_difference', 1), fairlearn('equal_opportunity_difference', 1),
      fairlearn('MetricFrame', { overall: { tpr: 2 / 3, mean_pinball_loss: 3 } })];
    const fine = run(good);
    assert.equal(fine.code, 0);
    assert.match(fine.out, /3 cases: passed 1, failed 0, divergent 1, left for later 1\n {2}undefined_is_not_zero \(1\): x\n/);
    assert.match(fine.out, /left for later, by function:\n {2}fairlearn: MetricFrame +1 case; 1 of 2 numbers checked\n1 passed, 0 failed\n$/);
    const broken = run([...good, fairlearn('demographic_parity_difference', 0.5)]);
    assert.equal(broken.code, 1);
    assert.match(broken.out, /not ok x \(fairlearn: demographic_parity_difference\): answer is 1, not 0\.5\n/);
    assert.match(broken.out, /\n1 passed, 1 failed\n$/);
    writeFileSync(file, '{"cases": [null]}');
    assert.throws(() => execFileSync(process.execPath, [join(here, 'run.mjs'), file], { stdio: 'pipe' }), /case 1 is no object/);
    writeFileSync(file, '{}');
    assert.throws(() => execFileSync(process.execPath, [join(here, 'run.mjs'), file], { stdio: 'pipe' }), /it has no list "cases"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
