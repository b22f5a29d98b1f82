// A thread that counts: one share of columns in memory, or blocks of a file as they come. Started by parts.js, in Node and browsers.
// What each needs is loaded when it is known which it is.

/** @typedef {(answer: object, moved?: ArrayBuffer[]) => void} Post */

/** @type {Promise<(message: any) => Promise<void>> | undefined} */
let handler;

/**
 * Messages are handled one after the other; after a failure none is.
 * @param {any} message
 * @param {Post} post
 */
async function answer(message, post) {
  handler ??= message.plan ? import('./blocks.js').then(({ openBlocks }) => openBlocks(post))
    : import('./columns.js').then(({ countColumns }) => (share) => countColumns(share, post));
  const before = handler;
  handler = before.then(async (handle) => {
    await handle(message);
    return handle;
  });
  await handler.catch((error) => post({ failed: String(error) }));
}

if (typeof self === 'object' && typeof self.postMessage === 'function') {
  self.onmessage = ({ data }) => answer(data, (message, moved = []) => self.postMessage(message, { transfer: moved }));
} else {
  const { parentPort } = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:worker_threads');
  parentPort?.on('message', (message) => answer(message, (reply, moved = []) => parentPort.postMessage(reply, moved)));
}
