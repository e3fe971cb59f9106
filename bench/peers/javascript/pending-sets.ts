/**
 * Pending events in JavaScript, behind one door: the engine's own queue, and what a user of flatqueue or tinyqueue
 * would write to have equal times in the order of insertion.
 * Leaves out: what is done with them (hold.ts).
 */
import FlatQueue from 'flatqueue';
import TinyQueue from 'tinyqueue';
import { EventQueue } from '../../../src/engine/event-queue.ts';

export interface PendingSet {
  /** The current instant: `pop` sets it to that of the event it takes. In an array, as a double that is passed on is boxed. */
  readonly clock: Float64Array;
  insert(atNs: number, id: number): void;
  /** Adds an event one of the constant delays from now. */
  insertIntoLane(lane: number, id: number): void;
  /** Takes the first event out. @returns its id. */
  pop(): number;
}

export class HalfopenSet implements PendingSet {
  readonly clock: Float64Array;
  private readonly queue = new EventQueue();
  private readonly type: number;
  private readonly lanes: Int32Array; // lane of the work → lane of the queue

  constructor(delaysNs: readonly number[]) {
    this.clock = this.queue.clock;
    this.type = this.queue.addType(0);
    this.lanes = Int32Array.from(delaysNs, (delayNs) => this.queue.openLane(delayNs, this.type));
  }

  insert(atNs: number, id: number): void {
    this.queue.insert(atNs, this.type, id);
  }

  insertIntoLane(lane: number, id: number): void {
    this.queue.insertIntoLane(this.lanes[lane]!, id);
  }

  pop(): number {
    const { queue } = this;
    this.clock[0] = queue.headAtNs;
    queue.pop();
    return queue.arg;
  }
}

interface TimedEvent {
  readonly atNs: number;
  readonly insertion: number;
  readonly id: number;
}

/** One object an event, compared by time, then insertion. */
export class TinyQueueSet implements PendingSet {
  readonly clock = new Float64Array(1);
  private readonly queue = new TinyQueue<TimedEvent>([], (a, b) => a.atNs - b.atNs || a.insertion - b.insertion);
  private readonly delaysNs: Float64Array;
  private insertionCount = 0;

  constructor(delaysNs: readonly number[]) {
    this.delaysNs = Float64Array.from(delaysNs);
  }

  insert(atNs: number, id: number): void {
    this.queue.push({ atNs, insertion: this.insertionCount++, id });
  }

  insertIntoLane(lane: number, id: number): void {
    this.insert(this.clock[0]! + this.delaysNs[lane]!, id);
  }

  pop(): number {
    const event = this.queue.pop();
    if (event === undefined) return -1;
    this.clock[0] = event.atNs;
    return event.id;
  }
}

/**
 * flatqueue has no order among equal values: the events of one instant are all taken out, and sorted by insertion,
 * before the first of them is given. A value of time and insertion in one would not be exact.
 * It gets its room at once, which makes it faster.
 */
export class FlatQueueSet implements PendingSet {
  readonly clock = new Float64Array(1);
  private readonly queue: FlatQueue;
  private readonly delaysNs: Float64Array;
  private readonly insertions: Float64Array; // id → insertions before it
  private readonly tied: number[] = []; // events of now that were taken out and not given, the last first
  private insertionCount = 0;

  /** @param n events that are pending at most. */
  constructor(delaysNs: readonly number[], n: number) {
    this.queue = new FlatQueue(n);
    this.insertions = new Float64Array(n);
    this.delaysNs = Float64Array.from(delaysNs);
  }

  insert(atNs: number, id: number): void {
    this.insertions[id] = this.insertionCount++;
    this.queue.push(id, atNs);
  }

  insertIntoLane(lane: number, id: number): void {
    this.insert(this.clock[0]! + this.delaysNs[lane]!, id);
  }

  pop(): number {
    const { queue, tied } = this;
    if (tied.length > 0) return tied.pop() ?? -1;
    const atNs = queue.peekValue() ?? 0;
    this.clock[0] = atNs;
    const id = queue.pop() ?? -1;
    return queue.peekValue() === atNs ? this.firstOfTied(id, atNs) : id;
  }

  private firstOfTied(id: number, atNs: number): number {
    const { queue, tied, insertions } = this;
    tied.push(id);
    while (queue.peekValue() === atNs) tied.push(queue.pop() ?? -1);
    tied.sort((a, b) => insertions[b]! - insertions[a]!);
    return tied.pop() ?? -1;
  }
}
