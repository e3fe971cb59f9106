/**
 * Arrivals by number: the instant of the k-th is arithmetic, and later than that of the one before. Windows are counted by the numbers
 * at their ends.
 * Leaves out: the arithmetic (periodic.ts, pulse.ts).
 */
import { type ArrivalProcess, walkByName } from './arrival-process.ts';

export abstract class NumberedArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  /** No two arrivals have the same instant. */
  instants: number;
  protected index: number; // of the next arrival that is neither named nor in a part
  private taken: number; // of the next arrival of the part that was not taken

  protected constructor(startNs: number) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.instants = 0;
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

  protected abstract atNsOf(k: number): number;
  /** @returns the first arrival from `first` on that is not before `atNs`. */
  protected abstract indexAt(atNs: number, first: number): number;
}
