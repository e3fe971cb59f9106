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
    const { isWholeRate, ratePerSec } = this;
    const k = this.index++;
    // k * 1e9 is inexact after nine million arrivals: a whole rate has whole seconds to take out of it first.
    const seconds = isWholeRate ? Math.floor(k / ratePerSec) : 0;
    const restNs = Math.round(((k - seconds * ratePerSec) * NS_PER_S) / ratePerSec);
    return this.startNs + seconds * NS_PER_S + restNs;
  }
}
