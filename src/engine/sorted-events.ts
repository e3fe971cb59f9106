/**
 * The bottom of a ladder: a few events in order, in one typed array, taken from the front.
 *
 *   values   [ taken … | head … end | free … ]      three doubles an event, as in the chunks
 *
 * Insertion sort while that is cheap (few, or nearly sorted, as ties in order of insertion are), else a bottom-up
 * merge sort. Leaves out: when to sort, and what (ladder-queue.ts).
 */
import {
  CHUNK_DOUBLES,
  CHUNK_EVENTS,
  EVENT_DOUBLES,
  type EventChunks,
  INSERTION,
  typeOfWord,
  WORD,
} from './event-chunks.ts';
import { grown } from './slot-pool.ts';

/** Events that there is room for at the start. */
const EVENTS_START = 256;
/** Shifts that insertion sort may spend for each event before merge sort takes over, and for how many it always may. */
const SHIFTS_EACH = 12;
const FEW = 48;

export class SortedEvents {
  /** Events in here. */
  count: number;
  private readonly phases: Uint16Array; // event type → phase
  private values: Float64Array;
  private head: number; // first double of the first event
  private end: number; // double behind the last event
  private atNs: Float64Array; // work: instants of the events that are being sorted
  private from: Int32Array; // work: the same → first double of the event in its chunk
  private spare: Int32Array; // work: the other half of a merge

  /** @param phases event type → its place among equal times. */
  constructor(phases: Uint16Array) {
    this.count = 0;
    this.phases = phases;
    this.values = new Float64Array(EVENTS_START * EVENT_DOUBLES);
    this.head = 0;
    this.end = 0;
    this.atNs = new Float64Array(EVENTS_START);
    this.from = new Int32Array(EVENTS_START);
    this.spare = new Int32Array(0);
  }

  get bytes(): number {
    return this.values.byteLength + this.atNs.byteLength + this.from.byteLength + this.spare.byteLength;
  }

  /** The first event's instant (0), INSERTION or WORD. Call only when `count` > 0. */
  valueOf(which: number): number {
    return this.values[this.head + which]!;
  }

  /** Instant of the last event. Call only when `count` > 0. */
  get lastAtNs(): number {
    return this.values[this.end - EVENT_DOUBLES]!;
  }

  /** Takes the first event out. */
  shift(): void {
    this.head += EVENT_DOUBLES;
    this.count--;
  }

  /** Copies the first event to the front of `values`. */
  stageFirst(values: Float64Array): void {
    for (let i = 0; i < EVENT_DOUBLES; i++) values[i] = this.values[this.head + i]!;
  }

  /** Adds the event at the front of `staged`, which was inserted after all of these. O(count), usually O(1). */
  insert(staged: Float64Array): void {
    if (this.end + EVENT_DOUBLES > this.values.length) this.makeRoom();
    const { phases, values } = this;
    const atNs = staged[0]!;
    const phase = phases[typeOfWord(staged[WORD]!)]!;
    let low = this.head;
    let high = this.end;
    while (low < high) {
      const middle = low + Math.floor((high - low) / (2 * EVENT_DOUBLES)) * EVENT_DOUBLES;
      const middleAtNs = values[middle]!;
      const isAfter = middleAtNs > atNs || (middleAtNs === atNs && phases[typeOfWord(values[middle + WORD]!)]! > phase);
      if (isAfter) high = middle;
      else low = middle + EVENT_DOUBLES;
    }
    this.count++;
    if (this.head > 0 && low - this.head < this.end - low) {
      values.copyWithin(this.head - EVENT_DOUBLES, this.head, low);
      this.head -= EVENT_DOUBLES;
      low -= EVENT_DOUBLES;
    } else {
      values.copyWithin(low + EVENT_DOUBLES, low, this.end);
      this.end += EVENT_DOUBLES;
    }
    values[low] = atNs;
    values[low + INSERTION] = staged[INSERTION]!;
    values[low + WORD] = staged[WORD]!;
  }

