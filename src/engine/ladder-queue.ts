/**
 * A ladder queue: pending events of any delay in amortised O(1), in the order (time, phase, insertion).
 *
 *   top      a list, unsorted: every event at or after topStartNs
 *   rungs    rung 0 cuts a span of time into buckets; rung i + 1 cuts one bucket of rung i; a bucket is a list, unsorted
 *   bottom   a ring, sorted: the events before the innermost rung's next bucket
 *
 * Events are sorted only when they are few and about to happen. Two safeguards: a bottom that grew long
 * becomes a rung, and an exhausted rung is dropped before the next one is cut.
 * Leaves out: events of constant delay, which need no sorting at all (lanes.ts).
 * Source: W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue", ACM TOMACS 15(3), 2005, 175-204.
 */
import { type EventColumns, NO_SLOT } from './event-columns.ts';
import { EventSorter } from './event-sort.ts';
import { InvariantError } from './errors.ts';
import { RingBuffer } from './ring-buffer.ts';
import { Rung } from './rung.ts';
import { NEVER_NS } from './time.ts';

/** A bucket of at most this many events is sorted; a longer one is cut into a rung. */
const SORT_MAX = 48;
/** A bottom longer than this becomes a rung. */
const BOTTOM_MAX = 2 * SORT_MAX;
/** Each rung is at least SORT_MAX times finer than the one before, and a nanosecond is not cut: 16 are enough. */
const RUNGS_MAX = 16;
/** Cancelled rows are cleared out when there are more of them than of live ones, and than this. */
const CANCELLED_MIN = 1024;

export class LadderQueue {
  /** Events that are pending; cancelled ones do not count. */
  count: number;
  /** Instant of the first event, NEVER_NS when there is none. */
  headAtNs: number;
  /** Slot of the first event, NO_SLOT when there is none. */
  headSlot: number;
  private readonly events: EventColumns;
  private readonly sorter: EventSorter;
  private readonly rungs: readonly Rung[];
  private readonly bottom: RingBuffer; // slots, first event first
  private rungCount: number;
  private topHead: number; // list of slots
  private topCount: number;
  private topMinNs: number;
  private topMaxNs: number;
  private topStartNs: number; // events from here on go to the top
  private cancelledCount: number; // cancelled events that still have a row
  private work: Int32Array; // slots of the bucket that is being sorted

  constructor(events: EventColumns) {
    this.count = 0;
    this.headAtNs = NEVER_NS;
    this.headSlot = NO_SLOT;
    this.events = events;
    this.sorter = new EventSorter(events);
    this.rungs = Array.from({ length: RUNGS_MAX }, () => new Rung(events));
    this.bottom = new RingBuffer('i32', 2 * BOTTOM_MAX, 2 ** 27);
    this.rungCount = 0;
    this.topHead = NO_SLOT;
    this.topCount = 0;
    this.topMinNs = NEVER_NS;
    this.topMaxNs = -NEVER_NS;
    this.topStartNs = -NEVER_NS;
    this.cancelledCount = 0;
    this.work = new Int32Array(2 * BOTTOM_MAX);
  }

  get bytes(): number {
    let bytes = this.sorter.bytes + this.bottom.bytes + this.work.byteLength;
    for (const rung of this.rungs) bytes += rung.bytes;
    return bytes;
  }

  /** Adds the event in row `slot`, at or after the last popped one. Amortised O(1). */
  insert(slot: number): void {
    const atNs = this.events.atNsOf(slot);
    this.count++;
    if (atNs >= this.topStartNs) {
      this.pushTop(slot, atNs);
      if (this.bottom.count === 0) this.settle();
      return;
    }
    for (let r = 0; r < this.rungCount; r++) {
      const rung = this.rungs[r]!;
      if (atNs >= rung.nextNs) {
        rung.add(slot, atNs);
        return;
      }
    }
    this.insertIntoBottom(slot);
    this.settle();
  }

  /** Takes the first event out: its row is the caller's to free. Call only when `count` > 0. Amortised O(1). */
  pop(): number {
    this.count--;
    const slot = this.bottom.shift();
    this.settle();
    return slot;
  }

  /** Takes back the event in row `slot`. @throws InvariantError when it is cancelled already. Amortised O(1). */
  cancel(slot: number): void {
    if (this.events.isCancelled(slot)) throw new InvariantError('an event was cancelled twice');
    this.events.markCancelled(slot);
    this.count--;
    this.cancelledCount++;
    if (slot === this.headSlot) this.settle();
    if (this.cancelledCount > CANCELLED_MIN && this.cancelledCount > this.count) this.clearOut();
  }

  private pushTop(slot: number, atNs: number): void {
    this.events.link(slot, this.topHead);
    this.topHead = slot;
    this.topCount++;
    if (atNs < this.topMinNs) this.topMinNs = atNs;
    if (atNs > this.topMaxNs) this.topMaxNs = atNs;
  }

