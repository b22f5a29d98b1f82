// Where the wasm module of the site comes from: a file beside the page, fetched once and compiled for all threads. The single
// HTML has another file in this one's place (module-inline.js), which finds the module in the page.
import address from 'evenhand/evenhand.wasm?url';

/** @returns {Promise<WebAssembly.Module>} */
export async function compileModule() {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`the engine cannot be loaded: ${response.url} answers ${response.status}`);
  return response.headers.get('content-type')?.startsWith('application/wasm') ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
