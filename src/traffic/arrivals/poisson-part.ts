/** A part of a window over Poisson arrivals: a span of time, or whole nanoseconds where instants are asked for, too. */
import type { ArrivalStreams } from './arrival-process.ts';
import { PoissonCells } from './poisson-cells.ts';
import { PoissonSpan } from './poisson-span.ts';

export class PoissonPart {
  /** Of the arrivals given last: different instants. Those of a span are none, unless its owner says so. */
  instants: number;
  private readonly span: PoissonSpan;
  private readonly cells: PoissonCells;
  private inCells: boolean; // the part is made of whole nanoseconds

  constructor(streams: ArrivalStreams) {
    this.instants = 0;
    this.span = new PoissonSpan(streams);
    this.cells = new PoissonCells(streams);
    this.inCells = false;
  }

  /** See PoissonSpan.open. */
  openSpan(fromNs: number, toNs: number, ratePerSec: number): number {
    this.inCells = false;
    this.instants = 0;
    return this.span.open(fromNs, toNs, ratePerSec);
  }

  /** See PoissonCells.open. */
  openCells(fromNs: number, cells: number, levelShares: Float64Array): number {
    this.inCells = true;
    const count = this.cells.open(fromNs, cells, levelShares);
    this.instants = this.cells.instants;
    return count;
  }

  /** Takes the arrivals before instant `atNs`. @returns how many. An arrival's instant is its time, rounded. */
  takeTo(atNs: number): number {
    if (!this.inCells) {
      this.instants = 0;
      return this.span.takeTo(atNs - 0.5);
    }
    const taken = this.cells.takeTo(atNs);
    this.instants = this.cells.instants;
    return taken;
  }
}
