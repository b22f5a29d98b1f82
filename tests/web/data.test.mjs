// Getting data into the viewer, each way as a person does it, with good files and nasty ones: what is confirmed is computed, what is
// refused is said in the engine's words, and what was there stays.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { audit, Cube } from '../../js/src/index.js';
import { npz } from '../npz.mjs';
import { root } from './chromium.mjs';
import { noViewer, openSite, serveSite, shoot } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const rows = (n, row) => Array.from({ length: n }, (_, i) => row(i));
const people = rows(400, (i) => [i % 7 < 3 ? 1 : 0, ((i * 37) % 100) / 100, i % 2 ? 'F' : 'M', ['a', 'b', 'c'][i % 3], 18 + (i % 60)]);
const csv = `y,score,sex,team,age\n${people.map((row) => row.join(',')).join('\n')}\n`;
const spec = { label: 'y', score: 'score', slice: ['sex', 'team'], bucket: ['age:25,45,65'] };

/** A file as the chooser takes it. */
const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** A cell of the board as text, or '' while it is not there. */
const value = (page, slice, metric) => page.locator(`[data-testid="slice-row"][data-slice=${JSON.stringify(slice)}] [data-metric="${metric}"]`)
  .first().getAttribute('data-value');

/** What the engine says of the same cell. */
async function wanted(source, of, slice, metric) {
  const report = await audit(source, of);
  return String(report.results.find((r) => r.slice === slice && r.metric === metric && [null, 0.5].includes(r.threshold)).value);
}

const focused = (page) => page.evaluate(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.dataset.testid ?? at?.tagName;
});
const role = (page, column) => page.getByTestId('mapper').locator(`tr[data-column=${JSON.stringify(column)}] select`).first();
const confirm = async (page) => {
  await page.getByTestId('mapper-confirm').click();
  await page.getByTestId('slice-row').first().waitFor();
};
const choose = async (page, ...files) => {
  await page.getByTestId('file-input').setInputFiles(files);
  await page.getByTestId('mapper').waitFor();
};

/** Lets files fall on the page. */
async function drop(page, files, y = 300) {
  const data = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const [name, text] of all) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('evenhand-viewer', type, { dataTransfer: data, clientX: 400, clientY: y, bubbles: true, composed: true });
}

/** Presses Ctrl+V with this in the clipboard. */
const paste = (page, text, name) => page.evaluate(([what, called]) => {
  const transfer = new DataTransfer();
  if (called) transfer.items.add(new File([what], called));
  else transfer.setData('text/plain', what);
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, composed: true }));
}, [text, name]);

/** A page of its own per part, on one server. */
async function site(t, extra, options) {
  const address = await serveSite(t, extra);
  return { address, ...await openSite(t, address + (options?.path ?? ''), options) };
}

test('a file is chosen, its columns are guessed and shown, nothing is computed before Enter', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  await choose(page, adult);
  assert.equal(await page.getByTestId('slice-row').count(), 0);
  assert.equal(await focused(page), 'mapper-confirm');
  for (const [column, is] of [['score', 'score'], ['score_logistic', 'score'], ['label', 'label'], ['age', 'bucket'], ['sex', 'slice'], ['workclass', 'slice']])
    assert.equal(await role(page, column).inputValue(), is, column);
  const text = await page.getByTestId('mapper').innerText();
  for (const said of ['Its 16\u202f281 rows were looked at', 'its name says “label”', '5.9\u00a0% missing', '17 to 90', 'Audit score and score_logistic against label'])
    assert.ok(text.includes(said), said);
  await page.getByText('Checked on 16\u202f281 rows: fits.').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('slice-row').first().waitFor();
  const same = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], bucket: ['age:25,45,65'] };
  assert.equal(await value(page, 'sex=Female', 'fpr'), await wanted(adult, same, 'sex=Female', 'fpr'));
  const facts = await page.getByTestId('source-facts').innerText();
  assert.match(facts, /^16\u202f281 rows · cube: \d+ kB; rows are not kept · scores exact$/);
  assert.deepEqual(faults, []);
});

