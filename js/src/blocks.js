// Blocks of a file, whole records each, to what their rows count. Called by worker.js; share.js cuts the blocks.
import { startModule } from './load.js';

/** @typedef {{module: WebAssembly.Module, plan: Uint8Array}} Opening */
/** @typedef {{block: Uint8Array, line: number}} Block the line that it begins on, in the file */

/** Bytes that must be there to read behind a block. */
const BEHIND = 64;

/**
 * What handles the messages of one file: what is to be counted, blocks, and the end.
 * @param {import('./worker.js').Post} post
 * @returns {(message: Opening | Block | {end: true}) => Promise<void>}
 */
export function openBlocks(post) {
  /** @type {import('./memory.js').Engine} */
  let engine;
  let ingest = 0;
  let at = 0;
  let room = 0;
  return async (message) => {
    if ('plan' in message) {
      engine = await startModule(message.module);
      ingest = engine.scope((scope) => {
        const plan = scope.bytes(message.plan);
        return engine.make((out, err) => engine.wasm.ehw_ingest_other(out, plan.p, plan.n, err));
      });
    } else if ('block' in message) {
      const { block, line } = message;
      if (room < block.length + BEHIND) {
        engine.wasm.ehw_free(at);
        room = block.length + BEHIND;
        at = engine.take(room);
      }
      engine.bytes(at, block.length).set(block);
      engine.attempt((err) => engine.wasm.ehw_ingest_block_read(ingest, at, block.length, line, err));
      post({ counted: true });
    } else {
      const told = engine.collect((buf, err) => engine.wasm.ehw_ingest_told(ingest, buf, err), (bytes) => bytes.slice());
      post({ told }, [/** @type {ArrayBuffer} */ (told.buffer)]);
    }
  };
}
