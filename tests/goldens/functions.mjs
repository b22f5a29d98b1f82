// Which function of a peer a golden is about, and what tells it in Evenhand's numbers: from a path into the expected answer to
// the number that answers it. What is not here throws Later: a golden of an unknown function can neither pass nor fail.
import { aequitas } from './aequitas.mjs';
import { fairlearn } from './fairlearn.mjs';
import { aif360, aif360Several, bounds, holisticai, imbalance } from './gaps.mjs';
import { adverse, ll144, wilson } from './law.mjs';
import { Later } from './later.mjs';
import { EngineView } from './view.mjs';
import { whatIf, whatIfIndex } from './whatif.mjs';

/** First match of toolkit and function. */
const FUNCTIONS = [
  { toolkit: /^fairlearn\b/i, name: /^(?!upper hull|ThresholdOptimizer|CorrelationRemover|maximize_)/, ...fairlearn },
  { toolkit: /^(scikit-learn|sklearn)\b/i, name: /^[\w.]+$/, ...fairlearn },
  { toolkit: /^aequitas\b/i, name: /^(Group\.get_crosstabs|flow\.evaluate_fairness)/, ...aequitas },
  { toolkit: /^aif360\b/i, name: /^(ClassificationMetric panel|zero denominators)/, ...aif360 },
  { toolkit: /^aif360\b/i, name: /^(MulticlassLabelDataset|generalized_binary_confusion_matrix)\b/, ...aif360Several },
  { toolkit: /^aif360\b/i, name: /^class_imbalance\b/, ...imbalance },
  { toolkit: /^holisticai\b/i, name: /./, ...holisticai },
  { toolkit: /LL144/i, name: /rate/, ...ll144 },
  { toolkit: /./, name: /^compute_wilson_bounds\b/, ...wilson },
  { toolkit: /^responsible-ai/i, name: /^(difference|ratio) with pairwise CI bounds/, ...bounds },
  { toolkit: /^(scipy|audit-ai)/i, name: /(adverse-impact|bias ratio)/, ...adverse },
  { toolkit: /^what-if/i, name: /^threshold to index/, ...whatIfIndex },
  { toolkit: /^what-if/i, name: /^(fairness threshold strategies|demographic parity|equal opportunity|equal accuracy)/, ...whatIf },
];

/** What answers a golden, or Later. */
export function functionOf(golden) {
  const name = String(golden.function ?? '');
  const found = FUNCTIONS.find((f) => f.toolkit.test(golden.toolkit ?? '') && f.name.test(name));
  if (!found) throw new Later(name);
  found.check(golden);
  return { positive: () => undefined, ...found };
}

/** Its view; `decide` turns a score or prediction into 0 or 1 where a rule asks how the peer does. */
export async function viewOf(answer, golden, positive, decide) {
  return EngineView.of(answer.rows(golden, positive, decide));
}
