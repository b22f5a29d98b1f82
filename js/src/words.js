// The module speaks of options as the command line's user types them; a caller in JavaScript gives them as keys of a spec.

/**
 * A sentence of the module with its flags told as keys: "name it with --label COL" becomes "name it with label: COL". What
 * stands in quotes comes from the data and stays.
 * @param {string} sentence
 * @returns {string}
 */
export function asKeys(sentence) {
  return sentence.replace(/"(?:[^"\\]|\\.)*"|(?<![\w-])--([a-z]+(?:-[a-z]+)*)( (?="|[A-Z]{2}))?/g,
    (all, flag, value) => (flag === undefined ? all : flag.replaceAll('-', '_') + (value ? ': ' : '')));
}

/**
 * The name nearest to what was asked for, or undefined if none is near.
 * @param {import('./memory.js').Scope} scope
 * @param {string[]} names
 * @param {string} wanted
 */
export function nearestName(scope, names, wanted) {
  const text = scope.text(wanted);
  return names[scope.engine.wasm.ehw_name_nearest(scope.texts(names), names.length, text.p, text.n)];
}
