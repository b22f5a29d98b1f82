// Loads the wasm module, the same way in Node, browsers and workers: its address is relative to this file.
//
// The module is loaded once, on first use; `init` is for those who bring it themselves (a bundler's URL, a compiled module
// handed to workers).
import { EvenhandError } from './errors.js';
import { Engine } from './memory.js';
import { version } from './version.js';

/**
 * A module in two files, as web/make/halves.mjs parts it: `first` has what most users call and reaches the rest through places of
 * its table. `rest` fills them at once if it is compiled; its address is asked when something of it is called, without waiting,
 * which threads may do and pages may not. Where it is null such a call fails, and `init` takes the whole in place of the half.
 * @typedef {{first: WebAssembly.Module, rest: WebAssembly.Module | string | null}} Halves
 */

/** @typedef {WebAssembly.Module | ArrayBuffer | Uint8Array | Response | URL | string | Halves} ModuleSource */

const imports = { env: { emscripten_notify_memory_growth() {} } };

/** @type {Promise<Engine> | undefined} */
let shared;

/** @type {WebAssembly.Module | Halves | undefined} */
let compiled;

/** Whether the instance of this thread has to do without its rest. */
let half = false;

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
  compiled = new WebAssembly.Module(/** @type {BufferSource} */ (bytes));
  return start(new WebAssembly.Instance(compiled, imports));
}

/** @param {Response} response */
async function fromResponse(response) {
  if (!response.ok)
    throw new EvenhandError('EH_E_IO', `${response.url}: the wasm module cannot be fetched (${response.status})`);
  return response.headers.get('content-type')?.startsWith('application/wasm') ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * @param {Exclude<ModuleSource, Halves>} source
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

/** @param {string} address */
function compileNow(address) {
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  request.responseType = 'arraybuffer';
  try {
    request.send();
  } catch (cause) {
    throw new EvenhandError('EH_E_IO', 'this needs a part of the engine that is not here yet, and for it the network, once', {}, { cause });
  }
  if (request.status !== 200) throw new EvenhandError('EH_E_IO', `${address}: the rest of the wasm module cannot be fetched (${request.status})`);
  return new WebAssembly.Module(request.response);
}

/** @param {Halves} halves */
async function join({ first, rest }) {
  /** @type {WebAssembly.Exports} */
  let own = {};
  const place = (/** @type {unknown} */ _, /** @type {string} */ index) => (/** @type {unknown[]} */ ...given) => {
    if (rest === null) throw new EvenhandError('EH_E_INTERNAL', 'this needs the rest of the wasm module');
    new WebAssembly.Instance(compileNow(/** @type {string} */ (rest)), { first: own });
    return /** @type {WebAssembly.Table} */ (own.__indirect_function_table).get(Number(index))(...given);
  };
  const instance = await WebAssembly.instantiate(first, { ...imports, rest: /** @type {any} */ (new Proxy({}, { get: place })) });
  own = instance.exports;
  if (rest instanceof WebAssembly.Module) await WebAssembly.instantiate(rest, { first: own });
  return instance;
}

/**
 * An instance of its own.
 * @param {WebAssembly.Module | Halves} module
 */
export const startModule = async (module) => start(await ('first' in module ? join(module) : WebAssembly.instantiate(module, imports)));

/** @param {ModuleSource} source */
async function load(source) {
  const halves = typeof source === 'object' && 'first' in source ? source : null;
  half = halves?.rest === null;
  const module = halves ?? await compile(/** @type {Exclude<ModuleSource, Halves>} */ (source));
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
  if (shared && !half) throw new EvenhandError('EH_E_USAGE', 'init must come before the first use, and once');
  await share(source);
}

/**
 * The one instance of this thread.
 * @returns {Promise<Engine>}
 */
export function engine() {
  return shared ?? share(new URL('../wasm/evenhand.wasm', import.meta.url));
}

/** The compiled module of this thread's instance, for other threads to start from; undefined before there is one. */
export const compiledModule = () => compiled;
