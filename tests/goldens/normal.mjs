// The normal distribution, for telling a test's p as its z and back. Good to some 1e-13.

/** exp(x^2) erfc(x) for x >= 2, by its continued fraction from far inside. */
function scaledTail(x) {
  let f = x;
  for (let k = 200; k > 0; k--) f = x + k / 2 / f;
  return 1 / (f * Math.sqrt(Math.PI));
}

function erfc(x) {
  if (x >= 2) return scaledTail(x) * Math.exp(-x * x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * sum;
}

/** Two-sided p of a z. */
export const pOfZ = (z) => erfc(Math.abs(z) / Math.SQRT2);

/** The z >= 0 of a two-sided p, by halving. */
export function zOfP(p) {
  let [low, high] = [0, 40];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (pOfZ(middle) > p) low = middle;
    else high = middle;
  }
  return high;
}
