// Messages reach a caller in JavaScript in the words of a spec, not of a command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../js/src/index.js';
import { asKeys } from '../../js/src/words.js';

test('flags become keys, and what is quoted stays', () => {
  for (const [sentence, told] of [
    ['which column is the label? Name it with --label COL', 'which column is the label? Name it with label: COL'],
    ['name the positive one, e.g. --positive "Yes"', 'name the positive one, e.g. positive: "Yes"'],
    ['the parts differ in --show-missing', 'the parts differ in show_missing'],
    ['column "--label" is not there', 'column "--label" is not there'],
    ['"a \\" --label" and --min-slice', '"a \\" --label" and min_slice'],
    ['one--two', 'one--two'],
  ]) assert.equal(asKeys(sentence), told);
});

test('of an audit', async () => {
  const bytes = new TextEncoder().encode('label,score\nyes,.1\nno,.2\n');
  await assert.rejects(audit(bytes, { score: 'score' }), { message: /^(?!.*--).*label: COL$/ });
  await assert.rejects(audit(bytes, { label: 'label', score: 'score' }), { message: /^(?!.*--).*positive: "yes"$/ });
});
