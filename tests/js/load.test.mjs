// The loader: one file for Node, workers and pages. Each case is a process of its own, since a thread loads once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { packageModule, root } from './helper.mjs';

const index = JSON.stringify(pathToFileURL(join(root, 'js/src/index.js')).href);
const file = JSON.stringify(packageModule);
const small = "{ y: [1, 0], p: [0.9, 0.1] }, { label: 'y', score: 'p', metric: 'accuracy' }";

/** Runs a module and gives what it printed. */
async function run(code) {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  assert.equal(Buffer.concat(err).toString(), '');
  return Buffer.concat(out).toString().trim();
}

const auditAfter = (init) => run(`
  import { readFileSync } from 'node:fs';
  const { audit, init } = await import(${index});
  ${init}
  console.log((await audit(${small})).results[0].value);`);

test('by itself, from bytes, from a compiled module, from a path', async () => {
  assert.equal(await auditAfter(''), '1');
  assert.equal(await auditAfter(`await init(readFileSync(${file}));`), '1');
  assert.equal(await auditAfter(`await init(new Uint8Array(readFileSync(${file})).buffer);`), '1');
  assert.equal(await auditAfter(`await init(new WebAssembly.Module(readFileSync(${file})));`), '1');
  assert.equal(await auditAfter(`await init(new URL('file://' + ${file}));`), '1');
});

test('over http, streaming or not, as a page loads it', async (t) => {
  const bytes = readFileSync(packageModule);
  const server = createServer((request, response) => {
    if (request.url === '/typed.wasm') response.setHeader('content-type', 'application/wasm');
    response.statusCode = request.url === '/none.wasm' ? 404 : 200;
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const at = (path) => `'http://127.0.0.1:${server.address().port}${path}'`;
  assert.equal(await auditAfter(`await init(${at('/typed.wasm')});`), '1');
  assert.equal(await auditAfter(`await init(new URL(${at('/plain.wasm')}));`), '1');
  assert.equal(await auditAfter(`await init(await fetch(${at('/typed.wasm')}));`), '1');
  assert.match(await auditAfter(`await init(${at('/none.wasm')}).catch((e) => console.log(e.code, e.message)); process.exit();`),
    /^EH_E_IO .*none\.wasm: the wasm module cannot be fetched \(404\)$/);
});

test('one compiled module serves many workers; their cubes merge', async () => {
  const worker = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { Cube, init } = await import(${index});
    await init(workerData.module);
    parentPort.postMessage((await Cube.build(workerData.rows, { label: 'y', score: 'p' })).save());`;
  assert.equal(await run(`
    import { readFileSync } from 'node:fs';
    import { Worker } from 'node:worker_threads';
    const { Cube } = await import(${index});
    const module = await WebAssembly.compile(readFileSync(${file}));
    const part = (rows) => new Promise((resolve, reject) => new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)})),
      { workerData: { module, rows } }).on('message', resolve).on('error', reject));
    const rows = [{ y: 1, p: 0.9 }, { y: 0, p: 0.2 }, { y: 0, p: 0.7 }];
    const saved = await Promise.all([part(rows.slice(0, 1)), part(rows.slice(1))]);
    const merged = Cube.merge(await Promise.all(saved.map((bytes) => Cube.load(bytes))));
    console.log(merged.checksum() === (await Cube.build(rows, { label: 'y', score: 'p' })).checksum());`), 'true');
});

test('a module that is not ours is refused, and what failed can be tried again', async () => {
  const empty = 'new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])';
  assert.match(await run(`const { init } = await import(${index}); await init(${empty}).catch((e) => console.log(e.code, e.message));`),
    /^EH_E_INTERNAL .*not Evenhand/);
  assert.equal(await auditAfter(`await init(${empty}).catch(() => {}); await init(readFileSync(${file}));`), '1');
});

test('loading needs nothing of Node but a file: no network class is touched', async () => {
  assert.equal(await run(`
    const { audit } = await import(${index});
    for (const name of ['Response', 'Request', 'fetch', 'Blob', 'ReadableStream'])
      Object.defineProperty(globalThis, name, { get() { throw new Error(name + ' was touched'); } });
    console.log((await audit(${small})).results[0].value);`), '1');
});
