// One golden against Evenhand: every number of its expected answer is the same, differs by a rule, is for later, or is wrong.
import { Later } from './later.mjs';
import { functionOf, viewOf } from './functions.mjs';
import { plain, RULES } from './rules.mjs';

/** The numbers (and words) of an answer with their paths. @returns {[string[], unknown][]} */
function leaves(expected, path = []) {
  if (expected === null || typeof expected !== 'object') return [[path, expected]];
  return Object.entries(expected).flatMap(([key, value]) => leaves(value, [...path, key]));
}

const SPELLED = { NaN, Infinity, '-Infinity': -Infinity };

function numberOf(value) {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && Object.hasOwn(SPELLED, value) ? SPELLED[value] : undefined;
}

/** A figure as printed somewhere is right to one unit of its last digit, rounded or cut. */
function printedTolerance(value) {
  return 10 ** -(String(value).split('.')[1]?.length ?? 0);
}

export function agrees(got, expected, tolerance) {
  if (Number.isNaN(expected) !== Number.isNaN(got) || (typeof got !== typeof expected && !Number.isNaN(got))) return false;
  if (Number.isNaN(expected) || Number.isNaN(got)) return Number.isNaN(expected) && Number.isNaN(got);
  return got === expected || Math.abs(got - expected) <= tolerance;
}

/** The rule by which `got` may differ, or null. */
async function ruleFor(views, answer, golden, path, expected, got, tolerance) {
  const positive = answer.positive(golden, path);
  for (const rule of RULES) {
    if (!rule.applies(golden, expected, got)) continue;
    if (!rule.view && !rule.decide) return rule.name;
    const ours = await views(positive);
    if (rule.view) {
      const own = answer.number(plain(ours), golden, path);
      if (agrees(own, expected, tolerance) || !agrees(own, got, tolerance)) continue;
    }
    const peer = rule.view ? rule.view(ours) : await viewOf(answer, golden, positive, rule.decide(golden));
    if (agrees(answer.number(peer, golden, path), expected, tolerance)) return rule.name;
  }
  return null;
}

async function judgeLeaf(views, answer, golden, path, value, tolerance) {
  const expected = numberOf(value);
  try {
    if (expected === undefined) throw new Later(path.at(-1) ?? golden.function);
    const got = answer.number(await views(answer.positive(golden, path)), golden, path);
    const within = /^published_/.test(path.at(-1) ?? '') ? printedTolerance(value) : tolerance;
    if (got !== undefined && agrees(got, expected, within)) return { same: true };
    const rule = await ruleFor(views, answer, golden, path, expected, got, within);
    return rule ? { rule } : { wrong: `${path.join('.') || 'answer'} is ${got}, not ${expected}` };
  } catch (error) {
    if (error instanceof Later) return { later: error.message };
    return { wrong: `${path.join('.') || 'answer'}: ${error.message}` };
  }
}

/**
 * verdict: "failed" with one wrong number, "later" with one number that nothing here gives yet, "divergent" with one that
 * differs by a rule, else "passed".
 * @returns {Promise<{verdict: string, checked: number, total: number, wrong: string[], rules: string[], later: string[]}>}
 */
export async function judge(golden, defaultTolerance) {
  const all = leaves(golden.expected);
  let answer;
  try {
    if (all.length === 0) throw new Later('an empty answer');
    answer = functionOf(golden);
  } catch (error) {
    if (!(error instanceof Later)) throw error;
    return { verdict: 'later', checked: 0, total: all.length, wrong: [], rules: [], later: [error.message] };
  }
  const made = new Map();
  const views = async (positive) => {
    const key = String(positive);
    if (!made.has(key)) made.set(key, await viewOf(answer, golden, positive));
    return made.get(key);
  };
  const tolerance = golden.tol ?? defaultTolerance;
  const told = [];
  for (const [path, value] of all) told.push(await judgeLeaf(views, answer, golden, path, value, tolerance));
  const pick = (kind) => [...new Set(told.filter((t) => t[kind]).map((t) => t[kind]))];
  const [wrong, rules, later] = ['wrong', 'rule', 'later'].map(pick);
  const verdict = wrong.length ? 'failed' : later.length ? 'later' : rules.length ? 'divergent' : 'passed';
  return { verdict, checked: told.filter((t) => !t.later).length, total: all.length, wrong, rules, later };
}
