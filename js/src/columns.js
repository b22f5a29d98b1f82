// A share of columns in memory to the bytes of its cube. Called by worker.js.
import { Coded } from './coded.js';
import { ingest } from './ingest.js';
import { engine as sharedEngine, init } from './load.js';
import { makeRequest } from './request.js';
import { Watch } from './watch.js';

/**
 * @param {import('./parts.js').Share} share
 * @param {import('./worker.js').Post} post
 */
export async function countColumns({ module, spec, once, rows, first, tells, columns }, post) {
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
