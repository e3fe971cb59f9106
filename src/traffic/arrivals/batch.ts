/** Batches at Poisson instants; sizes constant or geometric (>= 1). All of a batch arrive at once. */
import type { ArrivalSpec } from '../specs.ts';
import type { ArrivalProcess, ArrivalStreams } from './arrival-process.ts';
import { PoissonArrivals } from './poisson.ts';

type BatchSpec = Extract<ArrivalSpec, { kind: 'batch' }>;

export class BatchArrivals implements ArrivalProcess {
  private readonly spec: BatchSpec;
  private readonly streams: ArrivalStreams;
  private readonly batches: PoissonArrivals;
  private atNs: number;
  private left: number; // arrivals of this batch still to come

  constructor(startNs: number, spec: BatchSpec, streams: ArrivalStreams) {
    this.spec = spec;
    this.streams = streams;
    this.batches = new PoissonArrivals(startNs, spec.ratePerSec, streams);
    this.atNs = startNs;
    this.left = 0;
  }

  nextNs(): number {
    if (this.left === 0) this.begin();
    this.left--;
    return this.atNs;
  }

  openWindow(): void {
    // Batch by batch, the draws are the same.
  }

  /** O(batches): each has a size of its own. */
  countTo(atNs: number): number {
    let count = 0;
    for (;;) {
      if (this.left === 0) this.begin();
      if (this.atNs >= atNs) return count;
      count += this.left;
      this.left = 0;
    }
  }

  private begin(): void {
    this.atNs = this.batches.nextNs();
    const { sizeKind, sizeMean } = this.spec;
    this.left = sizeKind === 'geometric' ? this.streams.arrivals.geometric(sizeMean) : sizeMean;
  }
}
