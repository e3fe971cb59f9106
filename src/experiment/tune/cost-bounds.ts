/**
 * What settings cost, run by run, and by how much one surely costs more than another: differences in pairs, since all see the same random
 * numbers, with a margin for skewness, and one for what no run has had yet. Of a count that was 0 in n runs the mean is below
 * clustering * ln(1 / alpha) / n: losses come in clusters of that size, and n runs without one are less likely than alpha
 * if there are more.
 * Leaves out: which settings to compare (choose.ts).
 */
import { varianceOf } from '../statistics/interval.ts';
import { skewedMargins } from '../statistics/skewed-mean.ts';
import type { Cost } from './cost.ts';
import { COUNTS } from './goal-bound.ts';
import type { Trial, Trials } from './trials.ts';

/** Beside those of goals: counters, and calls. */
const MORE_COUNTS: readonly string[] = ['count', 'calls'];
/** Equal differences of so many runs are believed, where nothing is counted. */
const EQUAL_RUNS = 64;
/** Fewer events in all tell nothing of how they are clustered. */
const EVENTS_MIN = 30;
/** With so many clusters of them a setting has shown its own variance. */
const OWN_CLUSTERS = 60;
/** Of the cheapest, and of the median: so little does not matter. */
const OF_CHEAPEST = 0.05;
const OF_MEDIAN = 0.001;
/** Differences within so many standard errors of the mean may be the true one, for what is worth trying. */
const HOPE = 1.5;

/** Of b - a in pairs. */
interface Pair {
  readonly mean: number;
  readonly above: number;
  readonly below: number;
  readonly error: number;
  readonly runs: number;
  /** The margin for what no run has had yet. */
  readonly unseen: number;
}

const UNKNOWN: Pair = { mean: 0, above: Infinity, below: Infinity, error: 0, runs: 0, unseen: 0 };

export class CostBounds {
  private readonly cost: Cost;
  private readonly fixedAt: (place: number) => number;
  private readonly trials: Trials;
  private clustering: readonly number[]; // metric → largest of any setting
  private clusteringRuns: number; // in how many runs

  /** @param fixedAt what the setting at a place costs by itself. */
  constructor(cost: Cost, fixedAt: (place: number) => number, trials: Trials) {
    this.cost = cost;
    this.fixedAt = fixedAt;
    this.trials = trials;
    this.clustering = [];
    this.clusteringRuns = -1;
  }

  /** Has every run at `place` a cost? */
  isDefined(place: number): boolean {
    return this.costsAt(place).every((value) => !Number.isNaN(value));
  }

  meanAt(place: number): number {
    const costs = this.costsAt(place);
    return costs.reduce((a, b) => a + b, 0) / costs.length;
  }

  /** The cost of each run at `place`. O(runs). */
  costsAt(place: number): number[] {
    const trial = this.trials.at(place);
    if (trial === null) return [];
    const fixed = this.fixedAt(place);
    return Array.from({ length: trial.runs }, (_, run) =>
      this.cost.metrics.reduce((sum, { factor }, i) => sum + factor * (trial.readings[i]?.[run] ?? NaN), fixed),
    );
  }

  /** What matters, where nobody says: a share of the cheapest of `places`, or of the median of all if that is more; 1 where nothing costs. */
  usualDifference(places: readonly number[]): number {
    const sizes = this.trials.places
      .map((place) => Math.abs(this.meanAt(place)))
      .filter((size) => size > 0)
      .toSorted((a, b) => a - b);
    const least = Math.abs(Math.min(...places.map((place) => this.meanAt(place))));
    const usual = Math.max(OF_CHEAPEST * (least < Infinity ? least : 0), OF_MEDIAN * (sizes[sizes.length >> 1] ?? 0));
    return usual > 0 ? usual : 1;
  }

  /** `place` costs at least so much more than `other`, but for a probability of `alpha`. */
  leastMore(place: number, other: number, alpha: number): number {
    const { below, mean } = this.pairOf(place, other, alpha);
    return mean - below;
  }

