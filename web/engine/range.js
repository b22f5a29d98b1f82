// Where a threshold can lie, and where it begins: probabilities have their place of old, other scores are told by what they run over.
// Called when a source is opened and by the slider.

/** @typedef {readonly [number, number]} Range */

/** Where probabilities begin. */
const HALF = 0.5;

/**
 * What a threshold slides over: 0 to 1 where all scores lie there, else from the least to the greatest.
 * @param {Range | undefined} scores least and greatest; NaN where there are none
 * @returns {Range}
 */
export function rangeOf(scores) {
  if (!scores || !scores.every(Number.isFinite)) return [0, 1];
  const [least, greatest] = scores;
  return least >= 0 && greatest <= 1 ? [0, 1] : least === greatest ? [least - 1, greatest + 1] : scores;
}

/** @param {Range} range */
const isUsual = ([from, to]) => from === 0 && to === 1;

/**
 * Where a threshold begins: at the one of the scores before if these are alike; else at 0 where scores lie on both sides of it (log-odds,
 * margins), at .5 of probabilities, in the middle of any others.
 * @param {Range} range
 * @param {number} threshold
 * @param {Range | null} before what the threshold slid over so far
 */
export function beginAt([from, to], threshold, before) {
  const usual = isUsual([from, to]);
  if (before && usual === isUsual(before) && threshold >= from && threshold <= to) return threshold;
  return usual ? HALF : from < 0 && to > 0 ? 0 : Number(((from + to) / 2).toPrecision(3));
}
