// Builds the viewer, in three forms, after the package `evenhand` is built. Run by `npm run build -w evenhand-web`.
//   web/dist/                    the site: any static host serves it, and it works offline after a visit
//   web/dist/evenhand-viewer.js  the element for other people's pages, one file
//   js/viewer/viewer.html        the page that `evenhand view` puts a cube or report into, one file (also in web/dist/)
import { cpSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { makeHalves } from './make/halves.mjs';
import { licenses } from './make/licenses.mjs';
import { buildElement, buildSingle } from './make/single.mjs';
import { writeServiceWorker } from './make/offline.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (!existsSync(here('../js/wasm/evenhand.wasm'))) {
  console.error('js/wasm/evenhand.wasm is not there. Build it: cmake --preset wasm && cmake --build --preset wasm && npm run build -w evenhand');
  process.exit(1);
}

// The engine comes in two files of the site; the package's own address of it is for those who give it none.
const givenEngine = {
  name: 'evenhand-given',
  transform: (code, id) => id.endsWith('/js/src/load.js') ? code.replace("new URL('../wasm/evenhand.wasm', import.meta.url)", "''") : null,
};

const bundled = licenses();
await makeHalves(here('made'));
await build({
  root: here('.'),
  base: './',
  configFile: false,
  logLevel: 'warn',
  plugins: [givenEngine, bundled.plugin],
  worker: { format: 'es', plugins: () => [givenEngine, bundled.plugin] },
  build: { target: 'es2022', outDir: here('dist'), emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: true },
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
