// The mapper's form as data: which column is what. Columns go by their place, since names may be there twice or be anything. Pure:
// a look and a spec in, a draft; a draft in, a spec and what it lacks.
import { data as words } from '../words/data.js';

/**
 * @typedef {import('evenhand').Look} Look
 * @typedef {import('evenhand').Spec} Spec
 * @typedef {'ignore' | 'label' | 'score' | 'slice' | 'bucket' | 'multi' | 'weight'} Role
 * @typedef {object} Draft
 * @property {readonly Role[]} roles by column
 * @property {readonly ('guess' | 'before' | 'person' | '')[]} by who says so
 * @property {string | null} positive text of the label
 * @property {Readonly<Record<number, string>>} edges by column, as typed: "25, 45, 65" or "q4"
 * @property {Readonly<Record<number, string>>} dividers by column: the sign between several groups in a cell
 * @property {number} first column of the score that other models are compared with; -1 = the first there is
 * @property {Spec} rest what the form does not ask, kept
 */

/** Keys that the form writes. */
const FORM = new Set(['label', 'score', 'slice', 'bucket', 'multi', 'weight', 'positive']);

/** @param {unknown} value a list as a spec may have it @returns {string[]} */
export function items(value) {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'object') return Array.from(/** @type {ArrayLike<unknown>} */ (value), String);
  return String(value).split(',').map((item) => item.trim());
}

/** @param {unknown} value of `bucket`, whose text is one item, commas and all */
const cuts = (value) => typeof value === 'string' ? [value] : items(value);

/** @param {string} bucket "age:25,45,65" */
function cutOf(bucket) {
  const at = bucket.lastIndexOf(':');
  return { name: bucket.slice(0, at), edges: bucket.slice(at + 1).replaceAll(',', ', ') };
}

/** "identity:|": one sign after the colon. @param {string} multi */
const partedOf = (multi) => ({ name: multi.slice(0, -2), divider: multi.slice(-1) });

/** Signs that usually part several values in a cell, the likeliest first. */
const DIVIDERS = ['|', ';', ',', '/', ' '];

/** The sign that seems to part a column's cells. @param {Look['columns'][number]} column */
const dividerOf = ({ values }) => DIVIDERS.find((sign) => values.some(({ text }) => text.includes(sign))) ?? DIVIDERS[0];

/** @param {Look} look @param {number} c */
export const isTwice = (look, c) => look.columns.some((other, i) => i !== c && other.name === look.columns[c].name);

/**
 * Whether a spec from before says anything of this file's columns.
 * @param {Look} look
 * @param {Spec | undefined} spec
 */
function speaksOf(look, spec) {
  const named = [spec?.label, ...items(spec?.score)].filter((name) => name !== undefined);
  return named.length > 0 && named.some((name) => look.columns.some((column) => column.name === name));
}

/**
 * A draft from what was confirmed before, where its columns are there, else from the guess.
 * @param {Look} look
 * @param {Spec} [before]
 * @returns {Draft}
 */
export function draftOf(look, before) {
  const known = speaksOf(look, before);
  const said = known ? /** @type {Spec} */ (before) : look.guess;
  const rest = /** @type {Spec} */ (Object.fromEntries(Object.entries(before ?? {}).filter(([key]) => !FORM.has(key))));
  if (look.delimiter) rest.delimiter = look.delimiter;
  const buckets = cuts(said.bucket).map(cutOf);
  /** @type {Record<number, string>} */
  const edges = {};
  const parted = cuts(said.multi).map(partedOf);
  /** @type {Record<number, string>} */
  const dividers = {};
  const roles = look.columns.map(({ name }, c) => {
    if (isTwice(look, c)) return 'ignore';
    const cut = buckets.find((bucket) => bucket.name === name);
    if (cut) edges[c] = cut.edges;
    const multi = parted.find((one) => one.name === name);
    if (multi) dividers[c] = multi.divider;
    return name === said.label ? 'label' : items(said.score).includes(name) ? 'score' : cut ? 'bucket' : name === said.weight ? 'weight'
      : items(said.slice).includes(name) ? (multi ? 'multi' : 'slice') : 'ignore';
  });
  const first = look.columns.findIndex(({ name }) => name === items(said.score)[0]);
  const label = look.columns[roles.indexOf('label')];
  return { roles, by: roles.map((role) => role === 'ignore' ? '' : known ? 'before' : 'guess'), edges, dividers, first,
    positive: said.positive ?? (label ? positiveOf(look, label) : null), rest };
}

