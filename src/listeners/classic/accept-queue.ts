/** Connections that wait for accept(), oldest first, and their gauge. */
import { assert } from '../../engine/errors.ts';
import type { Gauges } from '../../engine/gauges.ts';
import type { Loop } from '../../engine/loop.ts';
import { RingBuffer } from '../../engine/ring-buffer.ts';
import { ACCEPT_QUEUE, SYN_QUEUE } from '../listener.ts';
import type { WaitingVisitor } from '../waiting.ts';
import { type Connections, ConnectionState } from './connections.ts';

const BACKLOG_MAX = 2 ** 24;

export class AcceptQueue {
  private readonly slots: RingBuffer;
  private readonly gauges: Gauges;
  private readonly loop: Loop;
  private readonly connections: Connections;

  constructor(gauges: Gauges, loop: Loop, connections: Connections) {
    this.slots = new RingBuffer('i32', 16, BACKLOG_MAX);
    this.gauges = gauges;
    this.loop = loop;
    this.connections = connections;
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

  /** Takes the oldest for the application. @throws InvariantError when there is none. */
  accept(): number {
    const slot = this.shift();
    this.connections.setState(slot, ConnectionState.Accepted);
    return slot;
  }

  /** As Listener.eachWaiting. */
  eachWaiting(visit: WaitingVisitor): void {
    const { connections, slots } = this;
    for (let slot = 0; slot < connections.capacity; slot++) {
      if (connections.isHalfOpen(slot)) visit(SYN_QUEUE, connections.sourceOf(slot), connections.peerOf(slot), false);
    }
    for (let place = 0; place < slots.count; place++) {
      const slot = slots.at(place);
      visit(ACCEPT_QUEUE, connections.sourceOf(slot), connections.peerOf(slot), false);
    }
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