test('every kind of file; a cube and a report need no columns named', { skip: noViewer }, async (t) => {
  const { page, faults, asked } = await site(t);
  const before = asked.length;
  const cells = (c) => people.map((row) => row[c]);
  const lines = people.map(([y, score, sex, team, age]) => `${JSON.stringify({ y, score, sex, team, age })}\n`).join('');
  const column = (type, c) => ({ type, cells: cells(c) });
  const arrays = npz({ y: column('|i1', 0), score: column('<f8', 1), sex: column('<U1', 2), team: column('<U1', 3), age: column('<i4', 4) });
  const parquet = Buffer.from(parquetWriteBuffer({ columnData: [['y', 'INT32'], ['score', 'DOUBLE'], ['sex', 'STRING'], ['team', 'STRING'], ['age', 'INT32']]
    .map(([name, type], c) => ({ name, type, data: cells(c) })) }));
  const expected = await wanted(Buffer.from(csv), spec, 'team=b', 'fnr');
  for (const [name, bytes] of [['p.csv', csv], ['p.tsv', csv.replaceAll(',', '\t')], ['semicolons.csv', csv.replaceAll(',', ';')], ['p.csv.gz', gzipSync(csv)], ['p.jsonl', lines],
    ['p.npz', arrays], ['p.parquet', parquet]]) {
    await choose(page, file(name, bytes));
    await page.getByTestId('mapper-confirm').click();
    await page.locator('evenhand-source', { hasText: name }).waitFor();
    assert.equal(await value(page, 'team=b', 'fnr'), expected, name);
    await page.getByTestId('close').click();
    await page.getByTestId('file-input').waitFor();
  }
  const cube = await Cube.build(Buffer.from(csv), spec);
  for (const [name, bytes] of [['week.ehc', cube.save()], ['report.json', JSON.stringify(await audit(Buffer.from(csv), spec))]]) {
    await page.getByTestId('file-input').setInputFiles(file(name, bytes));
    await page.locator('evenhand-source', { hasText: name }).waitFor();
    assert.equal(await value(page, 'team=b', 'fnr'), expected, name);
    assert.equal(await page.getByTestId('mapper').count(), 0);
    await page.getByTestId('close').click();
    await page.getByTestId('file-input').waitFor();
  }
  assert.ok(asked.slice(before).every((url) => url.startsWith(new URL('.', page.url()).href)), asked.join(' '));
  assert.deepEqual(faults, []);
});

test('dropped, pasted as cells, as a file and into the field', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  const expected = await wanted(Buffer.from(csv), spec, 'sex=F', 'fpr');
  const shown = async () => {
    await page.getByTestId('mapper').waitFor();
    await confirm(page);
    assert.equal(await value(page, 'sex=F', 'fpr'), expected);
    await page.getByTestId('close').click();
    await page.getByTestId('file-input').waitFor();
  };
  await drop(page, [['dropped.csv', csv]]);
  await shown();
  await paste(page, csv.replaceAll(',', '\t'));
  await shown();
  await paste(page, csv, 'pasted.csv');
  await shown();
  await page.getByTestId('paste').click();
  assert.equal(await focused(page), 'paste-text');
  await page.keyboard.insertText(csv.replaceAll(',', '\t'));
  await page.getByTestId('paste-use').click();
  await shown();
  await paste(page, 'only a word');
  assert.equal(await page.getByTestId('mapper').count(), 0);
  assert.deepEqual(faults, []);
});

