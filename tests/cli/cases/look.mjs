// What is said when no columns are named: what they hold, and the command that may be meant.
import { npz, records } from '../../npz.mjs';
import { people, rows, small } from '../data.mjs';

const look = (name, why, text, options = '', more = {}) =>
  ({ name, why, files: { 'preds.csv': text, ...more }, steps: [`audit preds.csv ${options}`.trim()] });

// Arrays of NumPy: one row for each i, of columns {type, cells}.
const arrays = (n) => Object.fromEntries([['label', '|i1', (i) => i % 3 >> 1], ['score', '<f8', (i) => (i % 8) / 8], ['sex', '<U6', (i) => ['Female', 'Male', ''][i % 5 % 3]],
  ['age', '<i4', (i) => 20 + i % 50]].map(([name, type, cell]) => [name, { type, cells: Array.from({ length: n }, (_, i) => cell(i)) }]));

export const cases = [
  { name: 'arrays', why: 'arrays of NumPy in an archive, a record array longer than what is looked at, and arrays of different lengths',
    files: { 'preds.npz': npz(arrays(60)), 'odd.npz': npz({ ...arrays(60), more: { type: '|i1', cells: [1, 2] } }), 'preds.npy': records(arrays(17000)) },
    steps: ['audit preds.npz', 'audit odd.npz', 'audit preds.npy', 'audit preds.npz --label label'] },
  look('people', 'label, score, groups and ages by name and value', people),
  look('text-label', 'a label of two texts, names that need quotes, texts that mean missing',
    `Outcome (2 years),P(yes),"home, town",age\n${rows(40, (i) => `${i % 5 ? 'stays' : 'leaves'},${(i % 10) / 10},${['A', 'B', '?'][i % 3]},${20 + i}\n`)}`,
    "--missing '?'"),
  look('prediction-is-no-label', 'a prediction of 0 and 1 is the score, and the other column of 0 and 1 the label',
    `predicted_label,y_true,g\n${rows(12, (i) => `${i % 2},${i % 3 ? 0 : 1},${i % 4 ? 'a' : 'b'}\n`)}`),
  look('nothing-by-name', 'no name tells anything: the guess says COL', `a,b\n${rows(9, (i) => `${i},x${i}\n`)}`),
  look('typed-already', 'what is typed already stays, and no groups are added to it', people, '--slice sex --top 3'),
  look('semicolons', 'fields divided by semicolons', people.replaceAll(',', ';')),
  look('no-header', 'a file without a header line', people.split('\n').slice(1).join('\n'), '--names y,p,sex,race,age'),
  { name: 'several-in-a-cell', why: 'cells of several values, in a CSV and as arrays; arrays and objects that are no values are passed over',
    files: { 'posts.csv': `y,p,identity\n${rows(24, (i) => `${i % 2},.${i},${['a|b', 'b', 'c|a'][i % 3]}\n`)}`,
      'posts.jsonl': rows(24, (i) => `{"y": ${i % 2}, "p": 0.${i}, "identity": ${['["a", "b"]', '["b"]', '["c", null, "a"]'][i % 3]}, "vector": [1, [${i}], {"k": "}"}], "of": {"y": 3}}\n`) },
    steps: ['audit posts.csv', 'audit posts.jsonl'] },
  look('defects', 'defective rows, missing cells, a name that is there twice and one that drives terminals',
    'y,p,s,s,\u001b[31mred\n1,.5,a,b,c\n0,NA,a,b,d\n1,2\n0,,b,,c\n1,.25,b,c,d\n'),
  look('one-row', 'one row', 'y,p,sex\n1,.5,F\n'),
  look('header-only', 'a header and no rows', 'y,p,sex\n'),
  look('head-only', 'a file of more than 1 MiB: what is not looked at does not matter',
    `y,p,sex\n${rows(120000, (i) => `${i % 2},.${i % 997},${i % 3 ? 'F' : 'M'}\n`)}1,"unclosed`),
  look('no-table', 'what cannot be read is refused as ever', Buffer.from('\xff\xfey\0,\0', 'latin1')),
  look('json-array', 'one JSON array is refused with the way out', '[{"y": 1, "p": 0.5}]'),
  look('one-named', 'with one of the two named, the other is asked for', small, '--label y'),
  { name: 'outputs', why: 'nothing is written where nothing was audited', files: { 'preds.csv': people },
    steps: ['audit preds.csv --json report.json --cube preds.ehc', 'cube build preds.csv -o preds.ehc'] },
];
