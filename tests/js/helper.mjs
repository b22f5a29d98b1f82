// What the tests of the package share: seeded data in every form, and where the programs are.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const nodeProgram = join(root, 'js/bin/evenhand.js');
export const nativeProgram = join(root, 'build/release/evenhand');
export const packageModule = join(root, 'js/wasm/evenhand.wasm');
export const programModule = join(root, 'js/wasm/evenhand-cli.wasm');

for (const name of ['evenhand.wasm', 'evenhand-cli.wasm']) {
  const built = join(root, 'build/wasm', name);
  const packed = join(root, 'js/wasm', name);
  if (!existsSync(packed))
    throw new Error(`js/wasm/${name} is not there: cmake --build --preset wasm && npm run build`);
  if (existsSync(built) && !readFileSync(built).equals(readFileSync(packed)))
    throw new Error(`js/wasm/${name} is not the one in build/wasm: npm run build`);
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Predictions of two models about people, with some missing cells; `other` holds f32 values. */
export function people(n, seed = 1) {
  const draw = random(seed);
  const pick = (list) => list[Math.floor(draw() * list.length)];
  return Array.from({ length: n }, () => {
    const sex = pick(['Female', 'Male']);
    const label = Number(draw() < (sex === 'Male' ? 0.4 : 0.25));
    const score = Math.min(1, Math.max(0, 0.3 * label + 0.15 * Number(sex === 'Male') + 0.65 * draw()));
    return {
      label,
      score: Number(score.toFixed(6)),
      other: Math.fround(draw()),
      sex: draw() < 0.01 ? null : sex,
      race: pick(['Asian', 'Black', 'White', 'White', 'Native, "first"']),
      age: 18 + Math.floor(60 * draw()),
    };
  });
}

const field = (value) => {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function toCsv(rows, delimiter = ',') {
  const names = Object.keys(rows[0]);
  const lines = rows.map((row) => names.map((name) => field(row[name])).join(delimiter));
  return `${names.join(delimiter)}\n${lines.join('\n')}\n`;
}

export const toLines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export function toColumns(rows) {
  const column = (name) => rows.map((row) => row[name]);
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, column(name)]));
}

/** The options that most tests ask for. */
export const spec = Object.freeze({
  label: 'label',
  score: ['score', 'other'],
  slice: ['sex', 'race'],
  cross: ['sex*race'],
  bucket: ['age:30,45,60'],
  threshold: [0.3, 0.5],
});

/** A report without what tells where the rows came from. */
export function withoutInput(report) {
  const { input: _, ...rest } = report;
  return JSON.stringify(rest);
}

/** A folder that goes when the test ends. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'evenhand-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
