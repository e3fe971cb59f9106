/** Independent exponential gaps. The first gap begins at the start. */
import type { RandomStream } from '../../engine/random.ts';
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class PoissonArrivals implements ArrivalProcess {
  private readonly gapNs: number;
  private readonly stream: RandomStream;
  private atNs: number; // not rounded

  constructor(startNs: number, ratePerSec: number, stream: RandomStream) {
    this.gapNs = NS_PER_S / ratePerSec;
    this.stream = stream;
    this.atNs = startNs;
  }

  nextNs(): number {
    this.atNs += this.gapNs * this.stream.exponential();
    return Math.round(this.atNs);
  }
}
