/**
 * TCP segments in flight, as rows of one typed array. A 4-tuple is (source, peer, port): `source` numbers the traffic
 * entry of the scenario, `peer` the remote address and port within it, `port` is the server's port.
 * Directions share the layout: an answer carries the 4-tuple of what it answers.
 *
 *   [ peer | endpoint | seq | ack | MSS, options, flags | length, window | cookie | · ]   32 bytes: half a cache line
 *
 * Ownership: who gets a slot through `transmit` owns it (passes it on or frees it); who gets it
 * through `onSegment` borrows it until it returns, and copies it to keep it.
 * Leaves out: payload bytes, IP options, urgent data, checksums (always valid).
 */
import { grown, SlotPool } from '../engine/slot-pool.ts';
import { endpointOf } from './tuple-index.ts';

/** TCP flags, as on the wire. */
export const Flag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16 } as const;

/** Options that matter to a listener, one bit each. */
export const Option = { WindowScale: 1, SackPermitted: 2, Timestamps: 4, FastOpen: 8 } as const;

/**
 * What the Fast Open option says (RFC 7413), instead of the 8 bytes of a cookie: it is empty, to ask for one; it is the one
 * that the server gives to this address; it is some other one. Who steals a cookie has a valid one.
 */
export const FastOpenCookie = { Request: 0, Valid: 1, Forged: 2 } as const;

/** Borrows a segment. */
export interface SegmentReceiver {
  onSegment(segment: number): void;
}

/** What a stack does with connection requests of new 4-tuples, as it stands. */
export const Refusal = {
  /** Something else than counting a refusal: each has to be sent. */
  None: 0,
  /** Refuses them all, and only counts: how many they are is all that matters. */
  Counted: 1,
  /** The same, but what it counts depends on how many different instants they come at. */
  CountedByInstant: 2,
  /** Answers each by a SYN-ACK, at once, keeps nothing of it, and counts: a sender that never replies may count as well. */
  Answered: 3,
} as const;

/** Refuses connection requests (or answers them and forgets) by the number, with the effect of sending one after the other. */
export interface Refuser {
  /**
   * Refuses `count` SYNs of `source` to `port`, each of a new 4-tuple, no payload, at `instants` different instants,
   * before anything else happens. A count of 0 only asks. @returns a Refusal; with None nothing was done.
   */
  refuse(source: number, port: number, count: number, instants: number): number;
}

/** Takes a segment over. */
export interface Transmitter {
  transmit(segment: number): void;
}

// Places in a row.
const PEER = 0; // remote address and port within the entry
const ENDPOINT = 1; // traffic entry and server port (network/tuple-index.ts)
const SEQ = 2; // mod 2^32
const ACK = 3; // mod 2^32
const BITS = 4; // MSS option (0 = absent) << 16 | Option bits << 8 | Flag bits
const SIZES = 5; // payload bytes << 16 | advertised window, unscaled
const COOKIE = 6; // FastOpenCookie; defined with Option.FastOpen only
const ROW_SHIFT = 3;
const ROW_BYTES = 32;

const FLAGS_MASK = 0xff;
const OPTIONS_SHIFT = 8;
const HALF_SHIFT = 16;
const LOW_HALF = 0xffff;
const SYN_ACK = Flag.Syn | Flag.Ack;
const SYN = Flag.Syn;

/** Segments under way, as rows of columns: a segment is a number, with its fields by accessors. */
export class SegmentPool {
  private readonly pool: SlotPool;
  private rows: Uint32Array; // slot << ROW_SHIFT | place → see above

  /** @param capacity slots to start with, > 0; doubles as needed, up to `capacityMax`. */
  constructor(capacity = 64, capacityMax = 2 ** 24) {
    this.pool = new SlotPool(capacity, capacityMax, 'segments in flight', ROW_BYTES, (to) => this.grow(to));
    this.rows = new Uint32Array(capacity << ROW_SHIFT);
  }

  /** Bytes of its rows. */
  get bytes(): number {
    return this.pool.bytes;
  }

  /** Segments now in flight. */
  get count(): number {
    return this.pool.count;
  }

  /** A new segment with no payload, window, MSS or options. @throws CapacityError. O(1). */
  open(source: number, peer: number, port: number, flags: number, seq: number, ack: number): number {
    return this.openWith(endpointOf(source, port), peer, flags, seq, ack, 0, 0);
  }

