// The forms of the viewer that are one file: all scripts, the worker and the engine inside. Called by build.mjs.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The package without its own threads: a page counts in the one worker it has. */
export const withoutThreads = (code, id) => /\/js\/src\/\w+\.js$/.test(id)
  ? code.replace(/new Worker\(new URL\('\.\/worker\.js', import\.meta\.url\), \{ type: 'module' \}\)/, "(() => { throw new Error('one thread'); })()")
    .replaceAll("new URL('./worker.js', import.meta.url)", "'worker.js'")
  : null;

/**
 * Puts the engine into the script and the worker into the page, and leaves out what a single file cannot have: the engine and the
 * example as files beside it, and threads beyond the one worker. Files are read by that worker, so the page is without Parquet.
 */
const inside = (template, page) => ({
  name: 'evenhand-inside',
  enforce: 'pre',
  resolveId(id, from) {
    if (id === 'virtual:engine') return '\0engine';
    if (page && id === './parquet.js') return '\0nothing';
    if (id === './module.js' && from?.includes('/web/engine/')) return here('../engine/module-inline.js');
    if (id === './example.js' && from?.includes('/web/data/')) return here('../data/example-none.js');
    return id === './template.js' ? here(`../export/${template}`) : null;
  },
  load(id) {
    if (id === '\0nothing') return 'export {};';
    if (id !== '\0engine') return null;
    return `export default '${gzipSync(readFileSync(here('../../js/wasm/evenhand.wasm')), { level: 9 }).toString('base64')}';`;
  },
  transform(code, id) {
    if (id.endsWith('/web/engine/client.js')) return code.replace("'./worker.js?worker'", "'./worker.js?worker&inline'");
    return withoutThreads(code, id)?.replace("new URL('../wasm/evenhand.wasm', import.meta.url)", "''");
  },
});

/** Builds one entry into the text of one script. */
async function bundle(entry, template) {
  const made = await build({
    root: here('..'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [inside(template, true)],
    worker: { format: 'iife', plugins: () => [inside(template, false)] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { target: 'es2022', write: false, assetsInlineLimit: 0, modulePreload: false, cssCodeSplit: false,
      lib: { entry: here(`../${entry}`), formats: ['es'], fileName: 'one' },
      rolldownOptions: { output: { codeSplitting: false, minify: true } } },
  });
  const files = [made].flat().flatMap(({ output }) => output);
  if (files.length !== 1) throw new Error(`${entry} is to be one file, not ${files.map(({ fileName }) => fileName).join(', ')}`);
  return files[0].code;
}

/** As text of a script element: nothing in it ends the element or begins a comment. */
const asInline = (code) => code.replace(/<\/(script)/gi, '\\x3c/$1').replaceAll('<!--', '\\x3c!--').replaceAll('\r\n', '\n');

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const buildElement = () => bundle('element.js', 'template-element.js');

export async function buildSingle() {
  const script = asInline(`\n${await bundle('single.js', 'template-single.js')}`);
  const style = readFileSync(here('../page.css'), 'utf8');
  const icon = `data:image/svg+xml;base64,${readFileSync(here('../public/icon.svg')).toString('base64')}`;
  const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data: blob:; ` +
    "worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Evenhand: a fairness audit</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<evenhand-viewer></evenhand-viewer>
<noscript>This page holds an audit and the program that shows it: it needs JavaScript and WebAssembly, and sends nothing anywhere.</noscript>
<!--evenhand:payload-->
<script type="module">${script}</script>
</body>
</html>
`;
}
