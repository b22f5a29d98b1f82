// parallel-cubes: one table in parts, counted by worker threads, audited as a whole.
//
//     node examples/parallel-cubes.mjs [FILE.csv]
//
// Each part could lie on another machine: what travels is its cube, which is small. The order does not matter, to the byte.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { audit, Cube } from 'evenhand';

const here = fileURLToPath(import.meta.url);
const spec = { label: 'label', score: 'score', slice: ['sex', 'race'], bucket: ['age:25,45,65'] };
const PARTS = 8;

if (!isMainThread) {
  const cube = await Cube.build(workerData, spec);
  parentPort.postMessage(cube.save());
} else {
  const file = process.argv[2] ?? join(dirname(here), 'data', 'adult.csv');
  // Row i goes to part i modulo 8, each part with the header.
  const [header, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const parts = Array.from({ length: PARTS }, (_, p) => [header, ...rows.filter((_, i) => i % PARTS === p)].join('\n'));

  const cubes = await Promise.all(parts.map((part) => new Promise((resolve, reject) => {
    const worker = new Worker(here, { workerData: new TextEncoder().encode(part) });
    worker.once('message', (bytes) => resolve(Cube.load(bytes)));
    worker.once('error', reject);
  })));

  const report = await audit(Cube.merge(cubes));
  console.log(`${report.input.rows} rows in ${PARTS} parts. What stands out:`);
  for (const { rank, text } of report.findings.slice(0, 5)) console.log(`  ${rank}. ${text}`);
}
