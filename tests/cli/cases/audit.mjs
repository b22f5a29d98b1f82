// Audits that succeed: what is read, what is printed, what is written.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people, plain, small } from './people.mjs';

const files = { 'preds.csv': people };
const audit = (name, why, ...args) => ({ name, why, files, steps: [['audit', 'preds.csv', ...plain, ...args]] });
const csv = ['--metric', 'fpr', '--csv', '-'];

export const cases = [
  audit('plain', 'the report of one column', '--slice', 'sex'),
  audit('full', 'two columns, their cross, a bucket, two thresholds, a slice as baseline', '--slice', 'sex,race', '--cross', 'sex*race',
    '--bucket', 'age:30,60', '--threshold', '.3,.6', '--metric', 'fpr,fnr,selection_rate,roc_auc', '--baseline', 'sex=F'),
  audit('overall-only', 'no slice at all'),
  audit('json', '--json - prints JSON instead of the report', '--slice', 'sex', '--metric', 'fpr,roc_auc', '--json', '-'),
  audit('csv', '--csv - prints the results', '--slice', 'sex', '--csv', '-'),
  audit('range', 'a range of thresholds is decimal', '--threshold', '.1:.9:.1', ...csv),
  audit('metric-at', 'TFMA names with a threshold', '--metric', 'false_positive_rate@0.3', '--csv', '-'),
  audit('complement', 'each slice against all other rows', '--slice', 'race', '--baseline', 'complement', ...csv),
  audit('no-intervals', 'rates and gaps alone', '--slice', 'sex', '--interval', 'none', ...csv),
  audit('min-slice', 'small slices keep their rates, lose gaps and findings', '--cross', 'sex*race', '--min-slice', '15', '--metric', 'fpr'),
  audit('top-and-sort', 'a short report by name', '--cross', 'sex*race', '--top', '2', '--sort', 'name', '--metric', 'fpr'),
  { name: 'stdin', why: 'standard input', steps: [{ args: ['audit', '-', ...plain, '--slice', 'sex', ...csv], stdin: people }] },
  { name: 'tsv', why: '.tsv is read with tabs', files: { 'preds.tsv': people.replaceAll(',', '\t') }, steps: [['audit', 'preds.tsv', ...plain, ...csv]] },
  { name: 'delimiter', why: 'another delimiter, and tab by name', files: { 'a.csv': small.replaceAll(',', ';'), 'b.csv': small.replaceAll(',', '\t') },
    steps: [['audit', 'a.csv', ...plain, '--delimiter', ';', ...csv], ['audit', 'b.csv', ...plain, '--delimiter', 'tab', ...csv]] },
  { name: 'names', why: 'a file without a header', files: { 'bare.csv': small.slice(small.indexOf('\n') + 1) }, steps: [['audit', 'bare.csv', ...plain, '--names', 'y,p,sex', '--slice', 'sex', ...csv]] },
  { name: 'missing', why: '--missing replaces the list', files: { 'preds.csv': `${small}1,.5,NA\n0,.4,?\n1,.6,\n` },
    steps: [['audit', 'preds.csv', ...plain, '--slice', 'sex', '--missing', '?', ...csv], ['audit', 'preds.csv', ...plain, '--slice', 'sex', '--show-missing', ...csv]] },
  { name: 'crlf-bom', why: 'CRLF, a byte-order mark and quotes change nothing', files: { 'preds.csv': `\ufeff${small.replaceAll('\n', '\r\n').replaceAll('F', '"F"')}` },
    steps: [['audit', 'preds.csv', ...plain, '--slice', 'sex', ...csv]] },
  { name: 'files', why: 'three files are written and the report is printed', files,
    steps: [['audit', 'preds.csv', ...plain, '--slice', 'sex', '--metric', 'fpr', '--json', 'out.json', '--csv', 'out.csv', '--cube', 'out.ehc'],
      { shell: 'cat out.csv' }] },
  { name: 'overwrite', why: 'an output replaces the file that was there; a link stays a link', files: { ...files, 'old.csv': 'old\n' },
    steps: [{ shell: 'chmod 640 old.csv; ln -s old.csv link.csv; $EVENHAND audit preds.csv --label y --score p --metric fpr --csv link.csv > /dev/null; stat -c %A old.csv; test -L link.csv && head -1 old.csv' }] },
  { name: 'device', why: 'a device is written into, not replaced', files, steps: [['audit', 'preds.csv', ...plain, ...csv.slice(0, 2), '--json', '/dev/null', '--csv', '-'], { shell: 'test -c /dev/null && echo still a device' }] },
  { name: 'cube', why: 'a cube answers like the rows, at other thresholds too', files, steps: [
    ['audit', 'preds.csv', ...plain, '--slice', 'sex', '--cube', 'preds.ehc', ...csv],
    ['audit', 'preds.ehc', '--metric', 'fpr', '--csv', '-'],
    ['audit', 'preds.ehc', '--metric', 'fpr', '--threshold', '.3', '--csv', '-'],
    ['audit', 'preds.ehc', '--slice', 'race', '--csv', '-'],
    ['audit', 'preds.ehc', '--score', 'q', '--csv', '-'],
    ['cube', 'info', 'preds.ehc']] },
  { name: 'cube-newer', why: 'a cube of a newer schema is refused', files, steps: [
    ['audit', 'preds.csv', ...plain, '--cube', 'preds.ehc', ...csv],
    (folder) => {
      const path = join(folder, 'preds.ehc');
      const bytes = readFileSync(path);
      bytes.writeUInt32LE(99, 8);
      writeFileSync(path, bytes);
    },
    ['audit', 'preds.ehc'], ['cube', 'info', 'preds.ehc']] },
  { name: 'shuffled', why: 'the order of rows does not matter', files: { 'a.csv': people, 'b.csv': [people.split('\n')[0], ...people.trimEnd().split('\n').slice(1).reverse(), ''].join('\n') },
    steps: [{ shell: 'for f in a b; do $EVENHAND audit $f.csv --label y --score p --slice sex,race --bucket age:30,60 --csv $f.out > /dev/null; done; cmp a.out b.out && echo same' }] },
  { name: 'color', why: 'NO_COLOR and a dumb terminal are heeded; a pipe never has colours', files,
    steps: [{ shell: '$EVENHAND audit preds.csv --label y --score p --slice sex | grep -c "$(printf "\\033")"' }] },
];
