/**
 * Logarithms of the probabilities of counts: Poisson, binomial, hypergeometric. They are sums of what is small, not
 * differences of what is large, so they are exact to some 1e-14 for counts of any size, where differences of
 * log-factorials have lost all digits at 1e15.
 * Leaves out: drawing from these laws (random.ts), distribution functions.
 * Source: Loader, Fast and Accurate Computation of Binomial Probabilities, 2000 (the saddle-point expansion).
 */

const LOG_TWO_PI = 1.8378770664093453;
const TABLE_LENGTH = 32;
/** Where log(k / m) says too little: |k - m| below this share of k + m. */
const NEAR = 0.1;
/** Square of a distance from which on four terms are too few. */
const NEARER = 3e-4;

/** n → log(n!) - log of Stirling's formula sqrt(2 pi n) (n / e)^n; 0 for 0, which has no formula. */
const STIRLING_ERROR = new Float64Array(TABLE_LENGTH);
for (let n = 1, logFactorial = 0; n < TABLE_LENGTH; n++) {
  logFactorial += Math.log(n);
  STIRLING_ERROR[n] = logFactorial - (LOG_TWO_PI + Math.log(n)) / 2 - n * Math.log(n) + n;
}

/** log of n! over Stirling's formula, n >= 1: by table below 32, by its series above (error below 1e-15). */
export function stirlingError(n: number): number {
  if (n < TABLE_LENGTH) return STIRLING_ERROR[n]!;
  const inverse = 1 / n;
  const square = inverse * inverse;
  return inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
}

/** k log(k / m) + m - k, k > 0: how far count k is from mean m. Near m by the series of log((1 + v) / (1 - v)). */
export function deviance(k: number, m: number): number {
  const distance = k - m;
  if (Math.abs(distance) >= NEAR * (k + m)) return k * Math.log(k / m) - distance;
  const v = distance / (k + m);
  const w = v * v;
  // The terms left out are below 1e-17 of the first. Most draws are much nearer, and need few.
  const few = w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9))));
  if (w < NEARER) return v * (distance + 2 * k * few);
  const more = 1 / 11 + w * (1 / 13 + w * (1 / 15 + w * (1 / 17 + w * (1 / 19))));
  return v * (distance + 2 * k * (few + w * w * w * w * w * more));
}

/** log P(k), Poisson of mean `mean` > 0. */
export function logPoisson(k: number, mean: number): number {
  if (k === 0) return -mean;
  return -stirlingError(k) - deviance(k, mean) - (LOG_TWO_PI + Math.log(k)) / 2;
}

/** log P(k successes in n trials of probability p), 0 <= k <= n, 0 < p < 1, q = 1 - p. */
export function logBinomial(k: number, n: number, p: number, q: number): number {
  // The powers of p or of q alone: log(1 - p) is exact for small p too, by the correction of Kahan.
  if (k === 0) return n === 0 ? 0 : n * logOf(q, p);
  if (k === n) return n * logOf(p, q);
  const failures = n - k;
  const errors = stirlingError(n) - stirlingError(k) - stirlingError(failures);
  const curvature = (Math.log(n / k / failures) - LOG_TWO_PI) / 2;
  return errors - deviance(k, n * p) - deviance(failures, n * q) + curvature;
}

/** log(p), where `rest` = 1 - p is known better than p when it is small. */
function logOf(p: number, rest: number): number {
  if (rest > NEAR) return Math.log(p);
  return p === 1 ? -rest : (Math.log(p) * rest) / (1 - p);
}

/**
 * log P(k of `drawn` are marked), when `drawn` are taken out of `total` of which `marked` are. A ratio of three
 * binomial probabilities whose p is free; drawn / total puts each of them near its peak.
 */
export function logHypergeometric(k: number, total: number, marked: number, drawn: number): number {
  const p = drawn / total;
  const q = (total - drawn) / total;
  const others = logBinomial(drawn - k, total - marked, p, q);
  return logBinomial(k, marked, p, q) + others - logBinomial(drawn, total, p, q);
}
