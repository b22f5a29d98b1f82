// What is taken is given back: on success, on failure, and by the collector where `free` was forgotten.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { audit, Cube } from '../../js/src/index.js';
import { engine as sharedEngine, loadSync } from '../../js/src/load.js';
import { packageModule, people, spec, toCsv } from './helper.mjs';

const rows = people(2000, 9);
const bytes = Buffer.from(toCsv(rows));

/** Whether `use` leaves the memory as large as it was after a warm-up. */
async function steady(times, use) {
  const { wasm } = await sharedEngine();
  for (let i = 0; i < 3; i++) await use(i);
  const before = wasm.memory.buffer.byteLength;
  for (let i = 0; i < times; i++) await use(i);
  assert.equal(wasm.memory.buffer.byteLength, before);
}

test('200 audits do not grow the memory', () => steady(200, (i) => audit(i % 2 ? bytes : rows, spec)));

test('200 failures do not grow the memory', () => steady(200, async (i) => {
  const wrong = [{ ...spec, slice: 'sx' }, { ...spec, level: 7 }, { ...spec, label: 'age' }, { ...spec, baseline: 'sex=No' }][i % 4];
  await assert.rejects(audit(i % 8 < 4 ? bytes : rows, wrong), { name: 'EvenhandError' });
}));

test('freed cubes do not grow the memory', () => steady(200, async () => {
  const cube = await Cube.build(rows, spec);
  cube.at(0.4);
  const again = await Cube.load(cube.save());
  const both = Cube.merge([cube, again]);
  for (const one of [cube, again, both]) one.free();
}));

test('forgotten cubes are collected', async () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc');
  const { wasm } = await sharedEngine();
  const saved = (await Cube.build(rows, spec)).save();
  let freed = 0;
  const { ehw_cube_free: free } = wasm;
  const shared = await sharedEngine();
  shared.wasm = { ...wasm, ehw_cube_free: (p) => { freed += Number(p !== 0); free(p); } };
  try {
    for (let i = 0; i < 20; i++) await Cube.load(saved);
    for (let i = 0; i < 20 && freed < 15; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    assert.ok(freed >= 15, `${freed} of 20 were freed`);
  } finally {
    shared.wasm = wasm;
  }
});

test('memory that grows under a view is no harm', () => {
  const engine = loadSync(readFileSync(packageModule));
  engine.scope((scope) => {
    const one = scope.text('before');
    const size = engine.wasm.memory.buffer.byteLength;
    scope.take(size);
    assert.ok(engine.wasm.memory.buffer.byteLength > size);
    assert.equal(engine.text(one.p, one.n), 'before');
  });
});

test('memory that is not to be had is an error, and what was taken is given back', () => {
  const engine = loadSync(readFileSync(packageModule));
  assert.throws(() => engine.scope((scope) => {
    for (;;) scope.take(2 ** 30);
  }), { code: 'EH_E_MEMORY', message: 'out of memory' });
  const size = engine.wasm.memory.buffer.byteLength;
  engine.scope((scope) => scope.take(2 ** 30));
  assert.equal(engine.wasm.memory.buffer.byteLength, size);
});

test('pointers above 2 GB work', async () => {
  const engine = loadSync(readFileSync(packageModule));
  engine.scope((scope) => {
    for (let p = 0; p < 2 ** 31;) p = scope.take(2 ** 28);
    const { p, n } = scope.text('far away');
    assert.ok(p > 2 ** 31);
    assert.equal(engine.text(p, n), 'far away');
    assert.throws(() => engine.attempt((err) => engine.wasm.ehw_cube_load(scope.take(4), p, n, err)), { code: 'EH_E_CUBE' });
  });
});
