// Audits that succeed: what is read, what is printed, what is written.
import { on, people, small } from '../data.mjs';

const audit = (name, why, options) => on(name, why, people, options);
const headless = small.slice(small.indexOf('\n') + 1);
const reversed = [people.split('\n')[0], ...people.trimEnd().split('\n').slice(1).reverse(), ''].join('\n');
const quoted = `\ufeff${small.replaceAll('\n', '\r\n').replaceAll('F', '"F"')}`;

export const cases = [
  audit('plain', 'the report of one column', '--slice sex'),
  audit('full', 'two columns, a cross, a bucket, two thresholds, a slice as baseline', "--slice sex,race " +
    "--cross 'sex*race' --bucket age:30,60 --threshold .3,.6 --metric fpr,fnr,selection_rate,roc_auc --baseline sex=F"),
  on('two-models', 'two models are compared on the same rows',
    people.split('\n').map((line, i) => (line && (i ? `${line},${((i * 11) % 17) / 17}` : `${line},q`))).join('\n').replace(/^y,p/, 'y,p'),
    '--score q --slice sex --metric fpr,accuracy'),
  audit('overall-only', 'no slice at all', '--metric fpr,fnr,roc_auc'),
  audit('json', '--json - prints JSON instead of the report', '--slice sex --metric fpr,roc_auc --json -'),
  audit('csv', '--csv - prints the results', '--slice sex --csv -'),
  audit('range', 'a range of thresholds is decimal', '--threshold .1:.9:.1 --metric fpr --csv -'),
  audit('metric-names', 'other names, and a name with a threshold', '--metric false_positive_rate@0.3,recall --csv -'),
  audit('complement', 'each slice against all other rows', '--slice race --baseline complement --metric fpr --csv -'),
  audit('no-intervals', 'rates and gaps alone', '--slice sex --interval none --metric fpr --csv -'),
  audit('bootstrap', 'replicates of the rows in place of closed forms, few events said',
    '--slice sex,race --interval bootstrap --replicates 200 --seed 5 --metric selection_rate,fpr,f1,brier'),
  audit('bca', 'BCa, as JSON', '--slice sex --interval bca --replicates 200 --metric accuracy --json -'),
  audit('interval-named', 'methods by name, of each number one', '--slice sex --interval fisher,clopper_pearson,newcombe_10,koopman,delong ' +
    '--metric fpr,selection_rate,roc_auc'),
  audit('interval-named-csv', 'the others, and where they are from', '--slice sex --interval katz,agresti_coull,agresti_caffo --metric fpr --csv -'),
  audit('interval-named-json', 'the spec repeats them in one order', '--slice sex --interval fisher,koopman --metric fpr --json -'),
  audit('interval-named-twice', 'one of each', '--slice sex --interval koopman,katz'),
  audit('interval-named-bootstrap', 'closed forms alone', '--slice sex --interval bootstrap,koopman'),
  audit('interval-named-cluster', 'which clusters have none of', '--slice sex --interval koopman --cluster race'),
  audit('level', 'another level', '--slice sex --level .8 --metric fpr --csv -'),
  audit('min-slice', 'small slices keep their rates, lose gaps and findings',
    "--cross 'sex*race' --min-slice 15 --metric fpr"),
  on('curves', 'every point of short curves', small, '--slice sex --threshold .4,.55 ' +
    '--metric ece --curves --interval none --json -'),
  on('curves-text', 'which the text only points to', small, '--slice sex --threshold .4 --metric fpr --curves'),
  on('cut', 'a score on the threshold, left out and selected', small, "--slice sex --threshold .4 --metric tp,fp,fpr " +
    "--cut '>='"),
  on('cut-csv', 'the same as rows', small, "--slice sex --threshold .4 --metric tp,fp --csv - --cut=>="),
  audit('score-bits', 'binned scores: what is exact stays, what is not says how far it may be off',
    '--slice sex --score-bits 7 --metric fpr,roc_auc,pr_auc,log_loss,ece --threshold .25'),
  audit('score-bits-csv', 'a column with the bounds', '--slice sex --score-bits 7 --metric fpr,roc_auc --csv -'),
  audit('score-bits-unneeded', 'rates alone are exact, however few the bits', '--slice sex --score-bits 7 --metric fpr --csv -'),
  audit('top-and-sort', 'a short report by name', "--cross 'sex*race' --top 2 --sort name --metric fpr"),

  { name: 'stdin', why: 'standard input',
    steps: [{ line: 'audit - --label y --score p --slice sex --metric fpr --csv -', stdin: people }] },
  { name: 'tsv', why: '.tsv is read with tabs', files: { 'preds.tsv': small.replaceAll(',', '\t') },
    steps: ['audit preds.tsv --label y --score p --metric fpr --csv -'] },
  { name: 'delimiter', why: 'another delimiter, and tab by name',
    files: { 'a.csv': small.replaceAll(',', ';'), 'b.csv': small.replaceAll(',', '\t') },
    steps: ["audit a.csv --label y --score p --delimiter ';' --metric fpr --csv -",
      'audit b.csv --label y --score p --delimiter tab --metric fpr --csv -'] },
  on('names', 'a file without a header', headless, '--names y,p,sex --slice sex --metric fpr --csv -'),
  on('missing', '--missing replaces the list', `${small}1,.5,NA\n0,.4,?\n1,.6,\n`,
    "--slice sex --missing '?' --metric fpr --csv -"),
  on('missing-list', 'in any order, a text twice, and a comma at its end', `${small}1,.5,NA\n0,.4,?\n1,.6,\n`,
    "--slice sex --missing 'NA,?,NA,' --metric fpr --csv -"),
  on('show-missing', 'rows without a group as a slice', `${small}1,.5,NA\n0,.4,?\n1,.6,\n`,
    '--slice sex --show-missing --metric fpr --csv -'),
  on('crlf-bom', 'CRLF, a byte-order mark and quotes change nothing', quoted, '--slice sex --metric fpr --csv -'),
  { name: 'shuffled', why: 'the order of rows does not matter', files: { 'a.csv': people, 'b.csv': reversed },
    steps: [{ shell: 'for f in a b; do\n' +
      '  $EVENHAND audit $f.csv --label y --score p --slice sex,race --bucket age:30,60 --csv $f.out > /dev/null\n' +
      'done\ncmp a.out b.out && echo same' }] },

  { name: 'files', why: 'three files are written, and the report is printed', files: { 'preds.csv': people },
    steps: ['audit preds.csv --label y --score p --slice sex --metric fpr --json o.json --csv o.csv --cube o.ehc',
      { shell: 'cat o.csv' }] },
  { name: 'overwrite', why: 'an output replaces what was there and keeps its mode; a link stays a link',
    files: { 'preds.csv': people, 'old.csv': 'old\n' },
    steps: [{ shell: 'chmod 640 old.csv; ln -s old.csv link.csv\n' +
      '$EVENHAND audit preds.csv --label y --score p --metric fpr --csv link.csv > /dev/null\n' +
      'stat -c %A old.csv; test -L link.csv && head -1 old.csv' }] },
  { name: 'same-file', why: 'no output replaces the input or another output, whatever its path says',
    files: { 'preds.csv': small, 'other.csv': 'other\n' },
    steps: [{ shell: 'ln -s preds.csv soft.csv; ln preds.csv hard.csv; ln -s other.csv alias.csv\n' +
      'for out in ./preds.csv soft.csv hard.csv; do $EVENHAND audit preds.csv --label y --score p --csv $out; echo $?; done\n' +
      '$EVENHAND audit - --label y --score p --json ./preds.csv < preds.csv; echo $?\n' +
      '$EVENHAND audit preds.csv --label y --score p --json other.csv --csv alias.csv > out.txt; echo $?\n' +
      'head -1 preds.csv; head -c 1 other.csv; echo; wc -c < out.txt' }] },
  { name: 'device', why: 'a device is written into, not replaced', files: { 'preds.csv': small },
    steps: ['audit preds.csv --label y --score p --metric fpr --json /dev/null --csv -',
      { shell: 'test -c /dev/null && echo still a device' }] },
  { name: 'cube', why: 'a cube answers like the rows, and at other thresholds', files: { 'preds.csv': people }, steps: [
    'audit preds.csv --label y --score p --slice sex --metric fpr --cube preds.ehc --csv -',
    'audit preds.ehc --metric fpr --csv -',
    'audit preds.ehc --metric fpr --threshold .3 --csv -',
    'audit preds.ehc --slice sec --csv -',
    'audit preds.ehc --score q --csv -',
    'cube info preds.ehc'] },
  { name: 'color', why: 'a pipe never gets colours', files: { 'preds.csv': people },
    steps: [{ shell: '$EVENHAND audit preds.csv --label y --score p --slice sex | grep -c "$(printf "\\033")"' }] },
];
