/**
 * A ladder queue: pending events of any delay in amortised O(1), in the order (time, phase, insertion).
 *
 *   top      a chain of chunks, unsorted: every event at or after topStartNs
 *   rungs    rung 0 cuts a span of time into buckets; rung i + 1 cuts one bucket of rung i; a bucket is a chain, unsorted
 *   bottom   sorted: the events before the innermost rung's next bucket
 *
 * Events are sorted only when they are few and about to happen. As long as all of them are few, they are in the bottom.
 * Two safeguards: a bottom that grew long becomes a rung, and an exhausted rung is dropped before the next one is cut.
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
import { EventSorter } from './event-sorter.ts';
import { Rung } from './rung.ts';
import { grown } from './slot-pool.ts';
import { NEVER_NS } from './time.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const DOUBLES = EVENT_DOUBLES;
const INSERTION_AT = INSERTION;
const WORD_AT = WORD;
const DOUBLES_EACH = CHUNK_DOUBLES;
const EVENTS_EACH = CHUNK_EVENTS;
const EVENTS_SHIFT = CHUNK_SHIFT;
const NEVER = NEVER_NS;

/** A bucket of one chunk is sorted; a longer one is cut into a rung. */
const SORT_MAX = EVENTS_EACH;
/** A bottom longer than this becomes a rung. */
const BOTTOM_MAX = 3 * SORT_MAX;
/** Each rung is at least eight times finer than the one before, and a nanosecond is not cut. */
const RUNGS_MAX = 18;
/** Cancelled events are cleared out when there are more of them than of live ones, and than this. */
const CANCELLED_MIN = 1024;

