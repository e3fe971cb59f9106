/**
 * Student's confidence interval for a mean: of replications, of batches of one run, of differences.
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., sections 4.5 and 9.4.1 (replication/deletion).
 */
import { CONFIDENCE } from './confidence.ts';
import { normalQuantile, tQuantile } from './laws.ts';

/** A mean and its interval, [mean - halfWidth, mean + halfWidth]. */
export interface MeanInterval {
  readonly mean: number;
  /** Null for fewer than two values; 0 when all are equal. */
  readonly halfWidth: number | null;
  /** Values. */
  readonly n: number;
  readonly confidence: number;
}

/**
 * The mean of independent values, with Student's t interval.
 * @param values independent of each other and of one law, at least one: one a replication.
 * @param confidence in (0, 1). @throws RangeError. Cost O(values).
 */
export function meanInterval(values: readonly number[], confidence = CONFIDENCE): MeanInterval {
  const n = values.length;
  if (n === 0) throw new RangeError('values: expected at least one, received none');
  requireConfidence(confidence);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { mean, halfWidth: null, n, confidence };
  return { mean, halfWidth: studentFactor(n, confidence) * Math.sqrt(varianceOf(values, mean) / n), n, confidence };
}

/** Variance of a sample of at least two, by squares of distances from `mean`. */
export function varianceOf(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
}

/** Half-width of the interval of a mean of `n` >= 2 values, in standard errors: t with n - 1 degrees of freedom. */
export function studentFactor(n: number, confidence: number): number {
  return studentQuantile(1 - (1 - confidence) / 2, n - 1);
}

/** The newest: it is costly, and asked for again for every metric of a point. */
let latest = { probability: NaN, freedom: NaN, t: NaN };

/** The t with `probability` in (0, 1) below it, of `freedom` >= 1 degrees. */
export function studentQuantile(probability: number, freedom: number): number {
  if (probability !== latest.probability || freedom !== latest.freedom) {
    latest = { probability, freedom, t: tQuantile(probability, freedom) };
  }
  return latest.t;
}

/** The same of the standard normal law. */
export function normalQuantileOf(probability: number): number {
  return normalQuantile(probability, 0, 1);
}

/** Half-width of the interval of a mean in standard errors that are known. */
export function normalFactor(confidence: number): number {
  return normalQuantileOf(1 - (1 - confidence) / 2);
}

/** @throws RangeError unless `confidence` is strictly between 0 and 1. */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence: expected a number between 0 and 1, received ${confidence}`);
}

/** For `comparisons` intervals that shall all hold together with `confidence`: the confidence of each (Bonferroni). */
export function bonferroni(confidence: number, comparisons: number): number {
  requireConfidence(confidence);
  return 1 - (1 - confidence) / Math.max(1, comparisons);
}
