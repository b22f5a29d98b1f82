// One page that shows an audit. The page that comes with the program is a short one here, so that what is put in can be read.
import { people, small } from '../data.mjs';

const page = '<!doctype html><title>page</title>\n<!--evenhand:payload-->\n';
const files = { 'viewer.html': page, 'preds.csv': small };
const here = { EVENHAND_SHARE: '.' };
const view = (line, more = {}) => ({ line: `view ${line}`, env: here, ...more });
const count = '--label y --score p --slice sex';

// What the page holds, less the bytes of the cube.
const shown = { shell: `sed 's/"bytes":"[^"]*"/"bytes":"..."/' out.html` };
// The cube that is in the page, as its own file.
const taken = { shell: `sed -n 's/.*"bytes":"\\([^"]*\\)".*/\\1/p' out.html | base64 -d > out.ehc; $EVENHAND cube info out.ehc | sed 1d` };

export const cases = [
  { name: 'rows', why: 'rows become a cube of 7 bits in the page, with the spec by which it is judged', files,
    steps: [view(`preds.csv ${count} --threshold .3:.5:.1 --metric fpr,fnr@.25 --baseline sex=M --level .9 -o out.html`), shown, taken] },
  { name: 'pipe', why: 'rows from a pipe, the page to another', files,
    steps: [{ shell: `$EVENHAND view - ${count} -o - < preds.csv | sed 's/"bytes":"[^"]*"/"bytes":"..."/'`, env: here }] },
  { name: 'regression', why: 'a page is of scores for two classes: neither rows nor a cube of a regression', files: { ...files, 'all.csv': people },
    steps: [view('all.csv --task regression --label age --score p --slice sex -o out.html'), 'cube build all.csv --task regression --label age --score p --slice sex -o all.ehc',
      view('all.ehc -o out.html')] },
  { name: 'exact', why: 'exact scores on request, with a note that they are row-level data', files,
    steps: [view(`preds.csv ${count} --score-bits 52 -o out.html`), taken] },
  { name: 'cube', why: 'a cube is closed up to 7 bits: it is then the cube of its rows, to the byte', files: { ...files, 'all.csv': people },
    steps: [`cube build all.csv --label y --score p --slice sex,race -o all.ehc`, view('all.ehc --slice race --metric tpr -o out.html'), shown, taken,
      `cube build all.csv --label y --score p --slice sex,race --score-bits 7 -o seven.ehc`,
      { shell: 'for f in out seven; do $EVENHAND cube info $f.ehc | grep checksum; done' },
      view('seven.ehc --score-bits 11 -o no.html'), view('seven.ehc --baseline sex=X -o no.html')] },
  { name: 'report', why: 'a report stands in the page as it is, less what could end its element', files: {
    ...files, 'x.csv': 'y,p,sex\n1,.9,</script>\n0,.2,<!--\n' },
    steps: [{ shell: `$EVENHAND audit x.csv ${count} --metric fpr --json r.json > /dev/null` }, view('r.json -o out.html'),
      { shell: `sed -n 's/.*"report"://; s:</script>$::; 2,$p' out.html > back; grep -c '</script>' out.html; diff back r.json | head -6` }] },
  { name: 'not-a-report', why: 'JSON that is no report, or of a later program', files: { ...files, 'a.json': '{"a": 1}\n',
    'later.json': '{"schema_version": 9, "spec": {}, "slices": [], "results": []}\n', 'cut.json': '{"schema_version": 1, "spec": {}' },
    steps: [view('a.json -o out.html'), view('later.json -o out.html'), view('cut.json -o out.html'), view('later.json --baseline sex=M -o out.html')] },
  { name: 'usage', why: 'what view cannot do', files, steps: [view('preds.csv'), view('-o out.html'), view('preds.csv -o preds.csv'),
    view(`preds.csv ${count} --json a.json -o out.html`), view(`preds.csv ${count} --top 3 -o out.html`), view(`preds.csv ${count} -o no/such/out.html`),
    view('none.csv --label y --score p -o out.html'), view(`preds.csv ${count} --baseline sex=X -o out.html`), view('preds.csv -o out.html')] },
  { name: 'serve', why: 'the native program has no server', native: true, files, steps: [view('preds.csv --serve')] },
  { name: 'no-page', why: 'the page is not there, or has no place', files: { 'preds.csv': small, 'viewer.html': '<p></p>' },
    steps: [view(`preds.csv ${count} -o out.html`), { line: `view preds.csv ${count} -o out.html`, env: { EVENHAND_SHARE: 'none' } }] },
  { name: 'help', why: 'help on view', steps: ['view --help'] },
];
