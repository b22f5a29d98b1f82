// The program `evenhand`, hosted: the module says what to read, write and print, and a host with hands does it.
//
// The program and every one of its sentences live in src/cli/*.c; js/bin/evenhand.js lends Node's hands.
import { EvenhandError } from './errors.js';
import { compiledModule } from './load.js';

/**
 * What the program asks its host for. Each may throw an error with a Node error code.
 * @typedef {object} Host
 * @property {boolean} outIsTerminal
 * @property {boolean} errIsTerminal
 * @property {boolean} color
 * @property {number} width 0 = unknown
 * @property {(path: string, into: Uint8Array) => number} read the next bytes of a file, "-" = standard input; 0 = end
 * @property {(bytes: Uint8Array | null, into: Uint8Array) => number} unpack takes the next bytes of a gzip file, none to go on
 *   with those it has, null at the end; gives what they unpack to, 0 = no more; throws Z_BUF_ERROR if the file is cut off
 * @property {(path: string) => Uint8Array} list the names in a folder, each with a NUL behind it
 * @property {(name: string) => Uint8Array} share a file that comes with the program; throws ENOENT where it is not installed
 * @property {(path: string, bytes: Uint8Array) => void} write a file beside the one it is to be
 * @property {(path: string) => void} keep what was written for the path: it gets its name
 * @property {(bytes: Uint8Array) => void} out
 * @property {() => number} size bytes of the file being read, 0 = unknown
 * @property {() => void} again lets the next `read` begin the file anew
 * @property {() => {update: (bytes: Uint8Array) => unknown, digest: () => Uint8Array} | undefined} hash a SHA-256 that is faster
 *   than the module's, if there is one
 * @property {() => number} threads that can run at once
 * @property {(bytes: Uint8Array) => void} err
 */

const CHUNK = 1 << 20;

/**
 * On a terminal, when a second has passed: a line that is written over ten times a second, and gone when reading is.
 * @param {import('./memory.js').Engine} engine
 * @param {number} cli
 * @param {Host} host
 */
function progressOf(engine, cli, host) {
  const { wasm, layout } = engine;
  const text = new TextEncoder();
  let next = performance.now() + 1000;
  let path = '';
  let fed = 0;
  let shown = false;
  return {
    /** @param {string} now @param {number} n */
    count(now, n) {
      if (now !== path) fed = 0;
      path = now;
      fed += n;
    },
    show() {
      if (!host.errIsTerminal || performance.now() < next) return;
      const line = engine.scope((scope) => {
        const at = scope.take(layout.eh_str);
        wasm.ehw_cli_progress(at, cli, fed, host.size());
        return engine.str(at);
      });
      host.err(text.encode(`\r${line}\x1b[K`));
      shown = true;
      next = performance.now() + 100;
    },
    clear() {
      if (shown) host.err(text.encode('\r\x1b[K'));
      shown = false;
    },
  };
}

/** @type {Map<string, keyof import('./layout.js').Layout>} */
const FAULTS = new Map([
  ['ENOENT', 'EH_CLI_NOT_FOUND'], ['ENOTDIR', 'EH_CLI_NOT_FOUND'], ['EISDIR', 'EH_CLI_IS_DIRECTORY'],
  ['EACCES', 'EH_CLI_DENIED'], ['EPERM', 'EH_CLI_DENIED'], ['EROFS', 'EH_CLI_DENIED'], ['EPIPE', 'EH_CLI_CLOSED'],
  ['ENOSPC', 'EH_CLI_NO_SPACE'], ['EDQUOT', 'EH_CLI_NO_SPACE'], ['EFBIG', 'EH_CLI_NO_SPACE'], ['EEXIST', 'EH_CLI_SAME_FILE'],
  ['ESPIPE', 'EH_CLI_ONCE'],
  ['Z_DATA_ERROR', 'EH_CLI_CORRUPT'], ['Z_BUF_ERROR', 'EH_CLI_SHORT'],
]);

/**
 * Does one thing for the program and says how it went.
 * @param {import('./layout.js').Layout} layout
 * @param {() => void} act
 */
function faultOf(layout, act) {
  try {
    act();
    return layout.EH_CLI_FINE;
  } catch (error) {
    const { code } = /** @type {{code?: unknown}} */ (error);
    if (typeof code !== 'string' || error instanceof EvenhandError) throw error;
    return layout[FAULTS.get(code) ?? 'EH_CLI_OTHER'];
  }
}

/** Of a smaller file, in bytes, a hash of the host's takes longer to load than it saves. */
const HASHED = 4 << 20;

/** And a smaller one is counted sooner than threads have begun and told what they counted: where they were asked for, and where not. */
const SHARED = { asked: 8 << 20, else: 64 << 20 };

/**
 * A file whose rows are counted, from its first bytes on: hashed by the host where that is faster, and shared out to threads where
 * that pays.
 * @param {import('./memory.js').Engine} engine
 * @param {number} cli
 * @param {Host} host
 */
