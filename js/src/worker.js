// A thread that counts one share of the rows and gives back the bytes of its cube. Started by parts.js, in Node and browsers.
import { Coded } from './coded.js';
import { ingest } from './ingest.js';
import { engine as sharedEngine, init } from './load.js';
import { makeRequest } from './request.js';
import { Watch } from './watch.js';

/**
 * @param {import('./parts.js').Share} share
 * @param {(answer: unknown, transfer?: ArrayBuffer[]) => void} post
 */
async function count({ module, spec, once, rows, first, tells, columns }, post) {
  await init(module);
  const engine = await sharedEngine();
  let told = 0;
  const watch = new Watch(tells ? { onProgress: ({ done }) => { post({ rows: done - told }); told = done; } } : {});
  /** @type {import('./table.js').Table} */
  const table = {
    rows,
    first,
    has: (name) => Object.hasOwn(columns, name),
    names: () => Object.keys(columns),
    cells(name, from, to) {
      const column = columns[name];
      return 'typed' in column ? /** @type {Float64Array} */ (column.typed).subarray(from, to)
        : new Coded(column.texts, column.codes.subarray(from, to));
    },
  };
  const cube = await engine.scope((scope) => ingest(scope, makeRequest(scope, spec), table, watch, false, once));
  const bytes = engine.collect((buf, err) => engine.wasm.ehw_cube_save(cube, buf, err), (saved) => saved.slice());
  post({ cube: bytes }, [/** @type {ArrayBuffer} */ (bytes.buffer)]);
}

/**
 * @param {import('./parts.js').Share} share
 * @param {(answer: unknown, transfer?: ArrayBuffer[]) => void} post
 */
const answer = (share, post) => count(share, post).catch(() => post({ failed: true }));

if (typeof self === 'object' && typeof self.postMessage === 'function') {
  self.onmessage = ({ data }) => answer(data, (message, transfer = []) => self.postMessage(message, { transfer }));
} else {
  const { parentPort } = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:worker_threads');
  parentPort?.once('message', (share) => answer(share, (message, transfer = []) => parentPort.postMessage(message, transfer)));
}
