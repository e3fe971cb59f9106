/**
 * How far the mean of skewed values may be off: Student's t, corrected for skewness. Losses are rare and come in clusters, so a few
 * lucky values look better than they are, and too even.
 * Source: N. J. Johnson, JASA 73, 1978.
 */
import { studentQuantile, varianceOf } from './interval.ts';

export interface MeanMargins {
  readonly mean: number;
  /** Of the sample. */
  readonly variance: number;
  /** The truth is above mean + above with a probability of about alpha, and below mean - below with the same. */
  readonly above: number;
  readonly below: number;
}

/** @param values independent of each other, at least two. @param alpha of each side, (0, 0.5). Cost O(values). */
export function skewedMargins(values: readonly number[], alpha: number): MeanMargins {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = varianceOf(values, mean);
  if (variance === 0) return { mean, variance, above: 0, below: 0 };
  const t = studentQuantile(1 - alpha, n - 1);
  const skew = skewnessOf(values, mean, variance);
  const lean = (1 + 2 * t * t) / (6 * Math.sqrt(n));
  const error = Math.sqrt(variance / n);
  return {
    mean,
    variance,
    above: error * (t + Math.max(0, skew) * lean),
    below: error * (t + Math.max(0, -skew) * lean),
  };
}

function skewnessOf(values: readonly number[], mean: number, variance: number): number {
  const cubes = values.reduce((sum, value) => sum + (value - mean) * (value - mean) * (value - mean), 0);
  return cubes / (values.length * variance * Math.sqrt(variance));
}
