// One file over several threads: the bytes of the cube and of the report are those of one reader, whatever is in the file and wherever
// it is cut; what goes wrong is told in the words of one reader.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { audit, Cube, render } from '../../js/src/index.js';
import { Crew, sizes } from '../../js/src/share.js';
import { folder, people, random, spec, toCsv, toColumns } from './helper.mjs';

Object.assign(sizes, { block: 1000, worth: 1, each: 1 });

/** What `use` gives, and how many blocks threads were given meanwhile. */
async function shared(use) {
  const { give } = Crew.prototype;
  let blocks = 0;
  Crew.prototype.give = function (...all) { blocks++; return give.apply(this, all); };
  try {
    return [await use(), blocks];
  } finally {
    Crew.prototype.give = give;
  }
}

/** The bytes of a cube, and how often its source was read. */
async function built(source, asked, workers) {
  let readings = 1;
  let before = 0;
  const onProgress = ({ done }) => {
    readings += Number(done < before);
    before = done;
  };
  const cube = await Cube.build(source, asked, { workers, onProgress });
  try {
    return [Buffer.from(cube.save()).toString('base64'), readings];
  } finally {
    cube.free();
  }
}

/** Cube and report of one reader and of some threads; how many blocks they counted, 0 if one reader had to read all after them. */
async function same(source, asked, some = [2]) {
  const [cube, readings] = await built(source, asked, 1);
  let least = Infinity;
  for (const workers of some) {
    const [[again, more], blocks] = await shared(() => built(source, asked, workers));
    assert.equal(again, cube);
    least = Math.min(least, more > readings ? 0 : blocks);
  }
  return least;
}

const rows = people(3000, 31);
const csv = toCsv(rows);
const small = { label: 'y', score: 'p', slice: 'g', metric: 'fpr' };

test('a CSV file, in every form it can be read twice in', async (t) => {
  const path = join(folder(t), 'shared.csv');
  writeFileSync(path, csv);
  for (const source of [path, new URL(`file://${path}`), Buffer.from(csv), new Blob([csv]), new File([csv], 'shared.csv')])
    assert.ok(await same(source, spec, source === path ? [2, 3, 7] : [2]) > 100);
  assert.equal(await render(path, spec, 'json', { workers: 3 }), await render(path, spec));
  assert.ok(await same(new Blob([gzipSync(csv)]), spec) > 100);
  assert.ok(await same(Buffer.from(toCsv(rows, '\t')), { ...spec, delimiter: 'tab' }) > 100);
});

test('what comes once has one reader, and a file of a few rows too', async () => {
  const [, blocks] = await shared(() => audit(Readable.from([csv]), spec, { workers: 4 }));
  assert.equal(blocks, 0);
  for (const text of ['y,p,g\n1,.5,a\n', 'y,p,g\n1,.5,a', 'y,p,g\r1,.5,a\r0,.1,b\r']) assert.equal(await same(Buffer.from(text), small), 0);
});

test('line ends, marks, blank lines and quotes that hold any of these', async () => {
  const draw = random(32);
  const texts = ['a', ' b ', '"c"', '"d\nd"', '"e\r\n,""e"""', '""', '"\n\n"', '""""', 'NA', ''];
  for (const end of ['\n', '\r\n', '\n\n', '\n \t\n']) {
    for (const mark of ['', '\ufeff']) {
      for (const last of ['', end]) {
        const lines = Array.from({ length: 600 }, () =>
          `${Number(draw() < 0.3)},${draw().toFixed(3)},${texts[Math.floor(draw() * texts.length)]}`);
        assert.ok(await same(Buffer.from(`${mark}y,p,g${end}${lines.join(end)}${last}`), small) > 4);
      }
    }
  }
});

test('a quote that is a letter, a row of too many fields, a bad number, a byte that is no text: at every place', async () => {
  const plain = Array.from({ length: 300 }, (_, i) => `${i % 2},.${100 + i},${i % 3 ? 'a' : '"b\n"'}`);
  for (const odd of ['1,.5,a"b', '1,.5, "a"', '1,.5,"a" ', '1,.5,"a"b', '1,.5,a,b', '1', '1,x,a', '1,.5,\0', '1,.5,\ud800']) {
    for (const at of [0, 150, 299]) {
      const lines = plain.toSpliced(at, 1, odd);
      const source = Buffer.from(`y,p,g\n${lines.join('\n')}\n`, odd.includes('\ud800') ? 'latin1' : 'utf8');
      await same(source, small);
    }
  }
});

test('rows that are skipped have the lines that they have in the file', async () => {
  const lines = Array.from({ length: 900 }, (_, i) => (i % 97 === 5 ? 'nonsense' : `${i % 2},.${100 + i},"a\n${i % 3}"`));
  const source = Buffer.from(`y,p,g\n${lines.join('\n')}\n`);
  assert.ok(await same(source, small) > 4);
  const { input } = await audit(source, small, { workers: 3 });
  assert.deepEqual(input.skipped.slice(0, 3).map(({ line }) => line), [12, 205, 398]);
  await assert.rejects(audit(source, { ...small, strict: true }, { workers: 3 }), { code: 'EH_E_ROW', message: /line 12:/, detail: { line: 12, status: 21 } });
});

