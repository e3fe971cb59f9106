/** Arrival k at start + round(k * 1e9 / rate), to the nanosecond, however long. */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class PeriodicArrivals implements ArrivalProcess {
  private readonly startNs: number;
  private readonly ratePerSec: number;
  private readonly isWholeRate: boolean;
  private index: number;

  constructor(startNs: number, ratePerSec: number) {
    this.startNs = startNs;
    this.ratePerSec = ratePerSec;
    this.isWholeRate = Number.isInteger(ratePerSec);
    this.index = 0;
  }

  nextNs(): number {
    return this.atNsOf(this.index++);
  }

  openWindow(): void {
    // Nothing is drawn.
  }

  /** Arithmetic, and a step or two where it was rounded. */
  countTo(atNs: number): number {
    const first = this.index;
    let index = Math.max(first, Math.floor(((atNs - this.startNs) / NS_PER_S) * this.ratePerSec));
    while (index > first && this.atNsOf(index - 1) >= atNs) index--;
    while (this.atNsOf(index) < atNs) index++;
    this.index = index;
    return index - first;
  }

  private atNsOf(k: number): number {
    const { isWholeRate, ratePerSec } = this;
    // k * 1e9 is inexact after nine million arrivals: a whole rate has whole seconds to take out of it first.
    const seconds = isWholeRate ? Math.floor(k / ratePerSec) : 0;
    const restNs = Math.round(((k - seconds * ratePerSec) * NS_PER_S) / ratePerSec);
    return this.startNs + seconds * NS_PER_S + restNs;
  }
}
