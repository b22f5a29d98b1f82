// The law of the house: who may include whom, how long files and functions may be, and what no file may say.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n').filter(Boolean);
const read = (file) => readFileSync(join(root, file), 'utf8');

// Rooms from left to right: a room may use the public headers of rooms to its left.
const rooms = ['base', 'simd', 'table', 'slice', 'cube', 'metric', 'interval', 'fair', 'audit', 'report', 'cli', 'wasm'];
const roomFiles = tracked.filter((f) => /^src\/\w+\/.*\.(c|h)$/.test(f) || /^include\/evenhand\/\w+\.h$/.test(f));
const roomOf = (file) => file.startsWith('src/') ? file.split('/')[1] : basename(file, '.h');

function includes(file) {
  return [...read(file).matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map((m) => m[1]);
}

function wrongEdge(from, target) {
  const publicHeader = /^evenhand\/(\w+)\.(h|def)$/.exec(target);
  if (!publicHeader) return target.includes('/') ? `reaches into ${target}` : null; // private: same folder only
  const to = { reason: 'base', version: 'base', threads: 'base', moments: 'base', kernels: 'simd', metric: 'metric' }[publicHeader[1]] ?? publicHeader[1];
  if (!rooms.includes(to)) return `names no room: ${target}`;
  return rooms.indexOf(to) > rooms.indexOf(from) ? `includes ${to}, which stands to its right` : null;
}

test('every #include points to the left', () => {
  const wrong = [];
  for (const file of roomFiles) {
    const from = ['version', 'threads', 'moments'].includes(roomOf(file)) ? 'base' : roomOf(file);
    assert.ok(rooms.includes(from), `${file} lies in no room`);
    for (const target of includes(file)) {
      const why = wrongEdge(from, target);
      if (why) wrong.push(`${file} ${why}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('the edge check sees a wrong edge', () => {
  assert.match(wrongEdge('table', 'evenhand/cube.h'), /stands to its right/);
  assert.match(wrongEdge('audit', '../cube/cube_internal.h'), /reaches into/);
  assert.equal(wrongEdge('cube', 'evenhand/slice.h'), null);
});

test('only the hosts touch files, terminals and processes', () => {
  const wrong = [];
  for (const file of roomFiles) {
    if (file === 'src/cli/main.c') continue;
    for (const m of read(file).matchAll(/#\s*include\s+<(stdio|unistd|fcntl|errno|math|locale|time|signal)\.h>/g))
      wrong.push(`${file}: ${m[0]}`);
    for (const m of read(file).matchAll(/\b(exit|abort|printf|fprintf|puts)\s*\(/g)) wrong.push(`${file}: ${m[0]}`);
  }
  assert.deepEqual(wrong, []);
});

test('vector intrinsics appear only in lanes.h', () => {
  const wrong = roomFiles.filter((f) => f !== 'src/simd/lanes.h' && /_mm\d*_|wasm_[iufv]\d|<(imm|emm|wasm_simd)\w*\.h>/.test(read(f)));
  assert.deepEqual(wrong, []);
});

test('JS modules import their own package, node: and nothing upward', () => {
  const wrong = [];
  for (const file of tracked.filter((f) => /^js\/(src|bin)\/.*\.js$/.test(f))) {
    for (const m of read(file).matchAll(/^\s*(?:(?:import|export)\b|\}).*\bfrom '([^']+)'|\bimport\((?:\/\*.*\*\/ )?'([^']+)'\)/gm)) {
      const target = m[1] ?? m[2];
      const inside = target.startsWith('./') || (file.startsWith('js/bin/') && target.startsWith('../src/'));
      const peer = /^js\/src\/parquet\w*\.js$/.test(file) && ['hyparquet', 'hyparquet-compressors'].includes(target); // optional, loaded only for such a file
      if (!inside && !peer && !target.startsWith('node:')) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

const lines = (file) => read(file).split('\n').length - 1;

test('files stay short: 600 lines, public headers 300', () => {
  const sources = tracked.filter((f) => /\.(c|h|js|mjs|ts|css|cu|py|sh|def)$/.test(f));
  const long = sources.filter((f) => lines(f) > (f.startsWith('include/') ? 300 : 600)).map((f) => `${f}: ${lines(f)}`);
  assert.deepEqual(long, []);
});

// Outside of functions only a definition has a line that ends in ") {"; its brace closes in column 0.
function longFunctions(file, limit) {
  const found = [];
  let start = 0;
  read(file).split('\n').forEach((line, i) => {
    if (!start && /\)\s*\{$/.test(line)) start = i + 1;
    if (!start || line !== '}') return;
    if (i + 2 - start > limit) found.push(`${file}:${start}: ${i + 2 - start} lines`);
    start = 0;
  });
  return found;
}

// A function's first line ends in "{" behind its parameters or an arrow; its brace closes at the same indentation.
function longScripts(text, limit) {
  const opens = /^( *)(?!\s|(?:if|for|while|switch|catch)\b|\}).*(?:\bfunction\b.*|=>|\w\(.*\)) \{$/;
  const all = text.split('\n');
  return all.flatMap((line, i) => {
    const indent = opens.exec(line)?.[1];
    if (indent === undefined) return [];
    const end = all.findIndex((other, k) => k > i && other.startsWith(`${indent}}`));
    return end - i + 1 > limit ? [`${i + 1}: ${end - i + 1} lines`] : [];
  });
}

test('functions stay short: 80 lines', () => {
  const long = tracked.filter((f) => /^(src|tests|examples)\/.*\.(c|h)$/.test(f)).flatMap((f) => longFunctions(f, 80));
  const scripts = tracked.filter((f) => /\.m?js$/.test(f)).flatMap((f) => longScripts(read(f), 80).map((at) => `${f}:${at}`));
  assert.deepEqual([...long, ...scripts], []);
});

test('the length check sees long functions of every form', () => {
  const body = '    x();\n'.repeat(80);
  for (const [head, tail] of [['function f(a) {', '}'], ['export const f = async (a) => {', '};'], ["test('x', () => {", '});'], ['  method(a, b) {', '  }'],
    ['  static async *#m() {', '  }']])
    assert.deepEqual(longScripts(`'use strict';\n${head}\n${body}${tail}\n`, 80), ['2: 82 lines'], head);
  assert.deepEqual(longScripts(`function f(a) {\n  if (a) {\n  }\n}\nfor (const x of y()) {\n${body}}\n`, 80), []);
});

test('each room has its README page', () => {
  const there = new Set(tracked);
  assert.deepEqual(rooms.filter((room) => !there.has(`src/${room}/README.md`)), []);
});

test('every source is listed in CMakeLists.txt, and every listed source exists', () => {
  const listed = [...read('CMakeLists.txt').matchAll(/src\/\w+\/\w+\.c/g)].map((m) => m[0]);
  const there = tracked.filter((f) => /^src\/.*\.c$/.test(f));
  assert.deepEqual([...new Set(listed)].sort(), there.sort());
});

test('the version is the same everywhere', () => {
  const version = /EH_VERSION "([^"]+)"/.exec(read('include/evenhand/version.h'))[1];
  for (const file of ['js/package.json', 'web/package.json', 'package.json'])
    assert.equal(JSON.parse(read(file)).version, version, file);
});

test('no left-overs, no registry hosts in the lock file', () => {
  const wrong = [];
  for (const file of tracked.filter((f) => /\.(c|h|js|mjs|def|sh|py|md|txt|json)$/.test(f) && !f.startsWith('tests/house/'))) {
    const text = read(file);
    for (const m of text.matchAll(/\b(TODO|FIXME|XXX|HACK)\b/g)) wrong.push(`${file}: ${m[0]}`);
    if (file.endsWith('package-lock.json') && /"resolved": "http/.test(text)) wrong.push(`${file}: resolved addresses`);
  }
  assert.deepEqual(wrong, []);
});

/** Every enum of a schema by the place it stands at. */
function enumsOf(node, place = '') {
  if (node === null || typeof node !== 'object') return [];
  const own = Array.isArray(node.enum) ? [[place, node.enum]] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => enumsOf(value, place ? `${place}.${key}` : key))];
}

test('the report schema names every reason, metric, method and kind of finding, and no others', () => {
  const quoted = (file, pattern) => [...read(file).matchAll(pattern)].map((m) => m[1]);
  const reasons = quoted('include/evenhand/reason.def', /EH_REASON\(\w+, "(\w*)"/g).map((name) => name || null);
  const methods = (file) => [null, ...quoted(file, /->method = "(\w+)"/g)];
  const forms = [...read('src/interval/named.c').matchAll(/= \{EH_OF_(\w+), FORMS\("(\w+)"\)/g)].map(([, of, name]) => ({ of, name }));
  const named = (of, suffixes) => forms.filter((form) => form.of === of).flatMap(({ name }) => suffixes.map((suffix) => name + suffix));
  const told = (of) => [...read('src/audit/composites.c').matchAll(new RegExp(`\\b${of}->method = [^;]+;`, 'g'))].flatMap(([line]) => line.match(/(?<=")\w+(?=")/g) ?? []);
  const resampled = ['bootstrap', ...quoted('src/audit/bootstrap.c', /how\.bca \? "(\w+)" : "bootstrap"/g)];
  const expected = {
    '$defs.reason': reasons,
    '$defs.metric': quoted('include/evenhand/metric.def', /^EH_METRIC_\w+\(\w+, "(\w+)"/gm),
    '$defs.spec.properties.cut': ['>', '>='],
    '$defs.spec.properties.weight_kind': ['sampling', 'frequency'],
    '$defs.slice.properties.reason': reasons.filter((name) => name === null || name === 'too_small'),
    '$defs.result.properties.method': [
      ...methods('src/audit/results.c'),
      ...resampled,
      ...named('RATE', ['', '_n_eff']),
      ...methods('src/audit/regression.c').filter(Boolean),
      ...quoted('src/interval/auc.c', /\(eh_auc_interval\)\{.*"(\w+)"\}/g),
      ...told('r'),
    ],
    '$defs.gap.properties.method': [null, ...named('DIFFERENCE', ['', '_part', '_n_eff', '_part_n_eff']),
      ...quoted('src/fair/gap.c', /"(mover_\w+)"/g), ...quoted('src/audit/auc.c', /"(delong\w*)"/g), ...quoted('src/fair/gap_means.c', /"(welch_\w+)"(?=[; ])/g), ...told('gap'), ...resampled],
    '$defs.comparison.properties.method': methods('src/audit/compare.c'),
    '$defs.finding.properties.kind': quoted('src/audit/notes.c', /name_k\[\] = \{([^}]+)\}/g).flatMap((list) => list.match(/\w+/g)),
  };
  const schema = JSON.parse(read('js/src/report.schema.json')), interval = new RegExp(schema.$defs.spec.properties.interval.pattern);
  const usual = ['wilson', 'miettinen_nurminen', 'score', 'delong_logit'], choices = [...new Set(forms.map(({ name }) => name))];
  for (const name of ['default', ...resampled, 'none', ...choices]) assert.equal(interval.test(name), !usual.includes(name), name);
  const sorted = (lists) => Object.fromEntries(lists.map(([place, names]) => [place, [...new Set(names.map(String))].sort()]).sort());
  assert.deepEqual(sorted(enumsOf(schema)), sorted(Object.entries(expected)));
  assert.ok(Object.values(expected).flat().length > 50);
});
