/** Periodic arrivals in pulses: `onNs` at a rate, then silence until the period is over. A low mean rate that fills a queue. */
import { type ArrivalProcess, walkByName } from './arrival-process.ts';
import { PeriodicArrivals } from './periodic.ts';

export class PulseArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  /** No two arrivals have the same instant. */
  instants: number;
  private readonly startNs: number;
  private readonly periodNs: number;
  private readonly perPulse: number;
  private readonly offsetNs: Float64Array; // place in a pulse → offset from its start
  private index: number; // of the next arrival that is neither named nor in a part
  private taken: number; // of the next arrival of the part that was not taken

  /** @param ratePerSec during a pulse. @param onNs <= periodNs, with at least one arrival. */
  constructor(startNs: number, ratePerSec: number, onNs: number, periodNs: number) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.instants = 0;
    this.startNs = startNs;
    this.periodNs = periodNs;
    this.perPulse = new PeriodicArrivals(0, ratePerSec).openPart(onNs);
    const pulse = new PeriodicArrivals(0, ratePerSec);
    this.offsetNs = Float64Array.from({ length: this.perPulse }, () => pulse.nextNs());
    this.index = 0;
    this.taken = 0;
  }

  nextNs(): number {
    return this.atNsOf(this.index++);
  }

  walk(endNs: number, most: number): number {
    return walkByName(this, endNs, most);
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

  /** @returns the first arrival from `first` on that is not before `atNs`: whole pulses by arithmetic, the last by halves. */
  private indexAt(atNs: number, first: number): number {
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

  private atNsOf(k: number): number {
    const pulse = Math.floor(k / this.perPulse);
    return this.startNs + pulse * this.periodNs + this.offsetNs[k - pulse * this.perPulse]!;
  }
}
