/** A number of arrivals at one instant. */
import { NEVER_NS } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class BurstArrivals implements ArrivalProcess {
  private readonly atNs: number;
  private left: number;

  constructor(atNs: number, count: number) {
    this.atNs = atNs;
    this.left = count;
  }

  nextNs(): number {
    return this.left-- > 0 ? this.atNs : NEVER_NS;
  }

  openWindow(): void {
    // Nothing is drawn.
  }

  countTo(atNs: number): number {
    if (this.atNs >= atNs || this.left <= 0) return 0;
    const count = this.left;
    this.left = 0;
    return count;
  }
}
