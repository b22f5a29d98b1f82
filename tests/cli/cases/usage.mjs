// What is typed: help, version, and words that make no sense.
import { on, people, small } from '../data.mjs';

const typed = (name, why, ...steps) => ({ name, why, files: { 'preds.csv': small }, steps });
const option = (name, why, options) => on(name, why, small, options);
const wide = Array.from({ length: 45 }, (_, i) => `column_${i}`).join();

export const cases = [
  typed('nothing', 'no words at all: the help, as an error', ''),
  typed('version', 'the version', '--version'),
  typed('help', 'help on the program and on its commands', '--help', 'help cube', 'cube info --help'),
  typed('help-audit', 'help on audit; --help outweighs what else is wrong', 'audit --lable --help'),
  typed('help-wide', 'a wider terminal gets wider lines', { line: 'help audit', env: { COLUMNS: '100' } }),
  typed('help-unknown', 'no help on what is not there', 'help wine'),
  typed('command-unknown', 'a misspelt command', 'audti preds.csv'),
  typed('command-forgotten', 'an option, and a file, where a command should be', '--label y', 'preds.csv'),
  typed('cube-unknown', 'a misspelt command of cube, and none', 'cube inof', 'cube'),
  typed('cube-options', 'cube info has no options', 'cube info preds.ehc --label y', 'cube info'),

  typed('file-forgotten', 'no FILE', 'audit --label y'),
  typed('file-twice', 'two FILEs where one is taken, and one FILE twice', 'cube info preds.csv more.csv', 'audit preds.csv preds.csv'),
  typed('label-and-score-forgotten', 'the columns of the file are told, and a command is suggested', 'audit preds.csv'),
  typed('score-forgotten', 'only the score is missing', 'audit preds.csv --label y'),
  { name: 'many-columns', why: 'a long header is cut short', files: { 'wide.csv': `${wide}\n1\n` },
    steps: ['audit wide.csv --label column_0', 'audit wide.csv'] },

  typed('option-unknown', 'a misspelt option names the nearest', 'audit preds.csv --lable y'),
  typed('option-far', 'an option like no other', 'audit preds.csv --quux'),
  typed('option-short', 'the only short option is -h', 'audit preds.csv -l y'),
  typed('option-twice', 'an option that takes one value, twice', 'audit preds.csv --label y --label z'),
  typed('value-forgotten', 'a value that is not there', 'audit preds.csv --label y --score'),
  typed('value-is-option', 'a value that looks like the next option', 'audit preds.csv --label --score p'),
  option('flag-value', 'a flag is true or false', '--strict=maybe'),
  { name: 'dashes', why: '-- ends the options, so that a FILE may start with a dash; --a=b and --a b are the same',
    files: { '--odd.csv': people },
    steps: ['audit --label=y --score=p --slice=sex --metric=fpr --csv=- -- --odd.csv'] },

  option('threshold-word', 'a threshold that is not a number', '--threshold half'),
  option('threshold-not-finite', 'a threshold that is not finite', '--threshold .5,inf'),
  option('threshold-range', 'a range without a step', '--threshold .1:.9'),
  option('threshold-down', 'a range that goes down', '--threshold .9:.1:.1'),
  option('threshold-many', 'a range of too many thresholds', '--threshold 0:1:.0001'),
  option('metric-unknown', 'a misspelt metric names the nearest', '--metric fpr,selection_rat'),
  option('metric-far', 'a metric like no other lists them all', '--metric wobbliness'),
  { name: 'metric-all', why: 'all, which is the default, by its name; beside other metrics it stands for those', files: { 'preds.csv': people },
    steps: [{ shell: `run="$EVENHAND audit preds.csv --label y --score p --json -"; $run | cmp - <($run --metric all) && echo the same\n` +
      `$run --metric 'all@.3,pr_auc_trapezoid,fpr' | grep -E '"(metric|threshold)": \\['` }] },
  option('metric-at', 'a metric without threshold, at one', '--metric roc_auc@.5'),
  option('level', 'a level in percent', '--level 95'),
  option('interval', 'an interval that is not there', '--interval wald'),
  option('replicates-alone', 'replicates without a bootstrap', '--replicates 100'),
  option('seed-alone', 'a seed without a bootstrap', '--interval none --seed 1'),
  option('replicates-few', 'too few replicates for the level', '--interval bca --replicates 38'),
  option('replicates-none', 'no replicates', '--interval bootstrap --replicates 0'),
  option('replicates-many', 'more replicates than are made', '--interval bootstrap --replicates 100001'),
  option('seed-large', 'a seed that JSON could not tell', '--interval bootstrap --seed 9007199254740992'),
  option('min-slice', 'a number of rows that is not whole', '--min-slice 2.5'),
  option('top', 'no lines at all', '--top 0'),
  option('sort', 'a sort key that is not there', '--sort size'),
  option('delimiter', 'a delimiter of two characters', "--delimiter '||'"),
  option('bucket', 'edges that go down', '--bucket age:45,25'),
  option('bucket-edges', 'no edges', '--bucket age'),
  option('cross-one', 'a cross of one column', '--cross sex'),
  option('slice-twice', 'a column named twice', '--slice sex --slice sex'),
  option('slice-empty', 'an empty name', '--slice sex,'),
  option('outputs-on-stdout', 'two outputs on standard output', '--json - --csv -'),
  option('outputs-same-file', 'two outputs in one file', '--json out --csv=out'),
  option('output-is-input', 'an output that would overwrite the input', '--json preds.csv'),
  option('output-unnamed', 'an output without a name', '--json='),

  { name: 'isa-note', why: 'an instruction set that is not there is said, and the run goes on', native: true,
    files: { 'preds.csv': small }, steps: [{ env: { EVENHAND_ISA: 'abacus' },
      shell: '$EVENHAND audit preds.csv --label y --score p 2>&1 >/dev/null | sed "s/using .*/using .../"' }] },
];
