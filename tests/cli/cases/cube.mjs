// Cubes built from parts, merged and told about.
import { people, small } from '../data.mjs';

const [header, ...lines] = people.trimEnd().split('\n');
const part = (from, to) => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
const parts = { 'all.csv': people, 'a.csv': part(0, 13), 'b.csv': part(13, 40), 'c.csv': part(40) };
const options = "--label y --score p --slice sex,race --bucket 'age:30,50' --threshold .3,.5";
const build = (name, more = '') => `cube build ${name}.csv ${options} -o ${name}.ehc ${more}`.trim();

const count = '--label y --score p --slice sex,race --threshold .5,.75';

export const cases = [
  { name: 'bits', why: 'a binned cube: its own thresholds, another one, an edge of a bin, a cross it was not asked for',
    files: { 'a.csv': people }, steps: [`cube build a.csv ${count} --score-bits 7 --cut '>=' -o a.ehc`, 'cube info a.ehc',
      'audit a.ehc --slice sex --metric fpr,tpr,roc_auc --csv -',
      'audit a.ehc --slice sex --metric fpr,fp,roc_auc --threshold .31,.5,.625',
      "audit a.ehc --cross 'sex*race' --metric fpr,roc_auc --threshold .31,.5 --csv -",
      'audit a.ehc --score-bits 52 --metric fpr', "audit a.ehc --cut '>' --metric fpr"] },
  { name: 'bits-merge', why: 'binned parts merge to the cube of all rows; cubes of other bits or another cut do not',
    files: { 'a.csv': people, 'b.csv': people }, steps: [`cube build a.csv b.csv ${count} --score-bits 11 -o all.ehc`,
      `cube build a.csv ${count} --score-bits 11 -o a.ehc`, `cube build b.csv ${count} --score-bits 11 -o b.ehc`,
      'cube merge b.ehc a.ehc -o merged.ehc', { shell: 'for f in all merged; do $EVENHAND cube info $f.ehc | grep checksum; done' },
      `cube build b.csv ${count} --score-bits 23 -o other.ehc`, 'cube merge a.ehc other.ehc -o x.ehc',
      `cube build b.csv ${count} --score-bits 11 --cut '>=' -o cut.ehc`, 'cube merge a.ehc cut.ehc -o x.ehc'] },
  { name: 'parts', why: 'the audit of a cube merged from parts, in any order, is that of all rows', files: parts,
    steps: [build('a'), build('b'), build('c'), 'cube merge c.ehc a.ehc b.ehc -o merged.ehc', 'cube info merged.ehc',
      { shell: `$EVENHAND audit all.csv ${options} --no-hash --json all.json --csv all.table > all.txt` },
      { shell: '$EVENHAND audit merged.ehc --json merged.json --csv merged.table > merged.txt' },
      { shell: 'diff all.json merged.json; diff all.txt merged.txt; cmp all.table merged.table && echo same table' }] },
  { name: 'pipe', why: 'cubes through pipes', files: parts,
    steps: [build('a'), { shell: `$EVENHAND cube build - ${options} -o - < b.csv | $EVENHAND cube merge a.ehc - -o - > ab.ehc` },
      'cube info ab.ehc'] },
  { name: 'part-without-positives', why: 'a part may lack the positive text; the audit of the cube does not ask again',
    files: { 'a.csv': 'y,p\nno,.3\nno,.6\n' }, steps: ['cube build a.csv --label y --score p --positive yes -o a.ehc', 'cube info a.ehc'] },
  { name: 'differ', why: 'cubes of other options, another kind of file, and none at all', files: parts,
    steps: [build('a'), build('b', '--missing NA'), 'cube merge a.ehc b.ehc -o o.ehc', 'cube merge a.ehc b.csv -o o.ehc',
      'cube merge a.ehc none.ehc -o o.ehc', 'cube build a.ehc -o o.ehc'] },
  { name: 'usage', why: 'what cube build and cube merge cannot do', files: { 'preds.csv': small },
    steps: ['cube build preds.csv --label y --score p', 'cube build preds.csv --label y -o o.ehc', 'cube build preds.csv --top 3 -o o.ehc',
      'cube build preds.csv --label y --score p -o no/such/o.ehc', 'cube merge a.ehc a.ehc -o o.ehc', 'cube merge a.ehc -o a.ehc',
      'cube merge', 'cube build a.csv preds.csv -o preds.csv'] },
  { name: 'help', why: 'help on each', steps: ['help cube build', 'cube merge --help'] },
];
