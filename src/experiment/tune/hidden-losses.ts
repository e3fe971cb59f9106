/**
 * How much more may be lost than the runs of a value or a setting have shown, as long as they have shown few clusters of losses.
 *
 * What was lost bounds it (statistics/rare-losses.ts), and so does an assumption on clusters of which few were seen or none. They are taken
 * to be, on average, at most
 * - twice as large as the largest of any setting, as who is in one sees them, where some setting loses in most of its runs or in sixty: but
 *   not of one that itself loses in most, which shows itself;
 * - else 32, or twice what was seen if that is more, and only where surely fewer than one run in ten loses: what more runs have may be of
 *   any size, and has to show itself.
 * So losses that are rarer and come by the hundred are not found by a search.
 * Leaves out: what is no count (shares and times of a run).
 */
import { varianceOf } from '../statistics/interval.ts';
import { poissonUpperBound } from '../statistics/proportion.ts';
import { assumedUpperBound, type LossesShown, lossesShown, shownUpperBound } from '../statistics/rare-losses.ts';

/** What runs have shown of a count, at all that was tried. */
export interface Clusters {
  /** Of the largest, as who is in one sees them: variance over mean; at least 1. */
  readonly size: number;
  /** Has something shown so many that their size is known? */
  readonly isKnown: boolean;
}

/** A bound on what may be lost. */
interface Hidden {
  /** The mean of a run is at most so much above that of the runs. */
  readonly more: number;
  /** The size on average that was assumed; null: none was. */
  readonly assumed: number | null;
}

/** With so many clusters the runs have shown their own mean: from there on Student's t, corrected for skewness, is as wide within a tenth. */
const ENOUGH = 120;
/** Where one setting has shown so many, those of another that are up to seven times rarer would have been seen too. */
const KNOWN = 60;
/** Fewer losses in all, or fewer runs, tell nothing of how they are clustered. */
const LOSSES_MIN = 30;
const RUNS_MIN = 8;
/** Losses of one instant come together, some dozens at a time, as long as nothing else is known. */
const SIZE_UNKNOWN = 32;
/** Nor is it believed that clusters are small which more runs than this share have. */
const RARE_SHARE = 0.1;
/** Of what others have shown. */
const SIZE_MARGIN = 2;

/** @param columns counts, one a run, of each that was tried. O(runs). */
export function clustersIn(columns: readonly (readonly number[])[]): Clusters {
  return { size: Math.max(1, ...columns.map(sizeOf)), isKnown: columns.some(isKnown) };
}

/** @param counts one a run, at least one. @returns null: they have shown enough. O(runs). */
export function hiddenLosses(counts: readonly number[], clusters: Clusters, alpha: number): Hidden | null {
  const shown = lossesShown(counts);
  if (shown.clusters >= ENOUGH) return null;
  const size = Math.max(SIZE_MARGIN * clusters.size, clusters.isKnown ? 0 : SIZE_UNKNOWN);
  const isAssumed = clusters.isKnown ? 2 * shown.losing < shown.runs : isRare(shown, alpha);
  const assumed = isAssumed ? assumedUpperBound(shown, size, alpha) : Infinity;
  const most = shownUpperBound(shown, alpha);
  const mean = shown.sum / shown.runs;
  return { more: Math.max(0, Math.min(most, assumed) - mean), assumed: assumed < most ? size : null };
}

/** What a bound on a metric rests on beside its runs, where they have shown too little: how large clusters were taken to be. */
export interface Assumption {
  readonly path: string;
  readonly runs: number;
  /** In all of them. */
  readonly counted: number;
  /** In one of them, on average. */
  readonly most: number;
  /** Of clusters, on average, at most. */
  readonly size: number;
}

/** @param counts of `path`, as `hiddenLosses` takes them. @returns null: the runs have shown enough. O(runs). */
export function assumptionOf(
  path: string,
  counts: readonly number[],
  clusters: Clusters,
  alpha: number,
): Assumption | null {
  const losses = hiddenLosses(counts, clusters, alpha);
  if (losses === null || losses.assumed === null) return null;
  const [runs, counted] = [counts.length, counts.reduce((a, b) => a + b, 0)];
  return { path, runs, counted, most: counted / runs + losses.more, size: losses.assumed };
}

function isRare({ losing, runs }: LossesShown, alpha: number): boolean {
  return poissonUpperBound(losing, alpha) <= RARE_SHARE * runs;
}

function isKnown(counts: readonly number[]): boolean {
  const { losing, runs, sum } = lossesShown(counts);
  return losing >= KNOWN || (runs >= RUNS_MIN && sum >= LOSSES_MIN && 2 * losing >= runs);
}

function sizeOf(counts: readonly number[]): number {
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.length >= 2 && mean > 0 ? varianceOf(counts, mean) / mean : 1;
}
