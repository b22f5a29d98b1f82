// Does a piece of work in a thread of its own.
import * as work from './work.js';

self.onmessage = async ({ data: [name, ...args] }) => {
  try {
    self.postMessage({ result: await work[name](...args) });
  } catch (error) {
    self.postMessage({ error: String(error?.stack ?? error) });
  }
};
