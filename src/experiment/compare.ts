/**
 * The same workload, with the same random numbers, on several stacks: every metric beside each other, and the difference of each
 * stack from the first, in pairs of replications.
 * Leaves out: why they differ (report/compare.ts).
 * Source: Law, Simulation Modeling and Analysis, section 10.2.1 (paired-t) and 11.2 (common random numbers).
 */
import type { RunResult } from '../simulation/result.ts';
import type { RunResults } from './run-table.ts';
import { meanInterval } from './statistics/interval.ts';

/** What one stack made of the workload. */
export interface StackRuns {
  readonly stack: string;
  /** What of the scenario it does not know, and was left out. */
  readonly notes: readonly string[];
  /** One result a replication: the same number of them for every stack. */
  readonly results: RunResults;
}

/** An estimate over replications; `halfWidth` is null for fewer than two. */
export interface Interval {
  readonly mean: number;
  readonly halfWidth: number | null;
  readonly n: number;
}

export interface ComparedMetric {
  readonly path: string;
  readonly unit: string;
  /** One a stack; null where it is not defined. */
  readonly values: readonly (Interval | null)[];
  /** Of each stack from the first, over the replications in which both are defined; null of the first. */
  readonly differences: readonly (Interval | null)[];
}

/** Every metric of any stack but those of the simulator itself, in their order. */
export function compareMetrics(runs: readonly StackRuns[]): ComparedMetric[] {
  const columns = runs.map(({ results }) => columnsOf(results));
  const units = new Map<string, string>();
  for (const { results } of runs) {
    for (const { metrics } of results) {
      for (const { path, unit } of metrics) if (!path.startsWith('run.')) units.set(path, unit);
    }
  }
  return [...units].map(([path, unit]): ComparedMetric => {
    const all = columns.map((column) => column.get(path) ?? []);
    return {
      path,
      unit,
      values: all.map((values) => intervalOf(values)),
      differences: all.map((values, i) => (i === 0 ? null : intervalOf(pairs(values, all[0] ?? [])))),
    };
  });
}

/** Path → value of each replication, null where it is not defined. */
function columnsOf(results: Iterable<RunResult>): Map<string, (number | null)[]> {
  const columns = new Map<string, (number | null)[]>();
  let replication = 0;
  for (const { metrics } of results) {
    for (const { path, value } of metrics) {
      const column = columns.get(path) ?? [];
      columns.set(path, column);
      while (column.length < replication) column.push(null);
      column.push(value);
    }
    replication++;
  }
  return columns;
}

function pairs(values: readonly (number | null)[], base: readonly (number | null)[]): (number | null)[] {
  return values.map((value, i) => {
    const other = base[i] ?? null;
    return value === null || other === null ? null : value - other;
  });
}

function intervalOf(values: readonly (number | null)[]): Interval | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length === 0) return null;
  const { halfWidth, mean, n } = meanInterval(defined);
  return { mean, halfWidth, n };
}
