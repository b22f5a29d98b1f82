// JSON Lines: the same numbers as the rows' CSV, told by name or by the first byte.
import { gzipSync } from 'node:zlib';
import { people } from '../data.mjs';

const [header, ...rows] = people.trimEnd().split('\n').map((line) => line.split(','));
const spell = (cell) => (/^-?\d+(\.\d+)?$/.test(cell) ? cell : JSON.stringify(cell));
const line = (cells) => `{${cells.map((cell, c) => `${JSON.stringify(header[c])}: ${spell(cell)}`).join(', ')}}\n`;
const lines = rows.map(line).join('');
const turned = rows.map((cells) => `{"note": {"by": ["x", 1]}, "age": ${cells[4]}, "race": "${cells[3]}", "sex": "${cells[2]}", "p": "${cells[1]}", "y": ${cells[0] === '1'}}\n`);
const options = '--label y --score p --slice sex,race --bucket age:30,50 --metric fpr,roc_auc';
const defects = '{"y": 1, "p": 0.5}\n{"y": 1, "p": 0.5\n\n{"y": 0, "p": 0.4, "y": 1}\n[1, 0.5]\n{"y": 0, "p": [0.4]}\n{"y": 0, "p": 0.75}\n' +
  '{"y": 1, "p": NaN}\n{"y": 1, "p": 1e999}\n{"y": 1, "p": "high"}\n{"p": 0.25}\n{"y": null, "p": 0.25}\n';

export const cases = [
  { name: 'same', why: 'the report is that of the CSV, whatever the order of the keys; standard input, packed, in parts of both kinds',
    files: { 'all.csv': people, 'all.jsonl': lines, 'turned.txt': turned.join(''), 'all.ndjson.gz': gzipSync(lines),
      'a.jsonl': turned.slice(0, 30).join(''), 'b.csv': [header, ...rows.slice(30)].map((cells) => `${cells.join(',')}\n`).join('') },
    steps: [{ shell: `$EVENHAND audit all.csv ${options} --json csv.json > csv.txt` },
      ...['all.jsonl', 'turned.txt', 'all.ndjson.gz', 'a.jsonl b.csv', '- < all.jsonl'].map((input) =>
        ({ shell: `$EVENHAND audit ${input} ${options} --json o.json | tail -n +2 > o.txt; tail -n +2 csv.txt | diff - o.txt; diff csv.json o.json | grep -c '^>'` })),
      { shell: 'grep -c $(sha256sum < all.jsonl | cut -c1-64) o.json' }] },
  { name: 'defects', why: 'a defective line is skipped with the place of its defect, and no other line', files: { 'd.jsonl': defects },
    steps: ['audit d.jsonl --label y --score p --metric fpr', 'audit d.jsonl --label y --score p --metric fpr --strict',
      { shell: "$EVENHAND audit d.jsonl --label y --score p --metric fpr --json - | sed -n '/\"skipped\"/,/]/p'" }] },
  { name: 'files', why: 'what is no JSON Lines, whatever its name says',
    files: { 'array.json': '[\n  {"y": 1, "p": 0.5}\n]\n', 'a.jsonl': 'y,p\n1,.5\n', 'empty.jsonl': '', 'blank.jsonl': '\n \n', 'brace.csv': '{y},p\n1,.5\n0,.25\n',
      'pretty.json': '{\n  "y": 1,\n  "p": 0.5\n}\n', 'bom.txt': '\ufeff\n{"y": 1, "p": 0.75}\n{"y": 0, "p": 0.25}' },
    steps: ['array.json', 'a.jsonl', 'empty.jsonl', 'blank.jsonl', 'pretty.json', 'bom.txt'].map((name) => `audit ${name} --label y --score p --metric tpr --csv -`)
      .concat('audit brace.csv --label {y} --score p --metric tpr --csv -', 'audit bom.txt --names y,p --label y --score p') },
  { name: 'keys', why: 'a key that no row has, a nested one, and one with a point in it', files: { 'k.jsonl': '{"y": 1, "p": 0.5, "who": {"sex": "F"}, "a.b": "x"}\n{"y": 0, "p": 0.25, "a.b": "z"}\n' },
    steps: ['audit k.jsonl --label y --score q', 'audit k.jsonl --label y --score p --slice sx', 'audit k.jsonl --label y --score p --slice who --strict',
      'audit k.jsonl --label y --score p --slice a.b --metric tpr --csv -'] },
  { name: 'look', why: 'with no columns named its keys are told', files: { 'l.jsonl': `${lines}{"y": 1}\n{"y"\n`, 'n.jsonl': '{"y": 1, "p": 0.5}', 'none.jsonl': '[]\n' },
    steps: ['audit l.jsonl', 'audit n.jsonl', 'audit l.jsonl --label y', 'audit none.jsonl'] },
];
