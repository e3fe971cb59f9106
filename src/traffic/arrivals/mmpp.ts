/**
 * Poisson arrivals whose rate follows a modulator that walks its states in a circle, with exponential
 * stays; it begins in state 0. Exact: inside a stay the process is Poisson, and at its end it starts afresh.
 * Source: Fischer and Meier-Hellstern, The Markov-modulated Poisson process cookbook, 1993.
 */
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess, ArrivalStreams } from './arrival-process.ts';
import { PoissonSpan } from './poisson-span.ts';

export class MmppArrivals implements ArrivalProcess {
  private readonly ratesPerSec: readonly number[];
  private readonly staysNs: readonly number[];
  private readonly streams: ArrivalStreams;
  private readonly span: PoissonSpan; // the stay that is being counted, or its part in the window
  private state: number;
  private atNs: number; // instant up to which the process is drawn, not rounded
  private stayEndNs: number;
  private windowEndNs: number; // not rounded

  constructor(startNs: number, ratesPerSec: readonly number[], staysNs: readonly number[], streams: ArrivalStreams) {
    this.ratesPerSec = ratesPerSec;
    this.staysNs = staysNs;
    this.streams = streams;
    this.span = new PoissonSpan(streams);
    this.state = 0;
    this.atNs = startNs;
    this.stayEndNs = startNs + this.stayNs();
    this.windowEndNs = startNs;
  }

  nextNs(): number {
    for (;;) {
      const rate = this.ratesPerSec[this.state]!;
      const atNs = rate > 0 ? this.atNs + (NS_PER_S / rate) * this.streams.arrivals.exponential() : Infinity;
      if (atNs < this.stayEndNs) {
        this.atNs = atNs;
        return Math.round(atNs);
      }
      this.enterNextState();
    }
  }

  openWindow(endNs: number): void {
    this.windowEndNs = Math.max(this.atNs, endNs - 0.5);
    this.openSpan();
  }

  /** Each stay has a number of its own, drawn when the one before is counted whole. */
  countTo(atNs: number): number {
    const toNs = atNs - 0.5;
    let count = this.span.takeTo(toNs);
    while (this.atNs < this.windowEndNs && this.atNs < toNs) {
      this.enterNextState();
      this.openSpan();
      count += this.span.takeTo(toNs);
    }
    return count;
  }

  /** Counts on to the end of the stay or of the window. */
  private openSpan(): void {
    const toNs = Math.min(this.stayEndNs, this.windowEndNs);
    this.span.open(this.atNs, toNs, this.ratesPerSec[this.state]!);
    this.atNs = toNs;
  }

  /** Memoryless: what was left of the gap is drawn anew in the next state. */
  private enterNextState(): void {
    this.state = (this.state + 1) % this.ratesPerSec.length;
    this.atNs = this.stayEndNs;
    this.stayEndNs += this.stayNs();
  }

  private stayNs(): number {
    return this.staysNs[this.state]! * this.streams.arrivals.exponential();
  }
}
