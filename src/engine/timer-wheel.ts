/**
 * The timer wheel of Linux from 4.8 on: nine levels of 64 buckets, each level eight times as coarse as the one below.
 * A timer goes into the bucket behind its deadline and is never moved again, so it fires late by up to one bucket: of
 * HZ 250 by 4 ms below 0.252 s, 32 ms below 2.016 s, 256 ms below 16.128 s, 2.048 s below 129 s (R9).
 * All timers of a bucket fire together: of one tick the higher level first, in a bucket the one armed last first.
 * Leaves out: deferrable and pinned timers, several processors, timers beyond the wheel's horizon (weeks).
 * Source: kernel/time/timer.c, calc_wheel_index() and expire_timers(); measured on 6.18, R9.
 */
import type { EventSink, Loop } from './loop.ts';
import { grown } from './slot-pool.ts';

const LEVELS = 9;
const LEVEL_BUCKETS = 64;
/** A level is this much coarser than the one below. */
const COARSER = 8;
/** Ticks ahead from which on the level above the lowest is used. */
const LEVEL_START_TICKS = 63;
const NONE = -1;

/** First tick of the bucket that takes a timer `delayTicks` >= 0 after tick `nowTick`. */
function bucketTickOf(nowTick: number, delayTicks: number): number {
  const width = widthOf(delayTicks);
  return (Math.floor((nowTick + delayTicks) / width) + 1) * width;
}

/** Ticks of a bucket of the level that takes a timer so far ahead. */
function widthOf(delayTicks: number): number {
  let width = 1;
  for (let level = 1; level < LEVELS && delayTicks >= LEVEL_START_TICKS * width; level++) width *= COARSER;
  return width;
}

/**
 * When a timer fires that is armed at `nowNs` for `delayNs`, on a wheel of its own.
 * @param tickNs 1e9 / HZ, a whole number. @param offsetNs age of the kernel's clock at instant 0, >= 0.
 */
export function wheelExpiryNs(nowNs: number, delayNs: number, tickNs: number, offsetNs: number): number {
  const nowTick = Math.floor((nowNs + offsetNs) / tickNs);
  return bucketTickOf(nowTick, Math.ceil(delayNs / tickNs)) * tickNs - offsetNs;
}

export class TimerWheel implements EventSink {
  private readonly loop: Loop;
  private readonly sink: EventSink;
  private readonly kind: number;
  private readonly type: number;
  private readonly tickNs: number;
  private readonly offsetNs: number;
  private readonly heads: Int32Array; // bucket → slot armed last, NONE
  private readonly bucketTick: Float64Array; // bucket → tick at which it fires, while it holds a timer
  private readonly eventTick: Float64Array; // bucket → tick of its pending event, NONE
  private bucketOf: Int16Array; // slot → bucket, NONE while the timer is not armed
  private later: Int32Array; // slot → slot of the same bucket armed next, NONE
  private earlier: Int32Array; // slot → slot of the same bucket armed before it, NONE

  /**
   * @param sink gets `onEvent(kind, slot)` when the timer of a slot fires, at `phase` among equal times.
   * @param tickNs 1e9 / HZ, a whole number.
   * @param offsetNs age of the kernel's clock at instant 0, >= 0: the wheel's phase.
   * @param capacity number of slots; `grow` makes it more.
   */
  constructor(
    loop: Loop,
    sink: EventSink,
    kind: number,
    phase: number,
    tickNs: number,
    offsetNs: number,
    capacity: number,
  ) {
    this.loop = loop;
    this.sink = sink;
    this.kind = kind;
    this.type = loop.eventType(this, 0, phase);
    this.tickNs = tickNs;
    this.offsetNs = offsetNs;
    this.heads = new Int32Array(LEVELS * LEVEL_BUCKETS).fill(NONE);
    this.bucketTick = new Float64Array(LEVELS * LEVEL_BUCKETS);
    this.eventTick = new Float64Array(LEVELS * LEVEL_BUCKETS).fill(NONE);
    this.bucketOf = new Int16Array(capacity).fill(NONE);
    this.later = new Int32Array(capacity);
    this.earlier = new Int32Array(capacity);
  }

