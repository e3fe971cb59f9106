/**
 * Connections that a stack gives up after it answered their SYN: an ACK that finds no room, a cookie that does not count.
 * Beside the conservation of SYNs, whose fate was decided before. A connection may be given up more than once, when its peer
 * tries again.
 */
import { Counters } from '../engine/counters.ts';
import type { RefusalCause } from './syn-ledger.ts';

/** Connections given up after their SYN was answered, by source and cause. */
export class ConnectionLosses {
  readonly causes: readonly RefusalCause[];
  /** Losses by cause. */
  readonly counters: Counters;
  private readonly firstAtNs: Float64Array; // cause → instant of the first, -1 = none

  constructor(causes: readonly RefusalCause[]) {
    this.causes = causes;
    this.counters = new Counters(causes.map(({ cause }) => cause));
    this.firstAtNs = new Float64Array(causes.length).fill(-1);
  }

  /** Records one at `nowNs`. @param cause index into `causes`. O(1). */
  record(cause: number, nowNs: number): void {
    this.counters.values[cause]!++;
    if (this.firstAtNs[cause]! < 0) this.firstAtNs[cause] = nowNs;
  }

  /** Forgets when each was first met (end of the warm-up). */
  forgetFirsts(): void {
    this.firstAtNs.fill(-1);
  }

  /** Instant of the first, ns; -1: none. */
  firstNs(cause: number): number {
    return this.firstAtNs[cause]!;
  }
}
