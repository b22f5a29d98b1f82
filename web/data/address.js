// What the address of the page asks for: ?src=data/x.csv&label=y&score=p&slice=sex,race&bucket=age:25,45 opens a file of the same site,
// compare=... a second one. A label and a score in the address are a mapping that its author confirmed; else a person is asked.

/** Keys of a spec that an address may hold; a list is split at commas, and `bucket` may come several times. */
const LISTS = ['score', 'slice', 'cross', 'missing'];
const TEXTS = ['label', 'positive', 'weight', 'weight_kind', 'where', 'delimiter', 'baseline'];
const MANY = ['bucket', 'multi', 'slice_if'];

/**
 * @param {string} search
 * @returns {{src: string | null, compare: string | null, spec: import('evenhand').Spec}}
 */
export function readAddress(search) {
  const asked = new URLSearchParams(search);
  /** @type {Record<string, unknown>} */
  const spec = {};
  for (const key of LISTS) if (asked.has(key)) spec[key] = asked.getAll(key).flatMap((list) => list.split(',')).map((item) => item.trim()).filter(Boolean);
  for (const key of TEXTS) if (asked.has(key)) spec[key] = asked.get(key);
  for (const key of MANY) if (asked.has(key)) spec[key] = asked.getAll(key);
  return { src: asked.get('src'), compare: asked.get('compare'), spec };
}

/**
 * Opens what an address or a link asks for.
 * @param {import('../viewer.js').EvenhandViewer} viewer
 * @param {string} search
 */
export async function openAddress(viewer, search) {
  const { src, compare, spec } = readAddress(search);
  const { state } = viewer.store;
  const address = src ?? state.source?.address;
  if (address === undefined || address === null || (state.source && viewer.session.has(state.source.id))) return;
  const linked = state.spec.label !== undefined; // a link with its state says more than the address
  const { baseline, ...columns } = spec;
  await viewer.intake.offer(address, { address, spec: linked ? state.spec : columns, sure: true,
    also: linked ? { threshold: state.threshold, baseline: state.baseline, model: state.model, selected: state.selected, column: state.column }
      : baseline === undefined ? {} : { baseline } });
  const second = compare ?? state.other?.address;
  if (second !== undefined && second !== null) await viewer.intake.offer(second, { address: second, as: 'other', sure: true });
}
