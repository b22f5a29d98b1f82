// The whole answer: a source and a spec in, the report out. Reading, counting, judging and spelling happen in the module.
import { Cube } from './cube.js';
import { EvenhandError } from './errors.js';
import { makeRequest } from './request.js';
import { Watch } from './watch.js';

/**
 * @typedef {import('./cube.js').RowSource | Cube} Source
 * @typedef {import('./request.js').Spec} Spec
 * @typedef {import('./report.js').Report} Report
 * @typedef {import('./watch.js').Running} Running
 */

/** @type {Record<string, 'EHW_JSON' | 'EHW_CSV' | 'EHW_TEXT'>} */
const FORMATS = { json: 'EHW_JSON', csv: 'EHW_CSV', text: 'EHW_TEXT' };

/**
 * @param {Cube} cube
 * @param {Spec} spec
 * @param {'EHW_JSON' | 'EHW_CSV' | 'EHW_TEXT'} format
 * @param {number} width
 * @returns {string}
 */
function renderCube(cube, spec, format, width) {
  const { engine } = cube;
  const { wasm, layout } = engine;
  return engine.scope((scope) => {
    const request = makeRequest(scope, spec);
    const audited = scope.handle((out, err) => wasm.ehw_audit_run(out, cube.handle(), request, err),
      (handle) => wasm.ehw_audit_free(handle));
    return engine.collect((buf, err) => wasm.ehw_report(buf, audited, request, layout[format], width, err),
      (bytes) => engine.text(bytes.byteOffset, bytes.length));
  });
}

/**
 * The report as text: "json" and "csv" as the command line writes them, "text" as it prints to a terminal, without colours.
 * @param {Source} source
 * @param {Spec} [spec]
 * @param {"json" | "csv" | "text"} [format]
 * @param {Running & {width?: number}} [options] width of "text" in characters, 80 to 120; 100 if not given
 * @returns {Promise<string>}
 */
export async function render(source, spec = {}, format = 'json', { width = 0, ...running } = {}) {
  const watch = new Watch(running);
  if (!Object.hasOwn(FORMATS, format))
    throw new EvenhandError('EH_E_USAGE', `a report is "json", "csv" or "text", not "${format}"`);
  if (source instanceof Cube) return renderCube(source, spec, FORMATS[format], width);
  const cube = await Cube.ofWhole(source, spec, watch);
  try {
    watch.check();
    return renderCube(cube, spec, FORMATS[format], width);
  } finally {
    cube.free();
  }
}

/**
 * Audits rows or a cube: slices, results with intervals and gaps, fairness criteria, findings.
 * @param {Source} source
 * @param {Spec} [spec]
 * @param {Running} [options]
 * @returns {Promise<Report>}
 */
export async function audit(source, spec = {}, options = {}) {
  return JSON.parse(await render(source, spec, 'json', options));
}
