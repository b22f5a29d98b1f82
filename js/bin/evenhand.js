#!/usr/bin/env node
// The program `evenhand` in Node: arguments, files and terminal for src/cli.js. Twin of src/cli/main.c.
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import { run } from '../src/cli.js';
import { loadSync } from '../src/load.js';

const { env, pid } = process;

/** Whether a descriptor is a terminal. Asking the streams of `process` costs time, so only where it may be one. */
function isTerminal(fd, stream) {
  try {
    return fs.fstatSync(fd).isCharacterDevice() && Boolean(stream().isTTY);
  } catch {
    return false;
  }
}

/** Runs `act` again while a descriptor that does not block has nothing to give or take. */
function patiently(act) {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function writeAll(fd, bytes) {
  for (let from = 0; from < bytes.length;)
    from += patiently(() => fs.writeSync(fd, bytes, from, Math.min(bytes.length - from, 1 << 20)));
}

/**
 * The paths of files read in this run, by what the files are and not by what the paths say: none is written over, or read under another
 * name.
 */
const met = new Map();
const identity = ({ dev, ino }) => `${dev}:${ino}`;

/** Bytes of the file being read, 0 = unknown. */
let size = 0;

/** Reads a file chunk by chunk: opens it at the first call, closes it at the end, or for it to be read again. */
function reader() {
  let fd = -1;
  const close = () => {
    if (fd > 0) fs.closeSync(fd);
    fd = -1;
  };
  const read = (path, into) => {
    if (fd < 0) {
      const before = path === '-' ? undefined : fs.statSync(path, { bigint: true, throwIfNoEntry: false });
      const other = before && met.get(identity(before));
      if (other !== undefined && other !== path) throw fault('EEXIST');
      if (other !== undefined && before?.isFIFO()) throw fault('ESPIPE');
      fd = path === '-' ? 0 : fs.openSync(path, 'r');
      const file = fs.fstatSync(fd, { bigint: true });
      if (file.isFile() || file.isFIFO()) met.set(identity(file), path);
      size = file.isFile() ? Number(file.size) : 0;
    }
    let n = 0;
    try {
      n = patiently(() => fs.readSync(fd, into, 0, into.length, null));
    } catch (error) {
      if (error.code !== 'EOF') throw error;
    } finally {
      if (n === 0) close();
    }
    return n;
  };
  return { read, again: close };
}

/**
 * A function that unpacks gzip. Node unpacks without waiting only what is whole, so the file is collected and given out
 * piece by piece after its end.
 */
function unpacker() {
  let packed = [];
  let ready = null;
  return (bytes, into) => {
    if (bytes !== null) {
      if (bytes.length > 0) packed.push(Buffer.from(bytes));
      return 0;
    }
    if (ready === null) {
      const whole = Buffer.concat(packed);
      packed = [];
      ready = gunzipSync(whole);
    }
    const n = Math.min(ready.length, into.length);
    into.set(ready.subarray(0, n));
    ready = n > 0 ? ready.subarray(n) : null;
    return n;
  };
}

/** Opens a new file beside `path`. */
function openTemporary(path) {
  for (let i = 0; ; i++) {
    const name = join(dirname(path), `.evenhand-${pid}-${i}.tmp`);
    try {
      return { name, fd: fs.openSync(name, 'wx', 0o666) };
    } catch (error) {
      if (error.code !== 'EEXIST' || i === 99) throw error;
    }
  }
}

/** Writes all bytes to a new file beside `path` and gives its name. */
function writeBeside(path, bytes, old) {
  const { name, fd } = openTemporary(path);
  try {
    try {
      writeAll(fd, bytes);
      if (old) fs.fchmodSync(fd, old.mode & 0o7777);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    fs.unlinkSync(name);
    throw error;
  }
  return name;
}

function writeInto(path, bytes) {
  const fd = fs.openSync(path, fs.constants.O_WRONLY);
  try {
    writeAll(fd, bytes);
  } finally {
    fs.closeSync(fd);
  }
}

/** Files written beside those they are to be: path as typed to where it leads and what was written. */
const drafts = new Map();
const wait = () => {};
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Removes what has not been kept. Until then interrupts wait. */
function endDrafts() {
  for (const { temporary } of drafts.values()) fs.unlinkSync(temporary);
  drafts.clear();
  for (const signal of signals) process.off(signal, wait);
}

const fault = (code) => Object.assign(new Error(code), { code });

/** A device or a pipe is written into; a link is followed, so that it stays a link. */
function writeFile(path, bytes) {
  const old = fs.statSync(path, { throwIfNoEntry: false });
  if (old?.isDirectory()) throw fault('EISDIR');
  if (old && !old.isFile()) {
    writeInto(path, bytes);
    return;
  }
  if (old && met.has(identity(fs.statSync(path, { bigint: true })))) throw fault('EEXIST');
  if (old) fs.accessSync(path, fs.constants.W_OK);
  const target = old ? fs.realpathSync(path) : join(fs.realpathSync(dirname(path)), basename(path));
  if ([...drafts.values()].some((draft) => draft.target === target)) throw fault('EEXIST');
  if (drafts.size === 0) for (const signal of signals) process.on(signal, wait);
  drafts.set(path, { target, temporary: writeBeside(target, bytes, old) });
}

/** Gives what was written for `path` its name: at every moment the file has its old bytes or all the new ones. */
function keepFile(path) {
  const draft = drafts.get(path);
  if (!draft) return;
  fs.renameSync(draft.temporary, draft.target);
  drafts.delete(path);
  if (drafts.size === 0) endDrafts();
}

/** The names in a folder as they are stored, each with a NUL behind it. */
const listFolder = (path) => Buffer.concat(fs.readdirSync(path, { encoding: 'buffer' }).flatMap((name) => [name, Buffer.of(0)]));

/** What the package brings, or the folder that EVENHAND_SHARE names has. */
const readShared = (name) => fs.readFileSync(env.EVENHAND_SHARE ? join(env.EVENHAND_SHARE, name) : new URL(`../viewer/${name}`, import.meta.url));

function lookAround() {
  const outIsTerminal = isTerminal(1, () => process.stdout);
  const columns = outIsTerminal && process.stdout.columns > 0 ? process.stdout.columns : parseInt(env.COLUMNS ?? '', 10);
  return {
    outIsTerminal,
    errIsTerminal: isTerminal(2, () => process.stderr),
    color: outIsTerminal && !env.NO_COLOR && env.TERM !== 'dumb',
    width: columns > 0 && columns < 10000 ? columns : 0,
  };
}

/** Node 20 optimises wasm too eagerly, and waits for it at the end: twice the time on a small file. Later ones know better. */
function calmDown() {
  if (process.versions.v8.startsWith('11.3.')) setFlagsFromString('--wasm-tiering-budget=20000000');
}

function failure(error) {
  const memory = error?.code === 'EH_E_MEMORY' || error instanceof RangeError;
  writeAll(2, Buffer.from(memory ? 'evenhand: out of memory\n' : `evenhand: internal error: ${error?.message}\n`));
  return 3;
}

function main() {
  try {
    calmDown();
    const engine = loadSync(fs.readFileSync(new URL('../wasm/evenhand-cli.wasm', import.meta.url)));
    return run(engine, process.argv.slice(2), {
      ...lookAround(),
      ...reader(),
      size: () => size,
      hash: () => process.getBuiltinModule?.('node:crypto')?.createHash('sha256'),
      threads: () => process.getBuiltinModule?.('node:os')?.availableParallelism() ?? 1,
      unpack: unpacker(),
      list: listFolder,
      share: readShared,
      write: writeFile,
      keep: keepFile,
      out: (bytes) => writeAll(1, bytes),
      err: (bytes) => writeAll(2, bytes),
    });
  } catch (error) {
    return failure(error);
  }
}

function leave(code) {
  if (drafts.size > 0) endDrafts();
  process.exit(code);
}

/** The one command that a program without its own hands cannot have: it stays and answers. */
async function mainServe(words) {
  const { serve } = await import('../src/serve.js');
  return serve(words, { out: (text) => writeAll(1, Buffer.from(text)), err: (text) => writeAll(2, Buffer.from(text)) });
}

function isServe([verb, ...words]) {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  return verb === 'view' && options.includes('--serve') && !options.includes('--help') && !options.includes('-h');
}

const words = process.argv.slice(2);
const ending = isServe(words) ? mainServe(words.slice(1)) : main();
if (typeof ending === 'number') leave(ending);
else ending.catch(failure).then(leave);
