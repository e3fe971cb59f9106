/**
 * The SYN-ACK timer of Linux 2.2: one for the host. Every 0.5 s it walks each listener's requests from the oldest on, up
 * to the first that is not due. Who is sent a SYN-ACK again goes to the end with a longer time-out, and holds up those
 * behind it with shorter ones (A1.8, A1.10).
 * Source: tcp_syn_recv_timer, tcp_inc_slow_timer, 2.2.1.
 */
import type { EventSink } from '../../engine/loop.ts';
import { grown } from '../../engine/slot-pool.ts';
import { NEVER_NS, Phase } from '../../engine/time.ts';
import type { Kernel } from './kernel.ts';
import type { SynAckTimers } from './syn-ack-timers.ts';

const INTERVAL_NS = 500e6;
const NONE = -1;

export class ScanTimers implements SynAckTimers, EventSink {
  private readonly kernel: Kernel;
  private readonly sink: EventSink;
  private readonly kind: number;
  private readonly type: number;
  private readonly first: number[]; // listener → first of its list, NONE
  private readonly last: number[]; // listener → last of its list, NONE
  private count: number; // requests in all lists
  private walkAtNs: number; // instant of the next walk, NEVER_NS: there is nothing to walk
  private isIn: Uint8Array; // slot → 1: it is in a list
  private before: Int32Array; // slot → the one before it in its list, NONE
  private after: Int32Array; // slot → the one after it, NONE
  private deadlineNs: Float64Array; // slot → when it is due

  /** @param sink gets `onEvent(kind, slot)` for a request that is due when it is met. */
  constructor(kernel: Kernel, sink: EventSink, kind: number) {
    const { capacity } = kernel.requests;
    this.kernel = kernel;
    this.sink = sink;
    this.kind = kind;
    this.type = kernel.env.loop.eventType(this, 0, Phase.Timer);
    this.first = [];
    this.last = [];
    this.count = 0;
    this.walkAtNs = NEVER_NS;
    this.isIn = new Uint8Array(capacity);
    this.before = new Int32Array(capacity);
    this.after = new Int32Array(capacity);
    this.deadlineNs = new Float64Array(capacity);
  }

  get bytes(): number {
    return this.isIn.byteLength + this.before.byteLength + this.after.byteLength + this.deadlineNs.byteLength;
  }

  grow(capacity: number): void {
    this.isIn = grown(this.isIn, new Uint8Array(capacity));
    this.before = grown(this.before, new Int32Array(capacity));
    this.after = grown(this.after, new Int32Array(capacity));
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(capacity));
  }

  /** Puts `slot` at the end, wherever it was. */
  arm(slot: number, delayNs: number): void {
    const { nowNs } = this.kernel.env.loop;
    const isNew = this.isIn[slot] === 0;
    if (!isNew) this.unlink(slot);
    this.deadlineNs[slot] = nowNs + delayNs;
    this.append(slot);
    if (isNew && this.count++ === 0) this.schedule(nowNs + INTERVAL_NS);
  }

  cancel(slot: number): void {
    if (this.isIn[slot] === 0) return;
    this.unlink(slot);
    this.isIn[slot] = 0;
    if (--this.count === 0) this.walkAtNs = NEVER_NS;
  }

  /** A walk is due, unless there was nothing to walk in between. */
  onEvent(): void {
    const { nowNs } = this.kernel.env.loop;
    if (this.walkAtNs !== nowNs) return;
    for (let listener = 0; listener < this.first.length; listener++) {
      let slot = this.headOf(listener);
      while (slot !== NONE && this.deadlineNs[slot]! <= nowNs) {
        this.sink.onEvent(this.kind, slot);
        slot = this.headOf(listener);
      }
    }
    if (this.count > 0) this.schedule(nowNs + INTERVAL_NS);
  }

  private schedule(atNs: number): void {
    this.walkAtNs = atNs;
    this.kernel.env.loop.schedule(atNs, this.type, 0);
  }

  private headOf(listener: number): number {
    return this.first[listener] ?? NONE;
  }

  private append(slot: number): void {
    const listener = this.kernel.requests.listener[slot]!;
    while (this.first.length <= listener) {
      this.first.push(NONE);
      this.last.push(NONE);
    }
    const last = this.last[listener]!;
    this.isIn[slot] = 1;
    this.before[slot] = last;
    this.after[slot] = NONE;
    if (last === NONE) this.first[listener] = slot;
    else this.after[last] = slot;
    this.last[listener] = slot;
  }

  private unlink(slot: number): void {
    const listener = this.kernel.requests.listener[slot]!;
    const before = this.before[slot]!;
    const after = this.after[slot]!;
    if (before === NONE) this.first[listener] = after;
    else this.after[before] = after;
    if (after === NONE) this.last[listener] = before;
    else this.before[after] = before;
  }
}
