/**
 * Poisson arrivals whose rate follows a modulator that walks its states in a circle, with exponential
 * stays; it begins in state 0. Exact: inside a stay the process is Poisson, and at its end it starts afresh.
 * Source: Fischer and Meier-Hellstern, The Markov-modulated Poisson process cookbook, 1993.
 */
import type { RandomStream } from '../../engine/random.ts';
import { NS_PER_S } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

export class MmppArrivals implements ArrivalProcess {
  private readonly ratesPerSec: readonly number[];
  private readonly staysNs: readonly number[];
  private readonly stream: RandomStream;
  private state: number;
  private atNs: number; // instant up to which the process is drawn, not rounded
  private stayEndNs: number;

  constructor(startNs: number, ratesPerSec: readonly number[], staysNs: readonly number[], stream: RandomStream) {
    this.ratesPerSec = ratesPerSec;
    this.staysNs = staysNs;
    this.stream = stream;
    this.state = 0;
    this.atNs = startNs;
    this.stayEndNs = startNs + this.stayNs();
  }

  nextNs(): number {
    for (;;) {
      const rate = this.ratesPerSec[this.state]!;
      const atNs = rate > 0 ? this.atNs + (NS_PER_S / rate) * this.stream.exponential() : Infinity;
      if (atNs < this.stayEndNs) {
        this.atNs = atNs;
        return Math.round(atNs);
      }
      // Memoryless: what was left of the gap is drawn anew in the next state.
      this.state = (this.state + 1) % this.ratesPerSec.length;
      this.atNs = this.stayEndNs;
      this.stayEndNs += this.stayNs();
    }
  }

  private stayNs(): number {
    return this.staysNs[this.state]! * this.stream.exponential();
  }
}
