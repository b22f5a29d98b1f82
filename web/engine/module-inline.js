// The wasm module where it is part of the script: in the single HTML and in the element for other people's pages, which ask no
// server for anything. It is packed with gzip and written as base64 by the build; every browser since 2023 unpacks it.
import packed from 'virtual:engine';

/** @returns {Promise<import('./module.js').Compiled>} */
export async function compileModule() {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
}

/** @param {import('./module.js').Compiled} module */
export const firstOf = (module) => module;

/** @param {import('./module.js').Compiled} module */
export const compileWhole = async (module) => module;
