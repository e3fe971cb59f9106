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
/** Bytes of an entry's columns: peer, endpoint, irs, iss, two links (4 each), deadline (8), transmissions (1). */
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
  private peer: Uint32Array; // entry → peer
  private endpoint: Uint32Array; // entry → traffic entry and port
  private irs: Uint32Array; // entry → sequence number of the SYN
  private iss: Uint32Array; // entry → sequence number of the SYN-ACK
  private older: Int32Array; // entry → next older one of its bucket, NONE
  private newer: Int32Array; // entry → next newer one of its bucket, NONE
  private deadlineNs: Float64Array; // entry → sc_rxttime
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
    this.peer = new Uint32Array(capacity);
    this.endpoint = new Uint32Array(capacity);
    this.irs = new Uint32Array(capacity);
    this.iss = new Uint32Array(capacity);
    this.older = new Int32Array(capacity);
    this.newer = new Int32Array(capacity);
    this.deadlineNs = new Float64Array(capacity);
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
    const { endpoint: endpoints, older, peer: peers } = this;
    let visits = 0;
    let entry = this.head[bucket]!;
    for (; entry !== NONE; entry = older[entry]!) {
      visits++;
      if (peers[entry] === peer && endpoints[entry] === endpoint) break;
    }
    this.visits = visits;
    return entry;
  }

  /** Puts an entry at the head of `bucket`, which has room. @returns it. O(1), amortised. */
  insert(bucket: number, endpoint: number, peer: number, irs: number, iss: number): number {
    const entry = this.pool.alloc();
    this.peer[entry] = peer;
    this.endpoint[entry] = endpoint;
    this.irs[entry] = irs;
    this.iss[entry] = iss;
    this.transmissions[entry] = 0;
    const head = this.head[bucket]!;
    this.older[entry] = head;
    this.newer[entry] = NONE;
    if (head === NONE) this.tail[bucket] = entry;
    else this.newer[head] = entry;
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
    const older = this.older[entry]!;
    const newer = this.newer[entry]!;
    if (newer === NONE) this.head[bucket] = older;
    else this.older[newer] = older;
    if (older === NONE) this.tail[bucket] = newer;
    else this.newer[older] = newer;
    this.length[bucket]!--;
    this.pool.free(entry);
    this.host.onCount(this.pool.count);
  }

  /** The timer of a bucket fires: its entries are served, the newest first. */
  onEvent(_kind: number, bucket: number): void {
    const { nowNs } = this.loop;
    this.nextAtNs[bucket] = NEVER_NS;
    for (let entry = this.head[bucket]!; entry !== NONE;) {
      const older = this.older[entry]!;
      this.serve(bucket, entry, nowNs);
      entry = older;
    }
    if (this.length[bucket]! > 0) this.timers.set(bucket, this.nextAtNs[bucket]);
  }

  endpointOf(entry: number): number {
    return this.endpoint[entry]!;
  }
  peerOf(entry: number): number {
    return this.peer[entry]!;
  }
  irsOf(entry: number): number {
    return this.irs[entry]!;
  }
  issOf(entry: number): number {
    return this.iss[entry]!;
  }

  /** For checks, not for the event path. */
  checkInvariants(): void {
    let count = 0;
    this.head.forEach((head, bucket) => {
      let length = 0;
      for (let entry = head; entry !== NONE; entry = this.older[entry]!) {
        assert(this.pool.isInUse(entry), 'a bucket holds a free entry');
        assert(this.bucketOf(this.endpoint[entry]!, this.peer[entry]!) === bucket, 'an entry is in a wrong bucket');
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
    const deadlineNs = this.deadlineNs[entry]!;
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
    this.deadlineNs[entry] = deadlineNs;
    this.transmissions[entry]!++;
    if (deadlineNs >= this.nextAtNs[bucket]!) return;
    this.nextAtNs[bucket] = deadlineNs;
    if (sets) this.timers.set(bucket, deadlineNs);
  }

  private grow(capacity: number): void {
    this.peer = grown(this.peer, new Uint32Array(capacity));
    this.endpoint = grown(this.endpoint, new Uint32Array(capacity));
    this.irs = grown(this.irs, new Uint32Array(capacity));
    this.iss = grown(this.iss, new Uint32Array(capacity));
    this.older = grown(this.older, new Int32Array(capacity));
    this.newer = grown(this.newer, new Int32Array(capacity));
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(capacity));
    this.transmissions = grown(this.transmissions, new Uint8Array(capacity));
  }
}
