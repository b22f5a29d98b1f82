// Puts into the package what is made elsewhere: the wasm module and the licence. Run by `npm run build` and before packing.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const wasm = here('../build/wasm/evenhand.wasm');
if (!existsSync(wasm)) {
  console.error('build/wasm/evenhand.wasm is not there. Build it: cmake --preset wasm && cmake --build --preset wasm');
  process.exit(1);
}
mkdirSync(here('wasm'), { recursive: true });
copyFileSync(wasm, here('wasm/evenhand.wasm'));
copyFileSync(here('../LICENSE'), here('LICENSE'));
