// Several files read as one table.
import { people } from '../data.mjs';

const [header, ...lines] = people.trimEnd().split('\n');
const part = (from, to) => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
// The same rows with other columns in another order, between tabs.
const turned = (text) => text.trimEnd().split('\n').map((line) => line.split(',').reverse().join('\t') + '\n').join('');
const parts = { 'all.csv': people, 'a.csv': part(0, 13), 'b.csv': part(13, 40), 'c.tsv': turned(part(40)) };
const options = '--label y --score p --slice sex,race --metric fpr,roc_auc';
const long = 'a-folder-name-that-goes-on-and-on-until-part-17.csv';

export const cases = [
  { name: 'as-one', why: 'the report is that of all rows, less the name and the hash, which is that of the files in a row', files: parts,
    steps: [{ shell: `$EVENHAND audit all.csv ${options} --json all.json > all.txt` },
      { shell: `$EVENHAND audit a.csv b.csv c.tsv ${options} --json parts.json > parts.txt` },
      { shell: 'diff all.json parts.json; diff all.txt parts.txt; cat a.csv b.csv c.tsv | sha256sum' }] },
  { name: 'names', why: 'many files, one of them standard input', files: parts,
    steps: [{ shell: `cat all.csv | $EVENHAND cube build a.csv - b.csv c.tsv ${options.replace(/ --metric.*/, '')} -o all.ehc` }, 'cube info all.ehc'] },
  { name: 'skipped', why: 'a skipped row tells its file; of a long name the end',
    files: { 'a.csv': 'y,p\n1,.5\n2\n0,.25\n', [long]: 'p,y\n.5,1\n\n.75\n.5,0\n.1,\n', 'c.csv': 'y,p\n' },
    steps: [`audit a.csv ${long} c.csv --label y --score p --metric fpr`, `audit a.csv ${long} --label y --score p --strict`,
      `audit c.csv ${long} --label y --score p --strict`] },
  { name: 'no-header', why: 'no file has a header when names are given', files: { 'a.csv': '1,.5\n', 'b.csv': '0,.75\n0,.25\n' },
    steps: ['audit a.csv b.csv --names y,p --label y --score p --metric fpr --csv -'] },
  { name: 'refused', why: 'a part that lacks a column, is empty, no file or a cube; no rows in any', files: { ...parts, 'other.csv': 'y,q\n1,.5\n', 'empty.csv': '', 'none.csv': 'y,p,sex,race\n' },
    steps: [`audit a.csv other.csv ${options}`, `audit a.csv empty.csv ${options}`, `audit empty.csv a.csv ${options}`, `audit a.csv nowhere.csv ${options}`,
      `cube build a.csv ${options.replace(/ --metric.*/, '')} -o a.ehc`, `audit b.csv a.ehc ${options}`, 'audit a.ehc b.csv',
      `audit none.csv - ${options}`, { line: `audit none.csv - ${options}`, stdin: 'p,y,sex,race\n' }] },
  { name: 'labels', why: 'a label that is not binary is told with its file, whatever the threads and whether rows are read twice',
    files: { 'a.csv': 'y,p,x\n1,.5,1\n0,.25,2\n', 'b.csv': 'y,p,x\n1,.5,3\n\nyes,.75,4\n', 'c.csv': 'y,p,x\nno,.5,5\n' },
    steps: ['audit a.csv b.csv c.csv --label y --score p', 'audit a.csv c.csv b.csv --label y --score p --threads 1',
      'audit c.csv a.csv --label y --score p --bucket x:q2', 'audit c.csv --label y --score p'] },
  { name: 'twice', why: 'a file is not read twice under several names, nor a pipe for quantiles', files: { 'a.csv': parts['a.csv'] },
    steps: [{ shell: `ln -s a.csv soft.csv; ln a.csv hard.csv; for f in soft.csv hard.csv ./a.csv; do $EVENHAND audit a.csv $f ${options}; echo $?; done\n` +
      `$EVENHAND audit - a.csv ${options} < a.csv; $EVENHAND cube build a.csv ${options.replace(/ --metric.*/, '')} -o a.ehc; $EVENHAND cube merge a.ehc ./a.ehc -o b.ehc; ls\n` +
      'mkfifo p; (cat a.csv > p &); timeout 20 $EVENHAND audit p --label y --score p --bucket p:q2; echo $?' }] },
  { name: 'look', why: 'with no columns named the first of the files is looked at', files: parts, steps: ['audit b.csv c.tsv'] },
];
