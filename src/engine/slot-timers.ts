/**
 * One timer for each slot of a pool. The deadline lives in the slot: setting it anew, or clearing it, touches no
 * pending event, and the slot's one event re-arms itself when it comes early. So memory grows with the slots and
 * not with the packets that move their deadlines, and nothing is ever searched or cancelled.
 * Leaves out: timers that must fire in an order of their own (listeners/linux-1.2/kernel-timers.ts).
 */
import type { EventSink, Loop } from './loop.ts';
import { grown } from './slot-pool.ts';
import { NEVER_NS } from './time.ts';

export class SlotTimers implements EventSink {
  private readonly loop: Loop;
  private readonly sink: EventSink;
  private readonly kind: number;
  private readonly type: number;
  private readonly laneDelayNs: number;
  private readonly lane: number;
  private deadlineNs: Float64Array; // slot → when its timer fires, NEVER_NS while it is clear
  private eventAtNs: Float64Array; // slot → instant of its pending event, NEVER_NS without one

  /**
   * @param sink gets `onEvent(kind, slot)` at the deadline, at `phase` among equal times.
   * @param laneDelayNs the delay that most deadlines have, NEVER_NS when there is none: those take a lane.
   * @param capacity number of slots; `grow` makes it more.
   */
  constructor(loop: Loop, sink: EventSink, kind: number, phase: number, laneDelayNs: number, capacity: number) {
    this.loop = loop;
    this.sink = sink;
    this.kind = kind;
    this.type = loop.eventType(this, 0, phase);
    this.laneDelayNs = laneDelayNs;
    this.lane = laneDelayNs === NEVER_NS ? -1 : loop.lane(laneDelayNs, this.type);
    this.deadlineNs = new Float64Array(capacity).fill(NEVER_NS);
    this.eventAtNs = new Float64Array(capacity).fill(NEVER_NS);
  }

  get bytes(): number {
    return this.deadlineNs.byteLength + this.eventAtNs.byteLength;
  }

  /** Makes room for slots [0, capacity). */
  grow(capacity: number): void {
    const used = this.deadlineNs.length;
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(capacity)).fill(NEVER_NS, used);
    this.eventAtNs = grown(this.eventAtNs, new Float64Array(capacity)).fill(NEVER_NS, used);
  }

  /** The timer of `slot` fires at `atNs` >= now, and at no other time. Amortised O(log lanes). */
  set(slot: number, atNs: number): void {
    this.deadlineNs[slot] = atNs;
    if (atNs < this.eventAtNs[slot]!) this.arm(slot, atNs);
  }

  /** The timer of `slot` does not fire. O(1). */
  clear(slot: number): void {
    this.deadlineNs[slot] = NEVER_NS;
  }

  /** NEVER_NS while the timer is clear. */
  deadlineNsOf(slot: number): number {
    return this.deadlineNs[slot]!;
  }

  onEvent(_kind: number, slot: number): void {
    const { nowNs } = this.loop;
    if (this.eventAtNs[slot] !== nowNs) return; // a deadline moved to before this event, and has one of its own
    this.eventAtNs[slot] = NEVER_NS;
    const deadlineNs = this.deadlineNs[slot]!;
    if (deadlineNs > nowNs) {
      if (deadlineNs !== NEVER_NS) this.arm(slot, deadlineNs);
      return;
    }
    this.deadlineNs[slot] = NEVER_NS;
    this.sink.onEvent(this.kind, slot);
  }

  private arm(slot: number, atNs: number): void {
    this.eventAtNs[slot] = atNs;
    const { loop } = this;
    if (atNs - loop.nowNs === this.laneDelayNs) loop.scheduleIn(this.lane, slot);
    else loop.schedule(atNs, this.type, slot);
  }
}
