/** Given instants: a list of the scenario, or the SYNs of a capture. */
import { NEVER_NS } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class ScheduleArrivals implements ArrivalProcess {
  private readonly startNs: number;
  private readonly offsetNs: Float64Array;
  private index: number;

  /** @param offsetNs ascending offsets from `startNs`. */
  constructor(startNs: number, offsetNs: Float64Array) {
    this.startNs = startNs;
    this.offsetNs = offsetNs;
    this.index = 0;
  }

  nextNs(): number {
    if (this.index >= this.offsetNs.length) return NEVER_NS;
    return this.startNs + this.offsetNs[this.index++]!;
  }

  openWindow(): void {
    // Nothing is drawn.
  }

  /** Binary search. */
  countTo(atNs: number): number {
    const first = this.index;
    let low = first;
    let high = this.offsetNs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.startNs + this.offsetNs[middle]! < atNs) low = middle + 1;
      else high = middle;
    }
    this.index = low;
    return low - first;
  }
}
