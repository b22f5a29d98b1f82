// Weights of rows and fractional labels: values, intervals and what is said of them.
import { on } from '../data.mjs';

const rows = ['y,p,sex,w,n,soft'];
for (let i = 0; i < 40; i++) {
  const y = i % 3 === 0 ? 1 : 0, p = (0.1 + ((i * 7) % 15) * 0.05).toFixed(2);
  rows.push([y, p, i % 2 ? 'M' : 'F', (0.5 + (i % 5) * 0.75).toFixed(2), i % 4, (((i * 3) % 11) / 10).toFixed(1)].join(','));
}
const weighted = `${rows.join('\n')}\n`;
const repeated = `${[rows[0], ...rows.slice(1).flatMap((row) => Array(Number(row.split(',')[4])).fill(row))].join('\n')}\n`;
const audit = (name, why, options) => on(name, why, weighted, `--slice sex --threshold .4 ${options}`);
const soft = (name, why, options) => ({ name, why, files: { 'preds.csv': weighted },
  steps: [`audit preds.csv --label soft --score p --slice sex --threshold .4 --fractional ${options}`] });

export const cases = [
  audit('weight', 'sampling weights: sums of weights, intervals of their effective size', '--weight w'),
  audit('weight-csv', 'the same as CSV', '--weight w --metric tp,fpr,selection_rate,roc_auc --csv -'),
  audit('weight-complement', 'the rest has its own sums', '--weight w --baseline complement --metric fpr,roc_auc --csv -'),
  audit('weight-interval', 'methods by name, of effective sizes', '--weight w --interval clopper_pearson,agresti_caffo,koopman --metric fpr --csv -'),
  audit('weight-fisher', 'no test of counts', '--weight w --interval fisher'),
  audit('weight-json', 'spec and slices tell of weights', '--weight w --metric fpr --json -'),
  soft('fractional', 'a label of .3 is .3 of a positive row', '--metric fpr,fnr,brier,roc_auc'),
  soft('fractional-weight', 'both at once', '--weight w --metric fpr,roc_auc --csv -'),
  { name: 'frequency', why: 'frequency weights give what the repeated rows give',
    files: { 'once.csv': weighted, 'often.csv': repeated },
    steps: [{ shell: '$EVENHAND audit once.csv --label y --score p --slice sex --weight n --weight-kind frequency --csv a.csv > a.txt\n' +
      '$EVENHAND audit often.csv --label y --score p --slice sex --csv b.csv > /dev/null\ncmp a.csv b.csv && echo same\ncat a.txt' }] },
  { name: 'weight-cube', why: 'a cube of weights answers as its rows do, at other thresholds too, and says what it holds',
    files: { 'preds.csv': weighted },
    steps: [{ shell: '$EVENHAND audit preds.csv --label y --score p --slice sex --weight w --cube a.ehc > /dev/null\n' +
      '$EVENHAND audit preds.csv --label y --score p --slice sex --weight w --threshold .35 --csv a.csv > /dev/null\n' +
      '$EVENHAND audit a.ehc --threshold .35 --csv b.csv > /dev/null; cmp a.csv b.csv && echo same\n' +
      '$EVENHAND cube info a.ehc | grep weight\n' +
      '$EVENHAND audit a.ehc --weight n; echo $?' }] },
  { name: 'weight-cube-merge', why: 'parts merge to the cube of all rows', files: { 'preds.csv': weighted },
    steps: [{ shell: 'for f in a b; do head -1 preds.csv > $f.csv; done; tail -n +2 preds.csv | head -13 >> a.csv; tail -n +15 preds.csv >> b.csv\n' +
      'for f in preds a b; do $EVENHAND cube build $f.csv --label y --score p --slice sex --weight w -o $f.ehc; done\n' +
      '$EVENHAND cube merge b.ehc a.ehc -o m.ehc; for f in preds m; do $EVENHAND audit $f.ehc --csv $f.out > /dev/null; done\n' +
      'cmp preds.out m.out && echo same' }] },
  audit('weight-bootstrap', 'a bootstrap of sampling weights; what needs the weights of single rows says so',
    '--weight w --interval bootstrap --replicates 400 --metric fpr,selection_rate,f1,roc_auc,brier'),
  { name: 'weight-bootstrap-cluster', why: 'a column that numbers the rows keeps all that a bootstrap needs',
    files: { 'preds.csv': weighted.split('\n').map((l, i) => (l ? `${l},${i || 'row'}` : l)).join('\n') },
    steps: ['audit preds.csv --label y --score p --slice sex --threshold .4 --weight w --cluster row --replicates 400 --metric fpr,roc_auc',
      'audit preds.csv --label soft --score p --slice sex --threshold .4 --fractional --cluster row --interval bca --replicates 400 --metric fpr,f1,brier',
      { shell: '$EVENHAND cube build preds.csv --label y --score p --slice sex --threshold .4 --weight w -o a.ehc\n' +
        '$EVENHAND audit preds.csv --label y --score p --slice sex --threshold .4 --weight w --interval bootstrap --csv a.csv > /dev/null\n' +
        '$EVENHAND audit a.ehc --interval bootstrap --csv b.csv > /dev/null; cmp a.csv b.csv && echo same' }] },
  audit('weight-overlap', 'slices that share some rows: the effective sizes of three parts',
    "--weight w --slice-if 'low: n < 2' --baseline low --metric fpr,selection_rate"),
  { name: 'fractional-bootstrap', why: 'both halves of a fractional label are drawn together, from rows or a cube; where that takes single rows it says so',
    files: { 'preds.csv': weighted },
    steps: [...['--interval bca --metric fpr,selection_rate,f1,roc_auc', '--interval bootstrap --weight w --metric fpr',
      '--interval bootstrap --weight n --weight-kind frequency'].map((more) =>
      `audit preds.csv --label soft --score p --slice sex --threshold .4 --fractional --replicates 400 ${more}`),
    { shell: '$EVENHAND cube build preds.csv --label soft --score p --slice sex --threshold .4 --fractional -o a.ehc\n' +
      '$EVENHAND audit preds.csv --label soft --score p --slice sex --threshold .4 --fractional --interval bootstrap --metric fpr --csv a.csv > /dev/null\n' +
      '$EVENHAND audit a.ehc --interval bootstrap --metric fpr --csv b.csv > /dev/null; cmp a.csv b.csv && echo same' }] },
  audit('weight-curves', 'curves of sums of weights; bins tell rows and weight, with intervals of effective sizes',
    '--weight w --curves --metric fpr,tpr --json -'),
  soft('fractional-curves', 'bins of fractional labels have no interval', '--curves --metric fpr --json -'),
  { name: 'frequency-bootstrap', why: 'frequencies have both', files: { 'once.csv': weighted, 'often.csv': repeated },
    steps: [{ shell: 'for f in once often; do w=; test $f = often || w="--weight n --weight-kind frequency"\n' +
      '  $EVENHAND audit $f.csv --label y --score p --slice sex --metric fpr,selection_rate --curves --interval bca --no-hash $w --json $f.json > /dev/null\n' +
      '  sed -n "/\"results\"/,\\$p" $f.json > $f.out; done; cmp once.out often.out && echo same' }] },
  audit('weight-where', 'weights of the rows that a condition keeps', "--weight w --where 'n > 1' --metric fpr,selection_rate --csv -"),
  on('weight-rows', 'weights that are none skip their row', 'y,p,w\n1,.9,1\n0,.2,-1\n0,.3,\n1,.4,x\n0,.1,2\n',
    '--weight w --metric selection_rate'),
  on('weight-strict', 'or stop the reading', 'y,p,w\n1,.9,1\n0,.2,-1\n', '--weight w --strict'),
  on('weight-label', 'the label is no weight', weighted, '--weight y'),
  on('weight-kind-alone', 'a kind without weights', weighted, '--weight-kind frequency'),
  on('weight-kind-unknown', 'no such kind', weighted, '--weight w --weight-kind analytic'),
  on('frequency-parts', 'frequencies are whole', weighted, '--weight w --weight-kind frequency --metric selection_rate'),
  on('soft-label', 'fractional labels are not taken unasked', weighted.replace('soft', 'z').replace('y,', 'hard,').replace('z', 'y')),
  on('soft-positive', 'and not as texts', weighted, '--fractional --positive 1'),
];
