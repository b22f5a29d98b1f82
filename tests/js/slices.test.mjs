// Several values in a cell, conditions and named slices: the same report whatever form the rows have, and the right rows.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { audit, Cube, render } from '../../js/src/index.js';
import { folder, people, random, toColumns, toCsv, toLines, withoutInput } from './helper.mjs';

const draw = random(7);
const words = ['black', 'female', 'male', 'white'];
const rows = people(2000, 3).map((row) => {
  const held = words.filter(() => draw() < 0.4);
  return { ...row, age: draw() < 0.05 ? null : row.age, identity: held.length > 0 ? held : null };
});
const joined = rows.map((row) => ({ ...row, identity: row.identity && [...row.identity].reverse().join(' | ') }));
const spec = {
  label: 'label', score: 'score', multi: 'identity:|', cross: ['identity*race', 'identity*young women'],
  slice_if: ['young women: age < 30 & sex = Female', 'other: !(race in {White, "Asian"}) | age is missing'],
  where: 'age != 40 | race = Black', metric: ['fpr', 'tpr', 'roc_auc'], threshold: [0.3, 0.5],
};

const counts = (row) => (row.age !== null && row.age !== 40) || row.race === 'Black';
const kept = rows.filter(counts);

test('arrays, texts, rows, columns, CSV and JSON Lines give one report', async () => {
  const wanted = withoutInput(await audit(Buffer.from(toCsv(joined)), spec));
  for (const source of [rows, joined, toColumns(rows), toColumns(joined), Buffer.from(toLines(joined))])
    assert.equal(withoutInput(await audit(source, spec)), wanted);
  assert.equal(withoutInput(await audit(toColumns(joined), spec, { workers: 2 })), wanted);
});

test('slices are the rows one would count by hand', async () => {
  const report = await audit(rows, spec);
  assert.equal(report.input.rows_filtered, rows.length - kept.length);
  const size = new Map(report.slices.map((slice) => [slice.name, slice.rows]));
  const young = (row) => row.age !== null && row.age < 30 && row.sex === 'Female';
  assert.equal(size.get('overall'), kept.length);
  assert.equal(size.get('young women'), kept.filter(young).length);
  assert.equal(size.get('not young women'), kept.filter((row) => !young(row)).length);
  assert.equal(size.get('other'), kept.filter((row) => !['White', 'Asian'].includes(row.race) || row.age === null).length);
  for (const word of words) {
    const has = (row) => row.identity?.includes(word);
    assert.equal(size.get(`identity=${word}`), kept.filter(has).length);
    assert.equal(size.get(`identity=${word} & young women`), kept.filter((row) => has(row) && young(row)).length);
    assert.equal(size.get(`identity=${word} & race=White`), kept.filter((row) => has(row) && row.race === 'White').length);
    const positives = kept.filter((row) => has(row) && row.label === 1);
    const tpr = report.results.find((one) => one.slice === `identity=${word}` && one.metric === 'tpr' && one.threshold === 0.5);
    assert.equal(tpr.numerator, positives.filter((row) => row.score > 0.5).length);
    assert.equal(tpr.denominator, positives.length);
  }
});

test('criteria of overlapping groups are their extremes', async () => {
  const report = await audit(rows, spec);
  const rate = (slice) => report.results.find((one) => one.slice === slice && one.metric === 'fpr' && one.threshold === 0.5).value;
  const rates = words.map((word) => rate(`identity=${word}`));
  const worst = report.fairness.find((one) => one.column === 'identity' && one.criterion === 'fpr_group_max' && one.threshold === 0.5);
  assert.equal(worst.value, Math.max(...rates));
  assert.equal(worst.slice_max, `identity=${words[rates.indexOf(Math.max(...rates))]}`);
});

test('against the complement, each value is compared with all rows that lack it', async () => {
  const report = await audit(rows, { ...spec, baseline: 'complement' });
  for (const word of words) {
    const lacks = kept.filter((row) => !row.identity?.includes(word) && row.label === 0);
    const one = report.results.find((result) => result.slice === `identity=${word}` && result.metric === 'fpr' && result.threshold === 0.5);
    const rest = lacks.filter((row) => row.score > 0.5).length / lacks.length;
    assert.ok(Math.abs(one.gap.difference - (one.value - rest)) < 1e-12);
    assert.equal(one.gap.method, 'miettinen_nurminen');
  }
});

