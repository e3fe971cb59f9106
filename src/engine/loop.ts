/**
 * The simulation loop: pops the pending event of least (time, phase, insertion) and hands it to its sink.
 * Leaves out: what any event means.
 */
import { CapacityError, InvariantError } from './errors.ts';
import { NEVER_NS } from './time.ts';

/** What reacts to events. Two small integers, so that no event ever needs an object or a closure. */
export interface EventSink {
  /** `kind` is the sink's own number for what happens, `arg` what it happens to (a slot, an index). */
  onEvent(kind: number, arg: number): void;
}

export class Loop {
  /** The current instant, ns. Set before the sink is called. */
  nowNs: number;
  /** Events handled so far. */
  eventCount: number;
  // TEMPORARY binary heap: the ladder and the lanes replace it behind the same methods.
  private heap: { at: number; phase: number; seq: number; type: number; arg: number }[] = [];
  private seq = 0;
  private sinks: EventSink[] = [];
  private kinds: number[] = [];
  private phases: number[] = [];
  private cancelled = new Set<number>();

  constructor() {
    this.nowNs = 0;
    this.eventCount = 0;
  }

  /**
   * Names an event once, before the run: who reacts (`sink`), its own `kind`, and its place among
   * equal times (`phase`, 0 … 65535, see Phase). @returns the event's type, for `schedule` and `lane`.
   */
  eventType(sink: EventSink, kind: number, phase: number): number {
    this.sinks.push(sink);
    this.kinds.push(kind);
    this.phases.push(phase);
    return this.sinks.length - 1;
  }

  /** Schedules event `type` with `arg` (int32) at `atNs` >= nowNs. @returns an id for `cancel`. */
  schedule(atNs: number, type: number, arg: number): number {
    if (!(atNs >= this.nowNs)) throw new InvariantError('an event may not lie in the past');
    this.heap.push({ at: atNs, phase: this.phases[type]!, seq: this.seq, type, arg });
    this.up();
    return this.seq++;
  }

  /**
   * A lane: for events of `type` that always lie the same `delayNs` ahead.
   * @returns the lane, for `scheduleIn`. Equal (delayNs, type) give the same lane.
   */
  lane(delayNs: number, type: number): number {
    this.lanes.push({ delayNs, type });
    return this.lanes.length - 1;
  }
  private lanes: { delayNs: number; type: number }[] = [];

  /** Schedules the lane's event with `arg`, the lane's delay from now. @returns an id for `cancel`. */
  scheduleIn(lane: number, arg: number): number {
    const l = this.lanes[lane]!;
    return this.schedule(this.nowNs + l.delayNs, l.type, arg);
  }

  /** Takes back a pending event. The caller knows that it is pending: cancelling any other id is a bug. */
  cancel(id: number): void {
    this.cancelled.add(id);
  }

  /** Instant of the next event, NEVER_NS when none is pending. */
  nextAtNs(): number {
    this.dropCancelled();
    return this.heap[0]?.at ?? NEVER_NS;
  }

  /**
   * Handles every event up to and including `endNs`, then stands at `endNs`.
   * @param eventsMax stop with CapacityError('limits.events') once `eventCount` reaches it.
   */
  runUntil(endNs: number, eventsMax = Infinity): void {
    for (;;) {
      this.dropCancelled();
      const e = this.heap[0];
      if (e === undefined || e.at > endNs) break;
      if (this.eventCount >= eventsMax) throw new CapacityError('limits.events', `more than ${eventsMax} events`);
      this.pop();
      this.nowNs = e.at;
      this.eventCount++;
      this.sinks[e.type]!.onEvent(this.kinds[e.type]!, e.arg);
    }
    this.nowNs = Math.max(this.nowNs, endNs);
  }

  private dropCancelled(): void {
    while (this.heap.length > 0 && this.cancelled.delete(this.heap[0]!.seq)) this.pop();
  }

  private less(a: number, b: number): boolean {
    const x = this.heap[a]!,
      y = this.heap[b]!;
    return x.at !== y.at ? x.at < y.at : x.phase !== y.phase ? x.phase < y.phase : x.seq < y.seq;
  }
  private swap(a: number, b: number): void {
    const x = this.heap[a]!;
    this.heap[a] = this.heap[b]!;
    this.heap[b] = x;
  }
  private up(): void {
    let i = this.heap.length - 1;
    while (i > 0) {
      const p = (i - 1) >> 1;
      if (!this.less(i, p)) break;
      this.swap(i, p);
      i = p;
    }
  }
  private pop(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    let i = 0;
    for (;;) {
      let c = 2 * i + 1;
      if (c >= this.heap.length) break;
      if (c + 1 < this.heap.length && this.less(c + 1, c)) c++;
      if (!this.less(c, i)) break;
      this.swap(i, c);
      i = c;
    }
  }
}
