// The rules by which an answer may differ from a peer's. Each is a predicate over the case, never over its name: it lets a
// difference pass only where the peer's convention, applied to the same rows, leads to the peer's own number. What each rule
// is for stands in divergences.json.
import { cutOf, rankOf } from './aequitas.mjs';
import { PeerView } from './view.mjs';

const convention = (options) => (engine) => new PeerView(engine, options);
/** Evenhand's own conventions in plain arithmetic. A rule needs Evenhand's number to be that, and the peer's not to be. */
export const plain = convention({});
const always = () => true;
const ofAequitas = ({ toolkit }) => /^aequitas\b/i.test(toolkit ?? '');

/** Decisions by rank, rows of equal scores in the order of the file (or the reverse). */
function byRank(golden, backwards) {
  const { score } = golden.input;
  const order = score.map((_, i) => i);
  if (backwards) order.reverse();
  order.sort((a, b) => score[b] - score[a]);
  const chosen = new Set(order.slice(0, rankOf(cutOf(golden), score.length)));
  return (_score, i) => Number(chosen.has(i));
}

const isRank = ({ params, input }) => Boolean(params?.thresholds?.rank_abs ?? params?.thresholds?.rank_pct) && Array.isArray(input.score);

/** `applies` decides by the case; `view` (or `decide`, for other decisions from the same rows) is the peer's way. */
export const RULES = [
  {
    name: 'absent_cross_cells',
    applies: (_golden, expected, got) => got === undefined && Number.isNaN(expected),
  },
  { name: 'nan_beside_a_number', applies: always, view: convention({ pythonMin: true }) },
  {
    name: 'one_group_is_no_comparison',
    applies: ({ input }) => Array.isArray(input.sensitive) && new Set(input.sensitive.filter((v) => v !== null)).size === 1,
    view: convention({ alone: true, pythonMin: true }),
  },
  { name: 'undefined_is_not_zero', applies: always, view: convention({ zeros: true, pythonMin: true, alone: true }) },
  { name: 'ratio_to_zero_is_undefined', applies: always, view: convention({ infinity: Infinity }) },
  {
    name: 'ratio_to_zero_is_undefined',
    applies: ofAequitas,
    view: convention({ infinity: 10 }),
  },
  { name: 'undefined_parity_is_no_verdict', applies: ofAequitas, view: convention({ pairs: true }) },
  { name: 'undefined_parity_is_no_verdict', applies: ofAequitas, view: convention({ pairs: true, infinity: 10 }) },
  { name: 'no_variance_is_no_gap', applies: (_golden, expected) => Number.isNaN(expected), view: convention({ noVariance: true }) },
  { name: 'interval_of_a_gap', applies: ({ input }) => Array.isArray(input.bounds), view: convention({ ends: true }) },
  { name: 'undefined_matches_nothing', applies: ({ toolkit }) => /^what-if/i.test(toolkit), view: convention({ open: true }) },
  { name: 'threshold_is_not_cut', applies: ({ input }) => Array.isArray(input.thresholds), view: convention({ floor: true }) },
  {
    name: 'strict_threshold',
    applies: ({ input, params }) => {
      const cut = params?.thresholds?.score_val?.[0];
      return cut !== undefined && Array.isArray(input.score) && input.score.includes(cut);
    },
    decide: ({ params }) => (score) => Number(score >= params.thresholds.score_val[0]),
  },
  { name: 'ties_are_not_split', applies: isRank, decide: (golden) => byRank(golden, false) },
  { name: 'ties_are_not_split', applies: isRank, decide: (golden) => byRank(golden, true) },
  {
    name: 'continuous_predictions',
    applies: ({ input, params }) => params?.pos_label === undefined && Array.isArray(input.y_pred) &&
      input.y_pred.some((v) => typeof v === 'number' && ![0, 1, -1].includes(v)),
    decide: () => (prediction) => Number(prediction === 1),
  },
];
