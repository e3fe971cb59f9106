/** Given instants: a list of the scenario, or the SYNs of a capture. */
import { NEVER_NS } from '../../engine/time.ts';
import { type ArrivalProcess, walkByName } from './arrival-process.ts';

export class ScheduleArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  instants: number;
  private readonly startNs: number;
  private readonly offsetNs: Float64Array;
  private index: number; // of the next arrival that is neither named nor in a part
  private taken: number; // of the next arrival of the part that was not taken
  private byInstant: boolean;

  /** @param offsetNs ascending offsets from `startNs`. */
  constructor(startNs: number, offsetNs: Float64Array) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.instants = 0;
    this.startNs = startNs;
    this.offsetNs = offsetNs;
    this.index = 0;
    this.taken = 0;
    this.byInstant = false;
  }

  nextNs(): number {
    if (this.index >= this.offsetNs.length) return NEVER_NS;
    return this.startNs + this.offsetNs[this.index++]!;
  }

  walk(endNs: number, most: number): number {
    return walkByName(this, endNs, most);
  }

  openPart(endNs: number, byInstant: boolean): number {
    this.partEndNs = endNs;
    this.byInstant = byInstant;
    this.taken = this.index;
    this.index = this.indexAt(endNs, this.index);
    return this.give(this.taken, this.index);
  }

  takeTo(atNs: number): number {
    const first = this.taken;
    this.taken = this.indexAt(atNs, first);
    return this.give(first, this.taken);
  }

  /** Counts arrivals [from, to), and their instants one by one if they are asked for. */
  private give(from: number, to: number): number {
    this.instants = 0;
    for (let i = from; this.byInstant && i < to; i++) if (this.offsetNs[i] !== this.offsetNs[i - 1]) this.instants++;
    return to - from;
  }

  /** @returns the first arrival from `first` on that is not before `atNs`: binary search. */
  private indexAt(atNs: number, first: number): number {
    let low = first;
    let high = this.offsetNs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.startNs + this.offsetNs[middle]! < atNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
