/**
 * Where a ladder keeps its events: chunks of one typed array, chained into lists. An event is three doubles side
 * by side, so that moving one touches one cache line, and a bucket is read in order.
 *
 *   values   [ unused … ]  [ at insertion word | at insertion word | … ]  [ … ]
 *              chunk 0                          chunk 1                  chunk 2
 *
 * Leaves out: in what order the lists are read (ladder-queue.ts), and constant delays (lanes.ts).
 */
import { CapacityError } from './errors.ts';
import { grown } from './slot-pool.ts';

/** Doubles of an event: its instant; the number of insertions before it; its type and argument in one word. */
export const EVENT_DOUBLES = 3;
export const INSERTION = 1;
export const WORD = 2;

/** Events of a chunk, a power of two. */
export const CHUNK_EVENTS = 32;
export const CHUNK_SHIFT = 5;
export const CHUNK_DOUBLES = CHUNK_EVENTS * EVENT_DOUBLES;

/** Ends a chain of chunks. */
export const NO_CHUNK = -1;

const CHUNKS_START = 8;
const CHUNKS_MAX = 2 ** 22;
const WORD_ARG = 0x1_0000_0000;

/** Type (below 2^16) and argument (int32) as one double, exact. */
export function wordOf(type: number, arg: number): number {
  return type * WORD_ARG + (arg >>> 0);
}
export function typeOfWord(word: number): number {
  return (word / WORD_ARG) | 0;
}
export function argOfWord(word: number): number {
  return word | 0;
}

export class EventChunks {
  /** event * EVENT_DOUBLES … : the events. Those of chunk 0 are never used, so that event 0 is none. Replaced by growth. */
  values: Float64Array;
  /** chunk → the next chunk of its chain, or of the free ones. Replaced by growth. */
  next: Int32Array;
  private freeHead: number;

  constructor() {
    this.values = new Float64Array(CHUNKS_START * CHUNK_DOUBLES);
    this.next = new Int32Array(CHUNKS_START);
    this.freeHead = NO_CHUNK;
    this.chainFree(1);
  }

  get bytes(): number {
    return this.values.byteLength + this.next.byteLength;
  }

  /** @returns a chunk at the end of no chain. @throws CapacityError beyond 2^22 chunks. O(1), amortised. */
  open(): number {
    if (this.freeHead === NO_CHUNK) this.grow();
    const chunk = this.freeHead;
    this.freeHead = this.next[chunk]!;
    this.next[chunk] = NO_CHUNK;
    return chunk;
  }

  free(chunk: number): void {
    this.next[chunk] = this.freeHead;
    this.freeHead = chunk;
  }

  private grow(): void {
    const used = this.next.length;
    if (2 * used > CHUNKS_MAX) {
      throw new CapacityError('pending events', `more than ${CHUNKS_MAX * CHUNK_EVENTS} pending events`);
    }
    this.values = grown(this.values, new Float64Array(2 * used * CHUNK_DOUBLES));
    this.next = grown(this.next, new Int32Array(2 * used));
    this.chainFree(used);
  }

  /** Chunks from `first` on are free; the lowest is taken first. */
  private chainFree(first: number): void {
    const { next } = this;
    for (let chunk = first; chunk < next.length; chunk++) next[chunk] = chunk + 1;
    next[next.length - 1] = this.freeHead;
    this.freeHead = first;
  }
}
