// The one error of the package. Everything that can be foreseen to go wrong is thrown as this.

/**
 * Where and what, as far as known. `line` (1-based) and `column` (1-based) are places in the caller's data.
 * @typedef {object} ErrorDetail
 * @property {number} [status] the number behind the code
 * @property {number} [line]
 * @property {number} [column]
 * @property {string} [path] the file that could not be opened, read or written
 */

/**
 * `code` is stable and names the kind: EH_E_USAGE, EH_E_SPEC, EH_E_INPUT, EH_E_ROW, EH_E_CUBE, EH_E_MISMATCH, EH_E_IO,
 * EH_E_LIMIT, EH_E_MEMORY or EH_E_INTERNAL. `message` is a whole sentence for people.
 */
export class EvenhandError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorDetail} [detail]
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, detail = {}, options = undefined) {
    super(message, options);
    this.name = 'EvenhandError';
    /** @type {string} */
    this.code = code;
    /** @type {ErrorDetail} */
    this.detail = detail;
  }
}
