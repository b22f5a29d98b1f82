// Files out of the page: a name, bytes, and the browser's own way to save them. Called by the menus of this folder.

/**
 * A file name that every system takes: letters, digits, points, dashes.
 * @param {(string | null | undefined)[]} parts
 * @param {string} ending
 */
export function fileName(parts, ending) {
  const words = parts.filter(Boolean).map((part) => String(part).normalize('NFC').replace(/[^\p{L}\p{N}.=-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, ''));
  return `${words.filter(Boolean).join('-').slice(0, 120) || 'evenhand'}.${ending}`;
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
export function save(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export const saveText = (name, text, type) => save(name, new Blob([text], { type: `${type};charset=utf-8` }));

/**
 * Puts a text on the clipboard, or, where a page may not, leaves it to the person.
 * @param {string} text
 * @returns {Promise<boolean>} whether it is there
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
