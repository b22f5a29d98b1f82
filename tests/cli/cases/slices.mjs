// Slices that are more than a column's values: several values in a cell, conditions, named slices.
import { on, people } from '../data.mjs';

const identity = ['male|black', 'female', 'black | male', '', 'white', 'black', 'male||white|male', 'NA|female', '|', 'female|white'];
const many = `y,p,identity,age\n${Array.from({ length: 40 }, (_, i) =>
  `${Number(i % 3 === 0)},0.${(i * 7) % 10}${i % 7},${identity[i % 10]},${i % 9 === 8 ? '' : 18 + i}\n`).join('')}`;
const options = "--label y --score p --multi 'identity:|' --slice-if 'young: age < 30' --cross 'identity*young' --where 'age < 55'";
const [header, ...lines] = many.trimEnd().split('\n');
const part = (from, to) => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
const wrong = (name, why, ...more) => ({ name, why, files: { 'preds.csv': people },
  steps: more.map((one) => `audit preds.csv --label y --score p ${one}`) });

export const cases = [
  on('multi', 'a row in several groups', many, "--slice identity --multi 'identity:|' --metric fpr,tpr"),
  on('multi-complement', 'each value against all other rows', many, "--multi 'identity:|' --baseline complement --metric fpr --csv -"),
  on('multi-missing', 'rows without any value as a slice', many, "--multi 'identity:|' --show-missing --interval none --metric fpr --csv -"),
  on('slice-if', 'a named slice beside its complement, and in a cross', people,
    "--slice sex --slice-if 'young women: age < 35 & sex = F' --cross 'race*young women' --metric fpr"),
  on('slice-if-complement', 'one against the rest', people, "--slice-if 'young women: age < 35 & sex = F' --baseline complement --metric fpr --csv -"),
  on('where', 'rows that do not match are left out', people, "--slice sex --where 'race = White & !(age >= 60)' --metric fpr"),
  on('where-json', 'the condition in the report', people, "--where 'race=White&age<60' --slice-if 'x : sex in {F}' --metric fpr --json -"),
  { name: 'where-missing', why: 'missing cells of columns that only conditions read: of --where over all rows, of --slice-if over those that match',
    files: { 'a.csv': 'y,p,sex,age,job,town\n1,.9,F,20,a,x\n0,.8,M,,b,\n1,.3,F,40,,NA\n0,.2,,50,,\n0,.25,M,60,NA,y\n', 'b.csv': 'y,p,sex,age,job,town\n1,.9,,,,x\n' },
    steps: [{ shell: `for files in a.csv 'a.csv b.csv'; do\n` +
      `for of in "--where 'age > 10 & town != z' --slice-if 'j: job = a | town = x' --slice sex" "--where 'job = a | age > 0' --bucket age:30"; do\n` +
      `eval $EVENHAND audit $files --label y --score p $of --metric fpr --json r.json --cube r.ehc '> /dev/null'; grep '"missing": {' r.json\n` +
      `eval $EVENHAND audit r.ehc --metric fpr --json - | cmp - r.json; done; done; rm r.json r.ehc` }] },
  on('where-defects', 'a row that is left out is no defect; a cell that is no number is one', `${people}x,.3,F,Black,30\n1,.3,F,White,old\n1,.3,F,White,\n`,
    "--slice sex --where 'race = White & age < 60' --metric fpr"),
  on('where-none', 'no row matches', people, "--where 'race = Green'"),
  { name: 'cube', why: 'cubes of parts merge to the cube of all; an audit of it may ask for the same slices and no others',
    files: { 'all.csv': many, 'a.csv': part(0, 11), 'b.csv': part(11) },
    steps: [`cube build a.csv ${options} -o a.ehc`, `cube build b.csv ${options} -o b.ehc`, 'cube merge b.ehc a.ehc -o ab.ehc', 'cube info ab.ehc',
      { shell: `$EVENHAND audit all.csv ${options} --no-hash --json all.json > all.txt; $EVENHAND audit ab.ehc --json ab.json > ab.txt\n` +
        'diff all.json ab.json; diff all.txt ab.txt' },
      "audit ab.ehc --multi 'identity:|' --metric fpr --csv -", "audit ab.ehc --slice-if 'young: age < 30' --metric fpr --csv -",
      "audit ab.ehc --multi 'identity:;'", "audit ab.ehc --slice-if 'young: age < 31'", "audit ab.ehc --where 'age < 50'"] },
  { name: 'cubes-differ', why: 'cubes of other conditions do not merge', files: { 'all.csv': many },
    steps: [`cube build all.csv ${options} -o a.ehc`, `cube build all.csv ${options.replace('55', '56')} -o b.ehc`,
      `cube build all.csv ${options.replace('< 30', '<= 30')} -o c.ehc`, `cube build all.csv ${options.replace(':|', ':;')} -o d.ehc`,
      'cube merge a.ehc b.ehc -o o.ehc', 'cube merge a.ehc c.ehc -o o.ehc', 'cube merge a.ehc d.ehc -o o.ehc'] },
  on('quantiles', 'buckets at quartiles of the rows that count', `${many}1,.5,male,300\n0,,male,200\n`,
    "--bucket age:q4 --slice-if 'old: age > 40' --where 'age < 250' --metric fpr"),
  on('quantiles-ties', 'equal quantiles count once, and the least value is no edge', `y,p,n\n${'1,.3,0\n0,.6,0\n'.repeat(5)}1,.4,1\n0,.2,2\n1,.9,2\n`,
    '--bucket n:q5 --metric fpr --json -'),
  { name: 'quantiles-files', why: 'several files, one of them packed, are one table, read twice; cubes have the edges of their own rows',
    files: { 'all.csv': many, 'a.csv': part(0, 11), 'b.csv': part(11) },
    steps: [{ shell: 'gzip -n b.csv; for f in all.csv "a.csv b.csv.gz"; do\n' +
      '$EVENHAND audit $f --label y --score p --bucket age:q3 --no-hash --json - | sed -n \'s/"name": ".*csv.*",//;p\' > o; cat o | cksum; done' },
      "cube build all.csv --label y --score p --bucket age:q3 -o all.ehc", "cube build a.csv --label y --score p --bucket age:q3 -o a.ehc",
      'audit all.ehc --bucket age:q5 --metric fpr --interval none --csv -', 'audit all.ehc --bucket age:q2', 'cube merge all.ehc a.ehc -o o.ehc', 'audit a.ehc --bucket p:q3'] },
  { name: 'quantiles-refused', why: 'what comes once, has no quantiles or none to speak of', files: { 'preds.csv': people },
    steps: [{ line: 'audit - --label y --score p --bucket age:q4', stdin: people }, { shell: '$EVENHAND audit preds.csv --label y --score p --bucket y:q3' },
      'audit preds.csv --label y --score p --bucket age:q1', 'audit preds.csv --label y --score p --bucket age:q101',
      'audit preds.csv --label y --score p --bucket age:q', "audit preds.csv --label y --score p --bucket age:q4 --where 'age > 900'",
      'audit preds.csv --label y --score p --bucket sex:q4', 'audit preds.csv --label y --score p --bucket age:q4 --multi age:x'] },
  wrong('where-wrong', 'conditions that are none', "--where ''", "--where 'age'", "--where 'age < old'", "--where 'age = = 3'",
    "--where 'age > 3 and sex = F'", "--where 'age > 3 & (sex = F'", "--where 'age > 3)'", "--where 'sex = \"F'",
    "--where 'age < 3 | age = \"4\"'", "--where 'sex in F'", "--where 'sex in {F'", "--where 'sex is gone'", "--where 'sexe = F'",
    `--where '${'!'.repeat(40)}sex = F'`),
  wrong('slice-if-wrong', 'named slices that are none', "--slice-if 'age < 3'", "--slice-if 'a: age <'", "--slice-if 'a=b: age < 3'",
    "--slice-if 'overall: age < 3'", "--slice sex --slice-if 'sex: age < 3'", "--slice-if 'a: age < 3' --slice-if 'a: age < 4'",
    "--slice-if 'a: age < 3' --slice-if 'not a: age < 4'", "--slice-if 'a: agee < 3'"),
  wrong('multi-wrong', 'multi-valued columns that are none', '--multi race', '--multi race:', "--multi 'race:||'", "--multi ':|'",
    "--multi 'race:|' --multi 'race:;'", "--multi 'age:|' --bucket age:3", "--multi 'rase:|'"),
];
