/** Periodic arrivals in pulses: `onNs` at a rate, then silence until the period is over. A low mean rate that fills a queue. */
import { NumberedArrivals } from './numbered.ts';
import { PeriodicArrivals } from './periodic.ts';

export class PulseArrivals extends NumberedArrivals {
  private readonly startNs: number;
  private readonly periodNs: number;
  private readonly perPulse: number;
  private readonly offsetNs: Float64Array; // place in a pulse → offset from its start

  /** @param ratePerSec during a pulse. @param onNs <= periodNs, with at least one arrival. */
  constructor(startNs: number, ratePerSec: number, onNs: number, periodNs: number) {
    super(startNs);
    this.startNs = startNs;
    this.periodNs = periodNs;
    this.perPulse = new PeriodicArrivals(0, ratePerSec).openPart(onNs);
    const pulse = new PeriodicArrivals(0, ratePerSec);
    this.offsetNs = Float64Array.from({ length: this.perPulse }, () => pulse.nextNs());
  }

  /** @returns the first arrival from `first` on that is not before `atNs`: whole pulses by arithmetic, the last by halves. */
  protected indexAt(atNs: number, first: number): number {
    const pulse = Math.max(0, Math.floor((atNs - this.startNs) / this.periodNs));
    let low = Math.max(first, pulse * this.perPulse);
    let high = Math.max(low, (pulse + 1) * this.perPulse);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.atNsOf(middle) < atNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  protected atNsOf(k: number): number {
    const pulse = Math.floor(k / this.perPulse);
    return this.startNs + pulse * this.periodNs + this.offsetNs[k - pulse * this.perPulse]!;
  }
}
