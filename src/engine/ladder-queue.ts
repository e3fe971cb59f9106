/**
 * A ladder queue: pending events of any delay in amortised O(1), in the order (time, phase, insertion).
 *
 *   top      a chain of chunks, unsorted: every event at or after topStartNs
 *   rungs    rung 0 cuts a span of time into buckets; rung i + 1 cuts one bucket of rung i; a bucket is a chain, unsorted
 *   bottom   sorted: the events before the innermost rung's next bucket
 *
 * Events are sorted only when they are few and about to happen. Two safeguards: a bottom that grew long
 * becomes a rung, and an exhausted rung is dropped before the next one is cut.
 * Leaves out: events of constant delay, which need no sorting at all (lanes.ts).
 * Source: W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue", ACM TOMACS 15(3), 2005, 175-204.
 */
import { InvariantError } from './errors.ts';
import {
  CHUNK_DOUBLES,
  CHUNK_EVENTS,
  CHUNK_SHIFT,
  EVENT_DOUBLES,
  EventChunks,
  INSERTION,
  NO_CHUNK,
  typeOfWord,
  WORD,
} from './event-chunks.ts';
import { SortedEvents } from './sorted-events.ts';
import { Rung } from './rung.ts';
import { NEVER_NS } from './time.ts';

/** A bucket of at most this many events is sorted; a longer one is cut into a rung. */
const SORT_MAX = 48;
/** A bottom longer than this becomes a rung. */
const BOTTOM_MAX = 2 * SORT_MAX;
/** Each rung is at least eight times finer than the one before, and a nanosecond is not cut. */
const RUNGS_MAX = 18;
/** Cancelled events are cleared out when there are more of them than of live ones, and than this. */
const CANCELLED_MIN = 1024;

export class LadderQueue {
  /** Events that are pending; cancelled ones do not count. */
  count: number;
  /** Instant of the first event, NEVER_NS when there is none. */
  headAtNs: number;
  private readonly phases: Uint16Array; // event type → phase
  private readonly chunks: EventChunks;
  private readonly rungs: readonly Rung[];
  private readonly bottom: SortedEvents;
  private readonly cancelled: Set<number>; // insertion numbers of cancelled events that are still here
  private rungCount: number;
  private topHead: number; // first chunk
  private topEnd: number; // event behind the last one
  private topCount: number;
  private topMaxNs: number;
  private topStartNs: number; // events from here on go to the top
  private spanMinNs: number; // of the chain that `canCut` looked at last
  private spanMaxNs: number;

  /** @param phases event type → its place among equal times. */
  constructor(phases: Uint16Array) {
    this.count = 0;
    this.headAtNs = NEVER_NS;
    this.phases = phases;
    const chunks = new EventChunks();
    this.chunks = chunks;
    this.rungs = Array.from({ length: RUNGS_MAX }, () => new Rung(chunks));
    this.bottom = new SortedEvents(phases);
    this.cancelled = new Set();
    this.rungCount = 0;
    this.topHead = NO_CHUNK;
    this.topEnd = 0;
    this.topCount = 0;
    this.spanMinNs = NEVER_NS;
    this.spanMaxNs = -NEVER_NS;
    this.topMaxNs = -NEVER_NS;
    this.topStartNs = -NEVER_NS;
  }

  get bytes(): number {
    let bytes = this.chunks.bytes + this.bottom.bytes;
    for (const rung of this.rungs) bytes += rung.bytes;
    return bytes;
  }

  /** Word and insertion number of the first event. Call only when `count` > 0. */
  get headWord(): number {
    return this.bottom.valueOf(WORD);
  }
  get headInsertion(): number {
    return this.bottom.valueOf(INSERTION);
  }
  get headPhase(): number {
    return this.phases[typeOfWord(this.headWord)]!;
  }

