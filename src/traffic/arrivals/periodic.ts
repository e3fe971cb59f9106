/** Arrival k at start + round(k * 1e9 / rate), to the nanosecond, however long; at most one a nanosecond. */
import { NS_PER_S, roundNs } from '../../engine/time.ts';
import { type ArrivalProcess, WALK_MOST } from './arrival-process.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const SECOND_NS = NS_PER_S;

export class PeriodicArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  /** No two arrivals have the same instant. */
  instants: number;
  private readonly startNs: number;
  private readonly ratePerSec: number;
  private readonly isWholeRate: boolean;
  private index: number; // of the next arrival that is neither named nor in a part
  private taken: number; // of the next arrival of the part that was not taken

  /** @param ratePerSec in (0, 1e9]. */
  constructor(startNs: number, ratePerSec: number) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.instants = 0;
    this.startNs = startNs;
    this.ratePerSec = ratePerSec;
    this.isWholeRate = Number.isInteger(ratePerSec);
    this.index = 0;
    this.taken = 0;
  }

  nextNs(): number {
    return this.atNsOf(this.index++);
  }

  /** To the end of the second, if the rate is whole: there the rounding begins anew. */
  walk(endNs: number, most: number): number {
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

  openPart(endNs: number): number {
    this.partEndNs = endNs;
    this.taken = this.index;
    this.index = this.indexAt(endNs, this.index);
    this.instants = this.index - this.taken;
    return this.instants;
  }

  takeTo(atNs: number): number {
    const first = this.taken;
    this.taken = this.indexAt(atNs, first);
    this.instants = this.taken - first;
    return this.instants;
  }

  /** @returns the first arrival from `first` on that is not before `atNs`: arithmetic, and a step or two where it was rounded. */
  private indexAt(atNs: number, first: number): number {
    let index = Math.max(first, Math.floor(((atNs - this.startNs) / SECOND_NS) * this.ratePerSec));
    while (index > first && this.atNsOf(index - 1) >= atNs) index--;
    while (this.atNsOf(index) < atNs) index++;
    return index;
  }

  private atNsOf(k: number): number {
    const { isWholeRate, ratePerSec } = this;
    // k * 1e9 is inexact after nine million arrivals: a whole rate has whole seconds to take out of it first.
    const seconds = isWholeRate ? Math.floor(k / ratePerSec) : 0;
    const restNs = roundNs(((k - seconds * ratePerSec) * SECOND_NS) / ratePerSec);
    return this.startNs + seconds * SECOND_NS + restNs;
  }
}
