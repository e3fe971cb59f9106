/**
 * Several replications of one scenario as one estimate per metric: mean and Student-t confidence interval.
 * Leaves out: sequential stopping, paired comparisons.
 * Source: Law, Simulation Modeling and Analysis, section 9.4.1 (replication/deletion).
 */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { RunResult } from '../simulation/result.ts';

/** A metric over replications. `halfWidth` is null for fewer than two defined values. */
export interface Estimate {
  readonly path: string;
  readonly unit: string;
  readonly mean: number | null;
  readonly halfWidth: number | null;
  /** Replications in which the metric is defined. */
  readonly n: number;
}

export const CONFIDENCE = 0.95;

/** Mean and half-width of the interval for `values`. */
function meanAndHalfWidth(
  values: readonly number[],
  confidence = CONFIDENCE,
): { mean: number; halfWidth: number | null } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, halfWidth: null };
  const squares = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
  return { mean, halfWidth: tQuantile(1 - (1 - confidence) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n) };
}

/** @param results at least one run of the same scenario. A metric that some run lacks counts 0 there if it is a count. */
export function estimate(results: readonly RunResult[]): Estimate[] {
  const values = new Map<string, { unit: string; values: number[] }>();
  for (const result of results) {
    for (const { path, unit, value } of result.metrics) {
      const entry = values.get(path) ?? { unit, values: [] };
      values.set(path, entry);
      if (value !== null) entry.values.push(value);
    }
  }
  return [...values].map(([path, { unit, values: v }]): Estimate => {
    // An errno that no accept() of a run returned has no metric there: it was returned 0 times.
    while (unit === 'calls' && v.length < results.length) v.push(0);
    if (v.length === 0) return { path, unit, mean: null, halfWidth: null, n: 0 };
    return { path, unit, ...meanAndHalfWidth(v), n: v.length };
  });
}
