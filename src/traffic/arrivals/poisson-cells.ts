/**
 * The arrivals of a Poisson process in whole nanoseconds, when their number is asked for and at how many different
 * instants they come. The nanoseconds are alike and independent: a binomial number of them has at least one arrival,
 * a binomial number of those at least two, and so on. So a part of them has a hypergeometric share of each.
 */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalStreams } from './arrival-process.ts';

/** More arrivals in one nanosecond have a probability below 1e-34, with at most one a nanosecond on average. */
const LEVELS = 30;

/** Level j → the probability that a nanosecond with at least j arrivals has at least j + 1. @param ratePerSec in [0, 1e9]. */
export function levelSharesOf(ratePerSec: number): Float64Array {
  const mean = ratePerSec / NS_PER_S;
  // P(at least j) but for the factor exp(-mean): a sum of small positive terms, the smallest first.
  const tails = new Float64Array(LEVELS + 1);
  let term = 1;
  for (let j = 0; j <= LEVELS; j++) {
    tails[j] = term;
    term *= mean / (j + 1);
  }
  for (let j = LEVELS - 1; j >= 0; j--) tails[j]! += tails[j + 1]!;
  return Float64Array.from({ length: LEVELS }, (_, j) => (tails[j]! > 0 ? tails[j + 1]! / tails[j]! : 0));
}

export class PoissonCells {
  /** Of the arrivals given last: how many different instants. */
  instants: number;
  private readonly streams: ArrivalStreams;
  private readonly left: Float64Array; // level j → nanoseconds with at least j arrivals, of those that were not taken
  private fromNs: number; // the first of those

  constructor(streams: ArrivalStreams) {
    this.instants = 0;
    this.streams = streams;
    this.left = new Float64Array(LEVELS + 1);
    this.fromNs = 0;
  }

  /** Draws how many arrivals there are at the `cells` instants from `fromNs` on. @param levelShares see `levelSharesOf`. */
  open(fromNs: number, cells: number, levelShares: Float64Array): number {
    const { left } = this;
    this.fromNs = fromNs;
    left.fill(0);
    left[0] = cells;
    let count = 0;
    for (let level = 0; level < LEVELS && left[level]! > 0; level++) {
      left[level + 1] = this.streams.arrivals.binomial(left[level]!, levelShares[level]!);
      count += left[level + 1]!;
    }
    this.instants = left[1]!;
    return count;
  }

  /** Takes the arrivals before instant `atNs`. @returns how many. */
  takeTo(atNs: number): number {
    const { left } = this;
    this.instants = 0;
    if (atNs <= this.fromNs) return 0;
    let taken = Math.min(atNs - this.fromNs, left[0]!); // nanoseconds with at least `level` arrivals
    let count = 0;
    this.fromNs = atNs;
    for (let level = 0; level < LEVELS && taken > 0; level++) {
      const above = this.streams.splits.hypergeometric(left[level]!, left[level + 1]!, taken);
      left[level]! -= taken;
      taken = above;
      count += taken;
      if (level === 0) this.instants = taken;
    }
    return count;
  }
}
