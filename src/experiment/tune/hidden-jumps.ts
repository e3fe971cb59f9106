/**
 * How much more a mean may be than some runs have shown, of what is no count: a time, or a share of a run. Such a value is usual in
 * most runs, and jumps in a few: a p99 is that of a round trip until one SYN more is lost, and then a second. A handful of equal runs
 * is no proof that there are no jumps. They are taken to be as large as any that was seen at the values which are still in question, or
 * at the nearest one that is not, and those of a time at least as large as the second after which a SYN is sent again; their sum is
 * Poisson's in units of that size.
 * Leaves out: larger jumps that none of these has shown; counts.
 * Source: RFC 6298 2.1 (the second); G. Bohm and G. Zech, Statistics of weighted Poisson events and its applications, NIM A 748, 2014 (units of jumps).
 */
import { poissonUpperBound } from '../statistics/proportion.ts';

/** Of whatever waits for a SYN. */
const JUMP_MS = 1000;

/** What one value of a search, or one setting, has given. */
export interface Shown {
  /** One a run; NaN where it is not defined. */
  readonly values: readonly number[];
  /** Is it in question no more? */
  readonly isOut: boolean;
}

/** The largest value of what is in question, and of the nearest that is not: the one of the least mean. -Infinity: nobody has any. O(runs). */
export function largestNear(all: readonly Shown[]): number {
  let largest = -Infinity;
  let nearest = { mean: Infinity, largest: -Infinity };
  for (const { isOut, values } of all) {
    const defined = values.filter((value) => !Number.isNaN(value));
    if (defined.length === 0) continue;
    const own = defined.reduce((a, b) => Math.max(a, b));
    const mean = defined.reduce((a, b) => a + b, 0) / defined.length;
    if (!isOut) largest = Math.max(largest, own);
    else if (mean < nearest.mean) nearest = { mean, largest: own };
  }
  return Math.max(largest, nearest.largest);
}

/**
 * By how much the mean may be above that of `values`, at least one, but for a probability of `alpha`.
 * @param largest as largestNear says. @returns 0 where no jump is known. O(runs).
 */
export function hiddenJump(values: readonly number[], unit: string, largest: number, alpha: number): number {
  const usual = values.reduce((a, b) => Math.min(a, b));
  const size = Math.max(largest - usual, unit === 'ms' ? JUMP_MS : 0);
  if (!(size > 0)) return 0;
  const jumps = values.reduce((sum, value) => sum + (value - usual) / size, 0);
  return ((poissonUpperBound(jumps, alpha) - jumps) * size) / values.length;
}
