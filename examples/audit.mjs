// audit: Evenhand from Node, in one page.
//
//     node examples/audit.mjs [FILE.csv]
//
// One call gives a report; a cube keeps the counts, so that further questions need no rows.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { audit, Cube } from 'evenhand';

const file = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'data', 'adult.csv');
const spec = { label: 'label', score: 'score', slice: ['sex', 'race'], metric: ['fpr', 'fnr', 'selection_rate'] };

// 1. A file in, a report out: the same object that `evenhand audit --json` prints.
const report = await audit(file, spec);
console.log(`${report.input.rows} rows, ${report.results.length} results. What stands out:`);
for (const { rank, text } of report.findings.slice(0, 3)) console.log(`  ${rank}. ${text}`);

// 2. Arrays in memory are a source too. Results are flat rows, so a table is one filter away.
const small = await audit(
  { score: Float32Array.of(0.9, 0.2, 0.7, 0.4), label: Uint8Array.of(1, 0, 0, 1), team: ['a', 'a', 'b', 'b'] },
  { label: 'label', score: 'score', slice: ['team'], metric: ['fpr'] },
);
console.log('\nFalse positive rate per team:');
for (const row of small.results) console.log(`  ${row.slice}: ${row.value}`);

// 3. A cube built from each part of the data, wherever the parts are, merges into the cube of all: the same bytes.
const halves = [
  { score: [0.9, 0.2], label: [1, 0], team: ['a', 'a'] },
  { score: [0.7, 0.4], label: [0, 1], team: ['b', 'b'] },
];
const teams = { label: 'label', score: 'score', slice: ['team'] };
const parts = await Promise.all(halves.map((half) => Cube.build(half, teams)));
const bytes = Cube.merge(parts).save(); // a cube file, as `evenhand audit --cube` writes it
const reloaded = await Cube.load(bytes);
console.log(`\nMerged and reloaded cube: ${(await audit(reloaded)).slices[0].rows} rows`);

// 4. Any threshold, without going back to the rows: cheap enough for a slider.
const cube = await Cube.build(file, spec);
console.log('\nFalse positive rate of women and men as the threshold moves:');
for (const threshold of [0.2, 0.5, 0.8]) {
  const { slices, rates } = cube.at(threshold);
  const fpr = (slice) => rates.fpr[slices.indexOf(slice)].toFixed(4);
  console.log(`  ${threshold}: ${fpr('sex=Female')} ${fpr('sex=Male')}`);
}
