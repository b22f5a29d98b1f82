// What people get wrong at first: each is met by a sentence that helps, and never by a number that misleads.
import { on, people, small } from '../data.mjs';

const scaled = (factor) => people.replace(/^(\d),([^,]*)/gm, (_, y, p) => `${y},${(Number(p) * factor).toFixed(1)}`);
const german = people.replaceAll(',', ';').replaceAll('.', ',');
const several = 'y,p,ids\n1,.9,x|y\n0,.2,x\n0,.7,y|z\n1,.4,\n1,.8, z | x\n0,.6,|\n1,.1,xy\n0,.3,NA|y\n';
const where = (condition) => `audit preds.csv --label y --score p --multi 'ids:|' --metric fpr,tpr --interval none --where '${condition}'`;

export const cases = [
  on('threshold-below-scores', 'points of 0 to 100 at .5: everybody is selected, so groups seem alike', scaled(100), '--slice sex --metric fpr,tpr,ppv'),
  on('threshold-above-scores', 'percents read at 50: nobody is selected; two thresholds', people, '--slice sex --metric fpr,ppv --threshold 50,60'),
  on('threshold-one-of-two', 'one threshold lies between, so nothing is said', people, '--slice sex --metric fpr --threshold .5,50'),
  on('threshold-no-rates', 'what needs no threshold is told without a word on it', scaled(100), '--slice sex --metric roc_auc,prevalence'),
  on('decimal-commas', 'numbers as Europe writes them', german, "--delimiter ';' --slice sex"),
  on('decimal-commas-some', 'rows of whole numbers are read, the others told with a way out', 'y;p\n1;1\n0;0,25\n0;"1,5e-1"\n1;0\n0;,5\n0;1,2,3\n0;1,x\n',
    "--delimiter ';' --metric fpr --interval none"),
  on('per-cent', 'scores with a sign', 'y,p\n1,90%\n0,20 %\n1,%\n0,.5\n1,5%%\n', '--metric fpr --interval none'),
  on('quantity', 'a label of many numbers', `y,p\n${[3.5, 12, 7, 1, 0, 9].map((y) => `${y},.5\n`).join('')}`),
  on('stars', 'a label of a few numbers', 'y,p\n1,.5\n2,.6\n3,.7\n'),
  on('one-and-two', 'a label of two numbers is no quantity', 'y,p\n1,.5\n2,.6\n'),
  on('cross-blanks', 'blanks around the sign of a cross', people, "--cross ' sex * race ' --metric fpr --interval none"),
  { name: 'where-multi', why: 'a condition on a column of several values asks for one of them', files: { 'preds.csv': several },
    steps: ['ids = x', 'ids != x', 'ids in {z, xy}', 'ids = "y|x"', 'ids is missing', 'ids > 3'].map(where) },
  on('slice-if-multi', 'the same of a named slice, in which the column is sliced by, too', several,
    "--multi 'ids:|' --slice-if 'with x: ids = x' --metric fpr --interval none --csv -"),
  { name: 'look-points', why: 'a command for points, for logits and for shares: .5 says nothing of the first', files: {
    'points.csv': scaled(10), 'logits.csv': 'y,p\n0,-7\n1,3\n0,-2\n', 'low.csv': 'y,p\n0,-7\n1,-3\n0,-2\n', 'shares.csv': people },
    steps: ['points', 'logits', 'low', 'shares', 'points.csv --threshold 3 --label y --no-hash'].map((name) => `audit ${name.includes(' ') ? name : `${name}.csv`}`) },
  { name: 'look-contrary', why: 'the positive of two texts', files: Object.fromEntries([['hateful', 'non-hateful'], ['BAD', 'NOT_BAD'], ['maybe', 'no'], ['hired', 'unhired'],
    ['male', 'female'], ['bad', 'badly']].map(([yes, no]) => [`${no}.csv`, `y,p,g\n${yes},.9,a\n${yes},.8,a\n${no},.3,b\n${yes},.3,b\n`])),
    steps: [{ shell: 'for file in *.csv; do $EVENHAND audit "$file" 2>&1 | grep "  evenhand"; done' }] },
  { name: 'look-lists', why: 'several groups in a cell, by a sign between them or as an array', files: {
    'a.csv': several.replaceAll(' ', '').replace('xy', 'z'), 'free.csv': `y,p,text\n${Array.from({ length: 60 }, (_, i) => `${i % 2},.5,a${i}|b${i}\n`).join('')}`,
    'a.jsonl': '{"y":1,"p":0.9,"g":["a","b"]}\n{"y":0,"p":0.4,"g":["b"]}\n{"y":1,"p":0.7,"g":[]}\n{"y":0,"p":0.7,"g":"a"}\n{"y":0,"p":0.2,"g":[1]}\n' },
    steps: ['audit a.csv', 'audit free.csv', 'audit a.jsonl', "audit a.jsonl --label y --score p --multi 'g:|' --metric fpr --interval none"] },
  { name: 'look-no-header', why: 'a first row instead of names', files: { 'raw.csv': '39,.5,M\n40,.7,F\n41,.1,M\n', 'years.jsonl': '{"2020":1,"p":0.3}\n' },
    steps: ['audit raw.csv', 'audit raw.csv --names age,p,sex', 'audit years.jsonl'] },
  { name: 'quantiles-of-cube', why: 'a cube answers for quantiles that its buckets may be, and refuses others', files: { 'preds.csv': people,
    'ties.csv': `y,p,age\n${Array.from({ length: 100 }, (_, i) => `${i % 2},${(i / 100).toFixed(2)},${i < 60 ? 30 : i}\n`).join('')}` },
    steps: [...['ties.csv q4', 'preds.csv q4', 'preds.csv 25,45,65', 'preds.csv 25,60'].map((of) => of.split(' ')).map(([file, cut]) =>
      `cube build ${file} --label y --score p --bucket age:${cut} -o ${file}-${cut}.ehc`),
    { shell: 'for cut in q2 q3 q4 q5 q10; do for cube in *.ehc; do echo "$cut $cube: $($EVENHAND audit "$cube" --bucket age:$cut --metric fpr --interval none 2>&1 | grep -E "evenhand:|^overall")"; done; done; rm *.ehc' }] },
  { name: 'utf-16', why: 'UTF-16 without its mark', files: { 'a.csv': Buffer.from(small, 'utf16le') }, steps: ['audit a.csv --label y --score p'] },
  { name: 'closed-input', why: 'nothing is open to read from', steps: [{ shell: '$EVENHAND audit - --label y --score p <&- 2>/dev/null' }] },
  { name: 'closed-output', why: 'nothing is open to print to: files are written, and an error still has its code', native: true, files: { 'preds.csv': small },
    steps: [{ shell: '$EVENHAND audit preds.csv --label y --score p --json a.json >&-' }, { shell: '$EVENHAND audit preds.csv --label y --score p --json b.json 2>&-; cmp a.json b.json' },
      { shell: '$EVENHAND audit none.csv --label y --score p <&- >&- 2>&-' }] },
  on('others-speak', 'where no rate was asked for, findings are of what was', `y,p,g\n${Array.from({ length: 400 }, (_, i) =>
    `${Number(i % 4 > 1)},${(((i * 37) % 100) / 100 + (i % 2 && i % 4 > 1 ? 0.25 : 0)).toFixed(2)},${'ab'[i % 2]}\n`).join('')}`,
  '--slice g --metric f1,mean_score,prevalence,tp --threshold .3,.5'),
  on('complement-of-all', 'that all rows have no others is no undefined gap', people, '--slice sex --metric fpr,tpr --baseline complement'),
  on('small', 'nothing of this is said of what is right', small, '--slice sex --metric fpr --interval none'),
];