/** Numbers from 0 to 1 that are not only these two: shares. @param {Look['columns'][number]} column */
export const isShare = ({ kind, binary, least = -1, most = 2 }) => kind === 'number' && !binary && least >= 0 && most <= 1;

/**
 * The value that a label of other than 0 and 1 needs; null where it needs none.
 * @param {Look} look
 * @param {Look['columns'][number]} column
 */
export function positiveOf(look, column) {
  if (column.binary || isShare(column) || (column.kind === 'number' && column.more)) return null;
  if (column.kind === 'number') return column.values.find(({ text }) => Number(text) === column.most)?.text ?? null;
  if (column.name === look.guess.label && look.guess.positive !== undefined) return look.guess.positive;
  const yes = column.values.find(({ text }) => /^(yes|true|pos|positive|y|t|1)$/i.test(text));
  return (yes ?? column.values[column.values.length - 1])?.text ?? null;
}

/**
 * Gives a column a role. There is one label and one weight: another gives its role up.
 * @param {Draft} draft
 * @param {Look} look
 * @param {number} c
 * @param {Role} role
 * @returns {Draft}
 */
export function assign(draft, look, c, role) {
  const single = role === 'label' || role === 'weight';
  const roles = draft.roles.map((was, i) => i === c ? role : single && was === role ? 'ignore' : was);
  const by = draft.by.map((who, i) => i === c ? 'person' : roles[i] === draft.roles[i] ? who : '');
  const column = look.columns[c];
  const edges = role === 'bucket' && draft.edges[c] === undefined ? { ...draft.edges, [c]: 'q4' } : draft.edges;
  const positive = role === 'label' ? positiveOf(look, column) : roles.includes('label') ? draft.positive : null;
  const dividers = role === 'multi' && draft.dividers[c] === undefined ? { ...draft.dividers, [c]: dividerOf(column) } : draft.dividers;
  return { ...draft, roles, by, edges, dividers, positive };
}

/**
 * @param {Draft} draft
 * @param {Look} look
 * @param {Role[]} roles
 */
export function namesOf(draft, look, ...roles) {
  return look.columns.filter((_, c) => roles.includes(draft.roles[c])).map(({ name }) => name);
}

/** @param {Spec['cross']} cross @param {Look} look crosses whose columns are all there */
const crossesOf = (cross, look) => items(cross).filter((one) => one.split('*').every((part) => look.columns.some(({ name }) => name === part)));

/**
 * @param {Draft} draft
 * @param {Look} look
 * @returns {Spec}
 */
export function specOf(draft, look) {
  const [label] = namesOf(draft, look, 'label');
  const [weight] = namesOf(draft, look, 'weight');
  const score = namesOf(draft, look, 'score');
  const lead = look.columns[draft.first]?.name;
  if (lead !== undefined && score.includes(lead)) score.sort((a, b) => Number(b === lead) - Number(a === lead));
  const bucket = look.columns.flatMap(({ name }, c) => draft.roles[c] === 'bucket' ? [`${name}:${(draft.edges[c] ?? '').replaceAll(/\s/g, '')}`] : []);
  const several = look.columns.flatMap(({ name }, c) => draft.roles[c] === 'multi' ? [`${name}:${draft.dividers[c]}`] : []);
  const cross = crossesOf(draft.rest.cross, look);
  const { weight_kind, ...rest } = draft.rest;
  return { ...rest, label, score, slice: namesOf(draft, look, 'slice', 'multi'), cross, bucket, ...(several.length === 0 ? {} : { multi: several }), ...(weight === undefined ? {} : { weight, ...(weight_kind ? { weight_kind } : {}) }),
    ...(draft.positive === null || rest.fractional ? {} : { positive: draft.positive }) };
}

/**
 * What is missing before anything can be computed, in the order of the form; empty: complete.
 * @param {Draft} draft
 * @param {Look} look
 * @returns {string[]}
 */
export function lacks(draft, look) {
  const of = (/** @type {Role} */ role) => namesOf(draft, look, role);
  const cut = look.columns.filter((_, c) => draft.roles[c] === 'bucket' && !(draft.edges[c] ?? '').trim());
  const undivided = look.columns.filter((_, c) => draft.roles[c] === 'multi' && [...(draft.dividers[c] ?? '')].length !== 1);
  return [...(of('label').length === 0 ? [words.needLabel] : []), ...(of('score').length === 0 ? [words.needScore] : []),
    ...cut.map(({ name }) => words.needEdges(name)), ...undivided.map(({ name }) => words.needDivider(name))];
}
