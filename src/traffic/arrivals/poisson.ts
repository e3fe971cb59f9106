/** Independent exponential gaps. The first gap begins at the start. */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess, ArrivalStreams } from './arrival-process.ts';
import { PoissonSpan } from './poisson-span.ts';

export class PoissonArrivals implements ArrivalProcess {
  private readonly ratePerSec: number;
  private readonly gapNs: number;
  private readonly streams: ArrivalStreams;
  private readonly span: PoissonSpan;
  private atNs: number; // instant up to which the process is drawn, not rounded

  constructor(startNs: number, ratePerSec: number, streams: ArrivalStreams) {
    this.ratePerSec = ratePerSec;
    this.gapNs = NS_PER_S / ratePerSec;
    this.streams = streams;
    this.span = new PoissonSpan(streams);
    this.atNs = startNs;
  }

  nextNs(): number {
    this.atNs += this.gapNs * this.streams.arrivals.exponential();
    return Math.round(this.atNs);
  }

  /** Memoryless: behind the window the process starts afresh. */
  openWindow(endNs: number): void {
    this.span.open(this.atNs, endNs - 0.5, this.ratePerSec);
    this.atNs = Math.max(this.atNs, endNs - 0.5);
  }

  countTo(atNs: number): number {
    return this.span.takeTo(atNs - 0.5);
  }
}
