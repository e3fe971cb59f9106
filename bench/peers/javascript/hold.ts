/**
 * The hold model: the first event is taken out and put in again, one increment or one constant delay later.
 * cpp/works.hpp has the twins. What is timed computes no hash.
 * Leaves out: what keeps the events (pending-sets.ts).
 */
import { NOTHING_YET } from '../../harness.ts';
import { exponentials, mixEvent, TABLE_MASK } from '../recurrence.ts';
import type { PendingSet } from './pending-sets.ts';
import type { TimedWork } from './timed-work.ts';

const TIE_NS = 2 ** 24;
const LANES = 16;
const NS_PER_MS = 1_000_000;

/** Lane i lies (i * i + 1) ms ahead. */
export const LANE_DELAYS_NS: readonly number[] = Array.from({ length: LANES }, (_, i) => (i * i + 1) * NS_PER_MS);

export class Hold implements TimedWork {
  private readonly queue: PendingSet;
  private readonly delaysNs: Float64Array;
  private next: number;
  private hash: number;

  /** @param isTied increments are multiples of 2^24 ns: few instants, each shared by many. */
  constructor(queue: PendingSet, n: number, isTied: boolean) {
    const delaysNs = exponentials();
    this.queue = queue;
    this.delaysNs = isTied ? delaysNs.map((delayNs) => Math.floor(delayNs / TIE_NS) * TIE_NS) : delaysNs;
    this.next = 0;
    this.hash = NOTHING_YET;
    for (let id = 0; id < n; id++) queue.insert(this.delaysNs[this.next++ & TABLE_MASK]!, id);
  }

  run(operations: number): void {
    const { queue, delaysNs } = this;
    let { next } = this;
    for (let i = 0; i < operations; i++) {
      const id = queue.pop();
      queue.insert(queue.clock[0]! + delaysNs[next++ & TABLE_MASK]!, id);
    }
    this.next = next;
  }

  runHashed(operations: number): void {
    const { queue, delaysNs } = this;
    for (let i = 0; i < operations; i++) {
      const id = queue.pop();
      this.hash = mixEvent(this.hash, queue.clock[0]!, id);
      queue.insert(queue.clock[0]! + delaysNs[this.next++ & TABLE_MASK]!, id);
    }
  }

  outcome(): number {
    return this.hash;
  }
}

/** The same over sixteen constant delays, of which each event draws one. */
export class LaneHold implements TimedWork {
  private readonly queue: PendingSet;
  private readonly lanes: Uint8Array;
  private next: number;
  private hash: number;

  constructor(queue: PendingSet, n: number) {
    this.queue = queue;
    this.lanes = Uint8Array.from(exponentials(), (value) => value % LANES);
    this.next = 0;
    this.hash = NOTHING_YET;
    const stepNs = Math.floor(NS_PER_MS / n);
    for (let id = 0; id < n; id++) {
      queue.clock[0] = id * stepNs;
      queue.insertIntoLane(this.lanes[this.next++ & TABLE_MASK]!, id);
    }
  }

  run(operations: number): void {
    const { queue, lanes } = this;
    let { next } = this;
    for (let i = 0; i < operations; i++) {
      const id = queue.pop();
      queue.insertIntoLane(lanes[next++ & TABLE_MASK]!, id);
    }
    this.next = next;
  }

  runHashed(operations: number): void {
    const { queue, lanes } = this;
    for (let i = 0; i < operations; i++) {
      const id = queue.pop();
      this.hash = mixEvent(this.hash, queue.clock[0]!, id);
      queue.insertIntoLane(lanes[this.next++ & TABLE_MASK]!, id);
    }
  }

  outcome(): number {
    return this.hash;
  }
}