  /** Adds an event at `atNs`, not before the last popped one. `insertion` is above all earlier ones. Amortised O(1). */
  insert(atNs: number, insertion: number, word: number): void {
    const { values } = this.chunks;
    values[0] = atNs;
    values[INSERTION] = insertion;
    values[WORD] = word;
    this.count++;
    this.place();
  }

  /** Takes the first event out. Call only when `count` > 0. Amortised O(1). */
  pop(): void {
    this.count--;
    this.bottom.shift();
    this.settle();
  }

  /** Takes back the event with this insertion number. @throws InvariantError when it is cancelled already. Amortised O(1). */
  cancel(insertion: number): void {
    const { cancelled } = this;
    if (cancelled.has(insertion)) throw new InvariantError('an event was cancelled twice');
    cancelled.add(insertion);
    this.count--;
    if (insertion === this.headInsertion) this.settle();
    if (cancelled.size > CANCELLED_MIN && cancelled.size > this.count) this.clearOut();
  }

  /** Puts the staged event where it belongs. */
  private place(): void {
    const atNs = this.chunks.values[0]!;
    if (atNs >= this.topStartNs) {
      this.pushTop(0);
      if (this.bottom.count === 0) this.settle();
      return;
    }
    for (let r = 0; r < this.rungCount; r++) {
      const rung = this.rungs[r]!;
      if (atNs >= rung.nextNs) {
        rung.add(0);
        return;
      }
    }
    this.bottom.insert(this.chunks.values);
    this.headAtNs = this.bottom.valueOf(0);
    if (this.bottom.count > BOTTOM_MAX) this.cutBottom();
  }

  /** Adds a copy of `event` to the top. */
  private pushTop(event: number): void {
    const { chunks } = this;
    const atNs = chunks.values[event * EVENT_DOUBLES]!;
    if ((this.topEnd & (CHUNK_EVENTS - 1)) === 0) this.extendTop();
    chunks.copy(event, this.topEnd++);
    this.topCount++;
    if (atNs > this.topMaxNs) this.topMaxNs = atNs;
  }

  private extendTop(): void {
    const { chunks } = this;
    const chunk = chunks.open();
    if (this.topHead === NO_CHUNK) this.topHead = chunk;
    else chunks.next[(this.topEnd >>> CHUNK_SHIFT) - 1] = chunk;
    this.topEnd = chunk << CHUNK_SHIFT;
  }

  /** Makes the first live event the head: drops cancelled ones before it, refills an empty bottom. */
  private settle(): void {
    const { bottom, cancelled } = this;
    do {
      while (bottom.count > 0) {
        if (cancelled.size === 0 || !cancelled.delete(bottom.valueOf(INSERTION))) {
          this.headAtNs = bottom.valueOf(0);
          return;
        }
        bottom.shift();
      }
    } while (this.fillBottom());
    this.topStartNs = -NEVER_NS;
    this.headAtNs = NEVER_NS;
  }

  /** Safeguard: a long bottom becomes a rung, so that no insertion shifts many. */
  private cutBottom(): void {
    const { bottom, chunks } = this;
    const minNs = bottom.valueOf(0);
    const maxNs = bottom.lastAtNs;
    if (minNs === maxNs || this.rungCount === RUNGS_MAX) return;
    const rung = this.addRung(minNs, maxNs, bottom.count);
    while (bottom.count > 0) {
      bottom.stageFirst(chunks.values);
      bottom.shift();
      rung.add(0);
    }
    this.settle();
  }

  /**
   * Cuts buckets until the first events are few, or all of one instant, and sorts those into the empty bottom.
   * @returns false when there is no event.
   */
  private fillBottom(): boolean {
    for (;;) {
      const rung = this.innermostRung();
      if (rung === null && this.topCount === 0) return false;
      const head = rung === null ? this.topHead : rung.takeBucket();
      const count = rung === null ? this.topCount : rung.takenCount;
      if (rung === null) this.emptyTop();
      if (count <= SORT_MAX || !this.canCut(head, count)) {
        this.bottom.sortFrom(this.chunks, head, count);
        this.freeChain(head);
        return true;
      }
      if (rung !== null && rung.count === 0) this.rungCount--;
      this.fillRung(this.addRung(this.spanMinNs, this.spanMaxNs, count), head, count);
    }
  }