  /** Makes the first live event the head: frees cancelled ones before it, refills an empty bottom. */
  private settle(): void {
    const { bottom, events } = this;
    do {
      while (bottom.count > 0) {
        const slot = bottom.at(0);
        if (!events.isCancelled(slot)) {
          this.headSlot = slot;
          this.headAtNs = events.atNsOf(slot);
          return;
        }
        events.free(bottom.shift());
        this.cancelledCount--;
      }
    } while (this.fillBottom());
    this.topStartNs = -NEVER_NS;
    this.headAtNs = NEVER_NS;
    this.headSlot = NO_SLOT;
  }

  private insertIntoBottom(slot: number): void {
    const { bottom, events } = this;
    let low = 0;
    let high = bottom.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (events.isBefore(slot, bottom.at(middle))) high = middle;
      else low = middle + 1;
    }
    if (!bottom.tryInsertAt(low, slot)) throw new InvariantError('the ring of the bottom is shorter than the columns');
    if (bottom.count > BOTTOM_MAX) this.cutBottom();
  }

  /** Safeguard: a long bottom becomes a rung, so that no insertion shifts many. */
  private cutBottom(): void {
    const { bottom, events } = this;
    const minNs = events.atNsOf(bottom.at(0));
    const maxNs = events.atNsOf(bottom.at(bottom.count - 1));
    if (minNs === maxNs || this.rungCount === RUNGS_MAX) return;
    const rung = this.addRung(minNs, maxNs, bottom.count);
    for (let i = 0; i < bottom.count; i++) rung.add(bottom.at(i), events.atNsOf(bottom.at(i)));
    bottom.clear();
  }

  /**
   * Cuts buckets until the first events are few, or all of one instant, and sorts those into the empty bottom.
   * @returns false when there is no event.
   */
  private fillBottom(): boolean {
    for (;;) {
      const rung = this.innermostRung();
      if (rung === null && this.topCount === 0) return false;
      const list = rung === null ? this.takeTop() : rung.takeBucket();
      const minNs = rung === null ? this.topMinNs : rung.takenMinNs;
      const maxNs = rung === null ? this.topMaxNs : rung.takenMaxNs;
      const count = rung === null ? this.topCount : rung.takenCount;
      if (rung === null) this.emptyTop();
      if (count <= SORT_MAX || minNs === maxNs || this.rungCount === RUNGS_MAX) {
        this.sortIntoBottom(list, count);
        return true;
      }
      if (rung !== null && rung.count === 0) this.rungCount--;
      this.fillRung(this.addRung(minNs, maxNs, count), list);
    }
  }

  /** @returns the innermost rung that holds events, null when none does; exhausted ones are dropped. */
  private innermostRung(): Rung | null {
    while (this.rungCount > 0) {
      const rung = this.rungs[this.rungCount - 1]!;
      if (rung.count > 0) return rung;
      this.rungCount--;
    }
    return null;
  }

  private addRung(minNs: number, maxNs: number, count: number): Rung {
    const rung = this.rungs[this.rungCount++]!;
    rung.cut(minNs, maxNs, count);
    return rung;
  }

  private fillRung(rung: Rung, list: number): void {
    const { events } = this;
    for (let slot = list; slot !== NO_SLOT;) {
      const next = events.nextOf(slot);
      rung.add(slot, events.atNsOf(slot));
      slot = next;
    }
  }

  private takeTop(): number {
    // Ties with the last event of the list must not go to the top behind it: their phase may come first.
    this.topStartNs = this.topMaxNs + 1;
    return this.topHead;
  }

  private emptyTop(): void {
    this.topHead = NO_SLOT;
    this.topCount = 0;
    this.topMinNs = NEVER_NS;
    this.topMaxNs = -NEVER_NS;
  }

  /** Lists are newest first, so they are read from the end: ties are then nearly sorted. */
  private sortIntoBottom(list: number, count: number): void {
    const { events, bottom } = this;
    if (this.work.length < count) this.work = new Int32Array(2 * count);
    const { work } = this;
    let free = count;
    for (let slot = list; slot !== NO_SLOT; slot = events.nextOf(slot)) work[--free] = slot;
    this.sorter.sort(work, count);
    for (let i = 0; i < count; i++) bottom.tryPush(work[i]!);
  }

  /** Frees the rows of all cancelled events, wherever they are, by starting over with the live ones. */
  private clearOut(): void {
    const { events } = this;
    let list = this.topHead;
    this.emptyTop();
    this.keepLive(list);
    for (let r = 0; r < this.rungCount; r++) {
      const rung = this.rungs[r]!;
      while (rung.count > 0) {
        list = rung.takeBucket();
        this.keepLive(list);
      }
    }
    this.rungCount = 0;
    while (this.bottom.count > 0) {
      const slot = this.bottom.shift();
      events.link(slot, NO_SLOT);
      this.keepLive(slot);
    }
    this.settle();
  }

  private keepLive(list: number): void {
    const { events } = this;
    for (let slot = list; slot !== NO_SLOT;) {
      const next = events.nextOf(slot);
      if (events.isCancelled(slot)) {
        events.free(slot);
        this.cancelledCount--;
      } else {
        this.pushTop(slot, events.atNsOf(slot));
      }
      slot = next;
    }
  }
}
