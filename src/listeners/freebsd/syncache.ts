/**
 * The syncache: half-open connections of all listeners of the host, in a hash table of short lists. A full list loses
 * its oldest entry to the newest. One timer a list serves all of its entries.
 *
 *   bucket → head (newest) ⇄ … ⇄ tail (oldest)
 *
 * Leaves out: ticks (timers are exact to the nanosecond, the kernel's to 1 ms), rounding of the zone's bound to whole slabs,
 * ICMP errors; the XOR hash of FreeBSD 9 to 11, which addresses that are numbers would spread too evenly.
 * Source: C1, C2.4, C3; syncache_insert(), syncache_drop(), syncache_timeout(), syncache_timer().
 */
import { assert } from '../../engine/errors.ts';
import type { EventSink, Loop } from '../../engine/loop.ts';
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import { SlotTimers } from '../../engine/slot-timers.ts';
import { NEVER_NS, NS_PER_MS, Phase } from '../../engine/time.ts';
import { mixed } from '../mix.ts';
import type { FreeBsdProfile } from './profiles.ts';
import { cacheLimitOf, type FreeBsdSettings } from './settings.ts';

const NONE = -1;
const CAPACITY = 64;
// Places in a row of 32 bytes: half a cache line, since lists are walked.
const PEER = 0;
const ENDPOINT = 1; // traffic entry and port
const IRS = 2; // sequence number of the SYN
const ISS = 3; // sequence number of the SYN-ACK
const OLDER = 4; // next older entry of its bucket, NONE
const NEWER = 5; // next newer entry of its bucket, NONE
const ROW_SHIFT = 3;
const DEADLINE = 3; // sc_rxttime, in words of 8 bytes
const DEADLINE_SHIFT = 2;
/** Bytes of an entry: its row, and the number of SYN-ACKs sent. */
const ENTRY_BYTES = 33;

/** What the timer has the owner do. */
export interface SyncacheHost {
  /** Sends the SYN-ACK of `entry` again. */
  onRetransmit(entry: number): void;
  /** `entry` has been retransmitted often enough; it is dropped afterwards. */
  onStale(entry: number): void;
  /** The number of entries is now `count`. */
  onCount(count: number): void;
  /** While true, a list whose timer fires is dropped whole. */
  readonly isPaused: boolean;
  onDroppedByPause(): void;
}

export class Syncache implements EventSink {
  /** Entries that the last `find` looked at. */
  visits: number;
  private readonly loop: Loop;
  private readonly host: SyncacheHost;
  private readonly bucketMask: number;
  private readonly bucketLimit: number;
  private readonly cacheLimit: number;
  private readonly retransmissionsMax: number;
  private readonly secret: number;
  private readonly delayNs: Float64Array; // transmissions so far → time to the next, or to the end
  private readonly timers: SlotTimers; // bucket → its timer
  private readonly pool: SlotPool;
  private readonly head: Int32Array; // bucket → newest entry, NONE
  private readonly tail: Int32Array; // bucket → oldest entry, NONE
  private readonly length: Int32Array; // bucket → entries
  private readonly nextAtNs: Float64Array; // bucket → sch_nextc: earliest deadline that is known
  private rows: Uint32Array; // entry << ROW_SHIFT | place → see above
  private links: Int32Array; // the same memory, for OLDER and NEWER
  private deadlines: Float64Array; // entry << DEADLINE_SHIFT | DEADLINE → sc_rxttime; the same memory
  private transmissions: Uint8Array; // entry → sc_rxmits: SYN-ACKs sent

