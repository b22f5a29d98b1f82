// Inputs that are refused, and inputs that are read with a word about what was skipped or is odd.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, on, people, rows, small } from '../data.mjs';

const title = '"\u001b]0;title\u0007F"';
const hostile = `y,p,"s\u001b[31mex"\n1,.9,${title}\n0,.6,${title}\n1,.4,\u202eM\n0,.3,\u202eM\n`;
const many = `y,p,id\n${rows(120, (i) => `${i % 2},.${10 + (i % 80)},person${i}\n`)}`;

// The cube of the small file, changed by `change` before it is audited.
const cube = (name, why, change) => ({ name, why, files: { 'preds.csv': small }, steps: [
  'audit preds.csv --label y --score p --slice sex --metric fpr --cube preds.ehc --csv -',
  (folder) => writeFileSync(join(folder, 'preds.ehc'), change(readFileSync(join(folder, 'preds.ehc')))),
  'audit preds.ehc',
  'cube info preds.ehc',
] });

export const cases = [
  // Files
  { name: 'missing-file', why: 'no such file', steps: ['audit nowhere.csv --label y --score p', 'cube info no.ehc'] },
  { name: 'directory', why: 'a directory is not a file',
    steps: [(folder) => mkdirSync(join(folder, 'data.csv')), 'audit data.csv --label y --score p'] },
  { name: 'hostile-path', why: 'an escape in a path', steps: ["audit '\u001b[31mred.csv' --label y --score p"] },
  on('empty', 'no bytes at all', ''),
  { name: 'empty-stdin', why: 'standard input without a byte', steps: ['audit - --label y --score p'] },
  { name: 'empty-without-columns', why: 'no bytes, and no columns named', files: { 'preds.csv': '' },
    steps: ['audit preds.csv'] },
  on('header-only', 'a header and no row', 'y,p,sex\n'),
  on('one-row', 'a file of one row', 'y,p,sex\n1,.7,F\n', '--slice sex --metric fpr,tpr'),

  // Rows
  on('ragged', 'rows with too few and too many fields are skipped and counted', `${small}1,.5\n0,.4,M,x\n`,
    '--metric fpr'),
  on('ragged-strict', 'the same, fatal', `${small}1,.5\n0,.4,M,x\n`, '--strict'),
  on('all-rows-bad', 'no row can be used', 'y,p\n1\n0\n'),
  on('unclosed-quote', 'a quote never closed', 'y,p,sex\n1,.5,F\n0,.4,"M\n1,.3,F\n'),
  on('text-after-quote', 'text after a closing quote', `${small}1,.5,"F"x\n`, '--slice sex --metric fpr'),
  on('nul', 'a NUL byte', `${small}1,.5,F\0\n`, '--slice sex --metric fpr'),
  on('semicolons', 'fields divided by semicolons', 'y;p;sex\n1;.7;F\n'),
  on('tabs', 'fields divided by tabs in a .csv', 'y\tp\tsex\n1\t.7\tF\n'),
  on('nul-in-header', 'a NUL byte in the header', 'y,p\0,sex\n1,.5,F\n'),
  on('utf8', 'bytes that are not UTF-8', bytes(small, '1,.5,', [0xff, 0xfe], '\n'), '--slice sex --metric fpr'),
  on('utf8-in-header', 'a header in Latin-1', bytes('y,p,', [0xe9], '\n1,.5,F\n')),
  on('utf16', 'a file in UTF-16', bytes([0xff, 0xfe], Buffer.from(small, 'utf16le'))),

  // Labels and scores
  on('label-text', 'a label that is text, not mapped', 'y,p\nyes,.5\nno,.4\nmaybe,.3\n'),
  on('label-many', 'a label of many numbers', 'y,p\n0,.5\n1,.4\n2,.3\n3,.3\n4,.3\n5,.3\n'),
  on('label-long', 'a long label is cut short', `y,p\n${'x'.repeat(300)},.5\nno,.4\n`),
  on('label-missing', 'rows without a label', 'y,p\n,.5\nNA,.4\n1,.3\n0,.6\n', '--metric fpr'),
  on('positive', 'a label mapped by --positive', 'y,p\n>50K,.5\n<=50K,.4\n>50K,.8\n<=50K,.7\n',
    "--positive '>50K' --metric fpr --csv -"),
  on('positive-several', 'other texts of the label, one of which looks like the positive one',
    'y,p\n>50K,.5\n<=50K,.4\n>50K,.8\n<=50K,.7\n>50k. ,.6\n', "--positive '>50K' --metric fpr"),
  on('positive-unseen', 'a positive text that never occurs', 'y,p\nyes,.5\nno,.4\n', '--positive Yes'),
  on('score-missing', 'rows without a score', 'y,p\n1,\n0,NA\n1,.3\n0,.6\n', '--metric fpr'),
  on('score-odd', 'NaN is missing; inf and text are defects', 'y,p\n1,NaN\n0,inf\n1,-Infinity\n0,high\n1,.5\n0,.4\n',
    '--metric fpr'),
  on('score-odd-strict', 'the first bad score, fatal', 'y,p\n1,.5\n0,high\n', '--strict'),
  on('score-huge', 'a score beyond 2^40', 'y,p\n1,.5\n0,1e13\n0,.2\n', '--metric fpr'),
  on('score-range', 'scores outside [0,1] are allowed and said', 'y,p\n1,2.5\n0,-1.5\n1,.5\n0,.7\n', '--metric fpr'),

  // Columns, slices, baselines
  on('column-unknown', 'a misspelt column names the nearest', people, '--slice sexx'),
  on('column-far', 'a column like no other', people, '--slice postcode'),
  { name: 'label-unknown', why: 'a misspelt label', files: { 'preds.csv': people },
    steps: ['audit preds.csv --label Yy --score p'] },
  on('column-repeated', 'a wanted column that is there twice', 'y,p,p\n1,.5,.5\n'),
  on('column-repeated-unwanted', 'another column that is there twice', 'y,p,x,x\n1,.5,1,1\n0,.6,1,1\n',
    '--metric fpr --csv -'),
  { name: 'label-is-score', why: 'one column as label and score', files: { 'preds.csv': small },
    steps: ['audit preds.csv --label y --score y'] },
  { name: 'score-twice', why: 'a score named twice', files: { 'preds.csv': small },
    steps: ['audit preds.csv --label y --score p,p'] },
  on('bucket-not-number', 'a bucketed column with text', 'y,p,age\n1,.5,30\n0,.6,old\n0,.2,\n1,.8,50\n',
    '--bucket age:40 --metric fpr'),
  on('many-values', 'a column of more than max(50, rows / 2) values is audited, and said', many,
    '--slice id --metric fpr --top 3'),
  on('hostile-names', 'terminal escapes in names and values are neutralised', hostile,
    "--slice 's\u001b[31mex' --metric fpr"),
  on('hostile-column', 'a misspelt column beside a hostile one', hostile, "--slice 's\u001b[31mey'"),
  on('baseline-unknown', 'a misspelt baseline names the nearest slice', small, '--slice sex --baseline sex=m'),
  on('baseline-far', 'a baseline like no slice', small, "--slice sex --baseline 'the whole world'"),

  // Outputs
  on('write-no-directory', 'an output in a directory that is not there', small, '--json none/out.json'),
  { name: 'write-directory', why: 'an output that is a directory; nothing is left behind',
    files: { 'preds.csv': small },
    steps: [(folder) => mkdirSync(join(folder, 'out')), 'audit preds.csv --label y --score p --json out'] },
  on('write-no-space', 'no space left for an output', small, '--json /dev/full'),
  { name: 'stdout-no-space', why: 'no space left behind standard output', files: { 'preds.csv': small },
    steps: [{ shell: '$EVENHAND audit preds.csv --label y --score p > /dev/full' }] },
  { name: 'stdout-closed', why: 'a reader that has seen enough is no failure', files: { 'preds.csv': small },
    steps: [{ shell: '(sleep .3; cat preds.csv) | $EVENHAND audit - --label y --score p | exec 0<&-\n' +
      'echo "exit ${PIPESTATUS[1]}"' }] },

  // Cubes
  cube('cube-truncated', 'a cube cut short', (whole) => whole.subarray(0, whole.length - 9)),
  cube('cube-cut-early', 'a cube cut after its first bytes', (whole) => whole.subarray(0, 12)),
  cube('cube-longer', 'a cube with a byte too many', (whole) => bytes(whole, 'x')),
  cube('cube-corrupt', 'a cube with one bit changed', (whole) => {
    whole[whole.length >> 1] ^= 4;
    return whole;
  }),
  cube('cube-head', 'a cube whose first bytes are damaged', (whole) => {
    whole[3] ^= 4;
    return whole;
  }),
  cube('cube-newer', 'a cube of a newer schema', (whole) => {
    whole.writeUInt32LE(99, 8);
    return whole;
  }),
  { name: 'cube-not', why: 'a CSV file is not a cube', files: { 'preds.csv': small }, steps: ['cube info preds.csv'] },
];
