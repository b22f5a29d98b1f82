// Runs a C test that Emscripten built with a `main` of its own; its exit code is the verdict.
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const file = process.argv[2];
const wasi = new WASI({ version: 'preview1', args: [file], env: {}, returnOnExit: true });
const env = { emscripten_notify_memory_growth() {} };
const { instance } = await WebAssembly.instantiate(await readFile(file), { ...wasi.getImportObject(), env });
process.exitCode = wasi.start(instance);
