// Packed inputs: gzip is read, others are told apart.
import { gzipSync } from 'node:zlib';
import { bytes, people, rows } from '../data.mjs';

const [header, ...lines] = people.trimEnd().split('\n');
const part = (from, to) => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
const options = '--label y --score p --slice sex,race --metric fpr,roc_auc';
const packed = gzipSync(people);
const wrong = Buffer.from(packed);
wrong[wrong.length - 6] ^= 1;
const broken = Buffer.from(packed);
broken.fill(0xff, 20, 60);
const large = `y,p,g\n${rows(150000, (i) => `${i % 2},${(i * 7919) % 100003},${i % 3 ? 'a' : 'b'}\n`)}`;

export const cases = [
  { name: 'same', why: 'the report is that of the rows; the hash is that of the bytes as stored', files: { 'all.csv': people, 'all.gz': packed },
    steps: [{ shell: `$EVENHAND audit all.csv ${options} --json plain.json > /dev/null` },
      { shell: `$EVENHAND audit all.gz ${options} --json packed.json > /dev/null` },
      { shell: 'diff plain.json packed.json | grep name; grep -c $(sha256sum < all.gz | cut -c1-64) packed.json' },
      { shell: `$EVENHAND audit - ${options} --json piped.json < all.gz > /dev/null; diff packed.json piped.json | grep name` }] },
  { name: 'parts', why: 'plain and packed parts in one table, one of them of two streams and padded; the hash is that of all bytes as stored',
    files: { 'all.csv': people, 'a.gz': bytes(gzipSync(part(0, 13)), gzipSync(`${lines.slice(13, 20).join('\n')}\n`), Buffer.alloc(9)),
      'b.csv': part(20, 40), 'c.tsv.gz': gzipSync(part(40).replaceAll(',', '\t')) },
    steps: [{ shell: `$EVENHAND audit all.csv ${options} --csv plain.csv > /dev/null` },
      { shell: `$EVENHAND audit a.gz b.csv c.tsv.gz ${options} --csv packed.csv --json packed.json > /dev/null; cmp plain.csv packed.csv && echo same` },
      { shell: 'grep -c $(cat a.gz b.csv c.tsv.gz | sha256sum | cut -c1-64) packed.json' }] },
  { name: 'large', why: 'more than one chunk on either side', files: { 'l.csv': large, 'l.gz': gzipSync(large), 'zeros.gz': gzipSync(Buffer.concat([Buffer.from('y,p\n1,.5\n'), Buffer.alloc(20 << 20, '0,.25\n')])) },
    steps: [{ shell: '$EVENHAND cube build l.csv --label y --score p --slice g --no-hash -o - > plain.ehc' },
      { shell: '$EVENHAND cube build l.gz --label y --score p --slice g --no-hash -o packed.ehc; $EVENHAND audit packed.ehc --json packed.json > /dev/null; $EVENHAND audit plain.ehc --json plain.json > /dev/null; diff plain.json packed.json | grep name' },
      'cube build zeros.gz --label y --score p --no-hash -o zeros.ehc', 'cube info zeros.ehc'] },
  { name: 'cube', why: 'a packed cube is a cube', files: { 'all.csv': people },
    steps: [`cube build all.csv --label y --score p -o all.ehc`, { shell: 'gzip -n all.ehc' }, 'cube info all.ehc.gz', 'cube merge all.ehc.gz -o again.ehc',
      { shell: '$EVENHAND audit all.ehc.gz --metric fpr --csv - | tail -n +2 | cut -c1-30' }] },
  { name: 'look', why: 'with no columns named a packed file is looked at too', files: { 'all.csv.gz': packed }, steps: ['audit all.csv.gz'] },
  { name: 'defects', why: 'cut off, corrupt, a wrong checksum, garbage after the end, and what only begins like gzip',
    files: { 'cut.gz': packed.subarray(0, packed.length - 200), 'nearly.gz': packed.subarray(0, packed.length - 1), 'broken.gz': broken, 'wrong.gz': wrong,
      'garbage.gz': bytes(packed, 'garbage'), 'magic.gz': bytes([0x1f, 0x8b]), 'empty.gz': gzipSync('') },
    steps: ['cut', 'nearly', 'broken', 'wrong', 'garbage', 'magic', 'empty'].map((name) => `audit ${name}.gz ${options} --json o.json`) },
  { name: 'others', why: 'other packings are named', files: { 'a.xz': bytes([0xfd], '7zXZ', [0]), 'a.zip': bytes('PK', [3, 4], 'x'), 'p.csv': 'P\n1' },
    steps: ['a.xz', 'a.zip', 'p.csv'].map((name) => `audit ${name} ${options}`) },
];