  /** And at most so much more. */
  mostMore(place: number, other: number, alpha: number): number {
    const { above, mean } = this.pairOf(place, other, alpha);
    return mean + above;
  }

  /** Would it take more than `runs` further runs to drop `place`, or to know that it is not cheaper than `other` by `difference`? */
  needsMore(place: number, other: number, difference: number, alpha: number, runs: number): boolean {
    const { below, error, mean, runs: made, unseen } = this.pairOf(place, other, alpha);
    const room = mean + HOPE * error + difference;
    if (!(room > 0)) return true;
    if (below === Infinity) return EQUAL_RUNS > made + runs;
    // What was never seen shrinks as the runs, all else as their root.
    const ratio = below / room;
    return made * (below > unseen ? ratio * ratio : ratio) > made + runs;
  }

  private pairOf(place: number, other: number, alpha: number): Pair {
    const [a, b] = [this.trials.at(other), this.trials.at(place)];
    const [costsA, costsB] = [this.costsAt(other), this.costsAt(place)];
    if (a === null || b === null) return UNKNOWN;
    if (a.isCertain && b.isCertain)
      return { ...UNKNOWN, mean: (costsB[0] ?? NaN) - (costsA[0] ?? NaN), above: 0, below: 0, runs: 1 };
    const n = Math.min(a.isCertain ? Infinity : a.runs, b.isCertain ? Infinity : b.runs);
    const at = (costs: readonly number[], trial: Trial, run: number): number => costs[trial.isCertain ? 0 : run] ?? NaN;
    const differences = Array.from({ length: n }, (_, run) => at(costsB, b, run) - at(costsA, a, run));
    if (n < 2) return UNKNOWN;
    const { above, below, mean, variance } = skewedMargins(differences, alpha);
    const unseen = this.unseenIn([a, b], n, alpha);
    const least = variance === 0 && unseen === 0 && n < EQUAL_RUNS ? Infinity : unseen;
    const error = Math.sqrt(variance / n);
    return { mean, above: Math.max(above, least), below: Math.max(below, least), error, runs: n, unseen };
  }

  /** What may be counted that was not in `n` runs of these, times what it costs. Those with many counts have told. */
  private unseenIn(trials: readonly Trial[], n: number, alpha: number): number {
    return this.cost.metrics.reduce((sum, { factor, unit }, i) => {
      if (!COUNTS.has(unit) && !MORE_COUNTS.includes(unit)) return sum;
      const hasTold = trials.every((trial) => countsOf(trial, i).sum >= OWN_CLUSTERS * clusteringOf(trial, i));
      return hasTold ? sum : sum + (Math.abs(factor) * this.largestClustering(i) * -Math.log(alpha)) / n;
    }, 0);
  }

  private largestClustering(index: number): number {
    const { runs } = this.trials.progress;
    if (runs !== this.clusteringRuns) {
      const trials = this.trials.places.flatMap((place) => this.trials.at(place) ?? []);
      this.clustering = this.cost.metrics.map((_, i) => Math.max(...trials.map((trial) => clusteringOf(trial, i))));
      this.clusteringRuns = runs;
    }
    return this.clustering[index] ?? 1;
  }
}

function countsOf({ readings }: Trial, index: number): { readonly counts: readonly number[]; readonly sum: number } {
  const counts = readings[index] ?? [];
  return { counts, sum: counts.reduce((a, b) => a + b, 0) };
}

/** Variance over mean of a count, at least 1; 1 where too little is counted. */
function clusteringOf(trial: Trial, index: number): number {
  const { counts, sum } = countsOf(trial, index);
  if (trial.isCertain || counts.length < 2 || !(sum >= EVENTS_MIN)) return 1;
  const mean = sum / counts.length;
  return Math.max(1, varianceOf(counts, mean) / mean);
}
