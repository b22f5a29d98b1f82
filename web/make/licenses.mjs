// Whose code the pages hold: the licences of every package that went into a bundle, as they came from the registry. Called by build.mjs.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A plugin that sees which packages are bundled, and the text about them. */
export function licenses() {
  /** @type {Set<string>} folders */
  const met = new Set();
  const plugin = {
    name: 'evenhand-licenses',
    moduleParsed({ id }) {
      const folder = /^.*\/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0];
      if (folder && !folder.includes('\0')) met.add(folder);
    },
  };
  const entryOf = (folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$)/i.test(one));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : 'The package has no file of its licence.'}\n`;
  };
  return { plugin, text: () => `Evenhand is under the Apache License 2.0. Its pages hold code of these packages.\n\n${[...met].sort().map(entryOf).join(`\n${'-'.repeat(80)}\n\n`)}` };
}
