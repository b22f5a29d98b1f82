// The service worker of the site: keeps the files of this very build, so that the page works with no network. Called by build.mjs.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files of a folder and its folders, by path from it. */
const filesOf = (folder, from = folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? filesOf(path, from) : [relative(from, path).replaceAll('\\', '/')];
});

export function writeServiceWorker(site) {
  const files = filesOf(site).filter((file) => file !== 'sw.js' && file !== 'evenhand-viewer.js');
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(site, file)));
  const template = readFileSync(new URL('../sw.js', import.meta.url), 'utf8');
  const list = ['./', ...files.filter((file) => file !== 'index.html')];
  writeFileSync(join(site, 'sw.js'), template.replace('[/* files */]', JSON.stringify(list)).replace('/* version */', hash.digest('hex').slice(0, 16)));
}
