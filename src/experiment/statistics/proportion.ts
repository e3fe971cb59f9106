/**
 * Rare losses: Wilson's interval for a share. It is never empty and never leaves [0, 1], and none lost of n is not 0 %: the
 * upper bound is what an honest report says.
 * Source: E. B. Wilson, JASA 22, 1927.
 */
import { CONFIDENCE } from './confidence.ts';
import { normalFactor, normalQuantileOf, requireConfidence } from './interval.ts';
import { binomialCdf } from './laws.ts';

/** A share of independent trials, with its interval. */
export interface ShareInterval {
  /** count / n. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/**
 * Wilson's interval of a share: it stays in [0, 1], and none of n is not 0 %.
 * @param count whole number in [0, n]. @param n independent trials, >= 1.
 * @throws RangeError. Cost O(1).
 */
export function wilsonInterval(count: number, n: number, confidence = CONFIDENCE): ShareInterval {
  requireConfidence(confidence);
  if (!(n >= 1)) throw new RangeError(`n: expected a number >= 1, received ${n}`);
  if (!(count >= 0 && count <= n)) throw new RangeError(`count: expected a number from 0 to ${n}, received ${count}`);
  const z = normalFactor(confidence);
  const share = count / n;
  const spread = (z * z) / n;
  const center = (share + spread / 2) / (1 + spread);
  const half = (z * Math.sqrt((share * (1 - share)) / n + spread / (4 * n))) / (1 + spread);
  return {
    share,
    low: count === 0 ? 0 : Math.max(0, center - half),
    high: count === n ? 1 : Math.min(1, center + half),
    confidence,
  };
}

/** The most that the share can be when none of `n` was lost, one-sided: about 3 / n at 95 %. @throws RangeError. Cost O(1). */
export function upperBoundOfNone(n: number, confidence = CONFIDENCE): number {
  requireConfidence(confidence);
  if (!(n >= 1)) throw new RangeError(`n: expected a number >= 1, received ${n}`);
  // 1 - (1 - confidence)^(1 / n)
  const log = Math.log(1 - confidence) / n;
  return log > -1e-5 ? -log * (1 + log / 2) : 1 - Math.exp(log);
}

/**
 * The most that the mean of a Poisson law may be when `count` were counted, but for a probability of `alpha`, (0, 0.5): by Wilson and
 * Hilferty, within 1 %, but for none some percent high where alpha is below 1e-3. The count may be a fraction, of clusters for example. O(1).
 * Source: E. B. Wilson and M. M. Hilferty, PNAS 17, 1931.
 */
export function poissonUpperBound(count: number, alpha: number): number {
  const next = count + 1;
  const root = 1 - 1 / (9 * next) + normalQuantileOf(1 - alpha) / (3 * Math.sqrt(next));
  return next * root * root * root;
}

/** Probability of at least `count` of `n` where each has `share`, and of at most so many: an exact one-sided test of it. O(1). */
export function binomialTails(
  count: number,
  n: number,
  share: number,
): { readonly atLeast: number; readonly atMost: number } {
  return { atLeast: count <= 0 ? 1 : 1 - binomialCdf(count - 1, n, share), atMost: binomialCdf(count, n, share) };
}