function rowsOf(engine, cli, host) {
  const { wasm } = engine;
  /** @type {ReturnType<Host['hash']>} */
  let hash;
  let began = false;
  let alone = false;
  const tell = () => {
    if (!hash) return;
    const digest = hash.digest();
    engine.scope((scope) => {
      const ingest = wasm.ehw_cli_rows(scope.take(4), scope.take(1), cli) >>> 0;
      if (ingest !== 0) wasm.ehw_ingest_hashed(ingest, scope.bytes(digest).p);
    });
    hash = undefined;
  };
  return {
    /**
     * Of bytes that were read, before they are fed; none at the end. Whether they are the first.
     * @param {Uint8Array} bytes
     */
    read(bytes) {
      const first = !began && bytes.length > 0;
      if (first && host.size() >= HASHED) hash = host.hash();
      began = bytes.length > 0;
      if (began) hash?.update(bytes);
      else tell();
      return first;
    },
    /** After the first bytes are fed: the ingest that may take the rest, and with how many threads, if that is to be. */
    fed() {
      return engine.scope((scope) => {
        const [at, asked] = [scope.take(4), scope.take(1)];
        const ingest = wasm.ehw_cli_rows(at, asked, cli) >>> 0;
        if (ingest === 0 || (hash && !wasm.ehw_ingest_hashed(ingest, 0))) hash = undefined;
        const view = engine.view();
        if (ingest === 0 || alone || host.size() < (view.getUint8(asked) ? SHARED.asked : SHARED.else)) return undefined;
        const threads = view.getUint32(at, true) || host.threads();
        return threads > 1 ? { ingest, threads } : undefined;
      });
    },
    /** Everything is read once more, by one reader. */
    again() {
      host.again();
      hash = undefined;
      began = false;
      alone = true;
    },
    tell,
  };
}

/**
 * What is left of a file, as the host reads it.
 * @param {Host} host
 * @param {string} path
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* restOf(host, path) {
  const chunk = new Uint8Array(CHUNK);
  for (let n = host.read(path, chunk); n > 0; n = host.read(path, chunk)) yield chunk.subarray(0, n);
}

/**
 * Hands the program the wanted columns of a Parquet file. What that needs is loaded only now, so that a program that reads
 * text starts without it.
 * @param {import('./memory.js').Engine} engine
 * @param {number} cli
 * @param {Host} host
 * @param {string} path
 * @param {Uint8Array} head the first bytes
 */
async function handOver(engine, cli, host, path, head) {
  const { wasm } = engine;
  const [{ parquetTables }, { openRandom }, { pushTable, wantedNames }, { Watch }] =
    await Promise.all([import('./parquet.js'), import('./source.js'), import('./table.js'), import('./watch.js')]);
  const name = path === '-' ? 'standard input' : path;
  const random = async () => (path === '-' ? undefined : openRandom(path));
  if (wasm.ehw_cli_looks(cli)) {
    const { parquetLines } = await import('./look.js');
    const { bytes, whole } = await parquetLines({ head, rest: restOf(host, path), stored: () => {}, random }, name, new Watch());
    engine.scope((scope) => {
      const copy = scope.bytes(bytes);
      wasm.ehw_cli_look(cli, copy.p, copy.n, Number(whole));
    });
    return;
  }
  await engine.scope(async (scope) => {
    let ingest = 0;
    const start = (/** @type {string[]} */ names) => {
      ingest = wasm.ehw_cli_table(cli, scope.texts(names), names.length) >>> 0;
      return ingest === 0 ? undefined : wantedNames(scope, ingest);
    };
    const stored = (/** @type {Uint8Array} */ bytes) => {
      for (let from = 0; from < bytes.length; from += CHUNK)
        engine.scope((inner) => {
          const copy = inner.bytes(bytes.subarray(from, from + CHUNK));
          wasm.ehw_ingest_stored(ingest, copy.p, copy.n);
        });
    };
    const opened = { head, rest: restOf(host, path), stored, random };
    const watch = new Watch();
    for await (const table of parquetTables(opened, start, name, watch)) await pushTable(scope, ingest, table, watch);
    if (ingest !== 0) wasm.ehw_cli_feed(cli, 0, 0, engine.layout.EH_CLI_FINE);
  });
}

/**
 * Shares out the rest of a file; if it cannot be, it comes once more.
 * @param {import('./memory.js').Engine} engine
 * @param {number} cli
 * @param {Host} host
 * @param {string} path
 * @param {{ingest: number, threads: number}} rest
 * @param {ReturnType<typeof rowsOf>} rows
 * @param {ReturnType<typeof progressOf>} progress
 */
async function shareRest(engine, cli, host, path, { ingest, threads }, rows, progress) {
  const [{ Crew, crewOf, shareOut }, { Watch }] = await Promise.all([import('./share.js'), import('./watch.js')]);
  async function* read() {
    for await (const bytes of restOf(host, path)) {
      progress.count(path, bytes.length);
      progress.show();
      rows.read(bytes);
      yield bytes;
    }
  }
  const module = /** @type {WebAssembly.Module} */ (compiledModule());
  const crew = new Crew(crewOf(threads, host.size()), module, new Watch());
  if (await engine.scope((scope) => shareOut(scope, ingest, read(), crew, async () => rows.tell())))
    engine.wasm.ehw_cli_feed(cli, 0, 0, engine.layout.EH_CLI_FINE);
  else rows.again();
}

