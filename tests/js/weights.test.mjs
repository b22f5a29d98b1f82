// Weights and fractional labels through the JavaScript API: columns in memory, cubes merged, the report's schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, Cube, render } from '../../js/src/index.js';

const n = 3000;
const columns = { y: new Uint8Array(n), p: new Float64Array(n), w: new Float64Array(n), k: new Int32Array(n), soft: new Float64Array(n), g: [] };
for (let i = 0; i < n; i++) {
  columns.y[i] = (i * 7919) % 5 < 2 ? 1 : 0;
  columns.p[i] = ((i * 104729) % 1000) / 1000;
  columns.w[i] = ((i * 31) % 17) / 7;
  columns.k[i] = i % 4;
  columns.soft[i] = ((i * 13) % 11) / 10;
  columns.g.push('abc'[i % 3]);
}
const part = (from, to) => Object.fromEntries(Object.entries(columns).map(([name, c]) => [name, c.slice(from, to)]));
const spec = { label: 'y', score: 'p', slice: 'g', weight: 'w' };
const find = (report, slice, metric) => report.results.find((r) => r.slice === slice && r.metric === metric);

test('rates are sums of weights, intervals those of the effective size', async () => {
  const report = await audit(columns, spec);
  let hit = 0, all = 0, square = 0;
  for (let i = 0; i < n; i++) {
    if (columns.y[i]) continue;
    hit += columns.p[i] > 0.5 ? columns.w[i] : 0;
    all += columns.w[i], square += columns.w[i] ** 2;
  }
  const fpr = find(report, 'overall', 'fpr');
  assert.ok(Math.abs(fpr.value - hit / all) < 1e-12);
  assert.ok(Math.abs(fpr.denominator - all) < 1e-9);
  assert.equal(fpr.method, 'wilson_n_eff');
  const size = (all * all) / square, z = 1.959963984540054;
  const middle = (fpr.value + z * z / (2 * size)) / (1 + z * z / size);
  assert.ok(Math.abs((fpr.lower + fpr.upper) / 2 - middle) < 1e-9);
  const auc = find(report, 'overall', 'roc_auc');
  assert.ok(auc.interval_reason === null && /_n_eff$/.test(auc.method) && auc.lower < auc.value && auc.value < auc.upper);
  assert.equal(find(report, 'overall', 'brier').interval_reason, 'weighted');
  for (const metric of ['f1', 'balanced_accuracy'])
    for (const slice of ['overall', 'g=a']) assert.match(find(report, slice, metric).method, /^(wilson_mapped|mover_wilson)_n_eff$/);
  assert.equal(report.slices[0].rows, n);
  assert.deepEqual([report.spec.weight, report.spec.weight_kind], ['w', 'sampling']);
});

test('weights of 1 are rows, also where slices share some', async () => {
  const asked = { label: 'y', score: 'p', slice: 'g', slice_if: ['low: k < 2'], baseline: 'low', metric: ['fpr', 'tpr'] };
  const rows = await audit(columns, asked), ones = await audit({ ...columns, w: new Float64Array(n).fill(1) }, { ...asked, weight: 'w' });
  let shared = 0;
  ones.results.forEach((r, i) => {
    const gap = rows.results[i].gap;
    for (const key of ['difference_lower', 'difference_upper', 'ratio_lower', 'ratio_upper', 'p'])
      assert.ok(gap[key] === r.gap[key] || Math.abs(gap[key] - r.gap[key]) < 1e-9, `${r.slice} ${r.metric} ${key}`);
    if (r.gap.method) assert.equal(r.gap.method, `${gap.method}_n_eff`);
    shared += r.gap.method === 'mover_wilson_n_eff' ? 1 : 0;
  });
  assert.equal(shared, 6);
});

test('a bootstrap of weights is about as wide as the effective size says', async () => {
  const plain = await audit(columns, spec), drawn = await audit(columns, { ...spec, interval: 'bootstrap', replicates: 999 });
  const width = (report, slice) => find(report, slice, 'selection_rate').upper - find(report, slice, 'selection_rate').lower;
  for (const slice of ['overall', 'g=a']) assert.ok(Math.abs(width(drawn, slice) / width(plain, slice) - 1) < 0.15);
  await assert.rejects(audit(columns, { label: 'soft', score: 'p', fractional: true, weight: 'k', weight_kind: 'frequency', interval: 'bootstrap' }),
    /cluster/);
});

test('frequency weights are repeated rows', async () => {
  const repeated = { y: [], p: [], g: [] };
  for (let i = 0; i < n; i++)
    for (let times = 0; times < columns.k[i]; times++) for (const name of ['y', 'p', 'g']) repeated[name].push(columns[name][i]);
  const once = await audit(columns, { ...spec, weight: 'k', weight_kind: 'frequency' });
  const often = await audit(repeated, { label: 'y', score: 'p', slice: 'g' });
  assert.deepEqual(once.results, often.results);
  assert.equal(once.slices[0].weight, often.slices[0].rows);
});

test('fractional labels are taken when asked for, and have no interval', async () => {
  await assert.rejects(audit(columns, { ...spec, label: 'soft' }), /fractional/);
  const report = await audit(columns, { label: 'soft', score: 'p', fractional: true });
  const mean = columns.soft.reduce((a, b) => a + b, 0) / n;
  assert.ok(Math.abs(find(report, 'overall', 'prevalence').value - mean) < 1e-12);
  assert.equal(find(report, 'overall', 'fpr').interval_reason, 'fractional_labels');
  const drawn = await audit(columns, { label: 'soft', score: 'p', fractional: true, metric: 'selection_rate', interval: 'bootstrap' });
  const [{ lower, value, upper, method }] = drawn.results;
  assert.equal(method, 'bootstrap');
  const wide = 2 * 1.96 * Math.sqrt(value * (1 - value) / n); /* a row is selected with both of its halves */
  assert.ok(Math.abs((upper - lower) / wide - 1) < 0.15);
});

test('any split into cubes gives the same bytes', async () => {
  for (const more of [{}, { fractional: true, label: 'soft' }, { weight: 'k', weight_kind: 'frequency' }]) {
    const asked = { ...spec, ...more };
    const whole = await Cube.build(columns, asked);
    const cubes = await Promise.all([[2000, n], [0, 11], [11, 2000]].map(([a, b]) => Cube.build(part(a, b), asked)));
    const merged = await Cube.load(Cube.merge(cubes).save());
    assert.equal(await render(merged, {}, 'csv'), await render(whole, {}, 'csv'));
    assert.equal(merged.checksum(), whole.checksum());
  }
});

test('at gives what an audit at that threshold gives', async () => {
  for (const more of [{}, { fractional: true, label: 'soft' }, { weight: 'k', weight_kind: 'frequency' }]) {
    const cube = await Cube.build(columns, { ...spec, ...more });
    const report = await audit(cube, { threshold: 0.3721 });
    const at = cube.at(0.3721);
    const slice = at.slices.indexOf('g=b');
    assert.equal(at.rates.fpr[slice], find(report, 'g=b', 'fpr').value);
    assert.equal(at.counts.tp[slice], find(report, 'g=b', 'tp').value);
    assert.equal(at.rows[slice], n / 3);
  }
});
