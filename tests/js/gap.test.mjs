// rateGap: what an audit says of two disjoint slices holds for the same counts from two audits.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit, rateGap } from '../../js/src/index.js';
import { root } from './helper.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: 'score', slice: 'sex', baseline: 'sex=Male', metric: ['fpr', 'tpr', 'selection_rate'], level: 0.9 };

test('it equals the gap between two slices of an audit, to the bit', async () => {
  const { results } = await audit(adult, spec);
  for (const female of results.filter((row) => row.slice === 'sex=Female')) {
    const male = results.find((row) => row.slice === 'sex=Male' && row.metric === female.metric);
    const { difference, lower, upper, ratio, ratio_lower, ratio_upper, p } = await rateGap(female, male, { level: 0.9 });
    const { gap } = female;
    assert.deepEqual({ difference, lower, upper, ratio, ratio_lower, ratio_upper, p }, { difference: gap.difference, lower: gap.difference_lower,
      upper: gap.difference_upper, ratio: gap.ratio, ratio_lower: gap.ratio_lower, ratio_upper: gap.ratio_upper, p: gap.p });
    assert.ok(lower < difference && difference < upper && p < 0.05);
  }
});

test('an undefined rate gives no gap; a rate of 0 gives no ratio and no upper limit of it', async () => {
  const none = await rateGap({ numerator: null, denominator: null }, { numerator: 1, denominator: 2 });
  assert.deepEqual(Object.values(none), [null, null, null, null, null, null, null]);
  assert.equal((await rateGap({ numerator: 1, denominator: 2 }, { numerator: 0, denominator: 0 })).difference, null);
  const zero = await rateGap({ numerator: 3, denominator: 9 }, { numerator: 0, denominator: 9 });
  assert.deepEqual([zero.difference, zero.ratio, zero.ratio_upper], [3 / 9, null, null]);
  assert.ok(zero.lower < 3 / 9 && zero.ratio_lower > 0);
});

test('what is no rate is refused', async () => {
  await assert.rejects(rateGap({ numerator: 3, denominator: 2 }, { numerator: 1, denominator: 2 }), { code: 'EH_E_USAGE', message: /3 of 2/ });
  await assert.rejects(rateGap({ numerator: 1, denominator: 2 }, { numerator: 1, denominator: 2 }, { level: 95 }), { code: 'EH_E_USAGE' });
});