test('the words of errors are those of one reader', async () => {
  const lines = Array.from({ length: 900 }, (_, i) => `${i % 2},.${100 + i},a`);
  const file = (more, header = 'y,p,g') => Buffer.from(`${[header, ...lines, ...more].join('\n')}\n`);
  for (const [source, asked] of [[file(['2,.5,a']), {}], [file(['0,.5,"a']), {}], [file([]), { positive: 'yes' }], [file([], 'y,p,h'), {}],
    [file([]), { where: 'g = b' }], [file([], 'y,p,g,g'), { where: 'g = b' }], [file([]), { label: 'p' }]]) {
    const alone = await audit(source, { ...small, ...asked }).catch((error) => error);
    assert.ok(alone instanceof Error);
    await assert.rejects(audit(source, { ...small, ...asked }, { workers: 3 }), { code: alone.code, message: alone.message, detail: alone.detail });
  }
});

test('shares without a usable row, a positive label only in the last', async () => {
  const lines = Array.from({ length: 900 }, (_, i) => `${i < 890 ? 'no' : 'yes'},.${100 + i},${i < 450 ? 'a' : 'b'}`);
  const source = Buffer.from(`y,p,g\n${lines.join('\n')}\n`);
  assert.ok(await same(source, { ...small, positive: 'yes', where: 'g = b' }) > 4);
});

test('every kind of count: weights, parts, several models, bins, buckets by quantiles, conditions, clusters, regression, no hash', async () => {
  const weighted = rows.map((row, i) => ({ ...row, w: (1 + (i % 7)) / 4, part: ((i * 7) % 11) / 10, person: `p${i % 97}` }));
  const source = Buffer.from(toCsv(weighted));
  const base = { label: 'label', score: 'score', slice: ['sex', 'race'] };
  for (const more of [{ weight: 'w' }, { weight: 'w', score_bits: 52 }, { label: 'part', fractional: true }, { score: ['score', 'other'] },
    { score_bits: 7 }, { score_bits: 11, threshold: '.1:.9:.1' }, { bucket: 'age:q4' }, { bucket: 'age:30,40', where: 'age >= 20' },
    { slice_if: 'young: age < 25', cross: ['sex*race'], show_missing: true }, { cluster: 'person', replicates: 200 },
    { task: 'regression', label: 'age' }, { no_hash: true }, { multi: 'race:,', slice: ['sex'] }, { missing: ['Male'] }, { curves: true },
    { interval: 'bootstrap', replicates: 200, threshold: 0.3 }, { cut: '>=' }, { metric: 'fpr', interval: 'none' }])
    assert.ok(await same(source, { ...base, ...more }) > 100, JSON.stringify(more));
});

test('a file without a header', async () => {
  assert.ok(await same(Buffer.from(csv.slice(csv.indexOf('\n') + 1)), { ...spec, names: Object.keys(rows[0]) }, [3]) > 100);
  assert.ok(await same(Buffer.from(`\ufeff${csv.slice(csv.indexOf('\n') + 1)}`), { ...spec, names: Object.keys(rows[0]) }, [3]) > 100);
});

test('JSON Lines, keys that a share has not among them', async () => {
  const lines = rows.map((row, i) => JSON.stringify(i % 5 ? row : { ...row, sex: undefined, race: 'a\n"\u00e9' }));
  assert.ok(await same(Buffer.from(lines.join('\n')), spec) > 100);
  assert.ok(await same(Buffer.from(`\ufeff\n${lines.toSpliced(700, 1, '{"label": 1').join('\r\n\n')}\n`), spec) > 100);
  const late = rows.map((row, i) => JSON.stringify(i < 2900 ? { ...row, sex: undefined } : row));
  assert.ok(await same(Buffer.from(late.join('\n')), spec) > 100);
  const never = Buffer.from(rows.map((row) => JSON.stringify({ ...row, sex: undefined })).join('\n'));
  await assert.rejects(audit(never, spec, { workers: 3 }), { code: 'EH_E_SPEC', message: 'input has no key "sex" in any row' });
});

test('a record longer than a block is read where the bytes come', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `${i % 2},.${100 + i},${i % 500 ? 'a' : `"${'long\n'.repeat(1000)}"`}`);
  assert.ok(await same(Buffer.from(`y,p,g\n${lines.join('\n')}\n`), small) > 4);
});

test('a signal ends it, and what progress throws', async () => {
  const source = Buffer.from(csv);
  const control = new AbortController();
  await assert.rejects(audit(source, spec, { workers: 2, signal: control.signal, onProgress: () => control.abort(new Error('enough')) }),
    /enough/);
  let told = 0;
  await assert.rejects(audit(source, spec, { workers: 2, onProgress: () => { told++; throw new Error('no'); } }), /no/);
  assert.equal(told, 1);
  const seen = [];
  await audit(source, spec, { workers: 2, onProgress: ({ done, total, unit }) => seen.push([done, total, unit]) });
  assert.deepEqual(seen.at(-1), [source.length, source.length, 'bytes']);
});

test('a file of some megabytes is hashed by Node, and the hash is that of its bytes', async (t) => {
  const where = folder(t);
  const path = join(where, 'hashed.csv');
  const big = `${csv}${csv.slice(csv.indexOf('\n') + 1).repeat(50)}`;
  writeFileSync(path, big);
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(big).digest('hex');
  for (const workers of [1, 2]) assert.equal((await audit(path, spec, { workers })).input.sha256, sha256);
  assert.equal((await audit(path, { ...spec, no_hash: true })).input.sha256, null);
  const packed = join(where, 'hashed.csv.gz');
  const noise = gzipSync(Buffer.from(big), { level: 0 });
  writeFileSync(packed, noise);
  for (const workers of [1, 2])
    assert.equal((await audit(packed, spec, { workers })).input.sha256, createHash('sha256').update(noise).digest('hex'));
  assert.equal((await audit(toColumns(rows), spec)).input.sha256, null);
});
