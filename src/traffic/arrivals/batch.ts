/** Batches at Poisson instants; sizes constant or geometric (>= 1). All of a batch arrive at once. */
import type { RandomStream } from '../../engine/random.ts';
import type { ArrivalSpec } from '../specs.ts';
import type { ArrivalProcess } from './arrival-process.ts';
import { PoissonArrivals } from './poisson.ts';

type BatchSpec = Extract<ArrivalSpec, { kind: 'batch' }>;

export class BatchArrivals implements ArrivalProcess {
  private readonly spec: BatchSpec;
  private readonly stream: RandomStream;
  private readonly batches: PoissonArrivals;
  private atNs: number;
  private left: number; // arrivals of this batch still to come

  constructor(startNs: number, spec: BatchSpec, stream: RandomStream) {
    this.spec = spec;
    this.stream = stream;
    this.batches = new PoissonArrivals(startNs, spec.ratePerSec, stream);
    this.atNs = startNs;
    this.left = 0;
  }

  nextNs(): number {
    if (this.left === 0) {
      this.atNs = this.batches.nextNs();
      const { sizeKind, sizeMean } = this.spec;
      this.left = sizeKind === 'geometric' ? this.stream.geometric(sizeMean) : sizeMean;
    }
    this.left--;
    return this.atNs;
  }
}
