/** Arrival k at start + round(k * 1e9 / rate): no drift, however long. */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class PeriodicArrivals implements ArrivalProcess {
  private readonly startNs: number;
  private readonly ratePerSec: number;
  private index: number;

  constructor(startNs: number, ratePerSec: number) {
    this.startNs = startNs;
    this.ratePerSec = ratePerSec;
    this.index = 0;
  }

  nextNs(): number {
    return this.startNs + Math.round((this.index++ * NS_PER_S) / this.ratePerSec);
  }
}