  /** @param secret keys the hash of the buckets. */
  constructor(loop: Loop, host: SyncacheHost, profile: FreeBsdProfile, settings: FreeBsdSettings, secret: number) {
    const { bucketlimit, hashsize, rexmitInitialMs, rexmtlimit } = settings;
    const initialMs = rexmitInitialMs === 0 ? profile.rexmitInitialMs : rexmitInitialMs;
    this.visits = 0;
    this.loop = loop;
    this.host = host;
    this.bucketMask = hashsize - 1;
    this.bucketLimit = bucketlimit;
    this.cacheLimit = cacheLimitOf(settings);
    this.retransmissionsMax = rexmtlimit;
    this.secret = secret;
    this.delayNs = Float64Array.from(profile.backoff, (factor, n) => {
      const ms = initialMs * factor + (n === 0 ? 0 : profile.slopMs);
      return (n === 0 ? ms : Math.min(ms, profile.rexmitMaxMs)) * NS_PER_MS;
    });
    this.timers = new SlotTimers(loop, this, 0, Phase.Timer, initialMs * NS_PER_MS, hashsize);
    const capacity = Math.min(CAPACITY, this.cacheLimit);
    this.pool = new SlotPool(capacity, this.cacheLimit, 'syncache entries', ENTRY_BYTES, (to) => this.grow(to));
    this.head = new Int32Array(hashsize).fill(NONE);
    this.tail = new Int32Array(hashsize).fill(NONE);
    this.length = new Int32Array(hashsize);
    this.nextAtNs = new Float64Array(hashsize).fill(NEVER_NS);
    this.rows = new Uint32Array(capacity << ROW_SHIFT);
    this.links = new Int32Array(this.rows.buffer);
    this.deadlines = new Float64Array(this.rows.buffer);
    this.transmissions = new Uint8Array(capacity);
  }

  get count(): number {
    return this.pool.count;
  }

  get bytes(): number {
    const buckets = this.head.byteLength + this.tail.byteLength + this.length.byteLength + this.nextAtNs.byteLength;
    return this.pool.bytes + buckets + this.timers.bytes;
  }

  /** No entry more can be allocated (uma_zalloc fails). */
  get isExhausted(): boolean {
    return this.pool.count >= this.cacheLimit;
  }

  /** C1.2. */
  bucketOf(endpoint: number, peer: number): number {
    return mixed(mixed(this.secret, endpoint), peer) & this.bucketMask;
  }

  isFull(bucket: number): boolean {
    return this.length[bucket]! >= this.bucketLimit;
  }

  isEmpty(bucket: number): boolean {
    return this.length[bucket] === 0;
  }

  /** @returns the entry of the 4-tuple, which falls into `bucket`, or -1. Walks the list, as the kernel does. O(bucket). */
  find(bucket: number, endpoint: number, peer: number): number {
    const { links, rows } = this;
    let visits = 0;
    let entry = this.head[bucket]!;
    while (entry !== NONE) {
      const row = entry << ROW_SHIFT;
      visits++;
      if (rows[row + PEER] === peer && rows[row + ENDPOINT] === endpoint) break;
      entry = links[row + OLDER]!;
    }
    this.visits = visits;
    return entry;
  }

  /** Puts an entry at the head of `bucket`, which has room. @returns it. O(1), amortised. */
  insert(bucket: number, endpoint: number, peer: number, irs: number, iss: number): number {
    const entry = this.pool.alloc();
    const { links, rows } = this;
    const row = entry << ROW_SHIFT;
    const head = this.head[bucket]!;
    rows[row + PEER] = peer;
    rows[row + ENDPOINT] = endpoint;
    rows[row + IRS] = irs;
    rows[row + ISS] = iss;
    links[row + OLDER] = head;
    links[row + NEWER] = NONE;
    this.transmissions[entry] = 0;
    if (head === NONE) this.tail[bucket] = entry;
    else links[(head << ROW_SHIFT) + NEWER] = entry;
    this.head[bucket] = entry;
    if (++this.length[bucket]! === 1) this.nextAtNs[bucket] = NEVER_NS;
    this.arm(entry, bucket, true);
    this.host.onCount(this.pool.count);
    return entry;
  }

  /** A SYN came again: the time-outs begin anew (C2.1). */
  restart(bucket: number, entry: number): void {
    this.transmissions[entry] = 0;
    this.arm(entry, bucket, true);
  }

  /** Drops the oldest entry of `bucket`, which is not empty. */
  dropOldest(bucket: number): void {
    this.drop(bucket, this.tail[bucket]!);
  }

