// How work is run changes no number: signals, progress, workers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { audit, Cube, render } from '../../js/src/index.js';
import { folder, people, spec, toColumns, toCsv, withoutInput } from './helper.mjs';

const rows = people(140000, 11);
const columns = toColumns(rows);
const csv = Buffer.from(toCsv(rows));
const typed = { ...columns, score: Float64Array.from(columns.score), other: Float32Array.from(columns.other),
  label: Uint8Array.from(columns.label) };

/** A signal that comes after so many milliseconds. */
function soon(ms) {
  const control = new AbortController();
  setTimeout(() => control.abort(new Error('too late')), ms);
  return control.signal;
}

/** Counts the threads that are started while `use` runs. */
async function threads(use) {
  let n = 0;
  const count = () => n++;
  process.on('worker', count);
  try {
    return [await use(), n];
  } finally {
    process.off('worker', count);
  }
}

test('any number of workers gives the same cube and the same report, input included', async () => {
  const alone = await Cube.build(columns, spec);
  const report = await render(columns, spec);
  for (const [source, workers, started] of [[columns, 2, 2], [columns, 3, 3], [typed, 4, 4], [rows, 2, 2], [columns, 64, 4]]) {
    const [cube, n] = await threads(() => Cube.build(source, spec, { workers }));
    assert.equal(n, started);
    assert.deepEqual(cube.save(), alone.save());
    cube.free();
  }
  assert.equal(await render(typed, spec, 'json', { workers: 2 }), report);
});

test('cells of every kind, mixed and missing, go to workers as they are', async () => {
  const n = rows.length;
  const group = Array.from({ length: n }, (_, i) => ['x', true, 12n, null, undefined, NaN, '', 'NA', 'ä€', '\ud800'][i % 10]);
  const mixed = { ...columns, sex: group, race: BigInt64Array.from(group, (_, i) => BigInt(i % 5)),
    label: columns.label.map((x, i) => (i % 3 ? Boolean(x) : String(x))), age: columns.age.map((x, i) => (i % 7 ? x : null)) };
  const [report, started] = await threads(() => render(mixed, spec, 'json', { workers: 2 }));
  assert.equal(started, 2);
  assert.equal(report, await render(mixed, spec));
});

test('numbers among texts, which the module spells, are left to one reader', async () => {
  const group = columns.sex.map((sex, i) => [0, -0, 1e21, 1e-7, Infinity, 'x', sex][i % 7]);
  const [report, started] = await threads(() => render({ ...columns, sex: group }, spec, 'json', { workers: 2 }));
  assert.equal(started, 0);
  assert.equal(report, await render({ ...columns, sex: group }, spec));
  const infinite = { ...columns, sex: columns.sex.map((_, i) => [1, 2, Infinity, -Infinity, NaN][i % 5]) };
  assert.equal(await render(infinite, spec, 'json', { workers: 2 }), await render(infinite, spec));
});

test('skipped rows keep their numbers', async () => {
  const holes = { ...columns, score: columns.score.map((x, i) => (i === 139000 || i === 70001 ? null : x)) };
  const one = await audit(holes, spec);
  assert.deepEqual(one.input.skipped.map((skip) => skip.line), [70002, 139001]);
  assert.deepEqual(await audit(holes, spec, { workers: 3 }), one);
});

test('what goes wrong in a share is told as one thread tells it', async () => {
  const wrong = [
    [{ ...columns, label: columns.label.map((x, i) => (i < 100000 ? x : 'maybe')) }, spec],
    [{ ...columns, score: columns.score.map((x, i) => (i === 120000 ? 'high' : x)) }, { ...spec, strict: true }],
    [columns, { ...spec, positive: 'yes' }], [columns, { ...spec, slice: 'sx' }], [columns, { ...spec, level: 7 }],
    [{ ...columns, sex: columns.sex.map((x, i) => (i === 99999 ? {} : x)) }, spec],
  ];
  for (const [source, asked] of wrong) {
    const alone = await audit(source, asked).catch((error) => error);
    assert.equal(alone.name, 'EvenhandError');
    await assert.rejects(audit(source, asked, { workers: 2 }), { code: alone.code, message: alone.message });
  }
  const late = { ...columns, label: columns.label.map((_, i) => (i < 100000 ? 'no' : ['no', 'yes'][i % 2])) };
  assert.equal(withoutInput(await audit(late, { ...spec, positive: 'yes' }, { workers: 2 })),
    withoutInput(await audit(late, { ...spec, positive: 'yes' })));
  const usable = { ...columns, score: columns.score.map((x, i) => (i < 70000 ? null : x)) };
  assert.deepEqual(await audit(usable, spec, { workers: 2 }), await audit(usable, spec));
});