  /**
   * The same, with a window, and an MSS of `mssBytes` (0: none).
   * @param endpoint `endpointOf(source, port)`. @param seq taken mod 2^32, as is `ack`. @throws CapacityError. O(1).
   */
  openWith(
    endpoint: number,
    peer: number,
    flags: number,
    seq: number,
    ack: number,
    window: number,
    mssBytes: number,
  ): number {
    const slot = this.pool.alloc();
    const { rows } = this;
    const row = slot << ROW_SHIFT;
    rows[row + PEER] = peer;
    rows[row + ENDPOINT] = endpoint;
    rows[row + SEQ] = seq;
    rows[row + ACK] = ack;
    rows[row + BITS] = (mssBytes << HALF_SHIFT) | flags;
    rows[row + SIZES] = window;
    return slot;
  }

  /** A second segment with the same contents. @throws CapacityError. O(1). */
  copy(from: number): number {
    const slot = this.pool.alloc();
    const row = from << ROW_SHIFT;
    this.rows.copyWithin(slot << ROW_SHIFT, row, row + (1 << ROW_SHIFT));
    return slot;
  }

  free(slot: number): void {
    this.pool.free(slot);
  }

  sourceOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + ENDPOINT]! >>> HALF_SHIFT;
  }
  peerOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + PEER]!;
  }
  portOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + ENDPOINT]! & LOW_HALF;
  }
  /** Source and port (network/tuple-index.ts). */
  endpointOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + ENDPOINT]!;
  }
  flagsOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + BITS]! & FLAGS_MASK;
  }
  optionsOf(slot: number): number {
    return (this.rows[(slot << ROW_SHIFT) + BITS]! >>> OPTIONS_SHIFT) & FLAGS_MASK;
  }
  seqOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + SEQ]!;
  }
  ackOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + ACK]!;
  }
  windowOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + SIZES]! & LOW_HALF;
  }
  lengthOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + SIZES]! >>> HALF_SHIFT;
  }
  mssOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + BITS]! >>> HALF_SHIFT;
  }

  /** @param seq mod 2^32. */
  setSeq(slot: number, seq: number): void {
    this.rows[(slot << ROW_SHIFT) + SEQ] = seq;
  }
  /** @param ack mod 2^32. */
  setAck(slot: number, ack: number): void {
    this.rows[(slot << ROW_SHIFT) + ACK] = ack;
  }
  /** @param window in [0, 65535]. */
  setWindow(slot: number, window: number): void {
    const at = (slot << ROW_SHIFT) + SIZES;
    this.rows[at] = (this.rows[at]! & ~LOW_HALF) | (window & LOW_HALF);
  }
  /** @param lengthBytes in [0, 65535]. */
  setLength(slot: number, lengthBytes: number): void {
    const at = (slot << ROW_SHIFT) + SIZES;
    this.rows[at] = (this.rows[at]! & LOW_HALF) | (lengthBytes << HALF_SHIFT);
  }
  /** @param mssBytes in [0, 65535], 0 = absent. */
  setMss(slot: number, mssBytes: number): void {
    const at = (slot << ROW_SHIFT) + BITS;
    this.rows[at] = (this.rows[at]! & LOW_HALF) | (mssBytes << HALF_SHIFT);
  }
  /** @param options Option bits. */
  setOptions(slot: number, options: number): void {
    const at = (slot << ROW_SHIFT) + BITS;
    this.rows[at] = (this.rows[at]! & ~(FLAGS_MASK << OPTIONS_SHIFT)) | (options << OPTIONS_SHIFT);
  }

  /** What the Fast Open option says, a FastOpenCookie. Call only with Option.FastOpen. */
  cookieOf(slot: number): number {
    return this.rows[(slot << ROW_SHIFT) + COOKIE]!;
  }
  /** Adds the Fast Open option. @param cookie a FastOpenCookie. */
  addFastOpen(slot: number, cookie: number): void {
    const row = slot << ROW_SHIFT;
    this.rows[row + BITS]! |= Option.FastOpen << OPTIONS_SHIFT;
    this.rows[row + COOKIE] = cookie;
  }

  /** True for a connection request: SYN without ACK. */
  isSyn(slot: number): boolean {
    return (this.rows[(slot << ROW_SHIFT) + BITS]! & SYN_ACK) === SYN;
  }

  private grow(capacity: number): void {
    this.rows = grown(this.rows, new Uint32Array(capacity << ROW_SHIFT));
  }
}
