// Files large enough for several threads, and large in other ways.
import { rows } from '../data.mjs';

const groups = ['a', 'b', '"c ""d"""', 'e\u00e9', '"f,\ng"', ''];
const score = (i) => ((i * 7919) % 10007) / 10007;
const row = (i) => `${i % 3 === 0 ? 1 : 0},${score(i).toFixed(6)},${groups[i % groups.length]},S${i % 50}\n`;
const defect = (i) => (i % 90001 === 90000 ? `1,x${i},b\n1,word,b,S1\n1,.5,"a"b,S1\n` : '');
const options = '--label y --score p --slice g,s --cross g*s';
const header = 'y,p,g,s\n';
const regular = header + rows(250000, row);
const defects = header + rows(250000, (i) => row(i) + defect(i));
const stray = header + rows(250000, (i) => row(i) + (i === 100000 ? '0,.25,b"b,S1\n' : ''));

// Wide: the wanted columns stand among a thousand.
const names = Array.from({ length: 1000 }, (_, i) => (i === 3 ? 'y' : i === 997 ? 'p' : i === 500 ? 'g' : `x${i}`));
const wide = (i) => names.map((name, k) => (name === 'y' ? i % 2 : name === 'p' ? (i % 10) / 10 : name === 'g' ? 'ab'[i % 2] : k)).join(',') + '\n';

export const cases = [
  { name: 'threads', why: 'any number of threads gives the same report: of a file, of a pipe, and with rows skipped',
    files: { 'regular.csv': regular, 'defects.csv': defects, 'stray.csv': stray },
    steps: [{ shell: `for f in regular defects stray; do for t in 1 2 5; do\n` +
      `$EVENHAND audit $f.csv ${options} --threads $t --json $f-$t.json > $f-$t.txt; done\n` +
      `$EVENHAND audit - ${options} --threads 3 < $f.csv > $f-0.txt; cat $f.csv | $EVENHAND audit - ${options} > $f-9.txt\n` +
      `sed -i 1d $f-*.txt; for t in 2 5 0 9; do diff $f-1.txt $f-$t.txt; done; for t in 2 5; do diff $f-1.json $f-$t.json; done; done\n` +
      `grep -A 8 '"input"' defects-1.json; sha256sum < defects.csv; rm *.json *.txt` }] },
  { name: 'threads-strict', why: 'the first defective row is the same for any number of threads', files: { 'defects.csv': defects },
    steps: [`audit defects.csv ${options} --strict --threads 1`, `audit defects.csv ${options} --strict --threads 4`] },
  { name: 'threads-refused', why: 'a number of threads that is none', files: { 'preds.csv': 'y,p\n1,.5\n' },
    steps: ['audit preds.csv --label y --score p --threads 0', 'audit preds.csv --label y --score p --threads 1000',
      'audit preds.csv --label y --score p --threads many'] },
  { name: 'progress', why: 'a terminal is told how far the reading is when it takes more than a second, and nothing else is told',
    files: { 'preds.csv': 'y,p\n1,.5\n0,.25\n' },
    steps: [{ shell: `export EVENHAND; run='(cat preds.csv; sleep 3; echo 1,.75; sleep .2) | $EVENHAND audit - --label y --score p'\n` +
      `script -qec "bash -c '$run > out.txt'" /dev/null < /dev/null | tr '\\r\\033' '\\n@' | sort -u; rm out.txt\n` +
      `bash -c "$run 2> err.txt > /dev/null"; cat err.txt; rm err.txt` }] },
  { name: 'wide', why: 'a thousand columns', files: { 'wide.csv': names.join(',') + '\n' + rows(500, wide) },
    steps: ['audit wide.csv --label y --score p --slice g --metric fpr,selection_rate --interval none --csv -'] },
  { name: 'long-field', why: 'a field of 10 MB, quoted and not, among the groups and among columns nobody asked for',
    files: { 'long.csv': `y,p,g,x\n1,.5,a,${'z'.repeat(1e7)}\n0,.25,a,"${'z\n'.repeat(5e6)}"\n1,.75,b,\n`,
      'group.csv': `y,p,g\n1,.5,a\n0,.25,${'z'.repeat(1e7)}\n1,.75,b\n` },
    steps: ['audit long.csv --label y --score p --slice g --metric fpr --interval none --csv -',
      { shell: `$EVENHAND audit group.csv --label y --score p --slice g --metric fpr --interval none --csv - | wc -l` }] },
];
