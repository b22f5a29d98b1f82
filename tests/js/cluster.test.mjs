// Clusters through the JavaScript API: columns in memory, numbers as clusters, cubes merged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, Cube, render } from '../../js/src/index.js';
import { random } from './helper.mjs';

const draw = random(5), n = 2400;
const columns = { y: [], p: [], g: [], who: new Int32Array(n), name: [] };
for (let i = 0; i < n; i++) {
  const who = Math.floor(draw() * 200), mine = ((who * 73) % 100) / 100;
  columns.who[i] = who;
  columns.name.push(String(who));
  columns.y.push(draw() < 0.4 ? 1 : 0);
  columns.p.push(Math.round((0.7 * mine + 0.3 * draw()) * 1000) / 1000);
  columns.g.push(who % 2 ? 'a' : 'b');
}
const spec = { label: 'y', score: 'p', slice: 'g', cluster: 'who', replicates: 400 };
const find = (report, slice, metric) => report.results.find((r) => r.slice === slice && r.metric === metric);
const width = (r) => r.upper - r.lower;

test('rows of a cluster make intervals as wide as they are', async () => {
  const together = await audit(columns, spec), apart = await audit(columns, { ...spec, cluster: undefined, interval: 'bootstrap' });
  assert.equal(together.spec.interval, 'bootstrap');
  assert.equal(together.spec.cluster, 'who');
  assert.equal(find(together, 'g=a', 'fpr').value, find(apart, 'g=a', 'fpr').value);
  assert.ok(width(find(together, 'g=a', 'selection_rate')) > 2 * width(find(apart, 'g=a', 'selection_rate')));
  assert.ok(width(find(together, 'g=a', 'mean_score')) > 2 * width(find(apart, 'g=a', 'mean_score')));
});

test('numbers are clusters by their text', async () => {
  const byText = await audit(columns, { ...spec, cluster: 'name' }), byNumber = await audit(columns, spec);
  assert.deepEqual(byText.results, byNumber.results);
});

test('any split into cubes gives the same bytes, and a cube without clusters says so', async () => {
  const part = (keep) => Object.fromEntries(Object.entries(columns).map(([name, c]) => [name, Array.from(c).filter((_, i) => keep(i))]));
  const merged = Cube.merge([await Cube.build(part((i) => i % 3 === 1), spec), await Cube.build(part((i) => i % 3 !== 1), spec)]);
  const less = (text) => text.replace(/ {2}"input": \{\n[^]*?\n {2}\},\n/, '');
  assert.equal(less(await render(merged, spec, 'json')), less(await render(columns, spec, 'json')));
  await assert.rejects(async () => audit(await Cube.build(columns, { label: 'y', score: 'p' }), { cluster: 'who' }), /without (--)?cluster/);
  assert.ok(merged.at(0.4).rates.fpr.length === 3);
});

test('a slice is no cluster', async () => {
  await assert.rejects(audit(columns, { ...spec, cluster: 'g' }), /both sliced by and the cluster/);
});
