/**
 * How many more losses a run may have on average than some runs have shown. Losses are rare and come in clusters: the mean is the probability
 * that a run loses at all, times what such a run loses on average, and both have to be bounded.
 *
 * - By what was lost: the likelihood of a Poisson number of clusters whose sizes are exponential, with the mean as its only parameter (the
 *   other one is what suits it best). With k clusters the logarithm of the ratio of likelihoods at r times the mean seen is
 *   k ln((r + 1)² / 4r), which has a root in closed form. One cluster says next to nothing of how large they are: r is in the thousands at 1e-4.
 * - By an assumption on the mean size, where few were seen or none: their number is Poisson's, so it is below the upper bound of that law.
 *   Nobody can bound clusters that were never seen without one.
 *
 * Leaves out: sizes with tails heavier than exponential, as far as the runs have not shown them.
 * Source: S. S. Wilks, Ann. Math. Stat. 9, 1938 (ratios of profile likelihoods); R. W. M. Wedderburn, Biometrika 61, 1974 (scaled to the
 * variance seen); C. J. Clopper and E. S. Pearson, Biometrika 26, 1934, in the limit of small probabilities (the number of runs).
 */
import { normalQuantileOf } from './interval.ts';
import { poissonUpperBound } from './proportion.ts';

/** Exponential sizes that are thought to have been seen beside the others: a few equal ones are chance. */
const PRIOR_RUNS = 2;

/** What some runs have lost. */
export interface LossesShown {
  readonly runs: number;
  /** Runs that lost anything. */
  readonly losing: number;
  readonly sum: number;
  /** So many clusters of exponential size would have the relative variance that the sum has; 0 where nothing was lost. */
  readonly clusters: number;
}

/** @param counts one a run, >= 0. O(runs). */
export function lossesShown(counts: readonly number[]): LossesShown {
  const runs = counts.length;
  const losses = counts.filter((count) => count > 0);
  const losing = losses.length;
  const sum = losses.reduce((a, b) => a + b, 0);
  if (losing === 0) return { runs, losing, sum, clusters: 0 };
  // Jeffreys' estimate of the share that loses nothing: of few runs it is not 0.
  const spared = (runs - losing + 0.5) / (runs + 1);
  const mean = sum / losing;
  const squares = losses.reduce((total, loss) => total + (loss / mean - 1) * (loss / mean - 1), 0);
  // Sizes vary at least as exponential ones do where few runs lose; where most do, as they are seen to, with two that do so beside them.
  const spread = Math.max(spared, (squares + PRIOR_RUNS) / (losing - 1 + PRIOR_RUNS));
  return { runs, losing, sum, clusters: (2 * losing) / (spared + spread) };
}

/**
 * The most that the mean of a run may be by what was lost, but for a probability of `alpha`, (0, 0.5): Infinity where nothing was. O(1).
 * Half of alpha: the law of the ratio is that of many clusters, and of few the error is up to twice as large (2.3 times at 1e-5).
 */
export function shownUpperBound({ clusters, runs, sum }: LossesShown, alpha: number): number {
  if (!(clusters > 0)) return Infinity;
  const z = normalQuantileOf(1 - alpha / 2);
  const growth = Math.exp((z * z) / (2 * clusters));
  const root = Math.sqrt(growth) + Math.sqrt(growth - 1);
  return (sum / runs) * root * root;
}

/** The same where clusters are of `size` on average, by assumption, or smaller. O(1). */
export function assumedUpperBound({ losing, runs, sum }: LossesShown, size: number, alpha: number): number {
  return (size * poissonUpperBound(Math.max(losing, sum / size), alpha)) / runs;
}