test('an address opens a file of the same site, and no other', { skip: noViewer }, async (t) => {
  const extra = new Map([['data/x.csv', Buffer.from(csv)], ['data/later.csv', Buffer.from(csv.replaceAll('0.3', '0.6'))]]);
  await t.test('with label and score at once, with the rest of the spec', async () => {
    const { page, asked, address } = await site(t, extra, { path: '?src=data/x.csv&label=y&score=score&slice=sex,team&bucket=age:30,50&baseline=sex=M' });
    await page.getByTestId('slice-row').first().waitFor();
    assert.equal(await value(page, '30<=age<50', 'fpr'), await wanted(Buffer.from(csv), { ...spec, bucket: ['age:30,50'] }, '30<=age<50', 'fpr'));
    assert.equal(await page.getByTestId('baseline-select').inputValue(), 'sex=M');
    assert.ok(asked.every((url) => url.startsWith(address)));
    const link = page.url();
    await page.getByTestId('threshold-input').fill('0.25');
    await page.getByTestId('threshold-input').press('Enter');
    const moved = page.url();
    assert.notEqual(moved, link);
    await page.goto('about:blank');
    await page.goto(moved);
    await page.getByTestId('slice-row').first().waitFor();
    assert.equal(await page.getByTestId('threshold-input').inputValue(), '0.25');
  });
  await t.test('without them the mapper asks', async () => {
    const { page } = await site(t, extra, { path: '?src=data/x.csv&slice=team' });
    await page.getByTestId('mapper').waitFor();
    assert.equal(await role(page, 'y').inputValue(), 'label');
  });
  await t.test('and a second one to compare with', async () => {
    const { page } = await site(t, extra, { path: '?src=data/x.csv&label=y&score=score&slice=sex&compare=data/later.csv' });
    await page.locator('evenhand-source', { hasText: 'later.csv' }).waitFor();
  });
  for (const [path, said] of [['?src=https://example.org/x.csv', 'only files of this page’s own site'.replace('’', "'")], ['?src=//example.org/x.csv', "only files of this page's own site"],
    ['?src=data/none.csv', 'cannot be fetched (404)'], ['?src=javascript:alert(1)', "only files of this page's own site"]])
    await t.test(`${path} is refused in place`, async () => {
      const { page, asked, address } = await site(t, extra, { path });
      await page.getByTestId('error').filter({ hasText: said }).waitFor();
      assert.ok(asked.every((url) => url.startsWith(address)), asked.join(' '));
      assert.equal(await page.getByTestId('file-input').count(), 1);
    });
});

test('a person corrects the guess: roles, positive text, cuts, missing texts; later again, with undo', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  const text = csv.replace(/^(\d),/gm, (_, y) => `${y === '1' ? 'approved' : 'denied'},`).replace('y,score', 'result,score').replaceAll(',c,', ',?,');
  await page.evaluate(() => {
    window.told = [];
    document.querySelector('evenhand-viewer').addEventListener('spec-changed', ({ detail }) => window.told.push(detail.spec));
  });
  await choose(page, file('p.csv', text));
  assert.equal(await role(page, 'result').inputValue(), 'slice');
  assert.equal(await page.getByTestId('mapper-confirm').getAttribute('aria-disabled'), 'true');
  assert.match(await page.getByTestId('mapper').innerText(), /Choose the column that says what really happened/);
  await role(page, 'result').selectOption('label');
  await page.getByTestId('positive').selectOption('approved');
  await role(page, 'age').selectOption('bucket');
  await page.getByTestId('edges').fill('50, 30');
  await page.getByTestId('refused').filter({ hasText: 'edges must ascend' }).waitFor();
  await page.getByTestId('edges').fill('30, 50');
  await page.getByText(/^Checked on 400 rows/).waitFor();
  await page.locator('summary').click();
  await page.getByTestId('missing').fill('NA, ?');
  await page.getByTestId('missing').press('Tab');
  await page.locator('tr[data-column="team"]', { hasText: '33' }).filter({ hasText: 'missing' }).waitFor();
  await role(page, 'sex').selectOption('ignore');
  await confirm(page);
  const chosen = { label: 'result', positive: 'approved', score: 'score', slice: ['team'], bucket: ['age:30,50'], missing: ['NA', '?'] };
  assert.equal(await value(page, '30<=age<50', 'fnr'), await wanted(Buffer.from(text), chosen, '30<=age<50', 'fnr'));
  await page.getByTestId('remap').click();
  assert.equal(await role(page, 'sex').inputValue(), 'ignore');
  await role(page, 'sex').selectOption('slice');
  await page.getByTestId('mapper-confirm').click();
  await page.locator('[data-testid="slice-row"][data-slice="sex=F"]').waitFor();
  assert.deepEqual((await page.evaluate(() => window.told)).map((one) => one.slice), [['team'], ['sex', 'team']]);
  await page.getByTestId('undo').click();
  await page.locator('[data-testid="slice-row"][data-slice="sex=F"]').waitFor({ state: 'detached' });
  assert.equal((await page.evaluate(() => window.told)).length, 3);
  await page.getByTestId('remap').click();
  await page.getByTestId('mapper-cancel').click();
  await page.getByTestId('slice-row').first().waitFor();
  assert.deepEqual(faults, []);
});

