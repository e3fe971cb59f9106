/**
 * A closed form as an experiment: a scenario for each replication, and where the figures of the formula stand in its result.
 * Leaves out: which formula has which scenario (queue-plans.ts, loss-plans.ts, burst-plans.ts).
 */
import type { RunResult } from '../simulation/result.ts';

/** The result of a replication, by metric. */
export class Measured {
  readonly result: RunResult;
  private readonly values: ReadonlyMap<string, number | null>;

  constructor(result: RunResult) {
    this.result = result;
    this.values = new Map(result.metrics.map(({ path, value }) => [path, value]));
  }

  /** @throws RangeError when there is no such metric: the plan is wrong. */
  of(path: string): number {
    const value = this.values.get(path);
    if (value === undefined) throw new RangeError(`no metric ${path}`);
    return value ?? NaN;
  }
}

/** How a figure is read from a replication. */
export type Reading =
  /** One number a replication: their mean is compared. */
  | {
      readonly kind: 'mean';
      readonly read: (measured: Measured) => number;
      /** That a replication shows anything but 0, where that is rare. */
      readonly chance?: number;
      /** A share of time, which a run does not show near 0 or 1. */
      readonly isShare?: boolean;
    }
  /** So many of so many: the mean share is compared, and where nothing or everything is hit, their sum. */
  | {
      readonly kind: 'share';
      readonly read: (measured: Measured) => readonly [count: number, of: number];
      /** Trials of a replication, about. */
      readonly per: number;
    }
  /** No chance is in it: it may be off by `tolerance` (a fluid has no whole connections). */
  | { readonly kind: 'exact'; readonly read: (measured: Measured) => number; readonly tolerance: number };

export interface FormulaPlan {
  /** What tells it from other plans of the same point: `fixed holds`. Empty: nothing. */
  readonly variant: string;
  readonly replications: number;
  /** Scenario file of a replication. */
  readonly scenario: (replication: number) => string;
  /** Figure → how it is read. Figures that a run does not show are left out. */
  readonly readings: Readonly<Record<string, Reading>>;
}

/** How much is simulated: arrivals of a replication, at least, and replications. */
export interface Effort {
  readonly arrivals: number;
  readonly replications: number;
}

/** Seconds as a scenario writes them: whole ns, no exponent. */
export function seconds(s: number): string {
  return `${Math.round(s * 1e9)}ns`;
}

/** A rate as a scenario writes it. */
export function perSec(rate: number): string {
  return `${Number(rate.toPrecision(15))}/s`;
}

/** Warm-up, duration, and one sample at the end. */
export function windowOf(warmupS: number, measuredS: number): string {
  return `duration: ${seconds(warmupS + measuredS)}\nwarmup: ${seconds(warmupS)}\nsample: ${seconds(warmupS + measuredS)}`;
}
