// Inputs that are refused, and inputs that are read with a word about what was skipped.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people, plain, small } from './people.mjs';

// Audits one file of that text; the results come as CSV, so that these cases do not move with the text report.
const refused = (name, why, text, ...more) =>
  ({ name, why, files: { 'preds.csv': text }, steps: [['audit', 'preds.csv', ...plain, ...more]] });
// As above; the text report is wanted, because it says what was skipped.
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const rows = (n, row) => Array.from({ length: n }, (_, i) => row(i)).join('');

// The cube of the small file, changed by `change` before it is audited.
const cube = (name, why, change) => ({ name, why, files: { 'preds.csv': small }, steps: [
  ['audit', 'preds.csv', ...plain, '--slice', 'sex', '--metric', 'fpr', '--cube', 'preds.ehc', '--csv', '-'],
  (folder) => {
    const path = join(folder, 'preds.ehc');
    writeFileSync(path, change(readFileSync(path)));
  },
  ['audit', 'preds.ehc'],
  ['cube', 'info', 'preds.ehc']] });

export const cases = [
  { name: 'missing-file', why: 'no such file', steps: [['audit', 'nowhere.csv', ...plain], ['cube', 'info', 'nowhere.ehc']] },
  { name: 'directory', why: 'a directory is not a file', steps: [(folder) => mkdirSync(join(folder, 'data.csv')), ['audit', 'data.csv', ...plain]] },
  refused('empty', 'no bytes at all', ''),
  { name: 'empty-stdin', why: 'standard input without a byte', steps: [['audit', '-', ...plain]] },
  { name: 'empty-without-columns', why: 'no bytes, and no columns named', files: { 'preds.csv': '' }, steps: [['audit', 'preds.csv']] },
  refused('header-only', 'a header and no row', 'y,p,sex\n'),
  refused('ragged', 'rows with too few and too many fields are skipped and counted', `${small}1,.5\n0,.4,M,x\n`, '--metric', 'fpr'),
  refused('ragged-strict', 'the same, fatal', `${small}1,.5\n0,.4,M,x\n`, '--strict'),
  refused('all-rows-bad', 'no row can be used', 'y,p\n1\n0\n'),
  refused('unclosed-quote', 'a quote never closed', 'y,p,sex\n1,.5,F\n0,.4,"M\n1,.3,F\n'),
  refused('text-after-quote', 'text after a closing quote', `${small}1,.5,"F"x\n`, '--slice', 'sex', '--metric', 'fpr'),
  refused('nul', 'a NUL byte', `${small}1,.5,F\0\n`, '--slice', 'sex', '--metric', 'fpr'),
  refused('nul-in-header', 'a NUL byte in the header', 'y,p\0,sex\n1,.5,F\n'),
  refused('utf8', 'bytes that are not UTF-8', bytes(small, '1,.5,', [0xff, 0xfe], '\n'), '--slice', 'sex', '--metric', 'fpr'),
  refused('utf8-in-header', 'a header that is not UTF-8: Latin-1', bytes('y,p,', [0xe9], '\n1,.5,F\n')),
  refused('utf16', 'a file of UTF-16', bytes([0xff, 0xfe], Buffer.from(small, 'utf16le'))),
  refused('label-text', 'a label that is text, not mapped', 'y,p\nyes,.5\nno,.4\nmaybe,.3\n'),
  refused('label-three', 'a label of three numbers', 'y,p\n0,.5\n1,.4\n2,.3\n3,.3\n4,.3\n5,.3\n'),
  refused('label-long', 'a label with a long text is cut short', `y,p\n${'x'.repeat(300)},.5\nno,.4\n`),
  refused('label-missing', 'rows without a label', 'y,p\n,.5\nNA,.4\n1,.3\n0,.6\n', '--metric', 'fpr'),
  refused('positive', 'a label mapped by --positive', 'y,p\n>50K,.5\n<=50K,.4\n>50K,.8\n<=50K,.7\n', '--positive', '>50K', '--metric', 'fpr', '--csv', '-'),
  refused('positive-unseen', 'a positive text that never occurs', 'y,p\nyes,.5\nno,.4\n', '--positive', 'Yes'),
  refused('score-missing', 'rows without a score', 'y,p\n1,\n0,NA\n1,.3\n0,.6\n', '--metric', 'fpr'),
  refused('score-nan', 'NaN is missing by default; inf and text are not numbers', 'y,p\n1,NaN\n0,inf\n1,-Infinity\n0,high\n1,.5\n0,.4\n', '--metric', 'fpr'),
  refused('score-nan-strict', 'the first bad score, fatal', 'y,p\n1,.5\n0,high\n', '--strict'),
  refused('score-huge', 'a score beyond 2^40', 'y,p\n1,.5\n0,1e13\n0,.2\n', '--metric', 'fpr'),
  refused('score-range', 'scores outside [0,1] are allowed and said', 'y,p\n1,2.5\n0,-1.5\n1,.5\n0,.7\n', '--metric', 'fpr'),
  refused('column-unknown', 'a misspelt column names the nearest', people, '--slice', 'sexx'),
  refused('column-far', 'a column like no other', people, '--slice', 'postcode'),
  { name: 'label-unknown', why: 'a misspelt label', files: { 'preds.csv': people }, steps: [['audit', 'preds.csv', '--label', 'Yy', '--score', 'p']] },
  refused('column-repeated', 'a wanted column that is there twice', 'y,p,p\n1,.5,.5\n'),
  refused('column-repeated-unwanted', 'another column that is there twice does not matter', 'y,p,x,x\n1,.5,1,1\n0,.6,1,1\n', '--metric', 'fpr', '--csv', '-'),
  refused('label-is-score', 'one column as label and score', small, '--score', 'y'),
  refused('score-twice', 'a score named twice', small, '--score', 'p'),
  refused('bucket-not-number', 'a bucketed column with text', `y,p,age\n1,.5,30\n0,.6,old\n0,.2,\n1,.8,50\n`, '--bucket', 'age:40', '--metric', 'fpr'),
  refused('many-values', 'a slice column with more than max(50, rows / 2) values is audited, and said',
    `y,p,id\n${rows(120, (i) => `${i % 2},.${10 + (i % 80)},person${i}\n`)}`, '--slice', 'id', '--metric', 'fpr', '--top', '3'),
  refused('one-row', 'a file of one row', 'y,p,sex\n1,.7,F\n', '--slice', 'sex', '--metric', 'fpr,tpr'),
  refused('hostile-names', 'terminal escapes in names and values are neutralised',
    'y,p,"s\u001b[31mex"\n1,.9,"\u001b]0;title\u0007F"\n0,.6,"\u001b]0;title\u0007F"\n1,.4,\u202eM\n0,.3,\u202eM\n', '--slice', 's\u001b[31mex', '--metric', 'fpr'),
  refused('hostile-column', 'a misspelt column beside a hostile one', 'y,p,"s\u001b[2Jex"\n1,.9,F\n', '--slice', 's\u001b[2Jey'),
  { name: 'hostile-path', why: 'an escape in a path', steps: [['audit', '\u001b[31mred.csv', ...plain]] },
  refused('baseline-unknown', 'a misspelt baseline names the nearest slice', small, '--slice', 'sex', '--baseline', 'sex=m'),
  refused('baseline-far', 'a baseline like no slice', small, '--slice', 'sex', '--baseline', 'the whole world'),
  refused('write-no-directory', 'an output in a directory that is not there', small, '--json', 'none/out.json'),
  { name: 'write-directory', why: 'an output that is a directory; nothing is left behind', files: { 'preds.csv': small },
    steps: [(folder) => mkdirSync(join(folder, 'out')), ['audit', 'preds.csv', ...plain, '--json', 'out']] },
  refused('write-no-space', 'no space left', small, '--json', '/dev/full'),
  { name: 'stdout-no-space', why: 'no space left behind standard output', files: { 'preds.csv': small }, steps: [{ shell: '$EVENHAND audit preds.csv --label y --score p > /dev/full' }] },
  { name: 'stdout-closed', why: 'a reader that has seen enough is no failure', files: { 'preds.csv': small },
    steps: [{ shell: '(sleep .3; cat preds.csv) | $EVENHAND audit - --label y --score p | exec 0<&-; echo "${PIPESTATUS[1]}"' }] },
  cube('cube-truncated', 'a cube cut short', (bytes_) => bytes_.subarray(0, bytes_.length - 9)),
  cube('cube-cut-early', 'a cube cut after its first bytes', (bytes_) => bytes_.subarray(0, 12)),
  cube('cube-corrupt', 'a cube with one bit changed', (bytes_) => {
    bytes_[bytes_.length >> 1] ^= 4;
    return bytes_;
  }),
  cube('cube-longer', 'a cube with a byte too many', (bytes_) => bytes('', bytes_, 'x')),
  { name: 'cube-not', why: 'a CSV file is not a cube', files: { 'preds.csv': small }, steps: [['cube', 'info', 'preds.csv']] },
];
