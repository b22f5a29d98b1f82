// A finding as one sentence to send to somebody: what was counted, how, the gap with its interval, what it does not say, and a link to
// the same view. It comes when asked for. Called by the findings' buttons.
import { count, thresholdText } from '../charts/format.js';
import { exportWords as words } from '../words/export.js';
import { START } from '../state/store.js';

/**
 * @typedef {import('../state/types.js').View} View
 * @typedef {import('../state/types.js').Report['findings'][number]} Finding
 */

/**
 * What is shown first of a source are the findings of the metrics in sight; the number of gaps found is that of the whole audit.
 * @param {View} view
 * @param {Finding} finding
 * @param {string} text the finding's own, without the model's name
 * @returns {Promise<string>}
 */
export async function statementOf({ state, report, model, act, audit }, { kind, slice, metric, threshold: found }, text) {
  const { spec, slices } = report;
  const { findings } = audit ? await audit({}) : report;
  const gaps = findings.filter((one) => one.kind === 'gap' && (one.model === null || one.model === model)).length;
  const threshold = found ?? state.threshold;
  const rows = slices.find(({ name }) => name === 'overall')?.rows ?? 0;
  const sentence = words.statement({ file: state.source?.name ?? '', rows: count(rows), model, cut: spec.cut, threshold: thresholdText(threshold),
    exploratory: threshold !== START.threshold && state.source?.kind !== 'report', label: spec.label + (spec.positive === null ? '' : ` = ${spec.positive}`), weight: spec.weight,
    where: spec.where, text: text.replace(/ at threshold \S+ \(the surest of (\d+)\)/, ' (the surest of $1 thresholds)').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()), gaps: kind === 'gap' ? gaps : 0 });
  const shown = { selected: slice, threshold, ...(metric === null || state.metrics.includes(metric) ? {} : { metrics: [...state.metrics, metric] }) };
  return [sentence, act.link?.(shown)].filter(Boolean).join(' ');
}
