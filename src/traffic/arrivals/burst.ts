/** A number of arrivals at one instant. */
import { NEVER_NS } from '../../engine/time.ts';
import { type ArrivalProcess, walkByName } from './arrival-process.ts';

export class BurstArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  /** The one instant there is belongs to the arrival that was named. */
  readonly instants: number;
  private readonly atNs: number;
  private left: number; // arrivals that are neither named nor in a part
  private untaken: number; // of the part

  constructor(atNs: number, count: number) {
    this.namedNs = atNs;
    this.partEndNs = 0;
    this.instants = 0;
    this.atNs = atNs;
    this.left = count;
    this.untaken = 0;
  }

  nextNs(): number {
    if (this.left === 0) return NEVER_NS;
    this.left--;
    return this.atNs;
  }

  walk(endNs: number, most: number): number {
    return walkByName(this, endNs, most);
  }

  openPart(endNs: number): number {
    this.partEndNs = endNs;
    this.untaken = this.atNs < endNs ? this.left : 0;
    this.left -= this.untaken;
    return this.untaken;
  }

  takeTo(atNs: number): number {
    if (this.atNs >= atNs) return 0;
    const taken = this.untaken;
    this.untaken = 0;
    return taken;
  }
}
