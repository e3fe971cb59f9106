/**
 * The pending events as columns, and the one order they have: (time, phase, insertion).
 * A slot is an event's row; `next` chains rows into the lists of a ladder, or into the free list.
 * Leaves out: in what structure the slots are kept (ladder-queue.ts, lanes.ts).
 */
import { CapacityError } from './errors.ts';
import { grown } from './slot-pool.ts';

/** Ends a list. */
export const NO_SLOT = -1;

/** Number of event types a run may have. */
export const EVENT_TYPES_MAX = 2 ** 15;
/** Bit of a type: the event was cancelled, and its row waits for its turn to be freed. */
const CANCELLED = EVENT_TYPES_MAX;

const SLOTS_MAX = 2 ** 27;
const BYTES_PER_SLOT = 26;

export class EventColumns {
  /** Rows in use. */
  count: number;
  private readonly phase: Uint16Array; // event type, cancelled or not → phase
  private atNs: Float64Array; // slot → instant
  private insertion: Float64Array; // slot → number of insertions before it, exact to 2^53
  private type: Uint16Array; // slot → event type
  private arg: Int32Array; // slot → argument
  private next: Int32Array; // slot → next slot of its list, NO_SLOT ends it
  private freeHead: number;

  constructor(capacity: number) {
    this.count = 0;
    this.phase = new Uint16Array(2 * EVENT_TYPES_MAX);
    this.atNs = new Float64Array(capacity);
    this.insertion = new Float64Array(capacity);
    this.type = new Uint16Array(capacity);
    this.arg = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.freeHead = NO_SLOT;
    this.chainFree(0);
  }

  get bytes(): number {
    return this.atNs.length * BYTES_PER_SLOT + this.phase.byteLength;
  }

  /** Says once, before its first event, where events of `type` stand among equal times. */
  setPhase(type: number, phase: number): void {
    this.phase[type] = phase;
    this.phase[type | CANCELLED] = phase; // a cancelled event keeps its place
  }

  /** @returns the slot of a new event. @throws CapacityError beyond 2^27 pending events. O(1), amortised. */
  open(atNs: number, type: number, arg: number, insertion: number): number {
    if (this.freeHead === NO_SLOT) this.grow();
    const slot = this.freeHead;
    this.freeHead = this.next[slot]!;
    this.atNs[slot] = atNs;
    this.insertion[slot] = insertion;
    this.type[slot] = type;
    this.arg[slot] = arg;
    this.count++;
    return slot;
  }

  free(slot: number): void {
    this.next[slot] = this.freeHead;
    this.freeHead = slot;
    this.count--;
  }

  /** True when `a` comes before `b`. No two events are equal. */
  isBefore(a: number, b: number): boolean {
    const aAtNs = this.atNs[a]!;
    const bAtNs = this.atNs[b]!;
    if (aAtNs !== bAtNs) return aAtNs < bAtNs;
    const aPhase = this.phase[this.type[a]!]!;
    const bPhase = this.phase[this.type[b]!]!;
    return aPhase !== bPhase ? aPhase < bPhase : this.insertion[a]! < this.insertion[b]!;
  }

  markCancelled(slot: number): void {
    this.type[slot] = this.type[slot]! | CANCELLED;
  }

  link(slot: number, next: number): void {
    this.next[slot] = next;
  }

  isCancelled(slot: number): boolean {
    return this.type[slot]! >= CANCELLED;
  }
  atNsOf(slot: number): number {
    return this.atNs[slot]!;
  }
  insertionOf(slot: number): number {
    return this.insertion[slot]!;
  }
  typeOf(slot: number): number {
    return this.type[slot]!;
  }
  phaseOfType(type: number): number {
    return this.phase[type]!;
  }
  phaseOf(slot: number): number {
    return this.phase[this.type[slot]!]!;
  }
  argOf(slot: number): number {
    return this.arg[slot]!;
  }
  nextOf(slot: number): number {
    return this.next[slot]!;
  }

  private grow(): void {
    const used = this.atNs.length;
    const capacity = 2 * used;
    if (capacity > SLOTS_MAX) throw new CapacityError('pending events', `more than ${SLOTS_MAX} pending events`);
    this.atNs = grown(this.atNs, new Float64Array(capacity));
    this.insertion = grown(this.insertion, new Float64Array(capacity));
    this.type = grown(this.type, new Uint16Array(capacity));
    this.arg = grown(this.arg, new Int32Array(capacity));
    this.next = grown(this.next, new Int32Array(capacity));
    this.chainFree(used);
  }

  /** Rows from `first` on are free; the lowest is taken first. */
  private chainFree(first: number): void {
    const { next } = this;
    for (let slot = first; slot < next.length; slot++) next[slot] = slot + 1;
    next[next.length - 1] = this.freeHead;
    this.freeHead = first;
  }
}
