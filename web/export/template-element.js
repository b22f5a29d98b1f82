// The template where the element is a script of its own: viewer.html lies beside evenhand-viewer.js.
const beside = './viewer.html';

/** @returns {Promise<string>} */
export async function template() {
  const response = await fetch(new URL(beside, import.meta.url));
  if (!response.ok) throw new Error(`viewer.html must lie beside evenhand-viewer.js: ${response.url} answers ${response.status}`);
  return response.text();
}