test('small tables and files start no thread', async () => {
  const few = toColumns(people(2000));
  for (const source of [few, csv]) assert.equal((await threads(() => Cube.build(source, spec, { workers: 4 })))[1], 0);
});

test('progress grows to the total, in bytes or rows', async (t) => {
  const path = join(folder(t), 'preds.csv');
  writeFileSync(path, csv);
  const watched = async (source, options = {}) => {
    const seen = [];
    await Cube.build(source, spec, { ...options, onProgress: (progress) => seen.push(progress) });
    assert.ok(seen.every((one, i) => i === 0 || one.done > seen[i - 1].done));
    return seen.at(-1);
  };
  const bytes = { done: csv.length, total: csv.length, unit: 'bytes' };
  for (const source of [csv, path, new Blob([csv]), new Response(csv, { headers: { 'content-length': String(csv.length) } })])
    assert.deepEqual(await watched(source), bytes);
  assert.deepEqual(await watched(Readable.from([csv])), { ...bytes, total: undefined });
  const inMemory = { done: rows.length, total: rows.length, unit: 'rows' };
  assert.deepEqual(await watched(columns), inMemory);
  assert.deepEqual(await watched(columns, { workers: 2 }), inMemory);
  await assert.rejects(audit(columns, spec, { onProgress() { throw new Error('enough'); } }), { message: 'enough' });
  await assert.rejects(audit(csv, spec, { onProgress() { throw new Error('enough'); } }), { message: 'enough' });
});

test('a signal that has come stops at once, with its reason', async () => {
  const reason = new Error('never mind');
  const cube = await Cube.build(people(100), spec);
  for (const source of [columns, csv, rows, cube])
    await assert.rejects(audit(source, spec, { signal: AbortSignal.abort(reason) }), reason);
  await assert.rejects(render(columns, spec, 'csv', { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('a signal stops work under way: in memory, on threads, and while a source gives nothing', async (t) => {
  const stopping = async (source, options = {}) => {
    const control = new AbortController();
    let calls = 0;
    const work = Cube.build(source, spec, { ...options, signal: control.signal,
      onProgress() { if (++calls === 1) control.abort(); } });
    await assert.rejects(work, { name: 'AbortError' });
    assert.equal(calls, 1);
  };
  await stopping(columns);
  await stopping(csv);
  await stopping(columns, { workers: 2 });

  const silent = new Readable({ read() { if (!this.begun) this.push(csv.subarray(0, 5000)); this.begun = true; } });
  let cancelled = false;
  const stream = new ReadableStream({ start(c) { c.enqueue(csv.subarray(0, 5000)); }, cancel() { cancelled = true; } });
  for (const source of [silent, stream])
    await assert.rejects(audit(source, spec, { signal: soon(30) }), { message: 'too late' });
  assert.ok(silent.destroyed);
  assert.ok(cancelled);

  const server = createServer((_, response) => response.write(csv.subarray(0, 5000)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => { server.closeAllConnections(); server.close(); });
  await assert.rejects(audit(new URL(`http://127.0.0.1:${server.address().port}/`), spec, { signal: soon(50) }),
    { message: 'too late' });
});

function twice(column) {
  const both = new column.constructor(2 * column.length);
  both.set(column);
  both.set(column, column.length);
  return both;
}

test('a signal that comes in time to a timer: the page can breathe', async () => {
  const control = new AbortController();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const many = { label: typed.label, score: Float64Array.from(typed.score) };
  while (many.score.length < 2e6) for (const name in many) many[name] = twice(many[name]);
  await Cube.build(many, { label: 'label', score: 'score' }, { signal: control.signal });
  clearInterval(timer);
  assert.ok(ticks > 0);
});

test('options that are none are refused', async () => {
  for (const [options, message] of [[{ worker: 2 }, /no option "worker"/], [{ workers: 0 }, /1 to 64, not 0/], [{ workers: 1.5 }, /not 1.5/],
    [{ signal: {} }, /AbortSignal/], [{ onProgress: 1 }, /function/], [null, /options are an object/]])
    await assert.rejects(Cube.build(columns, spec, options), { code: 'EH_E_USAGE', message });
});
