/**
 * Timers of requests, one each, on exact time: deadlines in the slots, events in one lane a delay. A slot has one
 * pending event, which re-arms itself when it comes early, so a slot that is used again and again adds no events.
 * Leaves out: the rounding of the kernel's wheel (engine/timer-wheel.ts); the sweeps of older kernels.
 * Source: reqsk_queue_hash_req, B4.1.
 */
import type { EventSink, Loop } from '../../engine/loop.ts';
import { grown } from '../../engine/slot-pool.ts';
import { NEVER_NS, Phase } from '../../engine/time.ts';

const NEVER = NEVER_NS;

/** What starts and stops the timers of requests. */
export interface SynAckTimers {
  readonly bytes: number;
  /** The timer of `slot` fires `delayNs` from now, and at no other time. */
  arm(slot: number, delayNs: number): void;
  cancel(slot: number): void;
  /** Makes room for slots [0, capacity). */
  grow(capacity: number): void;
}

export class ExactTimers implements SynAckTimers, EventSink {
  private readonly loop: Loop;
  private readonly sink: EventSink;
  private readonly kind: number;
  private readonly type: number;
  private readonly laneDelayNs: Float64Array; // lane of this room → its delay
  private readonly lanes: Int32Array; // lane of this room → lane of the loop
  private deadlineNs: Float64Array; // slot → when its timer fires, NEVER while it is clear
  private eventAtNs: Float64Array; // slot → instant of its pending event, NEVER without one

  /** @param sink gets `onEvent(kind, slot)`. @param delaysNs those that nearly all timers have. */
  constructor(loop: Loop, sink: EventSink, kind: number, delaysNs: readonly number[], capacity: number) {
    this.loop = loop;
    this.sink = sink;
    this.kind = kind;
    this.type = loop.eventType(this, 0, Phase.Timer);
    this.laneDelayNs = new Float64Array(delaysNs);
    this.lanes = new Int32Array(delaysNs.map((delayNs) => loop.lane(delayNs, this.type)));
    this.deadlineNs = new Float64Array(capacity).fill(NEVER);
    this.eventAtNs = new Float64Array(capacity).fill(NEVER);
  }

  get bytes(): number {
    return this.deadlineNs.byteLength + this.eventAtNs.byteLength;
  }

  grow(capacity: number): void {
    const used = this.deadlineNs.length;
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(capacity)).fill(NEVER, used);
    this.eventAtNs = grown(this.eventAtNs, new Float64Array(capacity)).fill(NEVER, used);
  }

  arm(slot: number, delayNs: number): void {
    const atNs = this.loop.nowNs + delayNs;
    this.deadlineNs[slot] = atNs;
    if (atNs >= this.eventAtNs[slot]!) return;
    this.eventAtNs[slot] = atNs;
    const { laneDelayNs } = this;
    for (let i = 0; i < laneDelayNs.length; i++) {
      if (laneDelayNs[i] === delayNs) return this.loop.scheduleIn(this.lanes[i]!, slot);
    }
    this.loop.schedule(atNs, this.type, slot);
  }

  cancel(slot: number): void {
    this.deadlineNs[slot] = NEVER;
  }

  onEvent(_kind: number, slot: number): void {
    const { nowNs } = this.loop;
    if (this.eventAtNs[slot] !== nowNs) return; // a deadline moved to before this event, and has one of its own
    this.eventAtNs[slot] = NEVER;
    const deadlineNs = this.deadlineNs[slot]!;
    if (deadlineNs > nowNs) {
      if (deadlineNs === NEVER) return;
      this.eventAtNs[slot] = deadlineNs;
      this.loop.schedule(deadlineNs, this.type, slot);
      return;
    }
    this.deadlineNs[slot] = NEVER;
    this.sink.onEvent(this.kind, slot);
  }
}
