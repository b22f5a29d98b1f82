// Rows that belong together: drawn together by the bootstrap, kept in cubes by a hash, and what is said where that cannot be.
import { on } from '../data.mjs';

// 90 persons of one sex and one to nine rows each; some persons are selected far more often than others.
const lines = [];
for (let who = 0; who < 90; who++)
  for (let i = 0; i < 1 + (who * 5) % 9; i++) {
    const p = ((who * 37) % 90) / 120 + ((i * 7) % 5) / 20;
    lines.push([(who + i) % 3 ? 0 : 1, p.toFixed(2), who % 2 ? 'M' : 'F', `person-${who}`].join(','));
  }
const text = (rows) => `y,p,sex,who\n${rows.join('\n')}\n`;
const all = text(lines), count = '--label y --score p --slice sex --threshold .4';
const audit = (name, why, options) => on(name, why, all, `--slice sex --threshold .4 ${options}`);
const two = `y,p,sex,who,q\n${lines.map((line, i) => `${line},${((i * 13) % 20) / 20}`).join('\n')}\n`;
const parts = { 'all.csv': all, 'a.csv': text(lines.filter((_, i) => i % 3)), 'b.csv': text(lines.filter((_, i) => i % 3 === 0).reverse()) };

export const cases = [
  audit('cluster', 'a column of persons: a bootstrap that draws persons', '--cluster who --metric fpr,selection_rate,roc_auc'),
  audit('cluster-rows', 'the same rows each by itself: narrower', '--interval bootstrap --metric fpr,selection_rate,roc_auc'),
  audit('cluster-json', 'the spec tells of it', '--cluster who --interval bca --replicates 500 --seed 2 --metric fpr --json -'),
  audit('cluster-complement', 'against all others', '--cluster who --baseline complement --metric fpr,accuracy --csv -'),
  audit('cluster-none', 'without intervals it changes nothing', '--cluster who --interval none --metric fpr'),
  { name: 'cluster-cube', why: 'parts that share persons, in any order, merge to the cube of all rows; it says what it keeps', files: parts,
    steps: [`cube build all.csv ${count} --cluster who -o all.ehc`, `cube build a.csv ${count} --cluster who -o a.ehc`,
      `cube build b.csv ${count} --cluster who -o b.ehc`, 'cube merge b.ehc a.ehc -o merged.ehc', 'cube info merged.ehc',
      { shell: 'for f in all merged; do $EVENHAND audit $f.ehc --metric fpr,f1 --csv $f.table > $f.txt; done; cmp all.table merged.table && echo same' },
      { shell: '$EVENHAND audit all.csv --label y --score p --slice sex --threshold .4 --cluster who --metric fpr,f1 --csv rows.table > /dev/null; cmp rows.table all.table && echo same' },
      'audit merged.ehc --cluster sex', 'audit merged.ehc --slice who'] },
  { name: 'cluster-cube-none', why: 'a cube that keeps no clusters cannot draw them, nor be merged with one that does', files: { 'all.csv': all },
    steps: [`cube build all.csv ${count} -o a.ehc`, 'audit a.ehc --cluster who', `cube build all.csv ${count} --cluster who -o b.ehc`,
      'cube merge a.ehc b.ehc -o c.ehc'] },
  audit('cluster-sliced', 'a slice is no cluster', '--cluster sex'),
  audit('cluster-unknown', 'no such column', '--cluster whom'),
  { name: 'cluster-models', why: 'two models on the same rows are compared by replicates that draw the same clusters for both', files: { 'preds.csv': two },
    steps: ['audit preds.csv --label y --score p,q --slice sex --threshold .4 --cluster who --metric fpr'] },
  on('cluster-missing', 'a row that is in no cluster is skipped', 'y,p,who\n1,.9,a\n0,.2,\n0,.3,NA\n1,.4,b\n', '--cluster who --metric selection_rate'),
];
