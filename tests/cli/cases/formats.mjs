// What files are, by their first bytes, and which files a pattern names.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, people, small } from '../data.mjs';

const [header, ...lines] = people.trimEnd().split('\n');
const part = (from, to) => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
const options = '--label y --score p --slice sex,race --metric fpr,roc_auc';
const folders = (folder) => ['m=1', 'm=2'].forEach((name, i) => {
  mkdirSync(join(folder, 'days', name), { recursive: true });
  writeFileSync(join(folder, 'days', name, 'part.csv'), part(30 * i, 30 * i + 30));
});
// `small`, packed by zstd 1.5.4, and the same in two frames.
const zstd = Buffer.from('KLUv/QRY9QEA1AJ5LHAsc2V4CjEsLjksRgowLC44LEYKMSwuMzI3LE02MSxNCjEsLjQzOTUsTQoGAGCImINVhoHgwBDGMMfqZrWT', 'base64');
const frames = Buffer.from('KLUv/QRY8QAAeSxwLHNleAoxLC45LEYKMCwuOCxGCjEsLjMsRgowwXvbuyi1L/0EWEUBAPgsLjIsRgoxLC43LE0KMCwuNjEsTQoxLC40Mzk1LE0KAwQDQMTkVZZQVF3H', 'base64');

export const cases = [
  { name: 'patterns', why: 'a quoted pattern names its files in bytewise order, also in folders', files: { 'all.csv': people, 'part-1.csv': part(0, 20), 'part-10.csv': part(20, 40), 'part-2.csv': part(40), 'part-x.txt': '' },
    steps: [folders, { shell: `$EVENHAND audit all.csv ${options} --csv all.out > /dev/null; $EVENHAND audit 'part-*.csv' ${options} --csv - | cmp - all.out && echo same` },
      { shell: `$EVENHAND audit 'days/m=?/*.csv' ${options} --csv - | cmp - all.out && echo same` },
      { shell: `$EVENHAND audit 'part-[12]*.csv' ${options} --json - | grep -A1 '"name": "part'; cat part-1.csv part-10.csv part-2.csv | sha256sum | cut -c1-64` },
      `audit 'part-?.csv' all.csv ${options} --csv -`.replace(options, '--label y --score p --metric fpr'),
      { shell: "for i in 1 2; do $EVENHAND cube build days/m=$i/part.csv --label y --score p -o c$i.ehc; done; $EVENHAND cube merge 'c?.ehc' -o c.ehc; $EVENHAND cube info c.ehc | grep rows" },
      { shell: 'rm -r days' }] },
  { name: 'no-match', why: 'a pattern that matches nothing, too much or what was named', files: { 'a.csv': small, 'a[1].csv': small, 'b.csv': small },
    steps: ["audit 'z*.csv' --label y --score p", "audit 'nowhere/*' --label y --score p", "audit '*.csv' b.csv --label y --score p", "cube info '?.csv'",
      "audit 'a[1].csv' --label y --score p --metric fpr --csv -", "audit '?.csv' --label y --score p --json b.csv"] },
  { name: 'half', why: 'of two outputs one cannot be written: neither is, and what was there stays', files: { 'preds.csv': small, 'old.json': 'old\n' },
    steps: ['audit preds.csv --label y --score p --json old.json --csv no/such/folder.csv', 'audit preds.csv --label y --score p --json new.json --cube preds.csv.d/c.ehc',
      { shell: 'cat old.json; $EVENHAND audit preds.csv --label y --score p --json same.json --csv ./same.json; ls -A' }] },
  { name: 'parquet', native: true, why: 'Parquet needs the npm package', files: { 'p.parquet': 'PAR1....PAR1' },
    steps: ['audit p.parquet --label y --score p', 'cube info p.parquet', { shell: '$EVENHAND audit - --label y --score p < p.parquet' }] },
  { name: 'others', why: 'a file of another kind is told by its first bytes; a header line is none of them',
    files: { 'a.feather': 'ARROW1\0\0\xff\xff\xff\xff', 'b.pkl': Buffer.from('\x80\x05\x95\x10\0\0\0\0', 'latin1'), 'c.orc': 'ORC\n\x03\0\0\0\x12', 'd.avro': 'Obj\x01\x04\x16avro.schema', 'e.dta': '<stata_dta><header>',
      'f.sas7bdat': Buffer.from('000000000000000000000000c2ea8160b31411cf', 'hex'), 'g.dta': Buffer.from('s\x02\x01\0\x05\0', 'latin1'), 'h.xls': Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'orc.csv': 'ORC,y,p\n1,1,.5\n2,0,.25\n', 's.csv': 's,y,p\n1,1,.5\n2,0,.25\n' },
    steps: [...['a.feather', 'b.pkl', 'c.orc', 'd.avro', 'e.dta', 'f.sas7bdat', 'g.dta', 'h.xls', 'a.feather orc.csv', 'orc.csv b.pkl', 'orc.csv s.csv'].map((files) => `audit ${files} --label y --score p --metric fpr --csv -`),
      { shell: 'mv a.feather a.csv; $EVENHAND audit a.csv; cat c.orc | $EVENHAND audit - --label y --score p; gzip < b.pkl | $EVENHAND audit - --label y --score p; rm *' }] },
  { name: 'zstd', native: true, why: 'zstd is unpacked, in one frame or several; the hash is that of the bytes as stored; what is damaged is told',
    files: { 'preds.csv': small, 'preds.csv.zst': zstd, 'frames.zst': frames, 'cut.zst': zstd.subarray(0, zstd.length - 9), 'bad.zst': bytes(zstd.subarray(0, 20), 'xxxxxxxxxxxxxxxxx', zstd.subarray(37)), 'tail.zst': bytes(zstd, 'tail') },
    steps: [{ shell: "$EVENHAND audit preds.csv --label y --score p --slice sex --json a.json > a.txt; for f in preds.csv.zst frames.zst '- < preds.csv.zst'; do eval $EVENHAND audit $f --label y --score p --slice sex --json b.json > b.txt; diff a.json b.json | grep -c '^>'; done" },
      { shell: 'grep -c $(sha256sum < preds.csv.zst | cut -c1-64) b.json' },
      ...['cut', 'bad', 'tail'].map((name) => `audit ${name}.zst --label y --score p`), { shell: '$EVENHAND audit preds.csv.zst' }] },
];