test('a second file beside the first: model B, or after a remedy', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  const after = csv.replace(/^(\d),([\d.]+)/gm, (_, y, p) => `${y},${Math.round(100 * (1 - p)) / 100}`);
  await choose(page, file('before.csv', csv), file('after.csv', after));
  await page.getByTestId('mapper-confirm').click();
  await page.getByText('Compare with after.csv: the same columns?').waitFor();
  assert.equal(await focused(page), 'mapper-confirm');
  assert.equal(await role(page, 'sex').inputValue(), 'slice');
  await page.keyboard.press('Enter');
  await page.locator('evenhand-source', { hasText: 'compared with' }).waitFor();
  const second = () => page.evaluate(() => document.querySelector('evenhand-viewer').view.second?.results.find((r) => r.slice === 'sex=F' && r.metric === 'fpr').value ?? null);
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view?.second);
  assert.equal(String(await second()), await wanted(Buffer.from(after), spec, 'sex=F', 'fpr'));
  await page.getByTestId('drop-other').click();
  assert.equal(await second(), null);
  await page.getByTestId('undo').click();
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view?.second);
  await page.getByTestId('drop-other').click();
  const renamed = after.replace('y,score', 'truth,model_b');
  await drop(page, [['b.csv', renamed]], 800);
  await page.getByText('Compare with b.csv').waitFor();
  await role(page, 'truth').selectOption('label');
  await role(page, 'model_b').selectOption('score');
  for (const [column, as] of [['sex', 'slice'], ['team', 'slice'], ['age', 'bucket']]) await role(page, column).selectOption(as);
  await page.getByTestId('mapper-confirm').click();
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view?.second?.spec.score[0] === 'model_b');
  assert.equal(String(await second()), await wanted(Buffer.from(after), spec, 'sex=F', 'fpr'));
  assert.deepEqual(faults, []);
});

test('what is refused is said in place, in the words of the engine, and all that was there stays', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  const error = (said) => page.getByTestId('error').filter({ hasText: said }).waitFor();
  const refuse = async (name, text, said) => {
    await drop(page, [[name, text]]);
    await error(said);
  };
  await refuse('empty.csv', '', 'empty.csv is empty');
  await refuse('book.xlsx', 'PK\u0003\u0004 and so on, for some thirty bytes', 'is a ZIP archive, which is not read');
  await refuse('list.json', '[{"y": 1}]', 'write one object per line (JSON Lines)');
  await refuse('r.json', '{"schema_version": 1, "x":', 'this JSON is no report');
  await refuse('torn.csv', 'y,p\n1,.5\n1,"x\n', 'line 3: a quote opened here is never closed');
  await drop(page, [['1.csv', csv], ['2.csv', csv], ['3.csv', csv]]);
  await error('Two files at most');
  await choose(page, file('good.csv', csv));
  await confirm(page);
  assert.equal(await page.getByTestId('error').count(), 0);
  const before = await value(page, 'sex=F', 'fpr');
  await refuse('empty.csv', '', 'empty.csv is empty');
  assert.equal(await value(page, 'sex=F', 'fpr'), before);
  await drop(page, [['classes.csv', `y,score,g\n${rows(90, (i) => `${i % 3},${i / 100},${i % 2}`).join('\n')}\n`]]);
  await page.getByTestId('mapper').waitFor();
  await role(page, 'y').selectOption('label');
  await role(page, 'score').selectOption('score');
  assert.equal(await page.getByTestId('positive').inputValue(), '2');
  await page.getByText('Checked on 90 rows: fits.').waitFor();
  await page.getByTestId('mapper-cancel').click();
  await drop(page, [['numbers.csv', `y,score,g\n${rows(90, (i) => `${i + 2},${i / 100},${i % 2}`).join('\n')}\n`]]);
  await page.getByTestId('mapper').waitFor();
  await role(page, 'y').selectOption('label');
  await role(page, 'score').selectOption('score');
  await page.getByTestId('refused').filter({ hasText: 'label column "y" is not 0 or 1: line 2 holds "2"' }).waitFor();
  await page.getByTestId('mapper-confirm').click();
  await error('name the positive one');
  assert.equal(await page.getByTestId('refused').count(), 0);
  await page.getByTestId('mapper-cancel').click();
  assert.equal(await value(page, 'sex=F', 'fpr'), before);
  assert.equal(await page.getByTestId('undo').isEnabled(), true);
  assert.deepEqual(faults, []);
});