  /** Takes copies of the `count` events in the chain from `head`, in order. Call only when it is empty. O(count log count). */
  sortFrom(chunks: EventChunks, head: number, count: number): void {
    if (this.from.length < count) {
      this.atNs = new Float64Array(2 * count);
      this.from = new Int32Array(2 * count);
      this.values = new Float64Array(2 * count * EVENT_DOUBLES);
    }
    if (!this.insertionSort(chunks, head, count)) this.mergeSort(chunks, head, count);
    const { from, values } = this;
    const source = chunks.values;
    for (let i = 0, at = 0; i < count; i++, at += EVENT_DOUBLES) {
      const event = from[i]!;
      values[at] = source[event]!;
      values[at + INSERTION] = source[event + INSERTION]!;
      values[at + WORD] = source[event + WORD]!;
    }
    this.head = 0;
    this.end = count * EVENT_DOUBLES;
    this.count = count;
  }

  /** Sorts `from`. @returns false when the events are too disordered for it. */
  private insertionSort(chunks: EventChunks, head: number, count: number): boolean {
    const { atNs, from } = this;
    const { next, values } = chunks;
    let shifts = count <= FEW ? count * count : SHIFTS_EACH * count;
    let sorted = 0;
    for (let chunk = head; sorted < count; chunk = next[chunk]!) {
      const left = count - sorted;
      let event = chunk * CHUNK_DOUBLES;
      const end = event + (left < CHUNK_EVENTS ? left : CHUNK_EVENTS) * EVENT_DOUBLES;
      for (; event < end; event += EVENT_DOUBLES) {
        const eventAtNs = values[event]!;
        let hole = sorted++;
        while (hole > 0) {
          const before = atNs[hole - 1]!;
          if (before < eventAtNs || (before === eventAtNs && !this.isBefore(values, event, from[hole - 1]!))) break;
          atNs[hole] = before;
          from[hole] = from[hole - 1]!;
          hole--;
        }
        atNs[hole] = eventAtNs;
        from[hole] = event;
        shifts -= sorted - 1 - hole;
        if (shifts < 0) return false;
      }
    }
    return true;
  }

  private mergeSort(chunks: EventChunks, head: number, count: number): void {
    if (this.spare.length < count) this.spare = new Int32Array(this.from.length);
    const { next, values } = chunks;
    let filled = 0;
    for (let chunk = head; filled < count; chunk = next[chunk]!) {
      for (let i = 0; i < CHUNK_EVENTS && filled < count; i++) {
        this.from[filled++] = chunk * CHUNK_DOUBLES + i * EVENT_DOUBLES;
      }
    }
    for (let run = 1; run < count; run *= 2) {
      for (let low = 0; low < count; low += 2 * run)
        this.merge(values, low, Math.min(low + run, count), Math.min(low + 2 * run, count));
      const swap = this.from;
      this.from = this.spare;
      this.spare = swap;
    }
  }

  /** Merges the sorted [low, middle) and [middle, high) of `from` into `spare`. */
  private merge(values: Float64Array, low: number, middle: number, high: number): void {
    const { from, spare } = this;
    let left = low;
    let right = middle;
    for (let i = low; i < high; i++) {
      const takesLeft = left < middle && (right >= high || !this.isBefore(values, from[right]!, from[left]!));
      spare[i] = takesLeft ? from[left++]! : from[right++]!;
    }
  }

  /** True when the event at double `a` comes before the one at `b`. No two events are equal. */
  private isBefore(values: Float64Array, a: number, b: number): boolean {
    const aAtNs = values[a]!;
    const bAtNs = values[b]!;
    if (aAtNs !== bAtNs) return aAtNs < bAtNs;
    const aPhase = this.phases[typeOfWord(values[a + WORD]!)]!;
    const bPhase = this.phases[typeOfWord(values[b + WORD]!)]!;
    return aPhase !== bPhase ? aPhase < bPhase : values[a + INSERTION]! < values[b + INSERTION]!;
  }

  /** Moves the events to the front, or doubles the room. */
  private makeRoom(): void {
    if (this.head > this.values.length / 2) this.values.copyWithin(0, this.head, this.end);
    else this.values = grown(this.values.copyWithin(0, this.head, this.end), new Float64Array(2 * this.values.length));
    this.end -= this.head;
    this.head = 0;
  }
}
