/**
 * The simulation loop: pops the pending event of least (time, phase, insertion) and hands it to its sink.
 * Leaves out: what any event means; how pending events are kept (event-queue.ts).
 */
import { InvariantError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import { NEVER_NS } from './time.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const NEVER = NEVER_NS;

/** What reacts to events. Two small integers, so that no event ever needs an object or a closure. */
export interface EventSink {
  /** `kind` is the sink's own number for what happens, `arg` what it happens to (a slot, an index). */
  readonly onEvent: (kind: number, arg: number) => void;
}

/** What reads the state of a run at instants of its own, and changes nothing. */
export interface Meter {
  /** Reads, after everything else of `nowNs`. @returns the next instant, > nowNs, or NEVER_NS. */
  onSample(): number;
}

export class Loop {
  /** Events handled so far, samples included. */
  eventCount: number;
  private readonly clock: Float64Array; // the current instant, which the queue reads
  private readonly queue: EventQueue;
  private readonly sinks: EventSink[]; // event type → who reacts
  private readonly reactions: EventSink['onEvent'][]; // event type → its onEvent, which V8 would look for by name at each event
  private readonly kinds: number[]; // event type → the sink's own number
  private meter: Meter | null;
  private meterAtNs: number; // instant of the next sample
  private endNs: number; // of the present runUntil
  private eventsMax: number; // of the present runUntil

  constructor() {
    this.eventCount = 0;
    this.queue = new EventQueue();
    this.clock = this.queue.clock;
    this.sinks = [];
    this.reactions = [];
    this.kinds = [];
    this.meter = null;
    this.meterAtNs = NEVER;
    this.endNs = 0;
    this.eventsMax = Infinity;
  }

  /** The current instant, ns. Set before the sink is called. */
  get nowNs(): number {
    return this.clock[0]!;
  }

  /** Events that are pending. */
  get pendingCount(): number {
    return this.queue.count;
  }

  /** Bytes of the pending events' typed arrays. */
  get bytes(): number {
    return this.queue.bytes;
  }

  /**
   * Names an event once, before the run: who reacts (`sink`), its own `kind`, and its place among
   * equal times (`phase`, 0 … 65535, see Phase). @returns the event's type, for `schedule` and `lane`.
   */
  eventType(sink: EventSink, kind: number, phase: number): number {
    this.sinks.push(sink);
    this.reactions.push(sink.onEvent);
    this.kinds.push(kind);
    return this.queue.addType(phase);
  }

  /**
   * Schedules event `type` with `arg` (int32) at `atNs` >= nowNs, a whole number; beyond TIME_NS_MAX it never comes.
   * @returns an id for `cancel`, good until the event is handled. @throws InvariantError. Amortised O(1).
   */
  schedule(atNs: number, type: number, arg: number): number {
    if (!(atNs >= this.nowNs && atNs < NEVER)) throw new InvariantError('an event lies in the past, or never comes');
    return this.queue.insert(atNs, type, arg);
  }

  /**
   * A lane: for events of `type` that always lie the same `delayNs` >= 0 ahead.
   * @returns the lane, for `scheduleIn`. Equal (delayNs, type) give the same lane.
   */
  lane(delayNs: number, type: number): number {
    if (!(delayNs >= 0 && delayNs < NEVER)) throw new InvariantError('a lane leads into the past, or nowhere');
    return this.queue.openLane(delayNs, type);
  }

  /** Schedules the lane's event with `arg`, the lane's delay from now. It cannot be cancelled. O(log lanes). */
  scheduleIn(lane: number, arg: number): void {
    this.queue.insertIntoLane(lane, arg);
  }

  /** Takes back a scheduled event. The caller knows that it is pending: cancelling any other id is a bug. Amortised O(1). */
  cancel(id: number): void {
    this.queue.cancel(id);
  }

  /** Instant of the next event, NEVER_NS when none is pending. */
  nextAtNs(): number {
    return this.queue.headAtNs;
  }

  /** Has `meter` read at `atNs` first. A run has one meter at most: who comes later takes its place. */
  setMeter(meter: Meter, atNs: number): void {
    this.meter = meter;
    this.meterAtNs = atNs;
  }

  /**
   * Handles every event up to and including `endNs`, then stands at `endNs`.
   * @param eventsMax stop where the loop is once `eventCount` has reached it and another event is due.
   * @returns whether it reached `endNs`.
   */
  runUntil(endNs: number, eventsMax = Infinity): boolean {
    this.endNs = endNs;
    this.eventsMax = eventsMax;
    if (!this.handle()) return false;
    if (endNs > this.nowNs) this.clock[0] = endNs;
    return true;
  }

  /** Handles what is due. Apart, since V8 compiles a loop without what comes after it, and starts over when it gets there. */
  private handle(): boolean {
    const { queue, sinks, reactions, kinds, endNs, eventsMax } = this;
    for (;;) {
      const atNs = queue.headAtNs;
      const samples = this.meterAtNs < atNs;
      if ((samples ? this.meterAtNs : atNs) > endNs) return true;
      if (this.eventCount >= eventsMax) return false;
      if (samples) {
        this.sample();
        continue;
      }
      queue.pop();
      this.clock[0] = atNs;
      this.eventCount++;
      reactions[queue.type]!.call(sinks[queue.type]!, kinds[queue.type]!, queue.arg);
    }
  }

  // --- for a sink that goes on by itself while nothing else is due

  /** Until this instant, exclusive, nothing is due but samples, and the run goes on. */
  quietUntilNs(): number {
    const headAtNs = this.queue.headAtNs;
    return headAtNs <= this.endNs ? headAtNs : this.endNs + 1;
  }

  /**
   * Moves on to `atNs` >= nowNs, as if the present sink's event of that instant had been scheduled and came now.
   * @returns false, and changes nothing, when something else may come first: then it has to be scheduled.
   */
  tryAdvance(atNs: number): boolean {
    if (atNs >= this.queue.headAtNs || atNs > this.meterAtNs || atNs > this.endNs) return false;
    if (this.eventCount >= this.eventsMax) return false;
    this.clock[0] = atNs;
    this.eventCount++;
    return true;
  }

  /** Instant of the next sample, NEVER_NS when there is none. Who lets time pass it takes it, by `sample`. */
  get sampleAtNs(): number {
    return this.meterAtNs;
  }

  /** How many more events the present run may handle. */
  get eventsLeft(): number {
    return this.eventsMax - this.eventCount;
  }

  /** Moves on to the next sample, and takes it. */
  sample(): void {
    this.clock[0] = this.meterAtNs;
    this.eventCount++;
    this.meterAtNs = this.meter === null ? NEVER : this.meter.onSample();
  }
}
