/**
 * One rung of a ladder queue: a span of time cut into buckets of equal width, each a list of slots.
 * The width is a power of two, so that dividing by it is exact; the last bucket has no end.
 * Leaves out: when to cut, and the order inside a bucket (ladder-queue.ts).
 */
import { type EventColumns, NO_SLOT } from './event-columns.ts';
import { NEVER_NS } from './time.ts';

const BUCKETS_MIN = 64;
const BUCKETS_MAX = 2 ** 20;

export class Rung {
  /** Events in the rung. */
  count: number;
  /** Start of the next bucket: earlier events belong further in. NEVER_NS after the last one. */
  nextNs: number;
  /** What `takeBucket` took last: how many events, the earliest and the latest instant. */
  takenCount: number;
  takenMinNs: number;
  takenMaxNs: number;
  private readonly events: EventColumns;
  private heads: Int32Array; // bucket → list of slots, newest first
  private bucketCount: number;
  private nextBucket: number;
  private startNs: number;
  private widthNs: number;
  private perWidth: number; // 1 / widthNs, exact

  constructor(events: EventColumns) {
    this.count = 0;
    this.nextNs = 0;
    this.takenCount = 0;
    this.takenMinNs = 0;
    this.takenMaxNs = 0;
    this.events = events;
    this.heads = new Int32Array(0);
    this.bucketCount = 0;
    this.nextBucket = 0;
    this.startNs = 0;
    this.widthNs = 1;
    this.perWidth = 1;
  }

  get bytes(): number {
    return this.heads.byteLength;
  }

  /** Starts over for about `count` events in [minNs, maxNs], and all that come later. O(count). */
  cut(minNs: number, maxNs: number, count: number): void {
    let buckets = BUCKETS_MIN;
    while (buckets < count && buckets < BUCKETS_MAX) buckets *= 2;
    let widthNs = 1;
    while (widthNs * buckets <= maxNs - minNs) widthNs *= 2;
    if (this.heads.length < buckets) this.heads = new Int32Array(buckets);
    this.heads.fill(NO_SLOT, 0, buckets);
    this.count = 0;
    this.bucketCount = buckets;
    this.nextBucket = 0;
    this.startNs = minNs;
    this.nextNs = minNs;
    this.widthNs = widthNs;
    this.perWidth = 1 / widthNs;
  }

  /** Adds an event at `atNs` >= nextNs. O(1). */
  add(slot: number, atNs: number): void {
    const offset = (atNs - this.startNs) * this.perWidth;
    const last = this.bucketCount - 1;
    const bucket = offset >= last ? last : offset | 0;
    this.events.link(slot, this.heads[bucket]!);
    this.heads[bucket] = slot;
    this.count++;
  }

  /** @returns the list of the first bucket that is not empty, newest event first. Call only when `count` > 0. */
  takeBucket(): number {
    const { heads, events } = this;
    let bucket = this.nextBucket;
    while (heads[bucket] === NO_SLOT) bucket++;
    const list = heads[bucket]!;
    heads[bucket] = NO_SLOT;
    let taken = 0;
    let minNs = NEVER_NS;
    let maxNs = -NEVER_NS;
    for (let slot = list; slot !== NO_SLOT; slot = events.nextOf(slot)) {
      const atNs = events.atNsOf(slot);
      if (atNs < minNs) minNs = atNs;
      if (atNs > maxNs) maxNs = atNs;
      taken++;
    }
    this.takenCount = taken;
    this.takenMinNs = minNs;
    this.takenMaxNs = maxNs;
    this.count -= taken;
    this.nextBucket = bucket + 1;
    this.nextNs = this.nextBucket === this.bucketCount ? NEVER_NS : this.startNs + this.nextBucket * this.widthNs;
    return list;
  }
}
