// The page without anything in it, where it lies beside the site. The single HTML is its own template (template-single.js), and the
// element for other pages finds it beside itself (template-element.js): the build puts the right one in this place.

/** @returns {Promise<string>} */
export async function template() {
  const response = await fetch(new URL('./viewer.html', document.baseURI));
  if (!response.ok) throw new Error(`the page's template cannot be fetched: ${response.url} answers ${response.status}`);
  return response.text();
}
