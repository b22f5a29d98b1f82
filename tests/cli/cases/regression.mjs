// A regression: label and score are numbers, groups are compared by their errors.
const rows = ['price,guess,other,sex,area'];
for (let i = 0; i < 60; i++) {
  const price = 100 + ((i * 37) % 50), sex = i % 3 ? 'M' : 'F', off = ((i * 29) % 21) - 10;
  rows.push([price + (i % 4) / 4, price + off * (sex === 'F' ? 1.5 : 0.5), price - 3, sex, 'nesw'[(i * 5) % 4]].join(','));
}
const table = `${rows.join('\n')}\n`;
const base = 'audit homes.csv --task regression --label price --score guess --slice sex';
const on = (name, why, options, text = table) => ({ name, why, files: { 'homes.csv': text }, steps: [`${base} ${options}`] });

export const cases = [
  on('regression', 'errors, gaps, findings', ''),
  on('regression-csv', 'the same as CSV, against the other rows', '--baseline complement --csv -'),
  on('regression-json', 'spec and slices tell of the task', '--metric mae,bias --json -'),
  on('regression-baseline', 'a slice that overlaps others in part is the baseline', '--slice area --baseline area=n --metric rmse'),
  on('regression-models', 'several models, not compared by decisions', '--score other --metric mae'),
  on('regression-rows', 'labels that are no numbers skip their row', '--metric mse',
    'price,guess,sex\n3,2,M\n,2,M\nx,2,M\n1e13,2,M\n4,2,F\nNA,1,F\n5,5,F\n'),
  on('regression-alike', 'rows that are all alike have no interval', '--metric mean_error', 'price,guess,sex\n3,2,M\n4,3,M\n5,4,M\n9,9,F\n'),
  on('regression-strict', 'or stop the reading', '--strict', 'price,guess,sex\n3,2,M\nx,2,M\n'),
  { name: 'regression-cube', why: 'a cube answers as its rows do, merges, and says what it holds', files: { 'homes.csv': table },
    steps: [{ shell: 'for f in a b; do head -1 homes.csv > $f.csv; done; tail -n +2 homes.csv | head -13 >> a.csv; tail -n +15 homes.csv >> b.csv\n' +
      'for f in homes a b; do $EVENHAND cube build $f.csv --task regression --label price --score guess --slice sex -o $f.ehc; done\n' +
      '$EVENHAND cube merge b.ehc a.ehc -o m.ehc; $EVENHAND audit homes.csv --task regression --label price --score guess --slice sex --csv homes.out > /dev/null\n' +
      '$EVENHAND audit m.ehc --csv m.out > /dev/null; cmp homes.out m.out && echo same\n' +
      '$EVENHAND cube info homes.ehc\n' +
      '$EVENHAND audit m.ehc --threshold .5; echo $?; $EVENHAND audit m.ehc --metric fpr; echo $?\n' +
      '$EVENHAND cube build a.csv --label sex --positive F --score guess -o c.ehc; $EVENHAND audit c.ehc --task regression; echo $?\n' +
      '$EVENHAND cube merge c.ehc a.ehc -o x.ehc; echo $?' }] },
  ...[['positive', '--positive 1'], ['fractional', '--fractional'], ['threshold', '--threshold .5'], ['cut', "--cut '>='"],
    ['bits', '--score-bits 7'], ['weight', '--weight other'], ['curves', '--curves'], ['bootstrap', '--interval bootstrap'],
    ['metric', '--metric fpr'], ['unknown', '--metric mad']].map(([name, option]) =>
    on(`regression-no-${name}`, 'what a regression has no use for', option)),
  { name: 'regression-unasked', why: 'its metrics need the task', files: { 'homes.csv': 'y,p\n1,.5\n' },
    steps: ['audit homes.csv --label y --score p --metric mae', 'audit homes.csv --label y --score p --task ranking'] },
];
