// Cubes in JavaScript: round trips, splits, merges, and rates at any threshold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, Cube } from '../../js/src/index.js';
import { people, random, spec, withoutInput } from './helper.mjs';

const rows = people(5000, 7);

test('save and load keep every byte and every answer', async () => {
  const cube = await Cube.build(rows, spec);
  const again = await Cube.load(cube.save());
  assert.deepEqual(again.save(), cube.save());
  assert.deepEqual((await Cube.load(cube.save().buffer)).save(), cube.save());
  assert.equal(again.checksum(), cube.checksum());
  assert.equal(withoutInput(await audit(again, {})), withoutInput(await audit(rows, spec)));
});

test('least and greatest score of each model', async () => {
  const scored = [[-3.5, 0.1], [12, 0.9], [0, 0.5]].map(([a, b], i) => ({ y: i % 2, a, b }));
  const of = { label: 'y', score: ['a', 'b'], threshold: 0 };
  const cube = await Cube.build(scored, of);
  assert.deepEqual(cube.scores(), [[-3.5, 12], [0.1, 0.9]]);
  assert.deepEqual(cube.rebin(7).scores(), [[-3.5, 12], [0.1, 0.9]]);
  cube.free();
  assert.throws(() => cube.scores(), { code: 'EH_E_USAGE' });
});

test('distances of scores are those of the rows, of every model, exact or from bins', async () => {
  const draw = random(11);
  const made = Array.from({ length: 700 }, (_, i) => ({ y: i % 3 ? 0 : 1, a: Math.round(draw() * 40) / 40, b: draw() ** (i % 2 ? 1 : 2), g: i % 2 ? 'u' : 'v', w: 1 + i % 4 }));
  const of = { label: 'y', score: ['a', 'b'], slice: ['g'], threshold: 0.5 };
  const slow = (rows, model, y) => {
    const side = (name) => rows.filter((row) => row.y === y && row.g === name);
    const above = (part, t) => part.filter((row) => row[model] > t).length / part.length;
    const all = [...new Set(rows.map((row) => row[model]))].sort((p, q) => p - q);
    const gaps = all.map((t) => above(side('u'), t) - above(side('v'), t));
    return [gaps.reduce((sum, d, i) => sum + Math.abs(d) * ((all[i + 1] ?? all[i]) - all[i]), 0), Math.max(...gaps.map(Math.abs))];
  };
  const near = (got, [area, largest], by) => assert.ok(Math.abs(got.wasserstein - area) < by && Math.abs(Math.abs(got.largest) - largest) < by, JSON.stringify([got, area, largest]));
  const cube = await Cube.build(made, of);
  const binned = await Cube.build(made, { ...of, score_bits: 11 });
  const repeated = await Cube.build(made, { ...of, weight: 'w', weight_kind: 'frequency' });
  const sampled = await Cube.build(made, { ...of, weight: 'w' });
  const written = made.flatMap((row) => Array.from({ length: row.w }, () => row));
  for (const model of ['a', 'b'])
    for (const [y, label] of ['negatives', 'positives'].entries()) {
      near(cube.distance('g=u', 'g=v', { model })[label], slow(made, model, y), 1e-12);
      near(binned.distance('g=u', 'g=v', { model })[label], slow(made, model, y), 0.01);
      for (const weighted of [repeated, sampled]) near(weighted.distance('g=u', 'g=v', { model })[label], slow(written, model, y), 1e-12);
    }
  assert.deepEqual(cube.distance('g=u', 'g=u').negatives, { wasserstein: 0, largest: 0, threshold: 0 });
  assert.equal((await Cube.build(made.filter(({ y }) => y === 0), of)).distance('g=u', 'g=v').positives, null);
  assert.throws(() => cube.distance('g=u', 'g=x'), { code: 'EH_E_SPEC', message: 'the cube has no slice "g=x"' });
});

test('any split of the rows, merged in any order, is the whole', async () => {
  const whole = await Cube.build(rows, spec);
  const draw = random(3);
  for (let round = 0; round < 5; round++) {
    const k = 2 + round;
    const part = rows.map(() => Math.floor(draw() * k));
    const cubes = [];
    for (let i = 0; i < k; i++) cubes.push(await Cube.build(rows.filter((_, r) => part[r] === i), spec));
    const merged = Cube.merge(cubes.sort(() => draw() - 0.5));
    assert.equal(merged.checksum(), whole.checksum());
    assert.equal(withoutInput(await audit(merged, spec)), withoutInput(await audit(whole, spec)));
    const { input } = await audit(merged, spec);
    assert.equal(input.rows, rows.length);
  }
});

test('shuffled rows make the same cube; one changed row does not', async () => {
  const whole = await Cube.build(rows, spec);
  const draw = random(5);
  const shuffled = rows.map((row) => ({ row, at: draw() })).sort((a, b) => a.at - b.at).map(({ row }) => row);
  assert.equal((await Cube.build(shuffled, spec)).checksum(), whole.checksum());
  const bent = rows.map((row, i) => (i === 17 ? { ...row, label: 1 - row.label } : row));
  assert.notEqual((await Cube.build(bent, spec)).checksum(), whole.checksum());
});

test('part of the data may lack the positive label', async () => {
  const asked = { label: 'y', score: 'p', positive: 'yes', slice: 'g' };
  const one = await Cube.build({ y: ['no', 'no'], p: [0.1, 0.8], g: ['a', 'b'] }, asked);
  const two = await Cube.build({ y: ['yes', 'no'], p: [0.7, 0.2], g: ['a', 'b'] }, asked);
  assert.equal((await audit(Cube.merge([one, two]), asked)).slices[0].positives, 1);
});

test('at gives what an audit at that threshold gives', async () => {
  const cube = await Cube.build(rows, { ...spec, threshold: 0.5 });
  for (const model of ['score', 'other'])
    for (const threshold of [-1, 0, 0.3, 0.37, 0.5, rows[11].score, 0.999, 2]) {
      const live = cube.at(threshold, { model });
      const { slices, results } = await audit(cube, { threshold });
      assert.equal(live.model, model);
      assert.equal(live.threshold, threshold);
      assert.deepEqual(live.slices, slices.map((slice) => slice.name));
      assert.deepEqual([...live.rows], slices.map((slice) => slice.rows));
      let compared = 0;
      for (const row of results) {
        if (row.model !== model || row.threshold !== threshold) continue;
        const values = live.rates[row.metric] ?? live.counts[row.metric];
        assert.ok(Object.is(values[live.slices.indexOf(row.slice)], row.value ?? NaN), `${row.slice} ${row.metric} ${threshold}`);
        compared++;
      }
      assert.equal(compared, slices.length * 16);
    }
});

test('at defaults to the first model and hands out arrays of its own', async () => {
  const cube = await Cube.build(rows, spec);
  const live = cube.at(0.5);
  assert.equal(live.model, 'score');
  const kept = live.rates.fpr[0];
  live.rates.fpr[0] = live.counts.tp[0] = live.rows[0] = 7;
  assert.equal(cube.at(0.5).rates.fpr[0], kept);
  assert.equal(cube.at(0.5).rows[0], rows.length);
  assert.deepEqual(Object.keys(live.rates), ['fpr', 'fnr', 'tpr', 'tnr', 'ppv', 'npv', 'fdr', 'for', 'selection_rate',
    'accuracy', 'balanced_accuracy', 'f1']);
  assert.ok(Object.isFrozen(live.slices));
});
