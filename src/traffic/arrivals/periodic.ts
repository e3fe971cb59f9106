/** Arrival k at start + round(k * 1e9 / rate), to the nanosecond, however long; at most one a nanosecond. */
import { NS_PER_S, roundNs } from '../../engine/time.ts';
import { WALK_MOST } from './arrival-process.ts';
import { NumberedArrivals } from './numbered.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const SECOND_NS = NS_PER_S;

export class PeriodicArrivals extends NumberedArrivals {
  private readonly startNs: number;
  private readonly ratePerSec: number;
  private readonly isWholeRate: boolean;

  /** @param ratePerSec in (0, 1e9]. */
  constructor(startNs: number, ratePerSec: number) {
    super(startNs);
    this.startNs = startNs;
    this.ratePerSec = ratePerSec;
    this.isWholeRate = Number.isInteger(ratePerSec);
  }

  /** To the end of the second, if the rate is whole: there the rounding begins anew. */
  override walk(endNs: number, most: number): number {
    const { index, isWholeRate, ratePerSec } = this;
    const seconds = isWholeRate ? Math.floor(index / ratePerSec) : 0;
    const baseNs = this.startNs + seconds * SECOND_NS;
    const first = index - seconds * ratePerSec;
    const last = Math.min(first + Math.min(most, WALK_MOST), isWholeRate ? ratePerSec : Infinity) - 1;
    let k = first;
    let atNs = baseNs + roundNs((k * SECOND_NS) / ratePerSec);
    while (atNs < endNs && k < last) {
      k++;
      atNs = baseNs + roundNs((k * SECOND_NS) / ratePerSec);
    }
    this.namedNs = atNs;
    this.index += k - first + 1;
    return k - first + 1;
  }

  /** @returns the first arrival from `first` on that is not before `atNs`: arithmetic, and a step or two where it was rounded. */
  protected indexAt(atNs: number, first: number): number {
    let index = Math.max(first, Math.floor(((atNs - this.startNs) / SECOND_NS) * this.ratePerSec));
    while (index > first && this.atNsOf(index - 1) >= atNs) index--;
    while (this.atNsOf(index) < atNs) index++;
    return index;
  }

  protected atNsOf(k: number): number {
    const { isWholeRate, ratePerSec } = this;
    // k * 1e9 is inexact after nine million arrivals: a whole rate has whole seconds to take out of it first.
    const seconds = isWholeRate ? Math.floor(k / ratePerSec) : 0;
    const restNs = roundNs(((k - seconds * ratePerSec) * SECOND_NS) / ratePerSec);
    return this.startNs + seconds * SECOND_NS + restNs;
  }
}
