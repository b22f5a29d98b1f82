// JSON Lines: the report is that of the same rows as CSV, and a line is good when JSON.parse says so.
import assert from 'node:assert/strict';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { audit } from '../../js/src/index.js';
import { folder, people, random, spec, toCsv, toLines, withoutInput } from './helper.mjs';

const rows = people(3000, 8);
const lines = toLines(rows);
const wanted = withoutInput(await audit(Buffer.from(toCsv(rows)), spec));

test('JSON Lines in every form of bytes, told by the name or by the first byte', async (t) => {
  const path = join(folder(t), 'preds.jsonl');
  writeFileSync(path, lines);
  const forms = [path, Buffer.from(lines), new Blob([lines]), new File([lines], 'p.ndjson'), new File([lines], 'preds'), new Response(lines),
    createReadStream(path, { highWaterMark: 777 }), gzipSync(lines), Buffer.from(`\ufeff\n \n${lines}`)];
  for (const form of forms) {
    const report = await audit(form, spec);
    assert.equal(withoutInput(report), wanted);
    assert.equal(report.input.missing.sex, rows.filter((row) => row.sex === null).length);
  }
});

test('what cannot be read is told', async () => {
  await assert.rejects(audit(new File([lines], 'p.jsonl'), { ...spec, slice: 'sx' }),
    { code: 'EH_E_SPEC', message: 'p.jsonl has no key "sx" in any row; nearest is "sex"' });
  await assert.rejects(audit(new File([JSON.stringify(rows)], 'p.json'), spec), { code: 'EH_E_INPUT', message: /one JSON array; .* jq -c/ });
  await assert.rejects(audit(new File([`${lines}{"label"`], 'p.jsonl'), { ...spec, strict: true }),
    (error) => error.code === 'EH_E_ROW' && error.detail.line === 3001 && /line 3001: character 9: expected a colon/.test(error.message));
  await assert.rejects(audit(new File([lines], 'p.jsonl'), { ...spec, names: ['a'] }), { code: 'EH_E_USAGE' });
});

/** Lines bent by a seed, without line ends in them. */
function bent(n, seed) {
  const draw = random(seed);
  const pieces = ['{', '}', '[', ']', '"', ':', ',', '\\', '\\u00e9', '\\ud83d\\ude00', '\\x', '1', '-', '.5', 'e3', 'null', 'true', ' ', '\t', '0', '"z":', 'é'];
  return Array.from({ length: n }, (_, i) => {
    let text = JSON.stringify({ label: i % 2, score: i / n, z: [1.5e3, { q: ['a\n', null] }], sex: 'é"\\' });
    for (let k = 1 + Math.floor(3 * draw()); k > 0; k--) {
      const at = Math.floor(draw() * text.length);
      text = text.slice(0, at) + pieces[Math.floor(draw() * pieces.length)] + text.slice(at + Math.floor(3 * draw()));
    }
    return text;
  });
}

/** Whether a line is a row as JSON.parse has it; NaN needs no thought, since no piece makes one. */
function isRow(text) {
  try {
    const row = JSON.parse(text);
    return row !== null && typeof row === 'object' && !Array.isArray(row) && ['number', 'boolean'].includes(typeof row.label) && typeof row.score === 'number' &&
      Math.abs(row.score) < 2 ** 40 && (row.sex === null || typeof row.sex !== 'object') && !/"(label|score|sex)":.*"\1":/.test(text);
  } catch {
    return false;
  }
}

test('a line is a row where JSON.parse reads it as one', async () => {
  let good = 0;
  const all = bent(4000, 11);
  for (let from = 0; from < all.length; from += 20) { // 20 defects are told at most
    const some = all.slice(from, from + 20);
    const report = await audit(new File([some.join('\n'), '\n{"label": 1, "score": 0.5, "sex": 0}\n'], 'p.jsonl'), { label: 'label', positive: '1', score: 'score', slice: 'sex', metric: 'fpr' })
      .catch((error) => assert.fail(`${error.message}\n${some.join('\n')}`));
    const skipped = new Set(report.input.skipped.map((skip) => skip.line));
    some.forEach((text, i) => {
      assert.equal(!skipped.has(i + 1), isRow(text), `${text}\n${report.input.skipped.find((skip) => skip.line === i + 1)?.reason}`);
      good += isRow(text);
    });
  }
  assert.ok(good > 150 && good < 3500, String(good));
});
