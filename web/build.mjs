// Builds the viewer, in three forms, after the package `evenhand` is built. Run by `npm run build -w evenhand-web`.
//   web/dist/                    the site: any static host serves it, and it works offline after a visit
//   web/dist/evenhand-viewer.js  the element for other people's pages, one file
//   js/viewer/viewer.html        the page that `evenhand view` puts a cube or report into, one file (also in web/dist/)
import { cpSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { makeHalves } from './make/halves.mjs';
import { licenses } from './make/licenses.mjs';
import { buildElement, buildSingle, withoutThreads } from './make/single.mjs';
import { writeServiceWorker } from './make/offline.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (!existsSync(here('../js/wasm/evenhand.wasm'))) {
  console.error('js/wasm/evenhand.wasm is not there. Build it: cmake --preset wasm && cmake --build --preset wasm && npm run build -w evenhand');
  process.exit(1);
}

/**
 * The worker is a second entry of the same build, so that the page and it share what both need. The engine comes in two files of the
 * site, the package's own address of it is for those who give it none; and one worker counts, so there are no threads beyond it.
 */
const oneBuild = {
  name: 'evenhand-one-build',
  enforce: 'pre',
  resolveId: (id) => id === './worker.js?worker' ? '\0worker' : null,
  load(id) {
    if (id !== '\0worker') return null;
    const worker = this.emitFile({ type: 'chunk', id: here('engine/worker.js'), name: 'worker' });
    return `export default function EngineWorker() { return new Worker(import.meta.ROLLUP_FILE_URL_${worker}, { type: 'module' }); }`;
  },
  transformIndexHtml: { order: 'post', handler: (_, { chunk }) => chunk.imports.map((file) =>
    ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` }, injectTo: 'head' })) },
  transform: (code, id) => id.endsWith('/js/src/load.js') ? code.replace("new URL('../wasm/evenhand.wasm', import.meta.url)", "''") : withoutThreads(code, id),
};

const bundled = licenses();
await makeHalves(here('made'));
await build({
  root: here('.'),
  base: './',
  configFile: false,
  logLevel: 'warn',
  plugins: [oneBuild, bundled.plugin],
  build: { target: 'es2022', outDir: here('dist'), emptyOutDir: true, modulePreload: false, assetsInlineLimit: 0, reportCompressedSize: true },
});
writeFileSync(here('dist/licenses.txt'), bundled.text());
copyFileSync(here('../examples/data/adult.csv'), here('dist/adult.csv'));
const page = await buildSingle();
writeFileSync(here('dist/viewer.html'), page);
writeFileSync(here('dist/evenhand-viewer.js'), await buildElement());
writeServiceWorker(here('dist'));

// What the npm package brings: the page, and the site for `evenhand view --serve`.
rmSync(here('../js/viewer'), { recursive: true, force: true });
mkdirSync(here('../js/viewer'), { recursive: true });
writeFileSync(here('../js/viewer/viewer.html'), page);
copyFileSync(here('dist/licenses.txt'), here('../js/viewer/licenses.txt'));
cpSync(here('dist'), here('../js/viewer/site'), { recursive: true, filter: (path) => !/(viewer\.html|evenhand-viewer\.js|sw\.js)$/.test(path) });
