/**
 * Several replications of one scenario as one estimate per metric: mean and Student-t confidence interval.
 * Also what all replications count together.
 * Leaves out: sequential stopping, paired comparisons.
 * Source: Law, Simulation Modeling and Analysis, section 9.4.1 (replication/deletion).
 */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Conservation, Drop, RunResult } from '../simulation/result.ts';

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
export function estimate(results: readonly Pick<RunResult, 'metrics'>[]): Estimate[] {
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

/** The same of every counter; one that a run lacks counts 0 there. */
export function estimateCounters(results: readonly RunResult[]): Estimate[] {
  return estimate(
    results.map(({ counters }) => ({
      metrics: counters.map(({ name, value }) => ({ path: name, unit: 'calls', value })),
    })),
  );
}

/**
 * All replications as one result: counts of clients and SYNs, drops and SYN accounts added up. What cannot be added (quantiles,
 * levels) is null.
 */
export function total(results: readonly [RunResult, ...RunResult[]]): RunResult {
  const [first, ...others] = results;
  if (others.length === 0) return first;
  const sums = new Map<string, number>();
  for (const { metrics } of results) {
    for (const { path, value } of metrics) sums.set(path, (sums.get(path) ?? 0) + (value ?? 0));
  }
  return {
    ...first,
    metrics: first.metrics.map((m) => ({ ...m, value: ADDITIVE.has(m.unit) ? (sums.get(m.path) ?? 0) : null })),
    drops: totalDrops(results),
    conservation: totalConservation(results),
    skippedSyns: results.reduce((sum, r) => sum + r.skippedSyns, 0),
    eventCount: results.reduce((sum, r) => sum + r.eventCount, 0),
    stop: results.find((r) => r.stop !== null)?.stop ?? null,
  };
}

/** Units of metrics that count something. */
const ADDITIVE: ReadonlySet<string> = new Set(['clients', 'SYNs']);

/** In the order in which the causes are first met. A setting is that of the run that lost most to the cause. */
function totalDrops(results: readonly RunResult[]): Drop[] {
  const drops = new Map<string, { drop: Drop; most: number }>();
  for (const drop of results.flatMap((r) => r.drops)) {
    const key = `${drop.cause} ${drop.text}`;
    const known = drops.get(key);
    if (known === undefined) {
      drops.set(key, { drop, most: drop.count });
      continue;
    }
    const firsts = [known.drop.firstAtNs, drop.firstAtNs].filter((atNs) => atNs !== null);
    const isMost = drop.count > known.most;
    drops.set(key, {
      drop: {
        ...(isMost ? drop : known.drop),
        count: known.drop.count + drop.count,
        firstAtNs: firsts.length === 0 ? null : Math.min(...firsts),
      },
      most: Math.max(known.most, drop.count),
    });
  }
  return [...drops.values()].map(({ drop }) => drop);
}

function totalConservation(results: readonly [RunResult, ...RunResult[]]): Conservation {
  const counts = new Map<string, number>();
  // A term that only some hosts have is there where it is not 0.
  for (const { name, count } of results.flatMap((r) => r.conservation.terms))
    counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    synsSent: results.reduce((sum, r) => sum + r.conservation.synsSent, 0),
    terms: [...counts].map(([name, count]) => ({ name, count })),
    ok: results.every((r) => r.conservation.ok),
  };
}
