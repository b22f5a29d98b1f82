// An audit counts no more than its metrics need, and the report does not show it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cube, render } from '../../js/src/index.js';
import { people, spec } from './helper.mjs';

const rows = people(70_000, 11);
const columns = Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]));

for (const metric of [['fpr', 'tpr'], ['fpr', 'brier'], ['mean_score', 'calibration_ratio', 'f1'], ['prevalence']]) {
  test(`${metric} alone: the same bytes as from all there is to count`, async () => {
    const asked = { ...spec, metric, threshold: [0.2, 0.5, 0.7] };
    const cube = await Cube.build(columns, asked);
    for (const format of /** @type {const} */ (['json', 'csv', 'text'])) {
      const whole = await render(cube, asked, format);
      assert.equal(await render(columns, asked, format), whole);
      assert.equal(await render(columns, asked, format, { workers: 2 }), whole);
    }
    cube.free();
  });
}
