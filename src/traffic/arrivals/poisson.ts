/** Independent exponential gaps. The first gap begins at the start. */
import { NS_PER_S, roundNs } from '../../engine/time.ts';
import { type ArrivalProcess, type ArrivalStreams, WALK_MOST } from './arrival-process.ts';
import { levelSharesOf } from './poisson-cells.ts';
import { PoissonPart } from './poisson-part.ts';

export class PoissonArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  private readonly ratePerSec: number;
  private readonly gapNs: number;
  private readonly levelShares: Float64Array;
  private readonly streams: ArrivalStreams;
  private readonly part: PoissonPart;
  private atNs: number; // time up to which the process is drawn, not rounded

  constructor(startNs: number, ratePerSec: number, streams: ArrivalStreams) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.ratePerSec = ratePerSec;
    this.gapNs = NS_PER_S / ratePerSec;
    this.levelShares = levelSharesOf(ratePerSec);
    this.streams = streams;
    this.part = new PoissonPart(streams);
    this.atNs = startNs;
  }

  get instants(): number {
    return this.part.instants;
  }

  nextNs(): number {
    this.atNs += this.gapNs * this.streams.arrivals.exponential();
    return roundNs(this.atNs);
  }

  /** Instants are rounded: those at or behind `endNs` are at or behind half a nanosecond before it. */
  walk(endNs: number, most: number): number {
    const { arrivals } = this.streams;
    const named = arrivals.addExponentials(this.atNs, this.gapNs, endNs - 0.5, Math.min(most, WALK_MOST));
    this.atNs = arrivals.sum;
    this.namedNs = roundNs(this.atNs);
    return named;
  }

  /** Memoryless: behind the part the process starts afresh. */
  openPart(endNs: number, byInstant: boolean): number {
    if (byInstant) return this.openInstants(endNs);
    this.partEndNs = endNs;
    return this.drawTo(endNs - 0.5);
  }

  takeTo(atNs: number): number {
    return this.part.takeTo(atNs);
  }

  /** First the rest of the nanosecond of the arrival that was named, then whole ones. */
  private openInstants(endNs: number): number {
    const instantNs = roundNs(this.atNs);
    if (this.atNs !== instantNs - 0.5) {
      this.partEndNs = instantNs + 1;
      return this.drawTo(instantNs + 0.5);
    }
    this.partEndNs = endNs;
    this.atNs = endNs - 0.5;
    return this.part.openCells(instantNs, endNs - instantNs, this.levelShares);
  }

  private drawTo(toNs: number): number {
    const count = this.part.openSpan(this.atNs, toNs, this.ratePerSec);
    if (toNs > this.atNs) this.atNs = toNs;
    return count;
  }
}
