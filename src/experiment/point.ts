/**
 * One point of an experiment: a scenario, replicated until its metrics are known well enough, as one estimate per metric.
 * Replications have the same random numbers at every point (common random numbers): points differ by their settings alone.
 * Leaves out: which points there are (grid.ts), where they are computed (sweep.ts).
 */
import type { Issue } from '../engine/errors.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readMetrics } from '../simulation/metrics.ts';
import type { Metric } from '../simulation/result.ts';
import { type Captures, runScenario } from '../simulation/simulate.ts';
import { Simulation } from '../simulation/simulation.ts';
import { type Estimate, MetricTally } from './estimates.ts';
import { isPrecise, REPLICATIONS_MIN } from './statistics/sequential.ts';

/** A metric and how well it shall be known: half-width over mean, (0, 1), as in statistics/sequential.ts. */
export interface PrecisionTarget {
  readonly metric: string;
  readonly relative: number;
}

/** How often a point is run. */
export interface PointPlan {
  /** Runs of each point; with `until`, at most so many. At least 1. */
  readonly replications: number;
  /** Stop as soon as all of these are known so well, but not before ten replications. Empty: a fixed number. */
  readonly until: readonly PrecisionTarget[];
}

/** What the runs of one point gave. */
export interface PointEstimates {
  /** One of each metric, in the order in which they are first met. */
  readonly metrics: readonly Estimate[];
  readonly replications: number;
  /** A limit that ended a run early (`limits.events`): that run counts as far as it came. Null: none did. */
  readonly stoppedBy: string | null;
}

/** Runs a point. @param onProgress called now and then with the replications made, a part of the present one included. */
export function runPoint(
  scenario: Scenario,
  captures: Captures,
  { replications, until }: PointPlan,
  onProgress: (replications: number) => void = () => {},
): PointEstimates {
  const tally = new MetricTally();
  let stoppedBy: string | null = null;
  for (let replication = 0; replication < replications; replication++) {
    const watch = (fraction: number): void => onProgress(replication + fraction);
    const { metrics, stop } = runScenario({ scenario, captures, replication, numbersOnly: true, onProgress: watch });
    tally.add(metrics);
    stoppedBy ??= stop?.limit ?? null;
    if (until.length > 0 && tally.runs >= REPLICATIONS_MIN && until.every((one) => isKnown(tally, one))) break;
  }
  return { metrics: tally.estimates(), replications: tally.runs, stoppedBy };
}

/** A metric that is not defined, or in one run alone, is not known. */
function isKnown(tally: MetricTally, { metric, relative }: PrecisionTarget): boolean {
  const estimate = tally.estimateOf(metric);
  if (estimate === null || estimate.mean === null) return false;
  return isPrecise({ mean: estimate.mean, halfWidth: estimate.halfWidth }, relative);
}

/**
 * The metrics that every run of `scenario` has, in their order, without a run: `users.unserved`, `users.connect_ms.p99`,
 * `listener.dropped_syns`. Errors of accept() have metrics besides, each from the first of its kind on (`server.accept_errors.EINTR`).
 */
export function metricsOf(scenario: Scenario, captures: Captures): readonly Omit<Metric, 'value'>[] {
  const simulation = new Simulation({ scenario, captures, replication: 0, needsEveryPacket: false, antithetic: null });
  return readMetrics(simulation).map(({ path, unit }) => ({ path, unit }));
}

/** What is wrong with `name` as one of `metrics`, with the metric that was meant where one is near; null when nothing is. */
export function metricIssue(metrics: readonly Omit<Metric, 'value'>[], name: string, where: string): Issue | null {
  const paths = metrics.map(({ path }) => path);
  if (paths.includes(name) || /^server\.accept_errors\.[A-Z]+$/.test(name)) return null;
  const inside = paths.filter((path) => name !== '' && path.startsWith(`${name}.`));
  const alike = paths.filter((path) => name !== '' && path.endsWith(`.${name}`));
  const expected =
    inside.length > 0
      ? `one metric: ${inside.join(', ')}`
      : `a metric, such as users.unserved${alike.length > 0 ? ` (did you mean ${alike.join(' or ')}?)` : didYouMean(name, paths)}`;
  return { where, expected, received: name === '' ? 'nothing' : name };
}