  /** Forgets `entry`. The timer of its bucket stays as it is. O(1). */
  drop(bucket: number, entry: number): void {
    const { links } = this;
    const older = links[(entry << ROW_SHIFT) + OLDER]!;
    const newer = links[(entry << ROW_SHIFT) + NEWER]!;
    if (newer === NONE) this.head[bucket] = older;
    else links[(newer << ROW_SHIFT) + OLDER] = older;
    if (older === NONE) this.tail[bucket] = newer;
    else links[(older << ROW_SHIFT) + NEWER] = newer;
    this.length[bucket]!--;
    this.pool.free(entry);
    this.host.onCount(this.pool.count);
  }

  /** The timer of a bucket fires: its entries are served, the newest first. */
  onEvent(_kind: number, bucket: number): void {
    const { nowNs } = this.loop;
    this.nextAtNs[bucket] = NEVER_NS;
    for (let entry = this.head[bucket]!; entry !== NONE;) {
      const older = this.olderOf(entry);
      this.serve(bucket, entry, nowNs);
      entry = older;
    }
    if (this.length[bucket]! > 0) this.timers.set(bucket, this.nextAtNs[bucket]);
  }

  endpointOf(entry: number): number {
    return this.rows[(entry << ROW_SHIFT) + ENDPOINT]!;
  }
  peerOf(entry: number): number {
    return this.rows[(entry << ROW_SHIFT) + PEER]!;
  }
  irsOf(entry: number): number {
    return this.rows[(entry << ROW_SHIFT) + IRS]!;
  }
  issOf(entry: number): number {
    return this.rows[(entry << ROW_SHIFT) + ISS]!;
  }

  /** Calls `visit` for every entry, in no order. O(capacity). */
  eachEntry(visit: (entry: number) => void): void {
    for (let entry = 0; entry < this.pool.capacity; entry++) if (this.pool.isInUse(entry)) visit(entry);
  }

  /** For checks, not for the event path. */
  checkInvariants(): void {
    let count = 0;
    this.head.forEach((head, bucket) => {
      let length = 0;
      for (let entry = head; entry !== NONE; entry = this.olderOf(entry)) {
        assert(this.pool.isInUse(entry), 'a bucket holds a free entry');
        assert(this.bucketOf(this.endpointOf(entry), this.peerOf(entry)) === bucket, 'an entry is in a wrong bucket');
        length++;
      }
      assert(length === this.length[bucket] && length <= this.bucketLimit, 'the length of a bucket is wrong');
      count += length;
    });
    assert(count === this.pool.count && count <= this.cacheLimit, 'the number of entries is wrong');
  }

  private serve(bucket: number, entry: number, nowNs: number): void {
    if (this.host.isPaused) {
      this.host.onDroppedByPause();
      this.drop(bucket, entry);
      return;
    }
    const deadlineNs = this.deadlines[(entry << DEADLINE_SHIFT) + DEADLINE]!;
    if (deadlineNs > nowNs) {
      if (deadlineNs < this.nextAtNs[bucket]!) this.nextAtNs[bucket] = deadlineNs;
    } else if (this.transmissions[entry]! > this.retransmissionsMax) {
      this.host.onStale(entry);
      this.drop(bucket, entry);
    } else {
      this.host.onRetransmit(entry);
      this.arm(entry, bucket, false);
    }
  }

  /** syncache_timeout(). @param sets whether the bucket's timer is moved forward to it. */
  private arm(entry: number, bucket: number, sets: boolean): void {
    const deadlineNs = this.loop.nowNs + this.delayNs[this.transmissions[entry]!]!;
    this.deadlines[(entry << DEADLINE_SHIFT) + DEADLINE] = deadlineNs;
    this.transmissions[entry]!++;
    if (deadlineNs >= this.nextAtNs[bucket]!) return;
    this.nextAtNs[bucket] = deadlineNs;
    if (sets) this.timers.set(bucket, deadlineNs);
  }

  /** -1: it is the oldest. */
  private olderOf(entry: number): number {
    return this.links[(entry << ROW_SHIFT) + OLDER]!;
  }

  private grow(capacity: number): void {
    this.rows = grown(this.rows, new Uint32Array(capacity << ROW_SHIFT));
    this.links = new Int32Array(this.rows.buffer);
    this.deadlines = new Float64Array(this.rows.buffer);
    this.transmissions = grown(this.transmissions, new Uint8Array(capacity));
  }
}
