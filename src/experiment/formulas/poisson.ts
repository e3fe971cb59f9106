/**
 * Poisson probabilities and tails with small relative errors, however small they are. Tails are sums of positive terms,
 * from the largest one on; the largest by the saddle-point form, whose rounding does not grow with the mean.
 * Only sqrt, log and exp, so that the last bits are the same everywhere.
 * Source: C. Loader, Fast and accurate computation of binomial probabilities, 2000.
 */
import { deviance, stirlingError } from '../../engine/discrete-laws.ts';

const TWO_PI = 6.283185307179586;
/** Terms below this share of a sum no longer change it. */
const NEGLIGIBLE = 1e-18;

/** P(N = k), N Poisson of mean `mean` > 0; k a whole number >= 0. Cost O(1). */
export function poissonProbability(k: number, mean: number): number {
  if (k === 0) return Math.exp(-mean);
  return Math.exp(-stirlingError(k) - deviance(k, mean)) / Math.sqrt(TWO_PI * k);
}

/** P(N < bound). Cost O(bound + sqrt(mean)). */
export function poissonBelow(bound: number, mean: number): number {
  return bound > mean ? 1 - sumAbove(bound, mean, 1, 0) : sumBelow(bound, mean, 0, 1);
}

/** P(N >= bound). Cost as of `poissonBelow`. */
export function poissonAtLeast(bound: number, mean: number): number {
  return bound > mean ? sumAbove(bound, mean, 1, 0) : 1 - sumBelow(bound, mean, 0, 1);
}

/** E[max(0, N - bound)]. Cost as of `poissonBelow`. */
export function poissonExcess(bound: number, mean: number): number {
  return bound >= mean ? sumAbove(bound + 1, mean, -bound, 1) : mean - bound + sumBelow(bound, mean, bound, 0, -1);
}

/** Sum over k >= first of (constant + slope * k) P(N = k), where first > mean. */
function sumAbove(first: number, mean: number, constant: number, slope: number): number {
  let term = poissonProbability(first, mean);
  let sum = 0;
  for (let k = first; ; k++) {
    const part = (constant + slope * k) * term;
    sum += part;
    // What is left is less than a geometric series of this ratio.
    const ratio = mean / (k + 1);
    if (part * ratio <= NEGLIGIBLE * (1 - ratio) * sum) return sum;
    term *= ratio;
  }
}

/** Sum over k < bound of (constant + one + slope * k) P(N = k), from the largest term down, where bound <= mean + 1. */
function sumBelow(bound: number, mean: number, constant: number, one: number, slope = 0): number {
  if (bound <= 0) return 0;
  let term = poissonProbability(bound - 1, mean);
  let sum = 0;
  for (let k = bound - 1; k >= 0; k--) {
    const part = (constant + one + slope * k) * term;
    sum += part;
    // What is left is less than a geometric series, as long as its weights do not grow.
    const isLast = part * mean <= NEGLIGIBLE * sum * (mean - k);
    if (isLast && (slope === 0 || k < mean / 2)) return sum;
    term *= k / mean;
  }
  return sum;
}
