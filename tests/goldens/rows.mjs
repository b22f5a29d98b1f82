// What the tellers of the peers' functions share: refusing what they do not look at, labels, rows made of counts.
import { Later } from './later.mjs';

/** Refuses a golden that hands over more than the function looks at, or not what it needs. */
export function only(golden, needed, inputs, params) {
  if (golden.input === null || typeof golden.input !== 'object' || Array.isArray(golden.input)) throw new Later('no inputs by name');
  for (const key of needed) if (golden.input[key] === undefined) throw new Later(`no input "${key}"`);
  for (const key of Object.keys(golden.input)) if (!needed.includes(key) && !inputs.includes(key)) throw new Later(`input "${key}"`);
  for (const [key, value] of Object.entries(golden.params ?? {}))
    if (value !== null && !params.includes(key)) throw new Later(`parameter "${key}"`);
  const columns = Object.entries(golden.input).filter(([key, list]) => Array.isArray(list) && key !== 'facet_order');
  const lengths = columns.map(([, list]) => list.length);
  if (new Set(lengths).size > 1 || lengths[0] === 0) throw new Later('columns of other lengths, or empty ones');
}

export const isNumbers = (list) => Array.isArray(list) && list.every((v) => typeof v === 'number' || typeof v === 'boolean');

/** 1 where it is the positive label, else 0. Labels of more than two values, or unknown ones, have no positive. */
export function positives(list, positive) {
  if (positive === undefined && !list.every((v) => [0, 1, -1, true, false].includes(v))) throw new Later('labels other than 0 and 1');
  return list.map((v) => Number(positive === undefined ? v === 1 || v === true : String(v) === String(positive)));
}

/** The same, or nothing where they are no labels. */
export function labelsOf(list, positive) {
  try {
    return positives(list, positive);
  } catch (error) {
    if (error instanceof Later) return undefined; // a regression's outcome: metrics that need labels are for later
    throw error;
  }
}

/** Groups given as {n, selected}: rows of them. */
export function countedRows(counts) {
  const groups = { group: [] };
  const decision = [];
  for (const [name, { n, selected }] of Object.entries(counts)) {
    if (!Number.isInteger(n) || !Number.isInteger(selected) || selected < 0 || selected > n || n > 1e6)
      throw new Later('counts of selected rows that are no counts');
    for (let i = 0; i < n; i++) groups.group.push(name), decision.push(Number(i < selected));
  }
  return { groups, decision };
}

/** A threshold above which the highest `rank` scores lie; scores tied across that place stay below. */
export function thresholdOfRank(score, rank) {
  const sorted = [...score].sort((x, y) => y - x);
  return rank >= sorted.length ? sorted.at(-1) - 1 : sorted[Math.max(rank, 0)];
}
