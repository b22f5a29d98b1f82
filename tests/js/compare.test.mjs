// Models on the same rows: counts against a slow count, splits, the order of models, and where there is nothing to compare.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, Cube } from '../../js/src/index.js';

const n = 1200;
const columns = { y: [], a: [], b: [], c: [], g: [], w: [] };
for (let i = 0; i < n; i++) {
  columns.y.push((i * 7919) % 5 < 2 ? 1 : 0);
  columns.a.push(((i * 104729) % 100) / 100);
  columns.b.push(Math.min(1, (((i * 104729) % 100) + ((i * 31) % 21) - 8) / 100));
  columns.c.push(((i * 15485863) % 97) / 97);
  columns.g.push('xyz'[(i * 13) % 3]);
  columns.w.push(1 + (i % 3));
}
const spec = { label: 'y', score: ['a', 'b', 'c'], slice: 'g', threshold: [0.25, 0.5] };
const part = (from, to) => Object.fromEntries(Object.entries(columns).map(([name, c]) => [name, c.slice(from, to)]));

/** Whether row i counts in the rate under a decision; undefined where the rate does not ask about it. */
const counts = {
  fpr: (y, selected) => (y ? undefined : selected),
  tnr: (y, selected) => (y ? undefined : !selected),
  fnr: (y, selected) => (y ? !selected : undefined),
  tpr: (y, selected) => (y ? selected : undefined),
  selection_rate: (_y, selected) => selected,
  accuracy: (y, selected) => selected === (y === 1),
};

function check(comparison, cut = (s, t) => s > t) {
  const { metric, model, reference, slice, threshold } = comparison;
  let rows = 0, only = 0, other = 0;
  for (let i = 0; i < n; i++) {
    if (slice !== 'overall' && slice !== `g=${columns.g[i]}`) continue;
    const one = counts[metric](columns.y[i], cut(columns[model][i], threshold));
    const two = counts[metric](columns.y[i], cut(columns[reference][i], threshold));
    if (one === undefined) continue;
    rows++, only += one && !two, other += two && !one;
  }
  assert.deepEqual([comparison.rows, comparison.only_model, comparison.only_reference], [rows, only, other], JSON.stringify(comparison));
  assert.ok(Math.abs(comparison.difference - (only - other) / rows) < 1e-12);
  assert.equal(comparison.method, 'tango');
  assert.ok(comparison.lower < comparison.difference && comparison.difference < comparison.upper);
  assert.equal(comparison.p < 0.05, comparison.lower > 0 || comparison.upper < 0);
}

test('rows that only one model selects are those that a slow count finds', async () => {
  const report = await audit(columns, spec);
  assert.equal(report.comparisons.length, 2 * 4 * 6 * 2); // models, slices, metrics, thresholds
  for (const comparison of report.comparisons) check(comparison);
  const metric = ['fpr', 'accuracy'];
  for (const comparison of (await audit(columns, { ...spec, metric, cut: '>=' })).comparisons) check(comparison, (s, t) => s >= t);
});

test('any split into cubes, saved and loaded, gives the same comparisons', async () => {
  const whole = await Cube.build(columns, spec);
  const cubes = await Promise.all([[700, n], [0, 11], [11, 700]].map(([from, to]) => Cube.build(part(from, to), spec)));
  const merged = await Cube.load(Cube.merge(cubes).save());
  assert.equal(merged.checksum(), whole.checksum());
  assert.deepEqual((await audit(merged, {})).comparisons, (await audit(columns, spec)).comparisons);
});

test('the first model of the audit is the reference, whichever of the cube it is', async () => {
  const cube = await Cube.build(columns, spec);
  for (const score of [['c', 'a'], ['b', 'c'], ['c', 'b', 'a']]) {
    const { comparisons } = await audit(cube, { score });
    assert.ok(comparisons.every((c) => c.reference === score[0] && c.interval_reason === null));
    for (const comparison of comparisons) check(comparison);
  }
  const elsewhere = (await audit(cube, { threshold: 0.3 })).comparisons;
  assert.ok(elsewhere.length && elsewhere.every((c) => c.interval_reason === 'no_joint' && c.difference !== null));
});

test('one model, weights or no intervals leave less to say', async () => {
  assert.equal((await audit(columns, { ...spec, score: 'a' })).comparisons, undefined);
  assert.equal((await audit(columns, { ...spec, weight: 'w' })).comparisons, undefined);
  assert.ok((await audit(columns, { ...spec, interval: 'none' })).comparisons.every((c) => c.interval_reason === 'not_asked' && c.only_model !== null));
  assert.ok((await audit(columns, { ...spec, metric: 'fpr', min_slice: 1000 })).comparisons
    .every((c) => (c.slice === 'overall') === (c.interval_reason === null)));
});
