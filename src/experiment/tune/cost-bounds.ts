/**
 * What settings cost, run by run, and by how much one surely costs more than another: differences in pairs, since all see the same random
 * numbers, with a margin for skewness, and one for counts of which the runs have shown few clusters or none (hidden-losses.ts). That one
 * is of the counts alone; the margin of all else, in pairs, is beside it, and they add up as errors that are independent do. Of times it
 * may be that few runs have had their jumps (hidden-jumps.ts).
 * Leaves out: which settings to compare (choose.ts).
 * Source: G. Y. Zou and A. Donner, Construction of confidence limits about effect measures, Statistics in Medicine 27, 2008 (margins of sums).
 */
import { skewedMargins } from '../statistics/skewed-mean.ts';
import type { Cost } from './cost.ts';
import { COUNTS } from './goal-bound.ts';
import { hiddenJump, largestNear } from './hidden-jumps.ts';
import { type Assumption, assumptionOf, type Clusters, clustersIn, hiddenLosses } from './hidden-losses.ts';
import type { Trial, Trials } from './trials.ts';

/** Beside those of goals: counters, and calls. */
const MORE_COUNTS: readonly string[] = ['count', 'calls'];
/** Equal differences of so many runs are believed, where nothing is counted and no time jumps: an assumption, as in verdict.ts. */
const EQUAL_RUNS = 64;
/** Of the cheapest, and of the median: so little does not matter. */
const OF_CHEAPEST = 0.05;
const OF_MEDIAN = 0.001;
/** Differences within so many standard errors of the mean may be the true one, for what is worth trying. */
const HOPE = 1.5;

/** Of a - b in pairs. */
interface Pair {
  readonly mean: number;
  /** The truth is at most so much above the mean. */
  readonly above: number;
  /** Of which so much is the chance of what has shown itself, and so much what may be hidden: counts, and jumps of times. */
  readonly shown: number;
  readonly hidden: number;
  readonly jumps: number;
  readonly error: number;
  readonly runs: number;
}

const NO_CLUSTERS: Clusters = { size: 1, isKnown: false };
const UNKNOWN: Pair = { mean: 0, above: Infinity, shown: Infinity, hidden: 0, jumps: 0, error: 0, runs: 0 };

