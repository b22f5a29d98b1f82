// Small inputs that several cases share, and short ways to write a case.
const header = 'y,p,sex,race,age';
const groups = [
  ['F', 'Black', 23], ['F', 'White', 31], ['M', 'Black', 44],
  ['M', 'White', 52], ['F', 'White', 67], ['M', 'White', 28],
];

// 60 rows by a rule anyone can follow: scores rise and fall in steps of .05, men's are .15 higher where the label is 0.
export const people = [header, ...Array.from({ length: 60 }, (_, i) => {
  const [sex, race, age] = groups[i % 6];
  const y = i % 3 === 0 ? 1 : 0;
  const p = 0.1 + ((i * 7) % 15) * 0.05 + (sex === 'M' && !y ? 0.15 : 0);
  return [y, p.toFixed(2), sex, race, age + (i % 5)].join(',');
})].join('\n') + '\n';

export const small = 'y,p,sex\n1,.9,F\n0,.8,F\n1,.3,F\n0,.2,F\n1,.7,M\n0,.6,M\n0,.1,M\n1,.4,M\n0,.3,M\n1,.95,M\n';

// One audit of preds.csv, which holds `text`.
export const on = (name, why, text, options = '') =>
  ({ name, why, files: { 'preds.csv': text }, steps: [`audit preds.csv --label y --score p ${options}`.trim()] });

export const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
export const rows = (n, row) => Array.from({ length: n }, (_, i) => row(i)).join('');
