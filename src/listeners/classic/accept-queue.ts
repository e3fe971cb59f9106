/** Connections that wait for accept(), oldest first, and their gauge. */
import { assert } from '../../engine/errors.ts';
import type { Gauges } from '../../engine/gauges.ts';
import type { Loop } from '../../engine/loop.ts';
import { RingBuffer } from '../../engine/ring-buffer.ts';
import { ACCEPT_QUEUE } from '../listener.ts';

const BACKLOG_MAX = 2 ** 24;

export class AcceptQueue {
  private readonly slots: RingBuffer;
  private readonly gauges: Gauges;
  private readonly loop: Loop;

  constructor(gauges: Gauges, loop: Loop) {
    this.slots = new RingBuffer('i32', 16, BACKLOG_MAX);
    this.gauges = gauges;
    this.loop = loop;
  }

  get count(): number {
    return this.slots.count;
  }

  get bytes(): number {
    return this.slots.bytes;
  }

  push(slot: number): void {
    assert(this.slots.tryPush(slot), 'the accept queue is longer than any backlog');
    this.gauge();
  }

  /** Takes the oldest. @throws InvariantError when there is none. */
  shift(): number {
    const slot = this.slots.shift();
    this.gauge();
    return slot;
  }

  /** Takes `slot`, which is in the queue, out of it. O(count). */
  remove(slot: number): void {
    let place = 0;
    while (this.slots.at(place) !== slot) place++;
    this.slots.removeAt(place);
    this.gauge();
  }

  private gauge(): void {
    this.gauges.set(ACCEPT_QUEUE, this.slots.count, this.loop.nowNs);
  }
}
