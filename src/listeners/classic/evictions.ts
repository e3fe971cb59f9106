/**
 * Who has to go when a SYN finds no half-open slot, of policies that admit every SYN: the oldest of all, the oldest of the
 * bucket that the 4-tuple falls into, or any one at random. It keeps the order of the half-open slots for that.
 * Leaves out: what becomes of the evicted connection (classic.ts).
 * Source: RFC 4987 3.4 (recycling), 3.5 (SYN cache); Lemon, Resisting SYN flood DoS attacks with a SYN cache, BSDCon 2002.
 */
import type { RandomStream } from '../../engine/random.ts';
import { grown } from '../../engine/slot-pool.ts';
import { mixed } from '../mix.ts';
import type { ClassicSpec } from '../specs.ts';

const NONE = -1;
const WORD = 2 ** 32;

export class Evictions {
  /** Slots that the last `victimFor` looked at: a list is walked to the one that is drawn. */
  visits: number;
  private readonly isRandom: boolean;
  private readonly random: RandomStream;
  private readonly secret: number;
  private readonly buckets: number;
  private readonly bucketLimit: number;
  private readonly head: Int32Array; // bucket → oldest slot, NONE
  private readonly tail: Int32Array; // bucket → newest slot, NONE
  private readonly length: Int32Array; // bucket → slots
  private newer: Int32Array; // slot → next newer one of its bucket, NONE; of a random choice: its place in `all`
  private older: Int32Array; // slot → next older one of its bucket, NONE
  private bucketOf: Int32Array; // slot → its bucket
  private all: Int32Array; // place → slot, of a random choice

  /** @param random of a choice at random, and of the secret of the hash. */
  constructor({ buckets = 1, policy, slots }: ClassicSpec, random: RandomStream) {
    this.visits = 0;
    this.isRandom = policy === 'random-drop';
    this.random = random;
    this.secret = random.below(WORD);
    this.buckets = buckets;
    this.bucketLimit = Math.floor(slots / this.buckets);
    this.head = new Int32Array(this.buckets).fill(NONE);
    this.tail = new Int32Array(this.buckets).fill(NONE);
    this.length = new Int32Array(this.buckets);
    this.newer = new Int32Array(0);
    this.older = new Int32Array(0);
    this.bucketOf = new Int32Array(0);
    this.all = new Int32Array(0);
  }

  get bytes(): number {
    const perBucket = this.head.byteLength + this.tail.byteLength + this.length.byteLength;
    return perBucket + this.newer.byteLength + this.older.byteLength + this.bucketOf.byteLength + this.all.byteLength;
  }

  /** The slot that a SYN of this 4-tuple takes the place of; -1: there is room. O(1). */
  victimFor(endpoint: number, peer: number): number {
    const bucket = this.bucketFor(endpoint, peer);
    const length = this.length[bucket]!;
    this.visits = 0;
    if (length < this.bucketLimit) return NONE;
    if (!this.isRandom) return this.head[bucket]!;
    const place = this.random.below(length);
    this.visits = place + 1;
    return this.all[place]!;
  }

  /** `slot` became half-open. O(1), amortised. */
  add(slot: number, endpoint: number, peer: number): void {
    if (slot >= this.newer.length) this.grow(slot);
    const bucket = this.bucketFor(endpoint, peer);
    const length = this.length[bucket]!++;
    this.bucketOf[slot] = bucket;
    if (this.isRandom) {
      this.all[length] = slot;
      this.newer[slot] = length;
      return;
    }
    const tail = this.tail[bucket]!;
    this.older[slot] = tail;
    this.newer[slot] = NONE;
    if (tail === NONE) this.head[bucket] = slot;
    else this.newer[tail] = slot;
    this.tail[bucket] = slot;
  }

  /** `slot` is no longer half-open. O(1). */
  remove(slot: number): void {
    const bucket = this.bucketOf[slot]!;
    const last = --this.length[bucket]!;
    if (this.isRandom) {
      const place = this.newer[slot]!;
      const moved = this.all[last]!;
      this.all[place] = moved;
      this.newer[moved] = place;
      return;
    }
    const newer = this.newer[slot]!;
    const older = this.older[slot]!;
    if (older === NONE) this.head[bucket] = newer;
    else this.newer[older] = newer;
    if (newer === NONE) this.tail[bucket] = older;
    else this.older[newer] = older;
  }

  private bucketFor(endpoint: number, peer: number): number {
    return this.buckets === 1 ? 0 : mixed(mixed(this.secret, endpoint), peer) % this.buckets;
  }

  private grow(slot: number): void {
    const capacity = Math.max(64, 2 * this.newer.length, slot + 1);
    this.newer = grown(this.newer, new Int32Array(capacity));
    this.older = grown(this.older, new Int32Array(capacity));
    this.bucketOf = grown(this.bucketOf, new Int32Array(capacity));
    this.all = grown(this.all, new Int32Array(capacity));
  }
}
