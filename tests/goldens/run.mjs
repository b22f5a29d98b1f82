#!/usr/bin/env node
// Golden files of other tools' numbers against Evenhand's public JS API:
//     node tests/goldens/run.mjs FILE...
// A file is {meta?, cases: [{id, toolkit, function, input, params?, expected, tol?}]}. A case passes, fails, is divergent by a
// named rule (rules.mjs; the reasons are in divergences.json) or is left for later, because something it asks for is not in
// Evenhand yet. The last line is "N passed, N failed"; exit 1 if any failed, 2 if a file cannot be read.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { judge } from './judge.mjs';

const SHOWN = 5; // wrong numbers of one case
const reasons = JSON.parse(readFileSync(new URL('divergences.json', import.meta.url), 'utf8'));

function readCases(file) {
  try {
    const { meta, cases, derived_cases: derived = [] } = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(cases)) throw new Error('it has no list "cases"');
    const all = [...cases, ...derived];
    const odd = all.findIndex((golden) => golden === null || typeof golden !== 'object' || Array.isArray(golden));
    if (odd >= 0) throw new Error(`case ${odd + 1} is no object`);
    return { tolerance: meta?.naming?.case_default_tol ?? 1e-9, cases: all };
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exit(2);
  }
}

/** The function a case is about; files of losses name those instead. */
function functionName(golden) {
  return [golden.toolkit, golden.function ?? golden.loss ?? golden.main_loss ?? golden.quantity ?? '(unnamed)'].filter(Boolean).join(': ');
}

function add(map, key, value) {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function printTable(map, head) {
  if (map.size === 0) return;
  console.log(head);
  const width = Math.min(76, Math.max(...[...map.keys()].map((key) => key.length)));
  for (const [key, rows] of [...map].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [checked, total] = rows.reduce(([c, t], r) => [c + r.checked, t + r.total], [0, 0]);
    const part = checked ? `; ${checked} of ${total} numbers checked` : '';
    console.log(`  ${key.padEnd(width)}  ${String(rows.length).padStart(3)} case${rows.length > 1 ? 's' : ''}${part}`);
  }
}

function printRules(divergent) {
  for (const [rule, ids] of [...divergent].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!reasons[rule]) throw new Error(`divergences.json gives no reason for ${rule}`);
    console.log(`  ${rule} (${ids.length}): ${ids.join(', ')}\n    ${reasons[rule]}`);
  }
}

async function runFile(file, later) {
  const { tolerance, cases } = readCases(file);
  const n = { passed: 0, failed: 0, divergent: 0, later: 0 };
  const divergent = new Map();
  for (const golden of cases) {
    const told = await judge(golden, tolerance);
    n[told.verdict]++;
    for (const rule of told.rules) add(divergent, rule, golden.id);
    if (told.verdict === 'later') add(later, functionName(golden), told);
    for (const wrong of told.wrong.slice(0, SHOWN)) console.log(`not ok ${golden.id} (${functionName(golden)}): ${wrong}`);
    if (told.wrong.length > SHOWN) console.log(`not ok ${golden.id}: ... and ${told.wrong.length - SHOWN} more numbers`);
  }
  console.log(`${basename(file)}: ${cases.length} cases: passed ${n.passed}, failed ${n.failed}, divergent ${n.divergent}, ` +
    `left for later ${n.later}`);
  printRules(divergent);
  return n;
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node tests/goldens/run.mjs FILE...');
  process.exit(2);
}
const later = new Map();
let [passed, failed] = [0, 0];
for (const file of files) {
  const n = await runFile(file, later);
  passed += n.passed;
  failed += n.failed;
}
printTable(later, 'left for later, by function:');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
