// The service worker of the site: keeps the files of this very build, so that the page works with no network. Called by build.mjs.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files of a folder and its folders, by path from it. */
const filesOf = (folder, from = folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? filesOf(path, from) : [relative(from, path).replaceAll('\\', '/')];
});

/** Of what only a call or an address names: what a CSV needs up to its first chart and its thresholds. */
const CALLED = /^assets\/(worker|mapper|first)-/;

/** What no page of the site asks for. */
const BESIDE = ['sw.js', 'evenhand-viewer.js', 'licenses.txt'];

/** The files that a visit with a CSV fetches: what the page names, what its scripts import, and what they call for. */
function firstOf(site, files) {
  const found = new Set([...readFileSync(join(site, 'index.html'), 'utf8').matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => file));
  for (const file of files) if (CALLED.test(file)) found.add(file);
  for (const file of found) {
    if (!file.endsWith('.js')) continue;
    for (const [, name] of readFileSync(join(site, file), 'utf8').matchAll(/(?:from|import)["'`]\.\/([\w.-]+\.js)["'`]/g)) found.add(`assets/${name}`);
  }
  return files.filter((file) => found.has(file));
}

export function writeServiceWorker(site) {
  const files = filesOf(site).filter((file) => !BESIDE.includes(file));
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(site, file)));
  const first = firstOf(site, files);
  const later = files.filter((file) => file !== 'index.html' && !first.includes(file));
  const template = readFileSync(new URL('../sw.js', import.meta.url), 'utf8');
  writeFileSync(join(site, 'sw.js'), template.replace('[/* first */]', JSON.stringify(['./', ...first])).replace('[/* later */]', JSON.stringify(later))
    .replace('/* version */', hash.digest('hex').slice(0, 16)));
}
