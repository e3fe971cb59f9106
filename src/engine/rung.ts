/**
 * One rung of a ladder queue: a span of time cut into buckets of equal width, each a chain of chunks in the order
 * of insertion. The width is a power of two, so that dividing by it is exact; the last bucket has no end.
 * Leaves out: when to cut, and the order inside a bucket (ladder-queue.ts).
 */
import {
  CHUNK_DOUBLES,
  CHUNK_EVENTS,
  CHUNK_SHIFT,
  EVENT_DOUBLES,
  type EventChunks,
  INSERTION,
  WORD,
} from './event-chunks.ts';
import { NEVER_NS } from './time.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const DOUBLES = EVENT_DOUBLES;
const INSERTION_AT = INSERTION;
const WORD_AT = WORD;
const DOUBLES_EACH = CHUNK_DOUBLES;
const EVENTS_EACH = CHUNK_EVENTS;
const EVENTS_SHIFT = CHUNK_SHIFT;
const NEVER = NEVER_NS;

const BUCKETS_MIN = 16;
/** So many open chunks, and no more, stay in the cache; what is too long for a bucket is cut again. */
const BUCKETS_MAX = 2 ** 10;

/** In `ends`: the bucket is empty. */
const EMPTY = 0;

/** A ladder has more rungs than most runs use. */
const NO_BUCKETS = new Int32Array(0);

export class Rung {
  /** Events in the rung. */
  count: number;
  /** Start of the next bucket: earlier events belong further in. NEVER_NS after the last one. */
  nextNs: number;
  /** How many events `takeBucket` took last. */
  takenCount: number;
  private readonly chunks: EventChunks;
  private heads: Int32Array; // bucket → its first chunk
  private ends: Int32Array; // bucket → event behind its last one, EMPTY
  private bucketCount: number;
  private nextBucket: number;
  private startNs: number;
  private widthNs: number;
  private perWidth: number; // 1 / widthNs, exact

  constructor(chunks: EventChunks) {
    this.count = 0;
    this.nextNs = 0;
    this.takenCount = 0;
    this.chunks = chunks;
    this.heads = NO_BUCKETS;
    this.ends = NO_BUCKETS;
    this.bucketCount = 0;
    this.nextBucket = 0;
    this.startNs = 0;
    this.widthNs = 1;
    this.perWidth = 1;
  }

  get bytes(): number {
    return this.heads.byteLength + this.ends.byteLength;
  }

  /** Starts over for about `count` events in [minNs, maxNs], and all that come later. O(count). */
  cut(minNs: number, maxNs: number, count: number): void {
    let buckets = BUCKETS_MIN;
    while (buckets < count && buckets < BUCKETS_MAX) buckets *= 2;
    let widthNs = 1;
    while (widthNs * buckets <= maxNs - minNs) widthNs *= 2;
    if (this.heads.length < buckets) {
      this.heads = new Int32Array(buckets);
      this.ends = new Int32Array(buckets);
    }
    this.ends.fill(EMPTY, 0, buckets);
    this.count = 0;
    this.bucketCount = buckets;
    this.nextBucket = 0;
    this.startNs = minNs;
    this.nextNs = minNs;
    this.widthNs = widthNs;
    this.perWidth = 1 / widthNs;
  }

  /** Adds an event at `atNs` >= nextNs. O(1). */
  add(atNs: number, insertion: number, word: number): void {
    const { chunks, ends } = this;
    const offset = (atNs - this.startNs) * this.perWidth;
    const last = this.bucketCount - 1;
    const bucket = offset >= last ? last : offset | 0;
    let end = ends[bucket]!;
    // Event 0 is never in a bucket, so EMPTY looks as a full chunk does.
    if ((end & (EVENTS_EACH - 1)) === 0) end = this.extend(bucket, end);
    const { values } = chunks;
    const at = end * DOUBLES;
    values[at] = atNs;
    values[at + INSERTION_AT] = insertion;
    values[at + WORD_AT] = word;
    ends[bucket] = end + 1;
    this.count++;
  }

  /** Adds the `count` events of the chain from `head`, whose chunks are free at once, for the rung to take. O(count). */
  addChain(head: number, count: number): void {
    const { chunks, ends, startNs, perWidth } = this;
    const last = this.bucketCount - 1;
    let { values } = chunks;
    for (let chunk = head, left = count; left > 0; left -= EVENTS_EACH) {
      const next = chunks.next[chunk]!;
      const first = chunk * DOUBLES_EACH;
      const doublesEnd = first + (left < EVENTS_EACH ? left : EVENTS_EACH) * DOUBLES;
      for (let from = first; from < doublesEnd; from += DOUBLES) {
        const atNs = values[from]!;
        const offset = (atNs - startNs) * perWidth;
        const bucket = offset >= last ? last : offset | 0;
        let end = ends[bucket]!;
        if ((end & (EVENTS_EACH - 1)) === 0) {
          end = this.extend(bucket, end);
          ({ values } = chunks); // a new chunk may have replaced them
        }
        const at = end * DOUBLES;
        values[at] = atNs;
        values[at + INSERTION_AT] = values[from + INSERTION_AT]!;
        values[at + WORD_AT] = values[from + WORD_AT]!;
        ends[bucket] = end + 1;
      }
      chunks.free(chunk);
      chunk = next;
    }
    this.count += count;
  }

  /** A chunk more for a bucket that ends at `end`. @returns its first event. */
  private extend(bucket: number, end: number): number {
    const { chunks } = this;
    const chunk = chunks.open();
    if (end === EMPTY) this.heads[bucket] = chunk;
    else chunks.next[(end >>> EVENTS_SHIFT) - 1] = chunk;
    return chunk << EVENTS_SHIFT;
  }

  /** @returns the chain of the first bucket that is not empty. Call only when `count` > 0. */
  takeBucket(): number {
    const { chunks, ends } = this;
    let bucket = this.nextBucket;
    while (ends[bucket] === EMPTY) bucket++;
    const head = this.heads[bucket]!;
    let taken = ((ends[bucket]! - 1) & (EVENTS_EACH - 1)) + 1;
    for (let chunk = chunks.next[head]!; chunk >= 0; chunk = chunks.next[chunk]!) taken += EVENTS_EACH;
    ends[bucket] = EMPTY;
    this.takenCount = taken;
    this.count -= taken;
    this.nextBucket = bucket + 1;
    this.nextNs = this.nextBucket === this.bucketCount ? NEVER : this.startNs + this.nextBucket * this.widthNs;
    return head;
  }
}