test('nasty files: one row, NaN scores, hostile names, one class, 40 columns, names twice', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  const open = async (name, text, roles = {}) => {
    await choose(page, file(name, text));
    for (const [column, as] of Object.entries(roles)) await role(page, column).selectOption(as);
    await confirm(page);
  };
  const close = async () => {
    await page.getByTestId('close').click();
    await page.getByTestId('file-input').waitFor();
  };
  await open('one.csv', 'y,p,sex\n1,.5,F\n');
  await close();
  await open('nan.csv', `y,p,sex\n${rows(60, (i) => `${i % 2},${i % 5 ? i / 60 : 'NaN'},${i % 3 ? 'F' : 'M'}`).join('\n')}\n`);
  assert.match(await page.getByTestId('source-facts').innerText(), /12 rows skipped/);
  await close();
  await open('class.csv', `y,p,sex\n${rows(60, (i) => `1,${i / 60},${i % 3 ? 'F' : 'M'}`).join('\n')}\n`, { y: 'label' });
  assert.equal(await value(page, 'sex=F', 'fpr'), '');
  await close();
  const evil = '<img src=x onerror=alert(1)>';
  await open('evil.csv', `__proto__,constructor,${evil},"a ""b"" 日本 \u202e"\n${rows(80, (i) => `${i % 2},${i / 80},${i % 2 ? '<b>x</b>' : '__proto__'},${'αβ'[i % 2]}`).join('\n')}\n`);
  assert.notEqual(await value(page, `${evil}=<b>x</b>`, 'accuracy'), '');
  assert.equal(await page.evaluate(() => document.querySelector('evenhand-viewer').shadowRoot.querySelectorAll('img, b').length), 0);
  await shoot(page, 'evil-light-1440');
  await close();
  await choose(page, file('wide.csv', `${rows(40, (i) => `column number ${i}`)},y,p\n${rows(50, (r) => `${rows(40, (c) => (r * c) % 7)},${r % 2},${r / 50}`).join('\n')}\n`));
  await page.getByLabel('Find a column').fill('number 39');
  assert.equal(await page.getByTestId('mapper').locator('tbody tr').count(), 1);
  await page.getByTestId('mapper').locator('tbody select').selectOption('slice');
  await confirm(page);
  assert.notEqual(await value(page, 'column number 39=0', 'accuracy'), null);
  await close();
  await choose(page, file('twice.csv', `y,p,s,s\n${rows(20, (i) => `${i % 2},${i / 20},a,b`).join('\n')}\n`));
  assert.equal(await page.getByTestId('mapper').locator('select[disabled]').count(), 2);
  assert.deepEqual(faults, []);
});

test('the keyboard alone, from an empty page to a number', { skip: noViewer }, async (t) => {
  const { page } = await site(t);
  const to = async (id) => {
    for (let i = 0; i < 60 && await focused(page) !== id; i++) await page.keyboard.press('Tab');
    assert.equal(await focused(page), id);
  };
  await to('paste');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(50);
  assert.equal(await focused(page), 'paste-text');
  await page.keyboard.insertText(csv);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByTestId('mapper').waitFor();
  assert.equal(await focused(page), 'mapper-confirm');
  await page.keyboard.press('Enter');
  await page.getByTestId('slice-row').first().waitFor();
});

