// Binned scores and the other cut in JavaScript: the same bytes whatever the split, and bounds that hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, Cube, render } from '../../js/src/index.js';
import { people, random, spec, withoutInput } from './helper.mjs';

const rows = people(6000, 21);

test('a bound is not below the distance to exact scores', async () => {
  const exact = await audit(rows, spec);
  for (const score_bits of /** @type {const} */ ([7, 11, 23])) {
    const binned = await audit(rows, { ...spec, score_bits });
    assert.equal(binned.spec.score_bits, score_bits);
    assert.equal(binned.results.length, exact.results.length);
    let areas = 0;
    binned.results.forEach((result, i) => {
      const other = exact.results[i];
      if (result.reason === 'binned') return assert.equal(result.metric, 'log_loss');
      assert.equal(result.reason, other.reason);
      if (result.value === null) return undefined;
      assert.ok(Math.abs(result.value - other.value) <= result.bound + 1e-15, `${result.slice} ${result.metric}`);
      areas += Number(result.bound > 0);
      return undefined;
    });
    assert.ok(score_bits === 23 || areas > 0);
  }
});

test('another threshold takes the lower edge of its bin, and its bound holds', async () => {
  const cube = await Cube.build(rows, { ...spec, score_bits: 7 });
  const threshold = [0.1234, 0.3141, 0.77, 0.625];
  const metric = ['fpr', 'tpr', 'ppv', 'f1', 'accuracy', 'balanced_accuracy', 'selection_rate', 'npv'];
  const binned = await audit(cube, { threshold, metric });
  const exact = await audit(rows, { ...spec, threshold, metric });
  let doubts = 0;
  binned.results.forEach((result, i) => {
    if (result.bound === null || result.value === null) return;
    assert.ok(Math.abs(result.value - exact.results[i].value) <= result.bound + 1e-15, `${result.slice} ${result.metric}`);
    assert.ok(result.threshold !== 0.625 || result.bound === 0, 'an edge of a bin is exact');
    assert.equal(result.lower, null);
    doubts += Number(result.bound > 0);
  });
  assert.ok(doubts > 20);
  const live = cube.at(0.3141);
  for (const { model, slice, metric: name, threshold: t, value } of binned.results)
    if (t === 0.3141 && model === live.model && value !== null)
      assert.equal(live.rates[name][live.slices.indexOf(slice)], value);
  cube.free();
});

test('parts of binned and exact cubes merge in any order, with either cut', async () => {
  const draw = random(9);
  for (const cut of /** @type {const} */ (['>', '>='])) {
    const asked = { ...spec, score_bits: /** @type {const} */ (11), cut };
    const whole = await Cube.build(rows, asked);
    const part = rows.map(() => Math.floor(draw() * 4));
    const cubes = [];
    for (let i = 0; i < 4; i++) cubes.push(await Cube.load((await Cube.build(rows.filter((_, r) => part[r] === i), asked)).save()));
    const merged = Cube.merge([Cube.merge([cubes[2], cubes[0]]), cubes[3], cubes[1]]);
    assert.equal(merged.checksum(), whole.checksum());
    assert.equal(withoutInput(await audit(merged, {})), withoutInput(await audit(rows, asked)));
  }
});

test('rates at thresholds know nothing of bits', async () => {
  const asked = { ...spec, metric: ['fpr', 'tpr', 'ece', 'mean_score', 'calibration_ratio', 'f1'] };
  assert.equal(await render(rows, { ...asked, metric: ['fpr', 'mean_score'], score_bits: 7 }, 'csv'),
    await render(rows, { ...asked, metric: ['fpr', 'mean_score'] }, 'csv'));
  const [exact, binned] = [await audit(rows, asked), await audit(rows, { ...asked, score_bits: 7 })];
  assert.deepEqual(binned.results.map(({ bound, ...result }) => result), exact.results);
});

test('the Brier score is exact in bins, too, but how squared errors vary is not', async () => {
  const asked = { ...spec, metric: 'brier' };
  const [exact, binned] = [await audit(rows, asked), await audit(rows, { ...asked, score_bits: 7 })];
  assert.deepEqual(binned.results.map((r) => r.value), exact.results.map((r) => r.value));
  assert.ok(exact.results.every((r) => r.method === 'log_delta') && binned.results.every((r) => r.interval_reason === 'binned'));
});

test('options that are none are refused', async () => {
  await assert.rejects(audit(rows, { ...spec, score_bits: /** @type {any} */ (12) }),
    { name: 'EvenhandError', message: /score_bits is auto, 7, 11, 23 or 52, not "12"/ });
  await assert.rejects(audit(rows, { ...spec, cut: /** @type {any} */ ('=') }), { message: /cut is > or >=, not "="/ });
});
