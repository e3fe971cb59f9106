/**
 * An interval for a quantile from order statistics: no law is assumed, only that the values are independent.
 * So pool values of several replications, one or few of each; waits of one run follow each other and are not independent.
 * Source: W. J. Conover, Practical Nonparametric Statistics, section 3.2.
 */
import { CONFIDENCE } from './confidence.ts';
import { requireConfidence } from './interval.ts';
import { binomialCdf, binomialQuantile } from './laws.ts';

/** Places in the sorted sample, from 1; 0 and n + 1 stand for no bound on that side. */
export interface QuantileRanks {
  readonly lower: number;
  readonly upper: number;
  /** Probability that the quantile lies between them, >= the confidence that was asked for if both are bounds. */
  readonly coverage: number;
}

/**
 * Which values of a sorted sample bound a quantile of the law it is from, whatever the law.
 * @param n values, >= 1. @param p in (0, 1). @throws RangeError. Cost O(log n).
 */
export function quantileRanks(n: number, p: number, confidence = CONFIDENCE): QuantileRanks {
  requireConfidence(confidence);
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`n: expected a whole number >= 1, received ${n}`);
  if (!(p > 0 && p < 1)) throw new RangeError(`p: expected a number between 0 and 1, received ${p}`);
  const tail = (1 - confidence) / 2;
  const lower = binomialQuantile(tail, n, p);
  const upper = binomialQuantile(1 - tail, n, p) + 1;
  return { lower, upper, coverage: binomialCdf(upper - 1, n, p) - (lower > 0 ? binomialCdf(lower - 1, n, p) : 0) };
}

/** A quantile of a sample, and bounds on that of the law it is from. */
export interface QuantileInterval {
  /** The sample's own quantile: its value of rank ceil(n p). */
  readonly quantile: number;
  /** Null: the sample is too small for a bound on that side. */
  readonly low: number | null;
  readonly high: number | null;
  readonly coverage: number;
}

/**
 * An interval of a quantile from independent values, whatever their law.
 * @param values independent, in any order, at least one. @throws RangeError. Cost O(n log n).
 */
export function quantileInterval(values: readonly number[], p: number, confidence = CONFIDENCE): QuantileInterval {
  const { coverage, lower, upper } = quantileRanks(values.length, p, confidence);
  const sorted = values.toSorted((a, b) => a - b);
  return {
    quantile: sorted[Math.max(1, Math.ceil(values.length * p)) - 1]!,
    low: sorted[lower - 1] ?? null,
    high: sorted[upper - 1] ?? null,
    coverage,
  };
}