export class LadderQueue {
  /** Events that are pending; cancelled ones do not count. */
  count: number;
  /** Instant of the first event, NEVER_NS when there is none. */
  headAtNs: number;
  private phases: Uint16Array; // event type → phase
  private readonly chunks: EventChunks;
  private readonly rungs: readonly Rung[];
  private readonly sorter: EventSorter;
  private bottom: Float64Array; // events in order, DOUBLES each
  private bottomHead: number; // first double of the first of them
  private bottomEnd: number; // double behind the last of them
  private readonly cancelled: Set<number>; // insertion numbers of cancelled events that are still here
  private cancelledCount: number; // how many they are: the size of a Set is a call
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
    this.headAtNs = NEVER;
    this.phases = phases;
    const chunks = new EventChunks();
    this.chunks = chunks;
    this.rungs = Array.from({ length: RUNGS_MAX }, () => new Rung(chunks));
    this.sorter = new EventSorter(phases);
    this.bottom = new Float64Array(4 * BOTTOM_MAX * DOUBLES);
    this.bottomHead = 0;
    this.bottomEnd = 0;
    this.cancelled = new Set();
    this.cancelledCount = 0;
    this.rungCount = 0;
    this.topHead = NO_CHUNK;
    this.topEnd = 0;
    this.topCount = 0;
    this.spanMinNs = NEVER;
    this.spanMaxNs = -NEVER;
    this.topMaxNs = -NEVER;
    this.topStartNs = NEVER;
  }

  /** There are more types of events than there were. */
  usePhases(phases: Uint16Array): void {
    this.phases = phases;
    this.sorter.usePhases(phases);
  }

  get bytes(): number {
    let bytes = this.chunks.bytes + this.bottom.byteLength + this.sorter.bytes;
    for (const rung of this.rungs) bytes += rung.bytes;
    return bytes;
  }

  /** Word and insertion number of the first event. Call only when `count` > 0. */
  get headWord(): number {
    return this.bottom[this.bottomHead + WORD_AT]!;
  }
  get headInsertion(): number {
    return this.bottom[this.bottomHead + INSERTION_AT]!;
  }
  get headPhase(): number {
    return this.phases[typeOfWord(this.headWord)]!;
  }

  /** Adds an event at `atNs`, not before the last popped one. `insertion` is above all earlier ones. Amortised O(1). */
  insert(atNs: number, insertion: number, word: number): void {
    this.count++;
    if (atNs >= this.topStartNs) {
      this.pushTop(atNs, insertion, word);
      if (this.bottomHead === this.bottomEnd) this.settle();
      return;
    }
    for (let r = 0; r < this.rungCount; r++) {
      const rung = this.rungs[r]!;
      if (atNs >= rung.nextNs) {
        rung.add(atNs, insertion, word);
        return;
      }
    }
    this.insertIntoBottom(atNs, insertion, word);
  }

  /** Takes the first event out. Call only when `count` > 0. Amortised O(1). */
  pop(): void {
    this.count--;
    const next = this.bottomHead + DOUBLES;
    this.bottomHead = next;
    if (next < this.bottomEnd && this.cancelledCount === 0) this.headAtNs = this.bottom[next]!;
    else this.settle();
  }

  /** Takes back the event with this insertion number. @throws InvariantError when it is cancelled already. Amortised O(1). */
  cancel(insertion: number): void {
    const { cancelled } = this;
    if (cancelled.has(insertion)) throw new InvariantError('an event was cancelled twice');
    cancelled.add(insertion);
    this.cancelledCount++;
    this.count--;
    if (insertion === this.headInsertion) this.settle();
    if (this.cancelledCount > CANCELLED_MIN && this.cancelledCount > this.count) this.clearOut();
  }

  private pushTop(atNs: number, insertion: number, word: number): void {
    if ((this.topEnd & (EVENTS_EACH - 1)) === 0) this.extendTop();
    const { values } = this.chunks;
    const at = this.topEnd++ * DOUBLES;
    values[at] = atNs;
    values[at + INSERTION_AT] = insertion;
    values[at + WORD_AT] = word;
    this.topCount++;
    if (atNs > this.topMaxNs) this.topMaxNs = atNs;
  }

  private extendTop(): void {
    const { chunks } = this;
    const chunk = chunks.open();
    if (this.topHead === NO_CHUNK) this.topHead = chunk;
    else chunks.next[(this.topEnd >>> EVENTS_SHIFT) - 1] = chunk;
    this.topEnd = chunk << EVENTS_SHIFT;
  }

  /** Makes the first live event the head: drops cancelled ones before it, refills an empty bottom. */
  private settle(): void {
    do {
      for (; this.bottomHead < this.bottomEnd; this.bottomHead += DOUBLES) {
        if (this.cancelledCount === 0 || !this.tryForget(this.headInsertion)) {
          this.headAtNs = this.bottom[this.bottomHead]!;
          return;
        }
      }
    } while (this.fillBottom());
    // A few events are kept in order as they come.
    this.topStartNs = NEVER;
    this.headAtNs = NEVER;
  }

  /** Forgets that the event of `insertion` was cancelled. @returns false when it was not. */
  private tryForget(insertion: number): boolean {
    if (!this.cancelled.delete(insertion)) return false;
    this.cancelledCount--;
    return true;
  }

  /** Puts an event behind those that come no later. O(bottom), by the shorter side. */
  private insertIntoBottom(atNs: number, insertion: number, word: number): void {
    if (this.bottomEnd + DOUBLES > this.bottom.length) this.makeRoom();
    const { bottom, bottomHead, bottomEnd } = this;
    const middle = bottomHead + (((bottomEnd - bottomHead) / (2 * DOUBLES)) | 0) * DOUBLES;
    let place: number;
    if (bottomHead > 0 && middle < bottomEnd && this.isBefore(atNs, word, middle)) {
      // Those before it move down by one.
      place = bottomHead - DOUBLES;
      this.bottomHead = place;
      for (; !this.isBefore(atNs, word, place + DOUBLES); place += DOUBLES) {
        bottom[place] = bottom[place + DOUBLES]!;
        bottom[place + INSERTION_AT] = bottom[place + DOUBLES + INSERTION_AT]!;
        bottom[place + WORD_AT] = bottom[place + DOUBLES + WORD_AT]!;
      }
    } else {
      // Those behind it move up by one.
      this.bottomEnd = bottomEnd + DOUBLES;
      for (place = bottomEnd; place > bottomHead && this.isBefore(atNs, word, place - DOUBLES); place -= DOUBLES) {
        bottom[place] = bottom[place - DOUBLES]!;
        bottom[place + INSERTION_AT] = bottom[place - DOUBLES + INSERTION_AT]!;
        bottom[place + WORD_AT] = bottom[place - DOUBLES + WORD_AT]!;
      }
    }
    bottom[place] = atNs;
    bottom[place + INSERTION_AT] = insertion;
    bottom[place + WORD_AT] = word;
    this.headAtNs = bottom[this.bottomHead]!;
    if (this.bottomEnd - this.bottomHead > BOTTOM_MAX * DOUBLES) this.cutBottom();
  }

  /** True when an event that is inserted now comes before the one at `place` of the bottom. */
  private isBefore(atNs: number, word: number, place: number): boolean {
    const placeNs = this.bottom[place]!;
    if (atNs !== placeNs) return atNs < placeNs;
    return this.phases[typeOfWord(word)]! < this.phases[typeOfWord(this.bottom[place + WORD_AT]!)]!;
  }

  /** Moves the bottom to the front of its array, or into a longer one. */
  private makeRoom(): void {
    const { bottom } = this;
    bottom.copyWithin(0, this.bottomHead, this.bottomEnd);
    if (2 * this.bottomHead < bottom.length) this.bottom = grown(bottom, new Float64Array(2 * bottom.length));
    this.bottomEnd -= this.bottomHead;
    this.bottomHead = 0;
  }

  /** Safeguard: a long bottom becomes a rung, so that no insertion shifts many. */
  private cutBottom(): void {
    const { bottom } = this;
    const minNs = bottom[this.bottomHead]!;
    const maxNs = bottom[this.bottomEnd - DOUBLES]!;
    if (minNs === maxNs || this.rungCount === RUNGS_MAX) return;
    if (this.topStartNs === NEVER) this.topStartNs = maxNs + 1;
    const rung = this.addRung(minNs, maxNs, (this.bottomEnd - this.bottomHead) / DOUBLES);
    for (let at = this.bottomHead; at < this.bottomEnd; at += DOUBLES) {
      rung.add(bottom[at]!, bottom[at + INSERTION_AT]!, bottom[at + WORD_AT]!);
    }
    this.bottomHead = this.bottomEnd;
    this.settle();
  }

  /**
   * Cuts buckets until the first events are few, or all of one instant, and sorts those into the empty bottom.
   * @returns false when there is no event.
   */
  private fillBottom(): boolean {
    const { chunks } = this;
    for (;;) {
      while (this.rungCount > 0 && this.rungs[this.rungCount - 1]!.count === 0) this.rungCount--;
      if (this.rungCount === 0) {
        if (this.topCount === 0) return false;
        this.cutTop();
        continue;
      }
      const rung = this.rungs[this.rungCount - 1]!;
      const head = rung.takeBucket();
      const count = rung.takenCount;
      if (count <= SORT_MAX) {
        this.sorter.sortChunk(this.bottom, chunks.values, head * DOUBLES_EACH, count);
        chunks.free(head);
        this.bottomHead = 0;
        this.bottomEnd = count * DOUBLES;
        return true;
      }
      if (this.canCut(head, count)) {
        if (rung.count === 0) this.rungCount--;
        this.addRung(this.spanMinNs, this.spanMaxNs, count).addChain(head, count);
      } else {
        this.sortIntoBottom(head, count);
        return true;
      }
    }
  }

  /** The top becomes the first rung: what comes from now on at or before its last event belongs further in. */
  private cutTop(): void {
    const head = this.topHead;
    const count = this.topCount;
    this.canCut(head, count);
    this.emptyTop();
    this.addRung(this.spanMinNs, this.spanMaxNs, count).addChain(head, count);
  }

  /** A long chain becomes the bottom, which is empty. */
  private sortIntoBottom(head: number, count: number): void {
    const doubles = count * DOUBLES;
    if (this.bottom.length < doubles) this.bottom = new Float64Array(2 * doubles);
    this.sorter.sortChain(this.bottom, this.chunks, head, count);
    this.bottomHead = 0;
    this.bottomEnd = doubles;
    this.freeChain(head);
  }

  /** Finds the span of a chain. @returns whether a rung can be cut from it. */
  private canCut(head: number, count: number): boolean {
    const { next, values } = this.chunks;
    let minNs = NEVER;
    let maxNs = -NEVER;
    let left = count;
    for (let chunk = head; left > 0; chunk = next[chunk]!) {
      const end = (chunk * EVENTS_EACH + (left < EVENTS_EACH ? left : EVENTS_EACH)) * DOUBLES;
      for (let at = chunk * DOUBLES_EACH; at < end; at += DOUBLES) {
        const atNs = values[at]!;
        if (atNs < minNs) minNs = atNs;
        if (atNs > maxNs) maxNs = atNs;
      }
      left -= EVENTS_EACH;
    }
    this.spanMinNs = minNs;
    this.spanMaxNs = maxNs;
    return minNs !== maxNs && this.rungCount < RUNGS_MAX;
  }

  private addRung(minNs: number, maxNs: number, count: number): Rung {
    const rung = this.rungs[this.rungCount++]!;
    rung.cut(minNs, maxNs, count);
    return rung;
  }

  private freeChain(head: number): void {
    const { chunks } = this;
    for (let chunk = head; chunk !== NO_CHUNK;) {
      const next = chunks.next[chunk]!;
      chunks.free(chunk);
      chunk = next;
    }
  }

  private emptyTop(): void {
    // Ties with that event must not go to the top behind it: their phase may come first.
    this.topStartNs = this.topMaxNs + 1;
    this.topHead = NO_CHUNK;
    this.topEnd = 0;
    this.topCount = 0;
    this.topMaxNs = -NEVER;
  }

  /** Drops all cancelled events, wherever they are, by starting over with the live ones. */
  private clearOut(): void {
    const head = this.topHead;
    const count = this.topCount;
    this.emptyTop();
    this.topStartNs = -NEVER;
    this.keepLive(head, count);
    for (let r = 0; r < this.rungCount; r++) {
      const rung = this.rungs[r]!;
      while (rung.count > 0) {
        const bucket = rung.takeBucket();
        this.keepLive(bucket, rung.takenCount);
      }
    }
    this.rungCount = 0;
    for (let at = this.bottomHead; at < this.bottomEnd; at += DOUBLES) this.keepLiveEvent(this.bottom, at);
    this.bottomHead = this.bottomEnd;
    this.settle();
  }

  /** Moves the live events of a chain to the top. */
  private keepLive(head: number, count: number): void {
    const { chunks } = this;
    let left = count;
    for (let chunk = head; left > 0; left -= EVENTS_EACH) {
      const first = chunk * DOUBLES_EACH;
      const end = first + (left < EVENTS_EACH ? left : EVENTS_EACH) * DOUBLES;
      for (let at = first; at < end; at += DOUBLES) this.keepLiveEvent(chunks.values, at);
      const next = chunks.next[chunk]!;
      chunks.free(chunk);
      chunk = next;
    }
  }

  private keepLiveEvent(values: Float64Array, at: number): void {
    const insertion = values[at + INSERTION_AT]!;
    if (!this.tryForget(insertion)) this.pushTop(values[at]!, insertion, values[at + WORD_AT]!);
  }
}
