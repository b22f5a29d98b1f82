// Puts into the package what is made elsewhere: the wasm modules and the licence. Run by `npm run build` and before packing.
// A file that is already right is left alone, and one that is not is replaced whole: a test may be reading it.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

function put(from, to) {
  const bytes = readFileSync(here(from));
  if (existsSync(here(to)) && readFileSync(here(to)).equals(bytes)) return;
  writeFileSync(here(`${to}.tmp`), bytes);
  renameSync(here(`${to}.tmp`), here(to));
}

mkdirSync(here('wasm'), { recursive: true });
for (const name of ['evenhand.wasm', 'evenhand-cli.wasm']) {
  if (!existsSync(here(`../build/wasm/${name}`))) {
    console.error(`build/wasm/${name} is not there. Build it: cmake --preset wasm && cmake --build --preset wasm`);
    process.exit(1);
  }
  put(`../build/wasm/${name}`, `wasm/${name}`);
}
put('../LICENSE', 'LICENSE');
