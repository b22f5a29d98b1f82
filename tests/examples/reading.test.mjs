// docs/reading-a-gap.md quotes the report of the shipped example: every number in it is looked up there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const program = join(root, process.env.EVENHAND_BUILD ?? 'build/release', 'evenhand');
const page = readFileSync(join(root, 'docs/reading-a-gap.md'), 'utf8').replace(/\s+/g, ' ');

/** The report of the command on the page, with another baseline or threshold. */
function ask(baseline, threshold = '.5') {
  const args = ['audit', 'examples/data/adult.csv', '--label', 'label', '--score', 'score', '--slice', 'sex,race,workclass', '--cross', 'sex*race'];
  const report = JSON.parse(execFileSync(program, [...args, '--baseline', baseline, '--threshold', threshold, '--json', '-'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 }));
  const find = (metric, slice) => report.results.find((r) => r.metric === metric && r.slice === slice);
  return { report, find };
}

const count = (n) => n.toLocaleString('en');
/** .026, −.058: as the page writes numbers. */
const short = (x, decimals = 3) => x.toFixed(decimals).replace('-', '−').replace(/^(−?)0\./, '$1.');

test('the command on the page is the one looked up here', () => {
  assert.ok(page.includes("evenhand audit examples/data/adult.csv --label label --score score --slice sex,race,workclass --cross 'sex*race' --baseline 'sex=Male'"));
});

test('every number on the page is in the report', () => {
  const men = ask('sex=Male');
  const fpr = [men.find('fpr', 'sex=Female'), men.find('fpr', 'sex=Male')];
  const fnr = [men.find('fnr', 'sex=Female'), men.find('fnr', 'sex=Male')];
  const ppv = [men.find('ppv', 'sex=Female'), men.find('ppv', 'sex=Male')];
  const [chosen, high] = ['selection_rate', 'prevalence'].map((m) => [men.find(m, 'sex=Female').value, men.find(m, 'sex=Male').value].map((x) => short(x)));
  const gap = fpr[0].gap;
  const indian = men.find('fnr', 'race=Amer-Indian-Eskimo');
  const other = men.find('fnr', 'sex=Female & race=Other');
  const low = ask('sex=Male', '.3');
  const lowFpr = [low.find('fpr', 'sex=Female'), low.find('fpr', 'sex=Male')];
  const overall = ask('overall').find('fpr', 'sex=Female');
  const all = ask('overall').find('fpr', 'overall');
  const rest = ask('complement').find('fpr', 'sex=Female');
  const share = fpr[0].denominator / all.denominator;
  const never = men.find('fnr', 'workclass=Never-worked');
  const { input, slices } = men.report;

  const said = [
    `checked on ${count(input.rows)} people`,
    `Of ${count(fpr[0].denominator)} such women it was wrong on ${fpr[0].numerator}: ${short(fpr[0].value)}. Of ${count(fpr[1].denominator)} such men on ${fpr[1].numerator}: ${short(fpr[1].value)}.`,
    `| **difference** | ${short(gap.difference)} |`, `about ${Math.round(-100 * gap.difference)} fewer false alarms per 100 women`,
    `| **ratio** | ${short(gap.ratio, 2)} |`, `| **relative** | ${short(gap.relative, 2)} | the ratio minus one: ${Math.round(-100 * gap.relative)} % lower`,
    `| **interval** | ${short(gap.difference_lower)} to ${short(gap.difference_upper)} |`, `here, ${Math.round(-100 * gap.difference_upper)} in 100`,
    `Of ${fnr[0].denominator} women who did earn above $50,000 it missed ${fnr[0].numerator}: ${short(fnr[0].value)}; of ${count(fnr[1].denominator)} such men ${count(fnr[1].numerator)}: ${short(fnr[1].value)}.`,
    `is ${short(fnr[0].gap.difference)} *higher* for women (${short(fnr[0].gap.difference_lower)} to ${short(fnr[0].gap.difference_upper)})`,
    `(women ${chosen[0]}, men ${chosen[1]})`, `${high[0]} of the women and ${high[1]} of the men did earn`,
    `${short(ppv[0].value)} of the women and ${short(ppv[1].value)} of the men were. The difference, ${short(ppv[0].gap.difference)}, has the interval ${short(ppv[0].gap.difference_lower)} to ${short(ppv[0].gap.difference_upper)}: it may be nothing, and it may be ${Math.round(-100 * ppv[0].gap.difference_lower)} in 100`,
    `Of ${indian.denominator} people of \`race=Amer-Indian-Eskimo\` who earned above $50,000, ${indian.numerator} were missed: ${short(indian.value)}, interval ${short(indian.lower)} to ${short(indian.upper)}.`,
    `it is ${other.numerator} of ${other.denominator}, and the interval still reaches ${short(other.upper)}`,
    `None of the ${slices.find((s) => s.name === 'workclass=Never-worked').rows} people`, `the reason, \`${never.reason}\``,
    `The ${input.missing.workclass} people (${(100 * input.missing.workclass / input.rows).toFixed(1)} %) without a \`workclass\``,
    `This report has ${slices.length - 1} slices besides the baseline`,
    `are ${short(lowFpr[0].value)} and ${short(lowFpr[1].value)}, the difference ${short(lowFpr[0].gap.difference)}`,
    `| ${short(overall.value)} against ${short(all.value)}: ${short(overall.gap.difference)} |`,
    `| \`complement\` | everybody else | ${short(rest.value)} against ${short(fpr[1].value)}: ${short(rest.gap.difference)} |`,
    `Women are ${Math.round(100 * share)} % of those below $50,000, so the ${short(rest.gap.difference)} shrinks to ${Math.round(100 * (1 - share))} % of itself`,
  ];
  for (const text of said) assert.ok(page.includes(text), `the page does not say: ${text}`);

  assert.ok(gap.p < 0.001 && never.value === null);
  assert.ok(Math.abs(lowFpr[0].gap.difference) > 2 * Math.abs(gap.difference), 'more than double');
  assert.equal(overall.gap.p, rest.gap.p, 'the same question has the same p');
  const overlap = men.find('fpr', 'race=Black').gap;
  assert.ok(overlap.difference_lower < overlap.difference && overlap.difference < overlap.difference_upper, 'an overlapping slice has an interval');
});
