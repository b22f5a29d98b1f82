// What the build puts in place of names (web/build.mjs).

/** Address of the wasm module beside the page. */
declare module '*.wasm?url' {
  const address: string;
  export default address;
}
/** A worker whose code is a file of the site, or, in the single HTML, text inside the page. */
declare module '*?worker' {
  const Made: new (options?: WorkerOptions) => Worker;
  export default Made;
}
declare module '*?worker&inline' {
  const Made: new (options?: WorkerOptions) => Worker;
  export default Made;
}
/** The engine, packed and in base64 (make/single.mjs). */
declare module 'virtual:engine' {
  const packed: string;
  export default packed;
}
interface ImportMeta {
  /** Of vite. */
  readonly env: { readonly PROD: boolean };
}