test('reading is told, can be stopped, and leaves what was there', { skip: noViewer }, async (t) => {
  const { page } = await site(t);
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-data-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'large.csv');
  const [header, ...lines] = csv.trimEnd().split('\n');
  writeFileSync(path, `${header}\n${`${lines.join('\n')}\n`.repeat(6000)}`);
  await choose(page, path);
  assert.match(await page.getByTestId('mapper').innerText(), /The first [\d\u202f]+ rows were looked at/);
  await page.getByTestId('mapper-confirm').click();
  await page.getByTestId('progress').filter({ hasText: / MB of \d+\.\d MB/ }).waitFor();
  await page.getByTestId('cancel').click();
  await page.getByTestId('error').filter({ hasText: 'Cancelled' }).waitFor();
  await page.getByTestId('mapper').waitFor();
  await page.getByTestId('mapper-cancel').click();
  await page.getByTestId('file-input').waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('evenhand-viewer').store.state.source), null);
});

test('the mapper and its errors, to be looked at', { skip: noViewer }, async (t) => {
  const text = readFileSync(adult, 'utf8');
  for (const width of [360, 1440])
    for (const colorScheme of ['light', 'dark']) {
      const { page } = await site(t, new Map(), { width, height: width === 360 ? 760 : 900, colorScheme });
      const name = `${colorScheme}-${width}`;
      await shoot(page, `data-start-${name}`);
      await choose(page, adult);
      await page.getByText('Checked on 16\u202f281 rows: fits.').waitFor();
      await shoot(page, `data-mapper-${name}`);
      await role(page, 'label').selectOption('ignore');
      await role(page, 'workclass').selectOption('label');
      await page.getByTestId('positive').waitFor();
      await shoot(page, `data-mapper-changed-${name}`);
      await page.getByTestId('mapper-cancel').click();
      await drop(page, [['torn.csv', `${text.slice(0, 5000)}\n1,"x`]]);
      await page.getByTestId('error').waitFor();
      await shoot(page, `data-error-${name}`);
      await page.context().close();
    }
});

test('several groups in a cell: divided by a sign that is found, told or missing', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  const text = `y,score,identity\n${rows(300, (i) => `${i % 3 ? 0 : 1},${(i * 37 % 100) / 100},${['a|b', 'b', 'a', 'c|a'][i % 4]}`).join('\n')}\n`;
  await choose(page, file('posts.csv', text));
  assert.equal(await role(page, 'identity').inputValue(), 'multi');
  await page.getByText('cells of several values, of which there are few').waitFor();
  const divider = page.getByTestId('divider');
  assert.equal(await divider.inputValue(), '|');
  await divider.fill('');
  await page.getByText('Say which one sign divides the groups in a cell of identity, such as |.').waitFor();
  await divider.fill('|');
  await confirm(page);
  const of = { label: 'y', score: 'score', slice: ['identity'], multi: ['identity:|'] };
  for (const slice of ['identity=a', 'identity=b', 'identity=c']) assert.equal(await value(page, slice, 'fpr'), await wanted(Buffer.from(text), of, slice, 'fpr'));
  await page.getByTestId('remap').click();
  assert.equal(await role(page, 'identity').inputValue(), 'multi');
  assert.equal(await page.getByTestId('divider').inputValue(), '|');
  await page.getByTestId('mapper-cancel').click();
  assert.deepEqual(faults, []);
});

test('as spreadsheets abroad write it: UTF-16 is read, decimal commas and quantities are told with a way out', { skip: noViewer }, async (t) => {
  const { page, faults } = await site(t);
  for (const bytes of [Buffer.from(`\ufeff${csv}`, 'utf16le'), Buffer.from(`\ufeff${csv}`, 'utf16le').swap16()]) {
    await choose(page, file('unicode.csv', bytes));
    await confirm(page);
    assert.equal(await value(page, 'team=b', 'fnr'), await wanted(Buffer.from(csv), spec, 'team=b', 'fnr'));
    await page.getByTestId('close').click();
  }
  await choose(page, file('comma.csv', `y;p;income;g\n${rows(120, (i) => `${i % 2};0,${i % 90 + 10};${i * 17};${'ab'[i % 2]}`).join('\n')}\n`));
  await page.getByText('Numbers with a decimal comma cannot be read: save the file with decimal points to use them.').waitFor();
  await role(page, 'income').selectOption('score');
  await role(page, 'y').selectOption('ignore');
  await role(page, 'income').selectOption('label');
  await role(page, 'y').selectOption('score');
  await page.getByText('income is a quantity, and this page audits yes or no').waitFor();
  await role(page, 'y').selectOption('label');
  await role(page, 'income').selectOption('score');
  await page.getByText('Checked on 120 rows: fits.').waitFor();
  await confirm(page);
  await page.getByTestId('slice-row').first().waitFor();
  assert.deepEqual(faults, []);
});

