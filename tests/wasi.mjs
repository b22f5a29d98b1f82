// Runs a C test that Emscripten built with a `main` of its own; its exit code is the verdict.
//
// What such a test asks of its host is little and stands here. node:wasi, an experiment in Node 20, ends one run in 150 by a segmentation
// fault after the test has passed.
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

let memory;

const wasi_snapshot_preview1 = {
  environ_sizes_get(count, bytes) {
    const view = new DataView(memory.buffer);
    view.setUint32(count, 0, true);
    view.setUint32(bytes, 0, true);
    return 0;
  },
  environ_get: () => 0,
  fd_write(fd, pieces, n, written) {
    const view = new DataView(memory.buffer);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const piece = new Uint8Array(memory.buffer, view.getUint32(pieces + 8 * i, true), view.getUint32(pieces + 8 * i + 4, true));
      for (let done = 0; done < piece.length;) done += writeSync(fd, piece, done);
      sum += piece.length;
    }
    view.setUint32(written, sum, true);
    return 0;
  },
  proc_exit(code) {
    throw new Exit(code);
  },
};

const env = { emscripten_notify_memory_growth() {} };
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), { wasi_snapshot_preview1, env });
memory = instance.exports.memory;
try {
  instance.exports._start();
} catch (error) {
  if (!(error instanceof Exit)) throw error;
  process.exitCode = error.code;
}