  /** Finds the span of a chain. @returns whether a rung can be cut from it. */
  private canCut(head: number, count: number): boolean {
    const { next, values } = this.chunks;
    let minNs = NEVER_NS;
    let maxNs = -NEVER_NS;
    let left = count;
    for (let chunk = head; left > 0; chunk = next[chunk]!) {
      const end = (chunk * CHUNK_EVENTS + (left < CHUNK_EVENTS ? left : CHUNK_EVENTS)) * EVENT_DOUBLES;
      for (let at = chunk * CHUNK_DOUBLES; at < end; at += EVENT_DOUBLES) {
        const atNs = values[at]!;
        if (atNs < minNs) minNs = atNs;
        if (atNs > maxNs) maxNs = atNs;
      }
      left -= CHUNK_EVENTS;
    }
    this.spanMinNs = minNs;
    this.spanMaxNs = maxNs;
    return minNs !== maxNs && this.rungCount < RUNGS_MAX;
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

  /** Moves a chain into `rung`; its chunks are free at once, for the rung to take. */
  private fillRung(rung: Rung, head: number, count: number): void {
    const { chunks } = this;
    let left = count;
    for (let chunk = head; left > 0; left -= CHUNK_EVENTS) {
      const next = chunks.next[chunk]!;
      const first = chunk << CHUNK_SHIFT;
      const end = first + (left < CHUNK_EVENTS ? left : CHUNK_EVENTS);
      for (let event = first; event < end; event++) rung.add(event);
      chunks.free(chunk);
      chunk = next;
    }
  }

  private freeChain(head: number): void {
    const { chunks } = this;
    for (let chunk = head; chunk !== NO_CHUNK;) {
      const next = chunks.next[chunk]!;
      chunks.free(chunk);
      chunk = next;
    }
  }

  /** The top is taken: what comes from now on at or before its last event belongs further in. */
  private emptyTop(): void {
    // Ties with that event must not go to the top behind it: their phase may come first.
    this.topStartNs = this.topMaxNs + 1;
    this.topHead = NO_CHUNK;
    this.topEnd = 0;
    this.topCount = 0;
    this.topMaxNs = -NEVER_NS;
  }

  /** Drops all cancelled events, wherever they are, by starting over with the live ones. */
  private clearOut(): void {
    const { bottom, chunks } = this;
    const head = this.topHead;
    const count = this.topCount;
    this.emptyTop();
    this.topStartNs = -NEVER_NS;
    this.keepLive(head, count);
    for (let r = 0; r < this.rungCount; r++) {
      const rung = this.rungs[r]!;
      while (rung.count > 0) {
        const bucket = rung.takeBucket();
        this.keepLive(bucket, rung.takenCount);
      }
    }
    this.rungCount = 0;
    while (bottom.count > 0) {
      bottom.stageFirst(chunks.values);
      bottom.shift();
      if (!this.cancelled.delete(chunks.values[INSERTION]!)) this.pushTop(0);
    }
    this.settle();
  }

  /** Moves the live events of a chain to the top. */
  private keepLive(head: number, count: number): void {
    const { cancelled, chunks } = this;
    let left = count;
    for (let chunk = head; left > 0; left -= CHUNK_EVENTS) {
      const first = chunk << CHUNK_SHIFT;
      const end = first + (left < CHUNK_EVENTS ? left : CHUNK_EVENTS);
      for (let event = first; event < end; event++) {
        if (!cancelled.delete(chunks.values[event * EVENT_DOUBLES + INSERTION]!)) this.pushTop(event);
      }
      const next = chunks.next[chunk]!;
      chunks.free(chunk);
      chunk = next;
    }
  }
}
