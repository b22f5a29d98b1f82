// Metrics of scores under weights: weights of one change nothing, whole weights are repeated rows, and a fractional label is two
// weighted rows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../js/src/index.js';

const metric = ['pr_auc', 'pr_auc_trapezoid', 'pr_auc_davis_goadrich', 'log_loss', 'ece', 'ece_debiased'];
const spec = { label: 'y', score: 'p', slice: 'g', metric, baseline: 'complement' };

/** Rows with ties, and weights from 0 to 4. */
function rows(n) {
  let state = 7;
  const draw = (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const table = { y: [], p: [], g: [], w: [], soft: [] };
  for (let i = 0; i < n; i++) {
    const p = (1 + draw(60)) / 62;
    table.p.push(p), table.y.push(Number(draw(100) < 20 + 60 * p)), table.g.push('abc'[draw(3)]), table.w.push(draw(5)), table.soft.push(draw(9) / 8);
  }
  return table;
}

const pick = (table, times) => Object.fromEntries(['y', 'p', 'g'].map((name) => [name, table[name].flatMap((v, i) => Array(times(i)).fill(v))]));

function same(a, b, skip = []) {
  assert.equal(a.results.length, b.results.length);
  a.results.forEach((row, i) => {
    const other = b.results[i];
    if (skip.includes(row.metric)) return;
    assert.deepEqual([row.slice, row.metric, row.reason], [other.slice, other.metric, other.reason]);
    for (const [x, y] of [[row.value, other.value], [row.gap.difference, other.gap.difference]])
      assert.ok(x === y || Math.abs(x - y) < 1e-13, `${row.slice} ${row.metric}: ${x} and ${y}`);
  });
}

test('weights of one change nothing', async () => {
  const table = rows(300);
  const { y, p, g } = table;
  same(await audit({ y, p, g, w: y.map(() => 1) }, { ...spec, weight: 'w' }), await audit({ y, p, g }, spec));
});

test('whole weights are rows repeated, but for what their number makes sure', async () => {
  const table = rows(300);
  const repeated = await audit(pick(table, (i) => table.w[i]), spec);
  const { y, p, g, w } = table;
  same(await audit({ y, p, g, w }, { ...spec, weight: 'w' }), repeated, ['ece_debiased']); // its standard errors ask for n_eff
  same(await audit({ y, p, g, w }, { ...spec, weight: 'w', weight_kind: 'frequency' }), repeated);
});

test('a fractional label is a positive and a negative row of its weight', async () => {
  const { p, g, soft } = rows(200);
  const fractional = await audit({ p, g, y: soft }, { ...spec, fractional: true });
  const twice = (list) => [...list, ...list];
  const weighted = await audit({ p: twice(p), g: twice(g), y: [...soft.map(() => 1), ...soft.map(() => 0)], w: [...soft, ...soft.map((v) => 1 - v)] },
    { ...spec, weight: 'w' });
  same(fractional, weighted, ['ece_debiased']);
  assert.equal(fractional.results.find((row) => row.metric === 'ece_debiased').reason, 'not_weighted');
});

test('what has no value says why', async () => {
  const reasons = async (table) => Object.fromEntries((await audit({ g: table.p.map(() => 'a'), ...table }, { ...spec, weight: 'w' })).results
    .filter((row) => row.slice === 'g=a').map((row) => [row.metric, row.reason]));
  assert.equal((await reasons({ p: [0.5, 2], y: [1, 0], w: [1, 1] })).log_loss, 'not_probabilities');
  assert.equal((await reasons({ p: [0.5, 2], y: [1, 0], w: [1, 1] })).ece, 'not_probabilities');
  assert.equal((await reasons({ p: [0.5, 1], y: [1, 0], w: [1, 1] })).log_loss, 'infinite_loss');
  assert.equal((await reasons({ p: [0.5, 1], y: [1, 0], w: [1, 0] })).log_loss, null); // a row of no weight is no loss
  assert.equal((await reasons({ p: [0.5, 0.4], y: [0, 0], w: [1, 1] })).pr_auc, 'no_positives');
});
