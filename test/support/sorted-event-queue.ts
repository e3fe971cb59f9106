/** The readable twin of every pending-event structure: an array of objects, sorted at each question. */

export interface PendingEvent {
  readonly atNs: number;
  readonly phase: number;
  readonly insertion: number;
  readonly arg: number;
}

export class SortedEventQueue {
  private readonly pending: PendingEvent[] = [];
  private insertionCount = 0;

  get count(): number {
    return this.pending.length;
  }

  get headAtNs(): number {
    return this.pending[0]?.atNs ?? Infinity;
  }

  insert(atNs: number, phase: number, arg: number): void {
    const event = { atNs, phase, insertion: this.insertionCount++, arg };
    const after = this.pending.findIndex((other) => compare(event, other) < 0);
    this.pending.splice(after < 0 ? this.pending.length : after, 0, event);
  }

  /** Args of all pending events, first event first. */
  get args(): readonly number[] {
    return this.pending.map((event) => event.arg);
  }

  cancel(arg: number): void {
    this.pending.splice(
      this.pending.findIndex((event) => event.arg === arg),
      1,
    );
  }

  pop(): PendingEvent {
    const first = this.pending.shift();
    if (first === undefined) throw new RangeError('took from an empty queue');
    return first;
  }
}

function compare(a: PendingEvent, b: PendingEvent): number {
  return a.atNs - b.atNs || a.phase - b.phase || a.insertion - b.insertion;
}
