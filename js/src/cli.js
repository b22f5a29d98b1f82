// The program `evenhand`, hosted: the module says what to read, write and print, and a host with hands does it.
//
// The program and every one of its sentences live in src/cli/*.c; js/bin/evenhand.js lends Node's hands.
import { EvenhandError } from './errors.js';

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
 * @property {(path: string, bytes: Uint8Array) => void} write a file, whole or not at all
 * @property {(bytes: Uint8Array) => void} out
 * @property {(bytes: Uint8Array) => void} err
 */

const CHUNK = 1 << 20;

/** @type {Map<string, keyof import('./layout.js').Layout>} */
const FAULTS = new Map([
  ['ENOENT', 'EH_CLI_NOT_FOUND'], ['ENOTDIR', 'EH_CLI_NOT_FOUND'], ['EISDIR', 'EH_CLI_IS_DIRECTORY'],
  ['EACCES', 'EH_CLI_DENIED'], ['EPERM', 'EH_CLI_DENIED'], ['EROFS', 'EH_CLI_DENIED'], ['EPIPE', 'EH_CLI_CLOSED'],
  ['ENOSPC', 'EH_CLI_NO_SPACE'], ['EDQUOT', 'EH_CLI_NO_SPACE'], ['EFBIG', 'EH_CLI_NO_SPACE'], ['EEXIST', 'EH_CLI_SAME_FILE'],
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

/**
 * Runs the program to its end.
 * @param {import('./memory.js').Engine} engine
 * @param {string[]} args without the program's name
 * @param {Host} host
 * @returns {number} exit code
 */
export function run(engine, args, host) {
  const { wasm, layout } = engine;
  return engine.scope((scope) => {
    const { outIsTerminal, errIsTerminal, color, width } = host;
    const argv = scope.texts(args);
    const cli = scope.handle((out) => wasm.ehw_cli_new(out, argv, args.length, Number(outIsTerminal),
      Number(errIsTerminal), Number(color), width), (handle) => wasm.ehw_cli_free(handle));
    const step = scope.take(layout.eh_cli_step);
    const chunk = scope.take(CHUNK);
    /** @param {keyof import('./layout.js').Layout} field */
    const word = (field) => engine.view().getUint32(step + layout[field], true);
    const bytes = () => {
      const at = step + layout['eh_cli_step.bytes'];
      const view = engine.view();
      return engine.bytes(view.getUint32(at + layout['eh_str.p'], true), view.getUint32(at + layout['eh_str.n'], true));
    };
    for (;;) {
      wasm.ehw_cli_next(step, cli);
      const act = word('eh_cli_step.act');
      if (act === layout.EH_CLI_EXIT) return word('eh_cli_step.exit_code');
      const path = engine.str(step + layout['eh_cli_step.path']);
      if (act === layout.EH_CLI_READ) {
        let n = 0;
        const fault = faultOf(layout, () => { n = host.read(path, engine.bytes(chunk, CHUNK)); });
        wasm.ehw_cli_feed(cli, chunk, n, fault);
      } else if (act === layout.EH_CLI_UNPACK) {
        let n = 0;
        const given = word('eh_cli_step.bytes') ? bytes() : null;
        const fault = faultOf(layout, () => { n = host.unpack(given, engine.bytes(chunk, CHUNK)); });
        wasm.ehw_cli_feed(cli, chunk, n, fault);
      } else if (act === layout.EH_CLI_WRITE) {
        wasm.ehw_cli_done(cli, faultOf(layout, () => host.write(path, bytes())));
      } else {
        const print = act === layout.EH_CLI_OUT ? host.out : host.err;
        wasm.ehw_cli_done(cli, faultOf(layout, () => print(bytes())));
      }
    }
  });
}