/**
 * Tells the program why a file could not be handed over.
 * @param {import('./memory.js').Engine} engine
 * @param {number} cli
 * @param {unknown} error
 */
function refuse(engine, cli, error) {
  const { wasm, layout } = engine;
  const { code } = /** @type {{code?: unknown}} */ (error);
  if (typeof code !== 'string') throw error;
  if (!(error instanceof EvenhandError)) {
    wasm.ehw_cli_feed(cli, 0, 0, layout[FAULTS.get(code) ?? 'EH_CLI_OTHER']);
    return;
  }
  engine.scope((scope) => {
    const [name, sentence] = [scope.text(code), scope.text(error.message)];
    wasm.ehw_cli_refuse(cli, name.p, name.n, sentence.p, sentence.n);
  });
}

/**
 * Runs the program to its end.
 * @param {import('./memory.js').Engine} engine
 * @param {string[]} args without the program's name
 * @param {Host} host
 * @returns {number | Promise<number>} exit code; a promise only where a Parquet file or a large one was read
 */
export function run(engine, args, host) {
  const { wasm, layout } = engine;
  engine.tellsFlags = true;
  return engine.scope((scope) => {
    const { outIsTerminal, errIsTerminal, color, width } = host;
    const argv = scope.texts(args);
    const cli = scope.handle((out) => wasm.ehw_cli_new(out, argv, args.length, Number(outIsTerminal),
      Number(errIsTerminal), Number(color), width), (handle) => wasm.ehw_cli_free(handle));
    const step = scope.take(layout.eh_cli_step);
    const progress = progressOf(engine, cli, host);
    const rows = rowsOf(engine, cli, host);
    const chunk = scope.take(CHUNK);
    /** @param {keyof import('./layout.js').Layout} field */
    const word = (field) => engine.view().getUint32(step + layout[field], true);
    const bytes = () => {
      const at = step + layout['eh_cli_step.bytes'];
      const view = engine.view();
      return engine.bytes(view.getUint32(at + layout['eh_str.p'], true), view.getUint32(at + layout['eh_str.n'], true));
    };
    /** @param {Uint8Array} all */
    const feedAll = (all) => {
      for (let from = 0; from < all.length; from += CHUNK) {
        const part = all.subarray(from, from + CHUNK);
        engine.bytes(chunk, part.length).set(part);
        wasm.ehw_cli_feed(cli, chunk, part.length, layout.EH_CLI_FINE);
      }
    };
    /** @type {() => number | Promise<number>} */
    const converse = () => {
      for (;;) {
        wasm.ehw_cli_next(step, cli);
        const act = word('eh_cli_step.act');
        if (act === layout.EH_CLI_EXIT) {
          progress.clear();
          return word('eh_cli_step.exit_code');
        }
        const path = engine.str(step + layout['eh_cli_step.path']);
        if (act === layout.EH_CLI_READ) progress.show();
        else if (act !== layout.EH_CLI_UNPACK) progress.clear();
        if (act === layout.EH_CLI_TABLE)
          return handOver(engine, cli, host, path, bytes().slice()).catch((error) => refuse(engine, cli, error)).then(converse);
        if (act === layout.EH_CLI_READ) {
          let n = 0;
          const fault = faultOf(layout, () => { n = host.read(path, engine.bytes(chunk, CHUNK)); });
          progress.count(path, n);
          const first = rows.read(engine.bytes(chunk, n));
          wasm.ehw_cli_feed(cli, chunk, n, fault);
          const rest = first ? rows.fed() : undefined;
          if (rest) return shareRest(engine, cli, host, path, rest, rows, progress).catch((error) => refuse(engine, cli, error)).then(converse);
        } else if (act === layout.EH_CLI_LIST || act === layout.EH_CLI_SHARE) {
          const fault = faultOf(layout, () => feedAll(act === layout.EH_CLI_LIST ? host.list(path) : host.share(path)));
          wasm.ehw_cli_feed(cli, chunk, 0, fault);
        } else if (act === layout.EH_CLI_UNPACK) {
          let n = 0;
          const given = word('eh_cli_step.bytes') ? bytes() : null;
          const fault = faultOf(layout, () => { n = host.unpack(given, engine.bytes(chunk, CHUNK)); });
          wasm.ehw_cli_feed(cli, chunk, n, fault);
        } else if (act === layout.EH_CLI_WRITE) {
          wasm.ehw_cli_done(cli, faultOf(layout, () => host.write(path, bytes())));
        } else if (act === layout.EH_CLI_KEEP) {
          wasm.ehw_cli_done(cli, faultOf(layout, () => host.keep(path)));
        } else {
          const print = act === layout.EH_CLI_OUT ? host.out : host.err;
          wasm.ehw_cli_done(cli, faultOf(layout, () => print(bytes())));
        }
      }
    };
    return converse();
  });
}
