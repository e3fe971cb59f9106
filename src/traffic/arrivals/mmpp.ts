/**
 * Poisson arrivals whose rate follows a modulator that walks its states in a circle, with exponential
 * stays; it begins in state 0. Exact: inside a stay the process is Poisson, and at its end it starts afresh.
 * Source: Fischer and Meier-Hellstern, The Markov-modulated Poisson process cookbook, 1993.
 */
import { NS_PER_S, roundNs } from '../../engine/time.ts';
import { type ArrivalProcess, type ArrivalStreams, walkByName } from './arrival-process.ts';
import { levelSharesOf } from './poisson-cells.ts';
import { PoissonPart } from './poisson-part.ts';

export class MmppArrivals implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  private readonly ratesPerSec: readonly number[];
  private readonly staysNs: readonly number[];
  private readonly levelShares: readonly Float64Array[];
  private readonly streams: ArrivalStreams;
  private readonly part: PoissonPart;
  private state: number;
  private atNs: number; // time up to which the process is drawn, not rounded
  private stayEndNs: number;

  constructor(startNs: number, ratesPerSec: readonly number[], staysNs: readonly number[], streams: ArrivalStreams) {
    this.namedNs = startNs;
    this.partEndNs = startNs;
    this.ratesPerSec = ratesPerSec;
    this.staysNs = staysNs;
    this.levelShares = ratesPerSec.map(levelSharesOf);
    this.streams = streams;
    this.part = new PoissonPart(streams);
    this.state = 0;
    this.atNs = startNs;
    this.stayEndNs = startNs + this.stayNs();
  }

  get instants(): number {
    return this.part.instants;
  }

  nextNs(): number {
    for (;;) {
      const rate = this.ratesPerSec[this.state]!;
      const atNs = rate > 0 ? this.atNs + (NS_PER_S / rate) * this.streams.arrivals.exponential() : Infinity;
      if (atNs < this.stayEndNs) {
        this.atNs = atNs;
        return roundNs(atNs);
      }
      this.enterNextState();
    }
  }

  walk(endNs: number, most: number): number {
    return walkByName(this, endNs, most);
  }

  /** One stay a part, or what of it lies before the end. */
  openPart(endNs: number, byInstant: boolean): number {
    if (this.atNs === this.stayEndNs) this.enterNextState();
    if (byInstant) return this.openInstants(endNs);
    const toNs = Math.min(this.stayEndNs, endNs - 0.5);
    this.partEndNs = toNs === this.stayEndNs ? toNs + 0.5 : endNs;
    return this.drawTo(toNs);
  }

  takeTo(atNs: number): number {
    return this.part.takeTo(atNs);
  }

  /**
   * First the rest of the nanosecond of the arrival that was named, then the whole ones of each stay, and by
   * themselves those in which a stay ends.
   */
  private openInstants(endNs: number): number {
    const instantNs = roundNs(this.atNs);
    const isWhole = this.atNs === instantNs - 0.5;
    const cells = Math.min(Math.floor(this.stayEndNs - this.atNs), endNs - instantNs);
    if (isWhole && cells > 0) {
      this.partEndNs = instantNs + cells;
      this.atNs += cells;
      return this.part.openCells(instantNs, cells, this.levelShares[this.state]!);
    }
    let count = 0;
    for (; this.stayEndNs < instantNs + 0.5; this.enterNextState()) count += this.drawTo(this.stayEndNs);
    count += this.drawTo(instantNs + 0.5);
    this.partEndNs = instantNs + 1;
    this.part.instants = isWhole && count > 0 ? 1 : 0;
    return count;
  }

  private drawTo(toNs: number): number {
    const count = this.part.openSpan(this.atNs, toNs, this.ratesPerSec[this.state]!);
    if (toNs > this.atNs) this.atNs = toNs;
    return count;
  }

  /** Memoryless: what was left of the gap is drawn anew in the next state. */
  private enterNextState(): void {
    this.state = this.state + 1 === this.ratesPerSec.length ? 0 : this.state + 1;
    this.atNs = this.stayEndNs;
    this.stayEndNs += this.stayNs();
  }

  private stayNs(): number {
    return this.staysNs[this.state]! * this.streams.arrivals.exponential();
  }
}
