// Builds the viewer: web/dist/ is the site. Run by `npm run build -w evenhand-web`, after the package `evenhand` is built.
import { copyFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (!existsSync(here('../js/wasm/evenhand.wasm'))) {
  console.error('js/wasm/evenhand.wasm is not there. Build it: cmake --preset wasm && cmake --build --preset wasm && npm run build -w evenhand');
  process.exit(1);
}

await build({
  root: here('.'),
  base: './',
  configFile: false,
  logLevel: 'warn',
  worker: { format: 'es' },
  build: { target: 'es2022', outDir: here('dist'), emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: true },
});
copyFileSync(here('../examples/data/adult.csv'), here('dist/adult.csv'));
