// Texts of what can be taken out of the page.

export const exportWords = {
  save: 'Save', svg: 'Picture (SVG)', png: 'Picture (PNG)', csv: 'Numbers (CSV)', json: 'Numbers (JSON)', nothing: 'There is nothing drawn to save.',
  share: 'Share',
  copyFinding: 'Copy', copyFindingHint: 'Copy this finding as a sentence with a link', findingCopied: 'Copied', findingShown: 'Copy it from here:',
  /** @param {{file: string, rows: string, model: string, cut: string, threshold: string, exploratory: boolean, label: string, weight?: string, where?: string, text: string, gaps: number}} of */
  statement: ({ file, rows, model, cut, threshold, exploratory, label, weight, where, text, gaps }) =>
    `In ${file} (${rows} rows${where === undefined ? '' : ` where ${where}`}${weight === undefined ? '' : `, weighted by ${weight}`}), where ${model} ${cut === '>' ? 'above' : 'from'} ${threshold}`
    + `${exploratory ? ' (an exploratory threshold)' : ''}${cut === '>' ? '' : ' on'} counts as selected and ${label} is the truth, ${text}`
    + `${gaps > 1 ? ` (one of ${gaps} gaps found; not corrected for looking at many)` : ''}.`,
  link: 'Copy link', linkHint: 'columns, thresholds and selection; not the data',
  linkCopied: 'The link is copied.', linkShown: (/** @type {string} */ href) => `This page may not use the clipboard; the link is: ${href}`,
  page: 'Page (HTML)', pageHint: 'opens anywhere without a network; counts, scores in bins of 0.8 %',
  reportPageHint: 'opens anywhere without a network; holds the report',
  pageExact: 'Page with exact scores (HTML)', pageExactHint: 'row-level data: share it as you share the rows',
  rowLevel: 'The page holds every score: it is row-level data. Treat it as you treat the rows.',
  report: 'Report (JSON)', reportHint: 'every number with its interval and gap', results: 'Results (CSV)', resultsHint: 'the same as a table',
  cube: 'Counts (cube)', cubeHint: 'for evenhand audit and this viewer; row-level data when scores are exact',
  paper: (/** @type {import('../state/types.js').View} */ { state, model, report }) =>
    `${model}, selected above ${[state.threshold, ...state.pinned].join(', ')}; gaps to ${state.baseline}; `
    + `${Math.round(1e6 * report.spec.level) / 1e4} % intervals${state.search || state.column !== null || state.hideBelow > 0 ? '; not all slices are shown' : ''}.`,
  print: 'Print or PDF', printHint: 'what is on the page, on paper',
};
