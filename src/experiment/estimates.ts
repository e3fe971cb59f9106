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

function estimateEach(results: RunResults, read: (result: RunResult) => readonly Metric[]): readonly Estimate[] {
  const tally = new MetricTally();
  for (const result of results) tally.add(read(result));
  return tally.estimates();
}

/** Values of one metric, of the runs in which it is defined. */
interface Values {
  readonly path: string;
  readonly unit: string;
  readonly values: number[];
}

/** Values of metrics, run by run. */
export class MetricTally {
  /** Runs so far. */
  runs: number;
  private readonly all: Values[]; // in the order in which they were first met
  private readonly byPath: Map<string, Values>;

  constructor() {
    this.runs = 0;
    this.all = [];
    this.byPath = new Map();
  }

  /** Adds a run. O(metrics). */
  add(metrics: readonly Metric[]): void {
    this.runs++;
    for (let i = 0; i < metrics.length; i++) {
      const metric = metrics[i]!;
      // Runs of one scenario have the same metrics in the same order, but for a few.
      const same = this.all[i];
      const { values } = same?.path === metric.path ? same : this.valuesOf(metric);
      if (metric.value !== null) values.push(metric.value);
    }
  }

  /** One of each metric, in the order in which they were first met. O(values). */
  estimates(): readonly Estimate[] {
    return this.all.map((values) => this.estimate(values));
  }

  /** Null when no run has the metric. */
  estimateOf(path: string): Estimate | null {
    const values = this.byPath.get(path);
    return values === undefined ? null : this.estimate(values);
  }

  private valuesOf({ path, unit }: Metric): Values {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const values: Values = { path, unit, values: [] };
    this.all.push(values);
    this.byPath.set(path, values);
    return values;
  }

  private estimate({ path, unit, values }: Values): Estimate {
    // An errno that no accept() of a run returned has no metric there: it was returned 0 times.
    const missing = unit === 'calls' ? new Array<number>(Math.max(0, this.runs - values.length)).fill(0) : [];
    const all = [...values, ...missing];
    if (all.length === 0) return { path, unit, mean: null, halfWidth: null, n: 0 };
    const { halfWidth, mean, n } = meanInterval(all);
    return { path, unit, mean, halfWidth, n };
  }
}
