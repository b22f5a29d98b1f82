// Reports keep to report.schema.json, and the schema says no to what is no report.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { audit, Cube } from '../../js/src/index.js';
import { people, root, spec, toCsv } from './helper.mjs';

const schema = JSON.parse(readFileSync(join(root, 'js/src/report.schema.json'), 'utf8'));
const valid = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const rows = people(600, 12);
const keeps = (report) => assert.ok(valid(report), JSON.stringify(valid.errors?.slice(0, 3)));

test('reports of every kind keep to the schema', async () => {
  keeps(await audit(rows, spec));
  keeps(await audit(Buffer.from(toCsv(rows)), { ...spec, baseline: 'complement', min_slice: 100 }));
  keeps(await audit(Buffer.from(`${toCsv(rows)}1,x\n1,y,0,a,b,3\n`), { ...spec, baseline: 'sex=Male', interval: 'none' }));
  keeps(await audit(rows, { ...spec, show_missing: true, threshold: ['.1:.9:.1'], metric: 'fpr,roc_auc,brier,tp' }));
  keeps(await audit(rows, { label: 'sex', positive: 'Male', score: 'other', bucket: 'age:40' }));
  for (const interval of /** @type {const} */ (['bootstrap', 'bca']))
    keeps(await audit(rows, { ...spec, interval, replicates: 100, seed: 3 }));
  for (const interval of ['clopper_pearson,newcombe_10,koopman,fisher,delong', 'agresti_coull,agresti_caffo,katz'])
    keeps(await audit(rows, { ...spec, interval }));
  keeps(await audit(rows, { ...spec, interval: 'koopman,agresti_coull', weight: 'age' }));
  keeps(await audit(rows, { label: 'sex', positive: 'Male', score: 'other', slice: 'race', cluster: 'age', replicates: 100 }));
  keeps(await audit(rows, { ...spec, weight: 'age', metric: 'fpr,tp,roc_auc', curves: true }));
  keeps(await audit({ y: [0.5, 0.2], p: [0.3, 1], w: [1, 0.5] }, { label: 'y', score: 'p', weight: 'w', fractional: true, curves: true }));
  keeps(await audit({ y: [1], p: [3] }, { label: 'y', score: 'p' }));
  keeps(await audit(rows, { ...spec, curves: true }));
  keeps(await audit({ y: [1, 0, 1], p: [3, -1, 2] }, { label: 'y', score: 'p', curves: true, metric: 'fpr' }));
  keeps(await audit(Cube.merge([await Cube.build(rows, spec), await Cube.build(rows, spec)]), {}));
});

test('what is no report does not', async () => {
  const report = await audit(rows, spec);
  const bend = (change) => {
    const copy = structuredClone(report);
    change(copy);
    assert.equal(valid(copy), false, String(change));
  };
  bend((r) => delete r.results[0].value);
  bend((r) => delete r.input);
  bend((r) => { r.results[0].value = 'high'; });
  bend((r) => { r.results[0].gap = null; });
  bend((r) => { r.slices[0].rows = -1; });
  bend((r) => { r.schema_version = '1'; });
  bend((r) => { r.curves = [{}]; });
});

test('the types name what the schema names', () => {
  const source = readFileSync(join(root, 'js/src/report.js'), 'utf8');
  const typed = new Map([...source.matchAll(/@typedef \{object\} (\w+)\n([^]*?)\*\//g)]
    .map(([, name, body]) => [name, [...body.matchAll(/@property \{.*\} \[?(\w+)/g)].map((m) => m[1]).sort()]));
  const at = (node) => (node.$ref ? at(node.$ref.slice(2).split('/').reduce((part, key) => part[key], schema)) : node);
  const keys = (node) => Object.keys(at(node).properties).sort();
  const top = schema.properties;
  const items = (name) => at(at(top[name]).items);
  assert.deepEqual(typed.get('Report'), keys(schema));
  assert.deepEqual(typed.get('ReportSpec'), keys(top.spec));
  assert.deepEqual(typed.get('ReportInput'), keys(top.input));
  assert.deepEqual(typed.get('ReportSlice'), keys(items('slices')));
  assert.deepEqual(typed.get('ReportResult'), keys(items('results')));
  assert.deepEqual(typed.get('ReportGap'), keys(items('results').properties.gap));
  assert.deepEqual(typed.get('ReportFairness'), keys(items('fairness')));
  assert.deepEqual(typed.get('ReportComparison'), keys(items('comparisons')));
  assert.deepEqual(typed.get('ReportFinding'), keys(items('findings')));
  assert.deepEqual(typed.get('ReportCurve'), keys(items('curves')));
  assert.deepEqual(typed.get('ReportBin'), keys(items('curves').properties.reliability.items));
});
