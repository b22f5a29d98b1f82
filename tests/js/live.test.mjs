// cube.at: intervals and gaps at a threshold that moves are those of an audit there; what a binned cube makes of a threshold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, Cube } from '../../js/src/index.js';
import { people, spec } from './helper.mjs';

const rows = people(3000, 11);
const gapFields = ['difference', 'difference_lower', 'difference_upper', 'ratio', 'ratio_lower', 'ratio_upper', 'p'];

/** Every number and reason of `live.results` against the report of an audit at that threshold. */
function same(live, report, model, binned) {
  let compared = 0;
  for (const row of report.results) {
    if (row.model !== model) continue;
    const result = live.results[row.metric];
    const s = live.slices.indexOf(row.slice);
    const where = `${row.slice} ${row.metric} ${row.threshold}`;
    const check = (field, expected) => {
      const got = result[field][s];
      /* the report writes infinity, the ratio's upper limit, as null */
      assert.ok(Object.is(Number.isFinite(got) ? got : null, expected), `${where} ${field}: ${got} ${expected}`);
      compared++;
    };
    for (const field of ['value', 'lower', 'upper']) check(field, row[field]);
    if (binned) check('bound', 'bound' in row ? row.bound : row.reason ? null : 0);
    for (const field of gapFields) check(field, row.gap[field]);
    const word = (field) => live.reasons[result[field][s]] || null;
    assert.equal(word('reason'), row.reason, where);
    assert.equal(word('interval_reason'), row.interval_reason, where);
    assert.equal(word('gap_reason'), row.gap.reason, where);
    assert.equal(word('gap_interval_reason'), row.gap.interval_reason, where);
    assert.equal(word('ratio_reason'), row.gap.ratio_reason, where);
  }
  assert.equal(compared, live.slices.length * Object.keys(live.results).length * (binned ? 11 : 10));
}

const metric = ['fpr', 'tpr', 'ppv', 'f1', 'balanced_accuracy'];
const thresholds = [0.37, 0.5, -1, rows[11].score, 2, 0.37, 0.999];

for (const [name, asked, judged] of [
  ['overall', {}, {}],
  ['a slice that others overlap', { cross: ['sex*race'] }, { baseline: 'race=White', level: 0.9 }],
  ['the complement', {}, { baseline: 'complement', min_slice: 700 }],
  ['weights', { weight: 'other' }, { baseline: 'sex=Male' }],
  ['frequencies', { weight: 'count', weight_kind: 'frequency' }, {}],
]) {
  test(`intervals and gaps are those of an audit: ${name}`, async () => {
    const given = rows.map((row, i) => ({ ...row, count: i % 3 + 1 }));
    const score = asked.weight === 'other' ? 'score' : spec.score;
    const cube = await Cube.build(given, { ...spec, ...asked, score, threshold: 0.5 });
    for (const threshold of thresholds) {
      const live = cube.at(threshold, { model: 'score', intervals: true, metric, ...judged });
      assert.deepEqual(Object.keys(live.results), metric);
      assert.equal(live.edge, threshold);
      same(live, await audit(cube, { threshold, metric, ...judged }), 'score', false);
    }
    cube.free();
  });
}

test('a binned cube tells the edge it uses and how far its rates may be off', async () => {
  const exact = await Cube.build(rows, { ...spec, threshold: 0.5 });
  for (const cut of ['>', '>=']) {
    const cube = await Cube.build(rows, { ...spec, score_bits: 7, cut, threshold: 0.7 });
    for (const threshold of [0.37, 0.371, 0.375, 0.7, -1, 3]) {
      const live = cube.at(threshold, { intervals: true, metric });
      same(live, await audit(cube, { threshold, metric }), 'score', true);
      assert.equal(live.threshold, threshold);
      assert.ok(live.edge <= threshold && threshold - live.edge <= Math.abs(threshold) / 64);
      assert.equal(live.edge === threshold, [0.375, 0.7, -1].includes(threshold) || threshold === 3, String(threshold));
      assert.deepEqual(cube.at(live.edge).counts, live.counts, 'the numbers are those of the edge');
      assert.equal(cube.at(live.edge).edge, live.edge);
      const truth = exact.at(threshold);
      let off = 0;
      for (const [rate, values] of Object.entries(live.rates))
        values.forEach((value, s) => {
          const far = live.bounds[rate][s];
          if (Number.isNaN(far)) return;
          assert.ok(Math.abs(value - truth.rates[rate][s]) <= far + 1e-12, `${rate} ${live.slices[s]} ${threshold}`);
          off += far;
        });
      assert.equal(off > 0, live.edge !== threshold && cut === '>' ? true : off > 0);
    }
    cube.free();
  }
  const live = exact.at(0.371);
  assert.equal(live.edge, 0.371);
  assert.ok(Object.values(live.bounds).every((values) => values.every((far) => far === 0 || Number.isNaN(far))));
  exact.free();
});

test('many ways of asking, one after the other', async () => {
  const cube = await Cube.build(rows, spec);
  for (let round = 0; round < 2; round++)
    for (let i = 1; i < 20; i++) {
      const live = cube.at(0.4, { intervals: true, metric: 'fpr', level: i / 20 });
      assert.ok(live.results.fpr.lower[0] < live.rates.fpr[0] && live.rates.fpr[0] < live.results.fpr.upper[0]);
    }
  const all = cube.at(0.4, { intervals: true });
  assert.deepEqual(Object.keys(all.results), Object.keys(all.rates));
  assert.deepEqual(all.results.tpr.value, all.rates.tpr);
  assert.equal(cube.at(0.4).results, undefined);
  cube.free();
});

test('what at refuses', async () => {
  const cube = await Cube.build(rows, spec);
  const refused = (options, code, message) => assert.throws(() => cube.at(0.5, options), { code, message });
  refused({ interval: true }, 'EH_E_USAGE', /at has no option "interval"; there are model, intervals, metric/);
  refused(null, 'EH_E_USAGE', /options of at are an object/);
  refused({ intervals: true, metric: 'roc_auc' }, 'EH_E_USAGE', /roc_auc does not move with the threshold/);
  refused({ intervals: true, metric: 'fprr' }, 'EH_E_USAGE', /fprr/);
  refused({ intervals: true, baseline: 'sex=male' }, 'EH_E_SPEC', /nearest is "sex=Male"/);
  refused({ intervals: true, level: 2 }, 'EH_E_USAGE', /level/);
  assert.equal(cube.at(0.5, { intervals: true, metric: 'fpr' }).results.fpr.value[0], cube.at(0.5).rates.fpr[0]);
  cube.free();
});