export class CostBounds {
  private readonly cost: Cost;
  private readonly fixedAt: (place: number) => number;
  private readonly trials: Trials;
  private clusters: readonly Clusters[]; // metric → what all settings have shown
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
    return -this.mostMore(other, place, alpha);
  }

  /** And at most so much more. */
  mostMore(place: number, other: number, alpha: number): number {
    const { above, mean } = this.pairOf(place, other, alpha);
    return mean + above;
  }

  /** What the cost at `place` rests on beside its runs: metrics of which they have shown too little, and how large clusters were taken to be. */
  assumedAt(place: number, alpha: number): Assumption[] {
    const trial = this.trials.at(place);
    if (trial === null || trial.isCertain || trial.runs === 0) return [];
    const clusters = this.clustersOf(false);
    return this.cost.metrics.flatMap(({ factor, path, unit }, i): Assumption[] => {
      if (!(factor > 0) || !isCount(unit)) return [];
      const assumption = assumptionOf(path, trial.readings[i] ?? [], clusters[i] ?? NO_CLUSTERS, alpha);
      return assumption === null ? [] : [assumption];
    });
  }

  /** Would it take more than `runs` further runs to drop `place`, or to know that it is not cheaper than `other` by `difference`? */
  needsMore(place: number, other: number, difference: number, alpha: number, runs: number): boolean {
    const { above, error, hidden, jumps, mean, runs: made, shown } = this.pairOf(other, place, alpha, true);
    const room = HOPE * error + difference - mean;
    if (!(room > 0)) return true;
    if (above === Infinity) return EQUAL_RUNS > made + runs;
    // What was never seen shrinks as the runs, all else as their root: shown² / f + hidden² / f² = room² for f times the runs.
    const square = shown * shown;
    const root = Math.sqrt(square * square + 4 * hidden * hidden * room * room);
    return made * Math.max((square + root) / (2 * room * room), (hidden + jumps) / room) > made + runs;
  }

  /** @param isHopeful clusters that nobody has seen are of the least size, as further runs may show. */
  private pairOf(place: number, other: number, alpha: number, isHopeful = false): Pair {
    const [a, b] = [this.trials.at(place), this.trials.at(other)];
    if (a === null || b === null) return UNKNOWN;
    const [costsA, costsB] = [this.costsAt(place), this.costsAt(other)];
    if (a.isCertain && b.isCertain)
      return { ...UNKNOWN, mean: (costsA[0] ?? NaN) - (costsB[0] ?? NaN), above: 0, shown: 0, runs: 1 };
    const n = Math.min(a.isCertain ? Infinity : a.runs, b.isCertain ? Infinity : b.runs);
    if (n < 2) return UNKNOWN;
    const differences = Array.from({ length: n }, (_, run) => at(costsA, a, run) - at(costsB, b, run));
    const paired = skewedMargins(differences, alpha);
    const { mean, variance } = paired;
    const { hidden, jumps, rest } = this.hiddenIn(a, b, differences, alpha, this.clustersOf(isHopeful));
    const error = Math.sqrt(variance / n);
    const isEqual = variance === 0 && hidden + jumps === 0 && n < EQUAL_RUNS;
    const shown = isEqual ? Infinity : hidden === 0 ? paired.above : skewedMargins(rest, alpha).above;
    const above = Math.max(
      isEqual ? Infinity : paired.above,
      Math.sqrt(shown * shown + hidden * hidden),
      hidden + jumps,
    );
    return { mean, above, shown, hidden, jumps, error, runs: n };
  }

  /**
   * By how much these runs may have shown too little of what `a` costs more than it seems to, or `b` less: counts of few clusters, and jumps
   * of times, times what they cost. @param differences a - b. @returns also `rest`: the differences without these counts.
   */
  private hiddenIn(
    a: Trial,
    b: Trial,
    differences: readonly number[],
    alpha: number,
    clusters: readonly Clusters[],
  ): { readonly hidden: number; readonly jumps: number; readonly rest: readonly number[] } {
    let hidden = 0;
    let jumps = 0;
    let rest = differences;
    this.cost.metrics.forEach(({ factor, unit }, i) => {
      const hiding = factor > 0 ? a : b;
      if (hiding.isCertain) return;
      const size = Math.abs(factor);
      const counts = (hiding.readings[i] ?? []).slice(0, differences.length);
      if (!isCount(unit)) {
        jumps += size * hiddenJump(counts, unit, this.largest[i] ?? -Infinity, alpha);
        return;
      }
      const losses = hiddenLosses(counts, clusters[i] ?? NO_CLUSTERS, alpha);
      if (losses === null) return;
      hidden += size * losses.more;
      rest = rest.map((difference, run) => difference - size * (counts[run] ?? NaN));
    });
    return { hidden, jumps, rest };
  }

  /** Metric → what all runs have shown. O(runs) after runs that were made, O(metrics) else. */
  private clustersOf(isHopeful: boolean): readonly Clusters[] {
    const { runs } = this.trials.progress;
    if (runs !== this.clusteringRuns) {
      const trials = this.trials.places.flatMap((place) => this.trials.at(place) ?? []);
      const uncertain = trials.filter((trial) => !trial.isCertain);
      this.clusters = this.cost.metrics.map((_, i) => clustersIn(uncertain.map(({ readings }) => readings[i] ?? [])));
      const most = Math.max(...trials.map((trial) => trial.runs));
      this.largest = this.cost.metrics.map(({ unit }, i) =>
        isCount(unit)
          ? -Infinity
          : // What was dropped is run no further.
            largestNear(trials.map((trial) => ({ values: trial.readings[i] ?? [], isOut: trial.runs < most }))),
      );
      this.clusteringRuns = runs;
    }
    return isHopeful ? this.clusters.map((one) => ({ ...one, isKnown: true })) : this.clusters;
  }
}

function isCount(unit: string): boolean {
  return COUNTS.has(unit) || MORE_COUNTS.includes(unit);
}

function at(costs: readonly number[], { isCertain }: Trial, run: number): number {
  return costs[isCertain ? 0 : run] ?? NaN;
}
