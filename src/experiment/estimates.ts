/**
 * Several replications of one scenario as one estimate per metric: mean and Student-t confidence interval.
 * Leaves out: sequential stopping, paired comparisons (statistics/).
 * Source: Law, Simulation Modeling and Analysis, section 9.4.1 (replication/deletion).
 */
import type { Metric, RunResult } from '../simulation/result.ts';
import type { RunResults } from './run-table.ts';
import { meanInterval } from './statistics/interval.ts';

/** A metric over replications. `halfWidth` is null for fewer than two defined values. */
export interface Estimate {
  readonly path: string;
  readonly unit: string;
  readonly mean: number | null;
  readonly halfWidth: number | null;
  /** Replications in which the metric is defined. */
  readonly n: number;
}

/** What replications say together. */
export interface Estimates {
  /** One of each metric, in the order in which they are first met. */
  readonly metrics: readonly Estimate[];
  /** The same of every counter; one that a run lacks counts 0 there. */
  readonly counters: readonly Estimate[];
}

/** @param results at least one run of the same scenario. A metric that some run lacks counts 0 there if it is a count. */
export function estimate(results: RunResults): Estimates {
  return {
    metrics: estimateEach(results, ({ metrics }) => metrics),
    counters: estimateEach(results, ({ counters }) =>
      counters.map(({ name, value }) => ({ path: name, unit: 'calls', value })),
    ),
  };
}

function estimateEach(results: RunResults, read: (result: RunResult) => readonly Metric[]): Estimate[] {
  const values = new Map<string, { unit: string; values: number[] }>();
  for (const result of results) {
    for (const { path, unit, value } of read(result)) {
      const entry = values.get(path) ?? { unit, values: [] };
      values.set(path, entry);
      if (value !== null) entry.values.push(value);
    }
  }
  return [...values].map(([path, { unit, values: v }]): Estimate => {
    // An errno that no accept() of a run returned has no metric there: it was returned 0 times.
    while (unit === 'calls' && v.length < results.length) v.push(0);
    if (v.length === 0) return { path, unit, mean: null, halfWidth: null, n: 0 };
    const { halfWidth, mean, n } = meanInterval(v);
    return { path, unit, mean, halfWidth, n };
  });
}
