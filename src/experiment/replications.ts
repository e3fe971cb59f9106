/**
 * What several replications of one scenario count together.
 * Leaves out: means and intervals (estimates.ts).
 */
import { InvariantError } from '../engine/errors.ts';
import type { Drop, RunResult } from '../simulation/result.ts';
import type { RunResults } from './run-table.ts';

/** The first of `results`, which stands for what all share. @throws InvariantError when there is none. */
export function firstOf(results: RunResults): RunResult {
  const [first] = results;
  if (first === undefined) throw new InvariantError('an experiment without a run');
  return first;
}

/**
 * All replications as one result: counts of clients and SYNs, drops and SYN accounts added up. What cannot be added (quantiles,
 * levels) is null.
 */
export function total(results: RunResults): RunResult {
  const first = firstOf(results);
  if (results.length === 1) return first;
  const sums = new Map<string, number>();
  const drops = new DropTotal();
  const counts = new Map<string, number>();
  const all = { synsSent: 0, ok: true, skippedSyns: 0, eventCount: 0, stop: null as RunResult['stop'] };
  for (const { conservation, drops: lost, eventCount, metrics, skippedSyns, stop } of results) {
    for (const { path, value } of metrics) sums.set(path, (sums.get(path) ?? 0) + (value ?? 0));
    for (const drop of lost) drops.add(drop);
    // A term that only some hosts have is there where it is not 0.
    for (const { name, count } of conservation.terms) counts.set(name, (counts.get(name) ?? 0) + count);
    all.synsSent += conservation.synsSent;
    all.ok &&= conservation.ok;
    all.skippedSyns += skippedSyns;
    all.eventCount += eventCount;
    all.stop ??= stop;
  }
  const terms = [...counts].map(([name, count]) => ({ name, count }));
  const { eventCount, ok, skippedSyns, stop, synsSent } = all;
  return {
    ...first,
    metrics: first.metrics.map((m) => ({ ...m, value: ADDITIVE.has(m.unit) ? (sums.get(m.path) ?? 0) : null })),
    drops: drops.result(),
    conservation: { synsSent, terms, ok },
    skippedSyns,
    eventCount,
    stop,
  };
}

/** Units of metrics that count something. */
const ADDITIVE: ReadonlySet<string> = new Set(['clients', 'SYNs']);

/** Drops added up, in the order in which the causes are first met. A setting is that of the run that lost most to the cause. */
class DropTotal {
  private readonly drops: Map<string, { drop: Drop; most: number }>;

  constructor() {
    this.drops = new Map();
  }

  add(drop: Drop): void {
    const key = `${drop.cause} ${drop.text}`;
    const known = this.drops.get(key);
    if (known === undefined) {
      this.drops.set(key, { drop, most: drop.count });
      return;
    }
    const firsts = [known.drop.firstAtNs, drop.firstAtNs].filter((atNs) => atNs !== null);
    const isMost = drop.count > known.most;
    this.drops.set(key, {
      drop: {
        ...(isMost ? drop : known.drop),
        count: known.drop.count + drop.count,
        firstAtNs: firsts.length === 0 ? null : Math.min(...firsts),
      },
      most: Math.max(known.most, drop.count),
    });
  }

  result(): Drop[] {
    return [...this.drops.values()].map(({ drop }) => drop);
  }
}
