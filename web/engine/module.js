// Where the wasm module of the site comes from: two files beside the page (make/halves.mjs), of which the first is enough to count and
// audit most tables. The single HTML has another file in this one's place (module-inline.js), which finds the module in the page.
import firstAddress from '../made/first.wasm?url';
import restAddress from '../made/rest.wasm?url';

/** @typedef {WebAssembly.Module | {first: WebAssembly.Module, rest: WebAssembly.Module | string | null}} Compiled */

const rest = new URL(restAddress, import.meta.url).href;

/** @param {string} address */
async function compileAt(address) {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`the engine cannot be loaded: ${response.url} answers ${response.status}`);
  return response.headers.get('content-type')?.startsWith('application/wasm') ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * For the worker, which fetches the rest itself should it call any of it.
 * @returns {Promise<Compiled>}
 */
export const compileModule = async () => ({ first: await compileAt(firstAddress), rest });

/**
 * What the page's own thread begins with: it may not stand still to fetch.
 * @param {Compiled} module
 * @returns {Compiled}
 */
export const firstOf = (module) => ({ .../** @type {{first: WebAssembly.Module}} */ (module), rest: null });

/**
 * The whole for the page's own thread.
 * @param {Compiled} module
 * @returns {Promise<Compiled>}
 */
export const compileWhole = async (module) => ({ .../** @type {{first: WebAssembly.Module}} */ (module), rest: await compileAt(rest) });
