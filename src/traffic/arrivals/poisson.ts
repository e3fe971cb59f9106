/** Independent exponential gaps. The first gap begins at the start. */
import { NS_PER_S, roundNs } from '../../engine/time.ts';
import { type ArrivalProcess, type ArrivalStreams, WALK_MOST } from './arrival-process.ts';
import { levelSharesOf, PoissonCells } from './poisson-cells.ts';
import { PoissonSpan } from './poisson-span.ts';

export class PoissonArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  instants: number;
  private readonly ratePerSec: number;
  private readonly gapNs: number;
  private readonly levelShares: Float64Array;
  private readonly streams: ArrivalStreams;
  private readonly span: PoissonSpan;
  private readonly cells: PoissonCells;
  private inCells: boolean; // the part is made of whole nanoseconds
  private atNs: number; // time up to which the process is drawn, not rounded

  constructor(startNs: number, ratePerSec: number, streams: ArrivalStreams) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.instants = 0;
    this.ratePerSec = ratePerSec;
    this.gapNs = NS_PER_S / ratePerSec;
    this.levelShares = levelSharesOf(ratePerSec);
    this.streams = streams;
    this.span = new PoissonSpan(streams);
    this.cells = new PoissonCells(streams);
    this.inCells = false;
    this.atNs = startNs;
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
    this.inCells = false;
    return this.drawTo(endNs - 0.5);
  }

  takeTo(atNs: number): number {
    if (this.inCells) return this.takeCells(atNs);
    this.instants = 0;
    return this.span.takeTo(atNs - 0.5);
  }

  private takeCells(atNs: number): number {
    const taken = this.cells.takeTo(atNs);
    this.instants = this.cells.instants;
    return taken;
  }

  /** First the rest of the nanosecond of the arrival that was named, then whole ones. */
  private openInstants(endNs: number): number {
    const instantNs = roundNs(this.atNs);
    this.inCells = this.atNs === instantNs - 0.5;
    if (!this.inCells) {
      this.partEndNs = instantNs + 1;
      this.instants = 0;
      return this.drawTo(instantNs + 0.5);
    }
    this.partEndNs = endNs;
    const count = this.cells.open(instantNs, endNs - instantNs, this.levelShares);
    this.instants = this.cells.instants;
    this.atNs = endNs - 0.5;
    return count;
  }

  private drawTo(toNs: number): number {
    const count = this.span.open(this.atNs, toNs, this.ratePerSec);
    if (toNs > this.atNs) this.atNs = toNs;
    return count;
  }
}
