/** Arrival k at start + round(k * 1e9 / rate), to the nanosecond, however long; at most one a nanosecond. */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class PeriodicArrivals implements ArrivalProcess {
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
    let index = Math.max(first, Math.floor(((atNs - this.startNs) / NS_PER_S) * this.ratePerSec));
    while (index > first && this.atNsOf(index - 1) >= atNs) index--;
    while (this.atNsOf(index) < atNs) index++;
    return index;
  }

  private atNsOf(k: number): number {
    const { isWholeRate, ratePerSec } = this;
    // k * 1e9 is inexact after nine million arrivals: a whole rate has whole seconds to take out of it first.
    const seconds = isWholeRate ? Math.floor(k / ratePerSec) : 0;
    const restNs = Math.round(((k - seconds * ratePerSec) * NS_PER_S) / ratePerSec);
    return this.startNs + seconds * NS_PER_S + restNs;
  }
}
