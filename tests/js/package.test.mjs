// The package as a stranger gets it: packed, installed in an empty folder, imported, run, typed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, nativeProgram, nodeProgram, packageModule, programModule, root } from './helper.mjs';

const version = /EH_VERSION "([^"]+)"/.exec(readFileSync(join(root, 'include/evenhand/version.h'), 'utf8'))[1];
const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const compiler = join(root, 'node_modules/typescript/bin/tsc');

test('npm pack, npm install in an empty folder, import, npx, types', async (t) => {
  const home = folder(t);
  const noTypes = existsSync(compiler) ? [] : ['--ignore-scripts'];
  npm(['pack', '--silent', '--pack-destination', home, ...noTypes], join(root, 'js'));
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz'));
  assert.equal(tarball, `evenhand-${version}.tgz`);
  const user = join(home, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{"private": true, "type": "module"}');
  npm(['install', '--offline', '--no-audit', '--no-fund', join(home, tarball)], user);
  const there = readdirSync(join(user, 'node_modules/evenhand'), { recursive: true });
  for (const file of ['wasm/evenhand.wasm', 'wasm/evenhand-cli.wasm', 'src/index.js', 'src/report.schema.json', 'README.md', 'LICENSE', 'bin/evenhand.js'])
    assert.ok(there.includes(file), file);
  assert.deepEqual(readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.')), ['evenhand']);

  await t.test('npx evenhand --version', () => {
    assert.equal(execFileSync('npx', ['--offline', 'evenhand', '--version'], { cwd: user, encoding: 'utf8' }), `evenhand ${version}\n`);
  });
  const adult = ['audit', join(root, 'examples/data/adult.csv'), '--label', 'label', '--score', 'score,score_logistic',
    '--slice', 'sex,race', '--cross', 'sex*race', '--bucket', 'age:25,45,65', '--threshold', '.1:.9:.1', '--json', '-'];
  const report = (program, args = []) => execFileSync(program, [...args, ...adult], { cwd: user, encoding: 'utf8', maxBuffer: 1 << 30 });
  const installed = report(process.execPath, [join(user, 'node_modules/evenhand/bin/evenhand.js')]);
  await t.test('the report of the installed package is that of this tree', () => {
    assert.ok(JSON.parse(installed).results.length > 1000);
    assert.ok(installed === report(process.execPath, [nodeProgram]), 'the bytes differ');
  });
  await t.test('and that of the native program', { skip: existsSync(nativeProgram) ? false : 'build/release is not built' }, () => {
    assert.ok(installed === report(nativeProgram), 'the bytes differ');
  });
  await t.test('import', () => {
    writeFileSync(join(user, 'use.mjs'), `
      import { audit } from 'evenhand';
      import schema from 'evenhand/report.schema.json' with { type: 'json' };
      const report = await audit({ y: [1, 0, 1, 0], p: [.9, .2, .4, .6], g: ['a', 'a', 'b', 'b'] }, { label: 'y', score: 'p', slice: 'g' });
      console.log(report.version, report.slices.length, typeof schema.properties);`);
    const run = spawnSync(process.execPath, ['--no-warnings', 'use.mjs'], { cwd: user, encoding: 'utf8' });
    assert.equal(run.stdout, `${version} 3 object\n`, run.stderr);
  });
  await t.test('types', { skip: existsSync(compiler) ? false : 'typescript is not installed' }, () => {
    const good = `
      import { audit, Cube, EvenhandError, init, render, type Live, type Progress, type Report, type Running, type Source, type Spec } from 'evenhand';
      const spec: Spec = { label: 'y', score: ['p'], threshold: [0.3, '.4:.6:.1'], min_slice: 3 };
      const source: Source = { y: Uint8Array.of(1), p: [0.5, null], g: ['a'] };
      export async function use(): Promise<number | null> {
        await init(new URL('https://example.org/evenhand.wasm'));
        const running: Running = { signal: new AbortController().signal, workers: 2, onProgress: (p: Progress) => console.log(p.done, p.total, p.unit) };
        const report: Report = await audit(source, { ...spec, threshold: Float64Array.of(0.5) }, running);
        const cube: Cube = await Cube.build([{ y: 1, p: 0.5 }], spec);
        const live: Live = Cube.merge([cube]).at(0.5, { model: 'p' });
        const text: string = await render(cube, spec, 'csv');
        try { await Cube.load(cube.save()); } catch (e) { if (e instanceof EvenhandError) console.log(e.code, e.detail.line); }
        return report.results[0].gap.p ?? live.rates.fpr[0] + text.length;
      }`;
    writeFileSync(join(user, 'good.ts'), good);
    writeFileSync(join(user, 'bad.ts'), good.replace('min_slice', 'min_slices').replace('rates.fpr', 'rates.fprr'));
    const compilerOptions = { noEmit: true, strict: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom'], types: [] };
    const check = (file) => {
      writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
      return spawnSync(process.execPath, [compiler, '-p', '.'], { cwd: user, encoding: 'utf8' });
    };
    assert.equal(check('good.ts').stdout, '');
    const bad = check('bad.ts').stdout;
    assert.match(bad, /min_slices/);
    assert.match(bad, /fprr/);
  });
});

test('the packages carry the version of the header', async () => {
  for (const file of ['js/package.json', 'package.json', 'web/package.json'])
    assert.equal(JSON.parse(readFileSync(join(root, file), 'utf8')).version, version, file);
  assert.equal((await import('../../js/src/version.js')).version, version);
});

test('no dependencies, and a module of at most 216 kB gzipped with one import', async () => {
  const about = JSON.parse(readFileSync(join(root, 'js/package.json'), 'utf8'));
  assert.equal(about.dependencies, undefined);
  const bytes = readFileSync(packageModule);
  const { length } = gzipSync(bytes, { level: 9 });
  console.log(`# wasm: ${bytes.length} bytes, ${length} gzipped`);
  assert.ok(length <= 216_000);
  const module = new WebAssembly.Module(bytes);
  assert.deepEqual(WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`), ['env.emscripten_notify_memory_growth']);
});

test('every export that the types name is there, and the other way round', () => {
  const exportsOf = (path) => WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(path)))
    .map((one) => one.name).filter((name) => name.startsWith('ehw_')).sort();
  const typed = [...readFileSync(join(root, 'js/src/memory.js'), 'utf8').matchAll(/\b(ehw_\w+)\n? *\*? *$|number} (ehw_\w+)$|void} (ehw_\w+)$/gm)]
    .map((match) => match[1] ?? match[2] ?? match[3]);
  const named = [...new Set(typed)].sort();
  assert.deepEqual(named, exportsOf(programModule));
  assert.deepEqual(named.filter((name) => !name.startsWith('ehw_cli_')), exportsOf(packageModule), 'a page loads no command line');
});
