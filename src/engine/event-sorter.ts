/**
 * Sorts events by (time, phase, insertion) into an array: those of one chunk by insertion; longer chains, which are
 * all of one instant or close to it, are as a rule in order already, and are merged when they are not.
 * Leaves out: when to sort, and what (ladder-queue.ts).
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

// Bound here: an imported constant is loaded at every use, one of the module is not.
const DOUBLES = EVENT_DOUBLES;
const INSERTION_AT = INSERTION;
const WORD_AT = WORD;
const DOUBLES_EACH = CHUNK_DOUBLES;
const EVENTS_EACH = CHUNK_EVENTS;

export class EventSorter {
  private phases: Uint16Array; // event type → phase
  private from: Int32Array; // work: first doubles of the events that are being merged, in their chunks
  private spare: Int32Array; // work: the other half of a merge

  /** @param phases event type → its place among equal times. */
  constructor(phases: Uint16Array) {
    this.phases = phases;
    this.from = new Int32Array(0);
    this.spare = new Int32Array(0);
  }

  /** There are more types of events than there were. */
  usePhases(phases: Uint16Array): void {
    this.phases = phases;
  }

  get bytes(): number {
    return this.from.byteLength + this.spare.byteLength;
  }

  /** Writes the `count` events of one chunk, from double `first` on, to the front of `values`, in order. O(count^2). */
  sortChunk(values: Float64Array, source: Float64Array, first: number, count: number): void {
    let filled = 0;
    for (let event = first, end = first + count * DOUBLES; event < end; event += DOUBLES) {
      const atNs = source[event]!;
      const insertion = source[event + INSERTION_AT]!;
      const word = source[event + WORD_AT]!;
      let hole = filled;
      filled += DOUBLES;
      while (hole > 0) {
        const before = hole - DOUBLES;
        const beforeNs = values[before]!;
        if (beforeNs < atNs || (beforeNs === atNs && !this.isTieBefore(insertion, word, values, before))) break;
        values[hole] = beforeNs;
        values[hole + INSERTION_AT] = values[before + INSERTION_AT]!;
        values[hole + WORD_AT] = values[before + WORD_AT]!;
        hole = before;
      }
      values[hole] = atNs;
      values[hole + INSERTION_AT] = insertion;
      values[hole + WORD_AT] = word;
    }
  }

  /** True when an event of the instant of the one at `place` comes before that. */
  private isTieBefore(insertion: number, word: number, values: Float64Array, place: number): boolean {
    const { phases } = this;
    const phase = phases[typeOfWord(word)]!;
    const placePhase = phases[typeOfWord(values[place + WORD_AT]!)]!;
    return phase !== placePhase ? phase < placePhase : insertion < values[place + INSERTION_AT]!;
  }

  /**
   * Writes the `count` events in the chain from `head` to the front of `values`, in order: a merge sort of their
   * places, bottom up, unless they are in order already. O(count log count).
   */
  sortChain(values: Float64Array, chunks: EventChunks, head: number, count: number): void {
    if (this.from.length < count) {
      this.from = new Int32Array(2 * count);
      this.spare = new Int32Array(2 * count);
    }
    const source = chunks.values;
    let filled = 0;
    let isSorted = true;
    for (let chunk = head; filled < count; chunk = chunks.next[chunk]!) {
      for (let i = 0; i < EVENTS_EACH && filled < count; i++) {
        const event = chunk * DOUBLES_EACH + i * DOUBLES;
        if (filled > 0 && this.isBefore(source, event, this.from[filled - 1]!)) isSorted = false;
        this.from[filled++] = event;
      }
    }
    for (let run = isSorted ? count : 1; run < count; run *= 2) {
      for (let low = 0; low < count; low += 2 * run)
        this.merge(source, low, Math.min(low + run, count), Math.min(low + 2 * run, count));
      const swap = this.from;
      this.from = this.spare;
      this.spare = swap;
    }
    const { from } = this;
    for (let i = 0, at = 0; i < count; i++, at += DOUBLES) {
      const event = from[i]!;
      values[at] = source[event]!;
      values[at + INSERTION_AT] = source[event + INSERTION_AT]!;
      values[at + WORD_AT] = source[event + WORD_AT]!;
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
    const aPhase = this.phases[typeOfWord(values[a + WORD_AT]!)]!;
    const bPhase = this.phases[typeOfWord(values[b + WORD_AT]!)]!;
    return aPhase !== bPhase ? aPhase < bPhase : values[a + INSERTION_AT]! < values[b + INSERTION_AT]!;
  }
}
