/**
 * What settings cost, run by run, and by how much one surely costs more than another: differences in pairs, since all see the same random
 * numbers, with a margin for skewness, and one for what was counted too seldom to have shown its mean. Losses come in clusters, so a sum of
 * them is Poisson's in units of clusters, and its mean is below the upper bound of that law, ln(1 / alpha) clusters where there was none.
 * The units are twice the largest clusters of any setting; where nothing was counted anywhere, a few dozen, which is an assumption:
 * losses that are rarer and come by the hundred are not found by a search. Of times it may be that few runs have had their jumps
 * (hidden-jumps.ts).
 * Leaves out: which settings to compare (choose.ts).
 * Source: G. Bohm and G. Zech, Statistics of weighted Poisson events and its applications, NIM A 748, 2014 (units of clusters).
 */
import { varianceOf } from '../statistics/interval.ts';
import { poissonUpperBound } from '../statistics/proportion.ts';
import { skewedMargins } from '../statistics/skewed-mean.ts';
import type { Cost } from './cost.ts';
import { COUNTS } from './goal-bound.ts';
import { hiddenJump, largestNear } from './hidden-jumps.ts';
import type { Trial, Trials } from './trials.ts';

/** Beside those of goals: counters, and calls. */
const MORE_COUNTS: readonly string[] = ['count', 'calls'];
/** Equal differences of so many runs are believed, where nothing is counted. */
const EQUAL_RUNS = 64;
/** Fewer events in all tell nothing of how they are clustered. */
const EVENTS_MIN = 30;
/** With so many clusters of them a setting has shown its own variance. */
const OWN_CLUSTERS = 60;
/** Losses of one instant come together, some dozens at a time, as long as nothing else is known. */
const CLUSTERING_UNKNOWN = 32;
/** Of what few clusters have shown. */
const CLUSTERING_MARGIN = 2;
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
  /** What `below` is at least, for what `a` was counted too seldom. */
  readonly unseen: number;
}

const UNKNOWN: Pair = { mean: 0, above: Infinity, below: Infinity, error: 0, runs: 0, unseen: 0 };

export class CostBounds {
  private readonly cost: Cost;
  private readonly fixedAt: (place: number) => number;
  private readonly trials: Trials;
  private clusters: readonly { readonly seen: number; readonly isKnown: boolean }[]; // metric → how many are counted together
  private largest: readonly number[]; // metric → largest that is near (hidden-jumps.ts)
  private clusteringRuns: number; // in how many runs

  /** @param fixedAt what the setting at a place costs by itself. */
  constructor(cost: Cost, fixedAt: (place: number) => number, trials: Trials) {
    this.cost = cost;
    this.fixedAt = fixedAt;
    this.trials = trials;
    this.clusters = [];
    this.largest = [];
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
    const { below, error, mean, runs: made, unseen } = this.pairOf(place, other, alpha, true);
    const room = mean + HOPE * error + difference;
    if (!(room > 0)) return true;
    if (below === Infinity) return EQUAL_RUNS > made + runs;
    // What was never seen shrinks as the runs, all else as their root.
    const ratio = below / room;
    return made * (below > unseen ? ratio * ratio : ratio) > made + runs;
  }

  /** @param isHopeful clusters that nobody has seen are of the least size, as further runs may show. */
  private pairOf(place: number, other: number, alpha: number, isHopeful = false): Pair {
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
    // What `a` may lose yet makes the difference smaller, what `b` may lose makes it larger.
    const clusters = this.clustersOf(isHopeful);
    const hidden = { below: this.unseenIn(a, b, n, alpha, clusters), above: this.unseenIn(b, a, n, alpha, clusters) };
    const isEqual = variance === 0 && hidden.below + hidden.above === 0 && n < EQUAL_RUNS;
    const error = Math.sqrt(variance / n);
    return {
      mean,
      above: isEqual ? Infinity : Math.max(above, hidden.above),
      below: isEqual ? Infinity : Math.max(below, hidden.below),
      error,
      runs: n,
      unseen: hidden.below,
    };
  }

  /**
   * By how much `n` runs may have shown too little of what `trial` costs more than it seems to, or `other` less: counts
   * of few clusters, and jumps of times, times what they cost. @param sizes metric → of a cluster.
   */
  private unseenIn(trial: Trial, other: Trial, n: number, alpha: number, sizes: readonly number[]): number {
    return this.cost.metrics.reduce((sum, { factor, unit }, i) => {
      const hiding = factor > 0 ? trial : other;
      if (hiding.isCertain) return sum;
      if (!isCount(unit)) {
        const values = (hiding.readings[i] ?? []).slice(0, n);
        return sum + Math.abs(factor) * hiddenJump(values, unit, this.largest[i] ?? -Infinity, alpha);
      }
      const counted = countsOf(hiding, i).sum;
      if (counted >= OWN_CLUSTERS * clusteringOf(hiding, i)) return sum;
      const size = sizes[i] ?? 1;
      const clusters = counted / size;
      return sum + (Math.abs(factor) * size * (poissonUpperBound(clusters, alpha) - clusters)) / n;
    }, 0);
  }

  /** Metric → how many are counted together, at most. O(runs) after runs that were made, O(metrics) else. */
  private clustersOf(isHopeful: boolean): readonly number[] {
    const { runs } = this.trials.progress;
    if (runs !== this.clusteringRuns) {
      const trials = this.trials.places.flatMap((place) => this.trials.at(place) ?? []);
      this.clusters = this.cost.metrics.map((_, i) => ({
        seen: CLUSTERING_MARGIN * Math.max(...trials.map((trial) => clusteringOf(trial, i))),
        isKnown: trials.some((trial) => countsOf(trial, i).sum >= EVENTS_MIN),
      }));
      const most = Math.max(...trials.map((trial) => trial.runs));
      this.largest = this.cost.metrics.map(({ unit }, i) =>
        isCount(unit)
          ? -Infinity
          : // What was dropped is run no further.
            largestNear(trials.map((trial) => ({ values: trial.readings[i] ?? [], isOut: trial.runs < most }))),
      );
      this.clusteringRuns = runs;
    }
    return this.clusters.map(({ isKnown, seen }) => (isKnown || isHopeful ? seen : Math.max(seen, CLUSTERING_UNKNOWN)));
  }
}

function isCount(unit: string): boolean {
  return COUNTS.has(unit) || MORE_COUNTS.includes(unit);
}

function countsOf({ readings }: Trial, index: number): { readonly counts: readonly number[]; readonly sum: number } {
  const counts = readings[index] ?? [];
  return { counts, sum: counts.reduce((a, b) => a + b, 0) };
}

/** Variance over mean of a count, at least 1: of rare clusters their mean size, as who is in one sees it. */
function clusteringOf(trial: Trial, index: number): number {
  const { counts, sum } = countsOf(trial, index);
  if (trial.isCertain || counts.length < 2 || !(sum > 0)) return 1;
  const mean = sum / counts.length;
  return Math.max(1, varianceOf(counts, mean) / mean);
}