test('cubes of parts merge to the cube of all', async () => {
  const whole = await Cube.build(rows, spec);
  const parts = [await Cube.build(rows.slice(1200), spec), await Cube.build(joined.slice(0, 1200), spec)];
  const merged = Cube.merge(parts);
  assert.equal(merged.checksum(), whole.checksum());
  const loaded = await Cube.load(merged.save());
  assert.equal(withoutInput(await audit(loaded, {})), withoutInput(await audit(whole, {})));
  const live = loaded.at(0.5);
  assert.equal(live.rows[live.slices.indexOf('identity=male')], kept.filter((row) => row.identity?.includes('male')).length);
});

test('the canonical text is what the report says, and asking for it again changes nothing', async () => {
  const first = await audit(rows, { ...spec, where: '((age!=40))||"race"=="Black"' });
  assert.equal(first.spec.where, 'age != 40 | race = Black');
  assert.deepEqual(first.spec.slice_if, ['young women: age < 30 & sex = Female', 'other: !(race in {White, Asian}) | age is missing']);
  assert.deepEqual(first.spec.multi, ['identity:|']);
  const { where, slice_if, multi } = first.spec;
  assert.equal(withoutInput(await audit(rows, { ...spec, where, slice_if, multi })), withoutInput(first));
});

test('quantile buckets are at the type-1 quantiles of the rows that count', async (t) => {
  const asked = { ...spec, slice: 'race', bucket: ['age:q4', 'other:q10'], cross: ['age*sex'], multi: undefined, slice_if: undefined };
  const quantiles = (values, parts) => {
    const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
    const edges = Array.from({ length: parts - 1 }, (_, j) => sorted[Math.ceil(((j + 1) * sorted.length) / parts) - 1]);
    return [...new Set(edges)].filter((edge) => edge > sorted[0]);
  };
  const first = await audit(rows, asked);
  assert.deepEqual(first.spec.bucket, [`age:${quantiles(kept.map((row) => row.age), 4)}`, `other:${quantiles(kept.map((row) => row.other), 10)}`]);
  assert.equal(withoutInput(await audit(rows, { ...asked, bucket: first.spec.bucket })), withoutInput(first));
  const text = toCsv(joined);
  const path = join(folder(t), 'preds.csv');
  writeFileSync(path, text);
  const sources = [toColumns(rows), Buffer.from(text), path, pathToFileURL(path), new Blob([gzipSync(text)]), Buffer.from(toLines(rows))];
  for (const source of sources) assert.equal(withoutInput(await audit(source, asked)), withoutInput(first));
  assert.equal(withoutInput(await audit(toColumns(rows), asked, { workers: 2 })), withoutInput(first));
  assert.equal((await audit(path, asked)).input.sha256, (await audit(path, spec)).input.sha256);
  for (const stream of [new Blob([text]).stream(), new Response(text), Readable.from([Buffer.from(text)]), new Blob([gzipSync(text)]).stream()])
    await assert.rejects(audit(stream, asked), /quantile buckets read the rows twice, and a stream or response comes once; give a path/);
  const cube = await Cube.build(rows, asked);
  assert.equal(withoutInput(await audit(new Blob([cube.save()]).stream(), { ...asked, where: undefined })), withoutInput(first));
});

test('what cannot be is refused in words', async () => {
  const refused = (source, more, message) => assert.rejects(render(source, { ...spec, ...more }), message);
  await refused([{ ...rows[0], identity: ['a|b'] }], {}, /column "identity", row 1: the value "a\|b" holds the separator "\|"; choose another/);
  await refused([{ ...rows[0], identity: [1] }], {}, /row 1: the values of a cell are texts, not of type number/);
  await refused([{ ...rows[0], race: ['a'] }], {}, /column "race", row 1: a cell is text/);
  await refused(rows, { where: 'age <' }, /^EvenhandError: where, character 6 \(age <\^\): expected a value/);
  await refused(rows, { where: 'agee < 3' }, /no column "agee"; nearest is "age"/);
});

test('a list of no texts means that none is missing but the empty one', async () => {
  const table = { y: [1, 0, 1], p: [0.9, 0.4, 0.2], country: ['NA', '', 'DE'] };
  const names = async (missing) => (await audit(table, { label: 'y', score: 'p', slice: 'country', metric: 'fpr', missing })).slices.map(({ name }) => name);
  assert.deepEqual(await names(undefined), ['overall', 'country=DE']);
  for (const none of [[], '', ['']]) assert.deepEqual(await names(none), ['overall', 'country=DE', 'country=NA']);
});
