// Texts of getting data in: start, mapper, drop, progress, errors of the page itself. Errors of the data are the engine's words.

import { count } from '../charts/format.js';

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** @param {readonly string[]} items */
export const listed = (items) => items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;

/** @param {number} n bytes */
export const bytesText = (n) => n < 1e3 ? `${n} bytes` : n < 1e6 ? `${(n / 1e3).toFixed(0)} kB` : n < 1e9 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e9).toFixed(2)} GB`;

const percent = (/** @type {number} */ share) => share > 0 && share < 0.001 ? '< 0.1\u00a0%' : `${(100 * share).toFixed(share < 0.1 && share > 0 ? 1 : 0)}\u00a0%`;

/** What the name of a column says, per role. @type {Record<string, string>} */
const fits = {
  label: 'and it holds two values', score: 'and its numbers lie between 0 and 1', points: 'and it holds numbers', slice: 'and it has few values',
  bucket: 'and its numbers look like ages', weight: 'and its numbers are not negative', multi: 'and its cells hold several values',
};

/** Why a column without a telling name is guessed. @type {Record<string, string>} */
const only = {
  label: 'the only column of 0 and 1', score: 'the only column of numbers between 0 and 1', slice: 'text with few values',
  bucket: 'numbers that look like ages', weight: 'numbers', multi: 'cells of several values, of which there are few',
};

export const data = {
  headline: 'Is there a gap, how sure is it, and where?',
  lead: 'Open a file of predictions: one row per person, with the true outcome, the score of a model, and groups such as sex or race. Everything is computed in this tab; nothing is uploaded.',
  choose: 'Choose a file', dropHere: 'or drop it anywhere on this page', kinds: 'CSV, TSV, JSON Lines, Parquet, NumPy, also gzipped; or an Evenhand cube (.ehc) or report (.json)',
  paste: 'Paste a table', pasteHint: 'Copy cells from a spreadsheet, with their header line, and paste them here.', pasteUse: 'Use this table', pasteName: 'pasted table',
  example: 'Try an example', exampleNote: 'income predictions of two models for 16,281 people (UCI Adult)', exampleName: 'UCI Adult, test rows (example)',
  needs: 'What the file should hold', needsRows: /** @type {[string, string][]} */ ([
    ['label', 'what really happened: 0 or 1, or two words such as yes and no'],
    ['score', 'what the model said: a probability, any number, or a 0/1 decision; several columns are several models'],
    ['groups', 'columns such as sex, race or region; numbers such as age are cut into ranges']]),
  linkWaits: (/** @type {string} */ name) => `This link was made for ${name}. Choose that file to see it with the same settings.`,
  dropOpen: 'Drop to open', dropOther: (/** @type {string} */ name) => `Drop here to compare with ${name}`, dropInstead: 'Drop here to open it instead',
  tooMany: 'Two files at most: one to audit, one to compare it with.',
  otherSite: (/** @type {string} */ href) => `${href}: only files of this page's own site can be opened by address; download the file and choose it here`,
  notFetched: (/** @type {string} */ href, /** @type {number | string} */ why) => `${href}: cannot be fetched (${why}); check the address, or choose the file here`,
  noReport: (/** @type {string} */ name) => `${name}: this JSON is no report; make one with: evenhand audit FILE --json report.json`,
  jsonArray: (/** @type {string} */ name) => `${name}: a JSON array is not read; write one object per line (JSON Lines), for instance with: jq -c '.[]'`,

  title: (/** @type {string} */ name) => `Which column is what in ${name}?`, otherTitle: (/** @type {string} */ name) => `Compare with ${name}: the same columns?`,
  looked: (/** @type {number} */ rows, /** @type {boolean} */ whole, /** @type {number} */ skipped) =>
    `${whole ? `Its ${plural(rows, 'row')}` : `The first ${plural(rows, 'row')}`} ${rows === 1 ? 'was' : 'were'} looked at${skipped > 0 ? `, of which ${plural(skipped, 'is', 'are')} defective` : ''}. Nothing is computed before you confirm.`,
  moreColumns: (/** @type {number} */ n) => `${plural(n, 'more column')} of this file ${n === 1 ? 'is' : 'are'} not shown; put the ones to use first.`,
  column: 'Column', holds: 'Holds', use: 'Use as', why: 'Why', filter: 'Find a column', filterNone: 'No column of this name.',
  roles: /** @type {Record<string, string>} */ ({ ignore: 'not used', label: 'label (the truth)', score: 'score of a model', slice: 'group', bucket: 'group, by ranges', multi: 'groups, several in a cell', weight: 'weight of a row' }),
  roleOf: (/** @type {string} */ name) => `Use of column ${name}`,
  kindsOf: /** @type {Record<string, string>} */ ({ number: 'numbers', text: 'text', mixed: 'numbers and text', nothing: 'nothing' }),
  binary: '0 or 1', range: (/** @type {string} */ from, /** @type {string} */ to) => `${from} to ${to}`,
  distinct: (/** @type {number} */ n, /** @type {boolean} */ more) => more ? `more than ${n} values` : plural(n, 'value'),
  missing: (/** @type {number} */ n, /** @type {number} */ rows) => `${percent(n / rows)} missing`,
  share: percent, others: (/** @type {number} */ n) => `${n} more`,
  twice: 'Two columns have this name: rename one to use it.',
  positive: 'positive is', positiveOf: (/** @type {string} */ name) => `Value of ${name} that counts as positive`,
  divided: 'divided by', dividedOf: (/** @type {string} */ name) => `Sign between the groups in a cell of ${name}`, needDivider: (/** @type {string} */ name) => `Say which one sign divides the groups in a cell of ${name}, such as |.`,
  edges: 'cut at', edgesOf: (/** @type {string} */ name) => `Cut ${name} at, such as 25, 45, 65, or q4 for quarters`, edgesHint: 'q4: four equal parts',
  because: (/** @type {string} */ role, /** @type {string | undefined} */ word) => word === undefined ? only[role] : `its name says “${word}” ${fits[role]}`,
  yours: 'your choice', fromLink: 'as before', commas: 'Numbers with a decimal comma cannot be read: save the file with decimal points to use them.',
  quantity: (/** @type {string} */ name) => `${name} is a quantity, and this page audits yes or no: choose a column of two values, or add one, such as ${name} above a limit. The program audits quantities: evenhand audit FILE --task regression.`,
  sentence: (/** @type {{score: string[], label?: string, positive?: string, groups: string[], weight?: string}} */ { score, label, positive, groups, weight }) =>
    `Audit ${listed(score)} against ${label}${positive === undefined ? '' : ` = ${positive}`}${groups.length ? `, for ${listed(groups)}` : ', overall only'}${weight === undefined ? '' : `, weighted by ${weight}`}.`,
  needLabel: 'Choose the column that says what really happened (label).', needScore: 'Choose at least one column with a model’s score.',
  oneLabel: 'Only one column can be the label.', oneWeight: 'Only one column can be the weight.', needEdges: (/** @type {string} */ name) => `Say where to cut ${name}: numbers such as 25, 45, 65, or q4.`,
  noGroups: 'No groups are chosen: the audit will be of everybody together.',
  fine: (/** @type {number} */ rows) => `Checked on ${plural(rows, 'row')}: fits.`, checking: 'Checking …', untried: 'Arrays as large as these are not tried in part: objections, if any, come with the audit.',
  skips: (/** @type {number} */ n, /** @type {number} */ rows, /** @type {string} */ first) => `Of ${plural(rows, 'row')}, ${count(n)} cannot be used; ${first}`,
  skipLine: (/** @type {number} */ line, /** @type {string} */ reason) => `line ${line}: ${reason}`,
  exact: 'Every score is kept exactly.', binned: (/** @type {number} */ bits) => `Scores are kept in bins of relative width 1/${count(2 ** bits)}, since the file is large; the page says where that matters.`,
  more: 'More options', missingTexts: 'Texts that mean missing', missingHint: 'separated by commas; an empty field always does',
  header: 'The first line holds the names of the columns', headerNumbers: 'The names look like numbers: does the first line hold data?',
  kind: 'A weight is', weightKinds: /** @type {Record<string, string>} */ ({ sampling: 'how many people a sampled row stands for', frequency: 'how often the row occurred' }),
  fractional: 'Labels are shares between 0 and 1', keep: 'Scores are kept', bits: /** @type {Record<string, string>} */ ({ auto: 'exactly up to 100 MB, else in fine bins', 52: 'exactly (more memory)', 11: 'in fine bins', 7: 'in coarse bins, to share' }),
  audit: 'Audit', compare: 'Compare', apply: 'Apply', cancel: 'Cancel', skip: 'Leave it out',

  reading: (/** @type {string} */ name) => `Reading ${name}`, looking: (/** @type {string} */ name) => `Looking at ${name}`,
  readBytes: (/** @type {number} */ done, /** @type {number} */ total) => `${bytesText(done)} of ${bytesText(total)}`,
  readRows: (/** @type {number} */ done, /** @type {number} */ total) => `${count(done)} of ${plural(total, 'row')}`,
  readSome: (/** @type {number} */ done, /** @type {string} */ unit) => unit === 'bytes' ? bytesText(done) : plural(done, 'row'),
  cancelled: 'Cancelled; nothing was changed.', dismiss: 'Dismiss', errorTitle: 'This did not work.',
  errorWhere: (/** @type {number} */ line, /** @type {number | undefined} */ column) => `line ${count(line)}${column === undefined ? '' : `, column ${column}`}`,

  columns: 'Columns', columnsHint: 'Correct which column is what', compareWith: 'Compare with a file', compareHint: 'A second file of the same kind: model B, or after a remedy', dropOtherFile: 'Stop comparing',
  memory: (/** @type {number} */ bytes) => `cube: ${bytesText(bytes)}; rows are not kept`, rowsRead: (/** @type {number} */ n) => plural(n, 'row'),
  rowsSkipped: (/** @type {number} */ n) => `${plural(n, 'row')} skipped`, bitsOf: (/** @type {number} */ bits) => bits === 52 ? 'scores exact' : `scores in bins of 1/${count(2 ** bits)}`,
  versus: 'compared with', asReport: 'a report: its numbers only',
};
