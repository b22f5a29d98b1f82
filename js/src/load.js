// Loads the wasm module, the same way in Node, browsers and workers: its address is relative to this file.
//
// The module is loaded once, on first use; `init` is for those who bring it themselves (a bundler's URL, a compiled module
// handed to workers).
import { EvenhandError } from './errors.js';
import { Engine } from './memory.js';
import { version } from './version.js';

/** @typedef {WebAssembly.Module | ArrayBuffer | Uint8Array | Response | URL | string} ModuleSource */

const imports = { env: { emscripten_notify_memory_growth() {} } };

/** @type {Promise<Engine> | undefined} */
let shared;

/** @type {WebAssembly.Module | undefined} */
let compiled;

/** @param {WebAssembly.Instance} instance */
function start(instance) {
  const wasm = /** @type {import('./memory.js').WasmExports} */ (/** @type {unknown} */ (instance.exports));
  if (typeof wasm.ehw_layout !== 'function')
    throw new EvenhandError('EH_E_INTERNAL', 'the wasm module is not Evenhand');
  const engine = new Engine(wasm);
  const built = engine.cstring(wasm.ehw_version());
  if (built !== version)
    throw new EvenhandError('EH_E_INTERNAL', `the wasm module is of version ${built}, the package of ${version}`);
  return engine;
}

/**
 * From bytes at once, without waiting: for programs. Browsers refuse this on their main thread.
 * @param {Uint8Array} bytes
 */
export function loadSync(bytes) {
  return start(new WebAssembly.Instance(new WebAssembly.Module(/** @type {BufferSource} */ (bytes)), imports));
}

/** @param {Response} response */
async function fromResponse(response) {
  if (!response.ok)
    throw new EvenhandError('EH_E_IO', `${response.url}: the wasm module cannot be fetched (${response.status})`);
  return response.headers.get('content-type')?.startsWith('application/wasm') ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * @param {ModuleSource} source
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source))
    return WebAssembly.compile(/** @type {BufferSource} */ (source));
  if (Object.prototype.toString.call(source) === '[object Response]') return fromResponse(/** @type {Response} */ (source));
  const url = new URL(String(source), import.meta.url);
  if (url.protocol !== 'file:') return fromResponse(await fetch(url));
  const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:fs/promises');
  return WebAssembly.compile(await readFile(url));
}

/**
 * An instance of its own.
 * @param {WebAssembly.Module} module
 */
export const startModule = async (module) => start(await WebAssembly.instantiate(module, imports));

/** @param {ModuleSource} source */
async function load(source) {
  const module = await compile(source);
  const engine = await startModule(module);
  compiled = module;
  return engine;
}

/**
 * What fails to load is forgotten, so that it can be tried again.
 * @param {ModuleSource} source
 * @returns {Promise<Engine>}
 */
function share(source) {
  const loading = load(source);
  loading.catch(() => { shared = undefined; });
  shared = loading;
  return loading;
}

/**
 * Loads the module from elsewhere than beside this package: a compiled module, its bytes, a response or a URL. Call it
 * before anything else; a second call is an error.
 * @param {ModuleSource} source
 * @returns {Promise<void>}
 */
export async function init(source) {
  if (shared) throw new EvenhandError('EH_E_USAGE', 'init must come before the first use, and once');
  await share(source);
}

/**
 * The one instance of this thread.
 * @returns {Promise<Engine>}
 */
export function engine() {
  return shared ?? share(new URL('../wasm/evenhand.wasm', import.meta.url));
}

/** The compiled module of this thread's instance, for other threads to start from; undefined where `loadSync` made it. */
export const compiledModule = () => compiled;
