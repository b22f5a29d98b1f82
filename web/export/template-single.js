// The single HTML as its own template: the document it was read from, with the place open again. The viewer draws in a shadow tree,
// which is not written, so the document is as it came.

/** @returns {Promise<string>} */
export async function template() {
  const copy = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
  for (const { name } of [.../** @type {Element} */ (copy.querySelector('evenhand-viewer')).attributes]) copy.querySelector('evenhand-viewer')?.removeAttribute(name);
  copy.querySelector('#evenhand-payload')?.replaceWith(document.createComment('evenhand:payload'));
  return `<!doctype html>\n${copy.outerHTML}\n`;
}