  get bytes(): number {
    return this.bucketOf.byteLength + this.later.byteLength + this.earlier.byteLength;
  }

  /** Makes room for slots [0, capacity). */
  grow(capacity: number): void {
    const used = this.bucketOf.length;
    this.bucketOf = grown(this.bucketOf, new Int16Array(capacity)).fill(NONE, used);
    this.later = grown(this.later, new Int32Array(capacity));
    this.earlier = grown(this.earlier, new Int32Array(capacity));
  }

  /** The timer of `slot` fires at the end of the bucket that lies `delayNs` >= 0 ahead, and at no other time. O(1). */
  arm(slot: number, delayNs: number): void {
    const nowTick = Math.floor((this.loop.nowNs + this.offsetNs) / this.tickNs);
    const delayTicks = Math.ceil(delayNs / this.tickNs);
    const width = widthOf(delayTicks);
    const place = Math.floor((nowTick + delayTicks) / width) + 1;
    const bucket = levelOf(width) * LEVEL_BUCKETS + (place - LEVEL_BUCKETS * Math.floor(place / LEVEL_BUCKETS));
    // A timer that stays in its bucket keeps its place there, as mod_timer() does.
    if (this.bucketOf[slot] === bucket) return;
    if (this.bucketOf[slot] !== NONE) this.unlink(slot);
    this.link(slot, bucket);
    this.bucketTick[bucket] = place * width;
    if (this.eventTick[bucket] === NONE) this.schedule(bucket);
  }

  /** The timer of `slot` does not fire, armed or not. O(1). */
  cancel(slot: number): void {
    if (this.bucketOf[slot] !== NONE) this.unlink(slot);
  }

  isArmed(slot: number): boolean {
    return this.bucketOf[slot] !== NONE;
  }

  /** A bucket is due, or was when its timers were still armed. */
  onEvent(_kind: number, bucket: number): void {
    const nowTick = this.eventTick[bucket]!;
    this.eventTick[bucket] = NONE;
    if (this.heads[bucket] === NONE) return;
    if (this.bucketTick[bucket]! > nowTick) return this.schedule(bucket);
    let width = 1;
    for (let level = 1; level < LEVELS; level++) width *= COARSER;
    for (let level = LEVELS - 1; level >= 0; level--) {
      const place = nowTick / width;
      if (place === Math.floor(place)) this.fire(level * LEVEL_BUCKETS + (place % LEVEL_BUCKETS), nowTick);
      width /= COARSER;
    }
  }

  private fire(bucket: number, nowTick: number): void {
    if (this.bucketTick[bucket] !== nowTick) return;
    for (let slot = this.heads[bucket]!; slot !== NONE; slot = this.heads[bucket]!) {
      this.unlink(slot);
      this.sink.onEvent(this.kind, slot);
    }
  }

  private schedule(bucket: number): void {
    const tick = this.bucketTick[bucket]!;
    this.eventTick[bucket] = tick;
    this.loop.schedule(tick * this.tickNs - this.offsetNs, this.type, bucket);
  }

  private link(slot: number, bucket: number): void {
    const head = this.heads[bucket]!;
    this.bucketOf[slot] = bucket;
    this.later[slot] = NONE;
    this.earlier[slot] = head;
    if (head !== NONE) this.later[head] = slot;
    this.heads[bucket] = slot;
  }

  private unlink(slot: number): void {
    const later = this.later[slot]!;
    const earlier = this.earlier[slot]!;
    if (later === NONE) this.heads[this.bucketOf[slot]!] = earlier;
    else this.earlier[later] = earlier;
    if (earlier !== NONE) this.later[earlier] = later;
    this.bucketOf[slot] = NONE;
  }
}

function levelOf(width: number): number {
  let level = 0;
  for (let w = 1; w < width; w *= COARSER) level++;
  return level;
}
