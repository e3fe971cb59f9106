/** Periodic arrivals in pulses: `onNs` at a rate, then silence until the period is over. A low mean rate that fills a queue. */
import type { ArrivalProcess } from './arrival-process.ts';
import { PeriodicArrivals } from './periodic.ts';

export class PulseArrivals implements ArrivalProcess {
  private readonly startNs: number;
  private readonly periodNs: number;
  private readonly perPulse: number;
  private readonly offsetNs: Float64Array; // place in a pulse → offset from its start
  private index: number;

  /** @param ratePerSec during a pulse. @param onNs <= periodNs, with at least one arrival. */
  constructor(startNs: number, ratePerSec: number, onNs: number, periodNs: number) {
    this.startNs = startNs;
    this.periodNs = periodNs;
    this.perPulse = new PeriodicArrivals(0, ratePerSec).countTo(onNs);
    const pulse = new PeriodicArrivals(0, ratePerSec);
    this.offsetNs = Float64Array.from({ length: this.perPulse }, () => pulse.nextNs());
    this.index = 0;
  }

  nextNs(): number {
    return this.atNsOf(this.index++);
  }

  openWindow(): void {
    // Nothing is drawn.
  }

  /** Whole pulses by arithmetic, the last one by a step each. */
  countTo(atNs: number): number {
    const first = this.index;
    const pulse = Math.max(0, Math.floor((atNs - this.startNs) / this.periodNs));
    let index = Math.max(first, pulse * this.perPulse);
    while (this.atNsOf(index) < atNs) index++;
    this.index = index;
    return index - first;
  }

  private atNsOf(k: number): number {
    const pulse = Math.floor(k / this.perPulse);
    return this.startNs + pulse * this.periodNs + this.offsetNs[k - pulse * this.perPulse]!;
  }
}
