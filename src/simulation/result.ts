/**
 * What a run gives back: plain data, the same for the terminal, CSV and JSON.
 * Leaves out: any text (report/).
 */

/** One number with its unit; null = not defined (a quantile of nothing). */
export interface Metric {
  /** Dotted path: `users.connect_ms.p99`. */
  readonly path: string;
  /** `clients`, `SYNs`, `ms`, `s`, `connections`, `fraction`, … */
  readonly unit: string;
  readonly value: number | null;
}

/** SYNs refused for one cause by one stack, connections that it gave up later, or packets lost on the way. */
export interface Drop {
  /** `backlog_full`, `link_queue_full`, `link_loss`. */
  readonly cause: string;
  /** One clause for people. */
  readonly text: string;
  /** SYNs refused by the stack, connections it gave up after it answered their SYN, or packets of any kind lost on a link. */
  readonly unit: 'SYNs' | 'connections' | 'packets';
  readonly count: number;
  readonly firstAtNs: number | null;
  /** Paths of the settings that would change it, the nearest first, separated by `, `; null = none would. */
  readonly setting: string | null;
  readonly rule: string;
  /** The kernel's counter that shows it; null: none does. */
  readonly counter: string | null;
}

/** What became of every SYN that was sent, each counted where it happened. */
export interface Conservation {
  readonly synsSent: number;
  /** One term per fate, in this order: lost, dropped_by_link, in_flight, admitted, … */
  readonly terms: readonly { readonly name: string; readonly count: number }[];
  readonly ok: boolean;
}

/** SYNs of one traffic entry that met one fate, from the start of the run. Those of an entry add up to what it sent. */
export interface SynFlow {
  readonly source: string;
  /** A term of the conservation: `admitted`, `accept_queue_full`, `lost`. */
  readonly fate: string;
  /** Below 0 for `opened_by_front_end` alone: SYNs that a proxy sent on behalf of clients whose own it had answered. */
  readonly count: number;
}

/** How many clients of one traffic entry waited so long, from `fromNs` to `untilNs` (outside). */
export interface LatencyBin {
  readonly source: string;
  /** `connect`: first SYN to first SYN-ACK; `response`: first SYN to the server's first byte or end. */
  readonly what: 'connect' | 'response';
  readonly fromNs: number;
  readonly untilNs: number;
  readonly count: number;
}

/** Levels and counters as they were at each sample. */
export interface TimeSeries {
  /** Column names after `time_s`: syn_queue, accept_queue, further gauges, cumulative counters. */
  readonly columns: readonly string[];
  readonly timeNs: Float64Array;
  /** One array per column, as long as timeNs. */
  readonly values: readonly Float64Array[];
}

/** What one cause of loss had taken by each instant of the time series, from the start of the run. */
export interface DropSeries extends Pick<Drop, 'cause' | 'text'> {
  readonly values: Float64Array;
}

/** What ended the run early. */
export interface Stop {
  /** A limit of the scenario (`limits.events`, `limits.memory`), or a bound of this simulator (`segments in flight`). */
  readonly limit: string;
  readonly atNs: number;
}

/**
 * Is it a limit of the scenario? That ends a run between two events. Any other bound ends it inside of one, which may
 * have changed half of what it changes: its counters stand, its state is not held against the invariants.
 */
export function isScenarioLimit({ limit }: Stop): boolean {
  return limit.startsWith('limits.');
}

/** What a run tells besides its numbers. Of many runs it is kept of the first alone. */
export interface RunDetails {
  readonly series: TimeSeries;
  /** Causes of loss that took something, over the instants of `series`. */
  readonly dropSeries: readonly DropSeries[];
  readonly flows: readonly SynFlow[];
  readonly latencies: readonly LatencyBin[];
}

export const NO_DETAILS: RunDetails = {
  series: { columns: [], timeNs: new Float64Array(0), values: [] },
  dropSeries: [],
  flows: [],
  latencies: [],
};

/** What a run gives: plain data. Counts, means and quantiles are of what came after the warm-up. */
export interface RunResult extends RunDetails {
  readonly scenarioName: string;
  readonly seed: string;
  readonly replication: number;
  readonly stackName: string;
  readonly durationNs: number;
  /** Metrics and drops count from here; conservation and the time series from 0. */
  readonly warmupNs: number;
  readonly metrics: readonly Metric[];
  /** Kernel counters and counters of work, in the stack's order. */
  readonly counters: readonly { readonly name: string; readonly value: number }[];
  readonly drops: readonly Drop[];
  readonly conservation: Conservation;
  /** SYNs counted without being simulated one by one. */
  readonly skippedSyns: number;
  readonly eventCount: number;
  /** Null when the run reached its end. */
  readonly stop: Stop | null;
}
