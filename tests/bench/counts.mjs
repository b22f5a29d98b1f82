// Counting alone on every instruction set and as WebAssembly in Node, in one run, with the ratio of WebAssembly to the native
// program on registers of the same width.
//
//     node tests/bench/counts.mjs [rows]          default 10,000,000; after the release and wasm builds
//
// The job is that of counts.c: columns in memory, one thread, 65 groups at 9 thresholds. In Node the columns are JavaScript's,
// so copying them into the module is part of the work, and so is the report, since a cube built alone holds more. Best of 9.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { audit } from '../../js/src/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const rows = Number(process.argv[2] ?? 10_000_000);
const tries = 9;

/** @returns {{isa: string, type: string, speed: number}[]} */
function native(isa) {
  const text = execFileSync(join(root, 'build/release/tests/bench_counts'), [String(rows)],
    { env: { ...process.env, EVENHAND_ISA: isa }, encoding: 'utf8' });
  process.stdout.write(text);
  return [...text.matchAll(/^(\S+)\s+(f32|f64) scores\s+([\d.]+)/gm)].map(([, used, type, speed]) => ({ isa: used, type, speed: Number(speed) }));
}

function makeColumns() {
  const score = new Float64Array(rows);
  const label = new Uint8Array(rows);
  const codes = [2, 5, 7, 50].map(() => new Uint8Array(rows));
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < rows; i++) {
    score[i] = draw();
    label[i] = Number(draw() < score[i]);
    for (const [c, values] of [2, 5, 7, 50].entries()) codes[c][i] = Math.floor(draw() * values);
  }
  const coded = codes.map((code, c) => ({ codes: code, texts: Array.from({ length: [2, 5, 7, 50][c] }, (_, k) => `v${k}`) }));
  return { label, score, a: coded[0], b: coded[1], c: coded[2], d: coded[3] };
}

async function inNode(columns) {
  const spec = { label: 'label', score: 'score', slice: ['a', 'b', 'c', 'd'], metric: ['fpr', 'tpr'], interval: 'none',
    threshold: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] };
  let best = Infinity;
  for (let i = 0; i < tries; i++) {
    const start = performance.now();
    await audit(columns, spec);
    best = Math.min(best, performance.now() - start);
  }
  return rows / best / 1000;
}

const found = ['scalar', '128', 'avx2', 'avx512'].flatMap(native);
const columns = makeColumns();
for (const type of ['f32', 'f64']) {
  const speed = await inNode(type === 'f32' ? { ...columns, score: Float32Array.from(columns.score) } : columns);
  const same = found.find((row) => row.isa === '128' && row.type === type);
  console.log(`wasm    ${type} scores ${speed.toFixed(1).padStart(8)} M rows/s  ${(speed / (same?.speed ?? NaN)).toFixed(2)} of the native 128`);
}