test('lists in a Parquet file are guessed as several groups', { skip: noViewer }, async (t) => {
  const cells = [['a', 'b'], ['b'], ['c', 'a'], []];
  const data = Array.from({ length: 240 }, (_, i) => ({ y: i % 3 ? 0 : 1, p: (i * 37 % 100) / 100, tags: cells[i % 4] }));
  const schema = [{ name: 'root', num_children: 3 }, { name: 'y', type: 'INT32', repetition_type: 'REQUIRED' }, { name: 'p', type: 'DOUBLE', repetition_type: 'REQUIRED' },
    { name: 'tags', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 }, { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];
  const bytes = Buffer.from(parquetWriteBuffer({ schema, columnData: ['y', 'p', 'tags'].map((name) => ({ name, data: data.map((row) => row[name]) })) }));
  const { page, faults } = await site(t);
  await choose(page, { name: 'posts.parquet', mimeType: 'application/octet-stream', buffer: bytes });
  assert.equal(await role(page, 'tags').inputValue(), 'multi');
  await page.getByText('Checked on 240 rows: fits.').waitFor();
  await confirm(page);
  const of = { label: 'y', score: 'p', slice: ['tags'], multi: ['tags:|'] };
  for (const slice of ['tags=a', 'tags=b', 'tags=c']) assert.equal(await value(page, slice, 'fpr'), await wanted(data, of, slice, 'fpr'));
  assert.deepEqual(faults, []);
});

test('arrays of NumPy beyond the first MiB are tried before they are counted', { skip: noViewer }, async (t) => {
  const n = 120_000;
  const cells = (cell) => Array.from({ length: n }, (_, i) => cell(i));
  const bytes = npz({ y: { type: '|i1', cells: cells((i) => i % 3) }, score: { type: '<f8', cells: cells((i) => (i % 97) / 97) }, g: { type: '|i1', cells: cells((i) => i % 4) } });
  assert.ok(bytes.length > 2 ** 20, `${bytes.length}`);
  const { page, faults } = await site(t);
  await choose(page, { name: 'big.npz', mimeType: 'application/octet-stream', buffer: bytes });
  await role(page, 'y').selectOption('label');
  await page.getByText(`Checked on 120\u202f000 rows: fits.`).waitFor();
  await role(page, 'g').selectOption('score');
  await role(page, 'y').selectOption('ignore');
  await role(page, 'score').selectOption('label');
  await page.getByTestId('refused').waitFor();
  assert.deepEqual(faults, []);
});

test('a large Parquet file is tried on its first rows before it is counted', { skip: noViewer }, async (t) => {
  const n = 160_000;
  const noise = (i, k) => ((i * 2654435761 + k * 40503) % 4294967296) / 4294967296;
  const bytes = Buffer.from(parquetWriteBuffer({ codec: 'UNCOMPRESSED', columnData: [
    { name: 'label', type: 'INT32', data: Array.from({ length: n }, (_, i) => i % 3) },
    { name: 'score', type: 'DOUBLE', data: Array.from({ length: n }, (_, i) => noise(i, 1)) },
    { name: 'sex', type: 'STRING', data: Array.from({ length: n }, (_, i) => noise(i, 2) < 0.5 ? 'F' : 'M') }] }));
  assert.ok(bytes.length > 2 ** 20, `${bytes.length}`);
  const { page, faults } = await site(t);
  await page.getByTestId('file-input').setInputFiles({ name: 'big.parquet', mimeType: 'application/octet-stream', buffer: bytes });
  await page.getByTestId('mapper').waitFor();
  await role(page, 'label').selectOption('label');
  await page.getByText('Checked on 4096 rows: fits.').waitFor();
  await confirm(page);
  assert.match(await page.getByTestId('source-facts').textContent(), /^160\u202f000 rows/);
  assert.deepEqual(faults, []);
});
