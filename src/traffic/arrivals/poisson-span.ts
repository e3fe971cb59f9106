/**
 * The arrivals of a Poisson process in a span of time, when only their number is asked for: the number is Poisson,
 * and given it each arrival lies anywhere in the span alike, so a part of the span has a binomial share.
 * An arrival's instant is its time rounded, so the arrivals before instant t are those before t - 1/2.
 */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalStreams } from './arrival-process.ts';

export class PoissonSpan {
  private readonly streams: ArrivalStreams;
  private fromNs: number; // not rounded: where the part begins that was not taken yet
  private toNs: number;
  private left: number; // arrivals in that part

  constructor(streams: ArrivalStreams) {
    this.streams = streams;
    this.fromNs = 0;
    this.toNs = 0;
    this.left = 0;
  }

  /** Draws how many arrivals there are in [fromNs, toNs), at `ratePerSec`. */
  open(fromNs: number, toNs: number, ratePerSec: number): number {
    this.fromNs = fromNs;
    this.toNs = toNs;
    this.left = toNs > fromNs ? this.streams.arrivals.poisson(((toNs - fromNs) * ratePerSec) / NS_PER_S) : 0;
    return this.left;
  }

  /** Takes the arrivals before time `toNs`, not rounded. @returns how many. */
  takeTo(toNs: number): number {
    if (toNs <= this.fromNs) return 0;
    let taken = this.left;
    if (toNs < this.toNs) {
      taken = this.streams.splits.binomial(taken, (toNs - this.fromNs) / (this.toNs - this.fromNs));
      this.fromNs = toNs;
    }
    this.left -= taken;
    return taken;
  }
}
