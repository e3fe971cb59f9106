/** Batches at Poisson instants; sizes constant or geometric (>= 1). All of a batch arrive at once. */
import type { ArrivalSpec } from '../specs.ts';
import { type ArrivalProcess, type ArrivalStreams, walkByName } from './arrival-process.ts';
import { PoissonArrivals } from './poisson.ts';

type BatchSpec = Extract<ArrivalSpec, { kind: 'batch' }>;

export class BatchArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  instants: number;
  private readonly spec: BatchSpec;
  private readonly streams: ArrivalStreams;
  private readonly batches: PoissonArrivals;
  private atNs: number; // of the present batch
  private left: number; // arrivals of it that are neither named nor in a part
  private untaken: number; // of the part
  private seenNs: number; // instant of the arrival given last

  constructor(startNs: number, spec: BatchSpec, streams: ArrivalStreams) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.instants = 0;
    this.spec = spec;
    this.streams = streams;
    this.batches = new PoissonArrivals(startNs, spec.ratePerSec, streams);
    this.atNs = startNs;
    this.left = 0;
    this.untaken = 0;
    this.seenNs = -1;
  }

  nextNs(): number {
    if (this.left === 0) this.begin();
    this.left--;
    this.seenNs = this.atNs;
    return this.atNs;
  }

  walk(endNs: number, most: number): number {
    return walkByName(this, endNs, most);
  }

  /** One batch a part: each has a size of its own. */
  openPart(endNs: number): number {
    if (this.left === 0) this.begin();
    const isWithin = this.atNs < endNs;
    this.partEndNs = isWithin ? this.atNs + 1 : endNs;
    this.untaken = isWithin ? this.left : 0;
    this.instants = isWithin && this.atNs !== this.seenNs ? 1 : 0;
    if (!isWithin) return 0;
    this.left = 0;
    this.seenNs = this.atNs;
    return this.untaken;
  }

  /** The batch is not divided: it comes at the last instant of its part. */
  takeTo(atNs: number): number {
    if (atNs < this.partEndNs) {
      this.instants = 0;
      return 0;
    }
    const taken = this.untaken;
    this.untaken = 0;
    return taken;
  }

  private begin(): void {
    this.atNs = this.batches.nextNs();
    const { sizeKind, sizeMean } = this.spec;
    this.left = sizeKind === 'geometric' ? this.streams.arrivals.geometric(sizeMean) : sizeMean;
  }
}
