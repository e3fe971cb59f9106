/**
 * TCP segments in flight, as columns. A 4-tuple is (source, peer, port): `source` numbers the traffic
 * entry of the scenario, `peer` the remote address and port within it, `port` is the server's port.
 * Directions share the layout: an answer carries the 4-tuple of what it answers.
 *
 * Ownership: who gets a slot through `transmit` owns it (passes it on or frees it); who gets it
 * through `onSegment` borrows it until it returns, and copies it to keep it.
 * Leaves out: payload bytes, IP options, urgent data, checksums (always valid).
 */
import { grown, SlotPool } from '../engine/slot-pool.ts';

/** TCP flags, as on the wire. */
export const Flag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16 } as const;

/** Options that matter to a listener, one bit each. */
export const Option = { WindowScale: 1, SackPermitted: 2, Timestamps: 4 } as const;

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
} as const;

/** Refuses connection requests by the number, with the effect of sending one after the other. */
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

export class SegmentPool {
  private readonly pool: SlotPool;
  private source: Uint16Array; // slot → traffic entry
  private peer: Uint32Array; // slot → remote address and port within the entry
  private port: Uint16Array; // slot → server port
  private flags: Uint8Array; // slot → Flag bits
  private options: Uint8Array; // slot → Option bits
  private seq: Uint32Array; // slot → sequence number, mod 2^32
  private ack: Uint32Array; // slot → acknowledgment number, mod 2^32
  private window: Uint16Array; // slot → advertised window, unscaled
  private length: Uint16Array; // slot → payload bytes
  private mss: Uint16Array; // slot → MSS option, 0 = absent

  /** @param capacity slots to start with, > 0; doubles as needed, up to `capacityMax`. */
  constructor(capacity = 64, capacityMax = 2 ** 24) {
    this.pool = new SlotPool(capacity, capacityMax, 'segments in flight', 22, (to) => this.grow(to));
    this.source = new Uint16Array(capacity);
    this.peer = new Uint32Array(capacity);
    this.port = new Uint16Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.options = new Uint8Array(capacity);
    this.seq = new Uint32Array(capacity);
    this.ack = new Uint32Array(capacity);
    this.window = new Uint16Array(capacity);
    this.length = new Uint16Array(capacity);
    this.mss = new Uint16Array(capacity);
  }

  /** Bytes of its columns. */
  get bytes(): number {
    return this.pool.bytes;
  }

  /** Segments now in flight. */
  get count(): number {
    return this.pool.count;
  }

  /** A new segment with no payload, window, MSS or options. @throws CapacityError. O(1). */
  open(source: number, peer: number, port: number, flags: number, seq: number, ack: number): number {
    const slot = this.pool.alloc();
    this.source[slot] = source;
    this.peer[slot] = peer;
    this.port[slot] = port;
    this.flags[slot] = flags;
    this.options[slot] = 0;
    this.seq[slot] = seq;
    this.ack[slot] = ack;
    this.window[slot] = 0;
    this.length[slot] = 0;
    this.mss[slot] = 0;
    return slot;
  }

  /** A second segment with the same contents. @throws CapacityError. O(1). */
  copy(from: number): number {
    const slot = this.open(
      this.source[from]!,
      this.peer[from]!,
      this.port[from]!,
      this.flags[from]!,
      this.seq[from]!,
      this.ack[from]!,
    );
    this.options[slot] = this.options[from]!;
    this.window[slot] = this.window[from]!;
    this.length[slot] = this.length[from]!;
    this.mss[slot] = this.mss[from]!;
    return slot;
  }

  free(slot: number): void {
    this.pool.free(slot);
  }

  sourceOf(slot: number): number {
    return this.source[slot]!;
  }
  peerOf(slot: number): number {
    return this.peer[slot]!;
  }
  portOf(slot: number): number {
    return this.port[slot]!;
  }
  flagsOf(slot: number): number {
    return this.flags[slot]!;
  }
  optionsOf(slot: number): number {
    return this.options[slot]!;
  }
  seqOf(slot: number): number {
    return this.seq[slot]!;
  }
  ackOf(slot: number): number {
    return this.ack[slot]!;
  }
  windowOf(slot: number): number {
    return this.window[slot]!;
  }
  lengthOf(slot: number): number {
    return this.length[slot]!;
  }
  mssOf(slot: number): number {
    return this.mss[slot]!;
  }

  setWindow(slot: number, window: number): void {
    this.window[slot] = window;
  }
  setLength(slot: number, lengthBytes: number): void {
    this.length[slot] = lengthBytes;
  }
  setMss(slot: number, mssBytes: number): void {
    this.mss[slot] = mssBytes;
  }
  setOptions(slot: number, options: number): void {
    this.options[slot] = options;
  }

  /** True for a connection request: SYN without ACK. */
  isSyn(slot: number): boolean {
    return (this.flags[slot]! & (Flag.Syn | Flag.Ack)) === Flag.Syn;
  }

  private grow(capacity: number): void {
    this.source = grown(this.source, new Uint16Array(capacity));
    this.peer = grown(this.peer, new Uint32Array(capacity));
    this.port = grown(this.port, new Uint16Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.options = grown(this.options, new Uint8Array(capacity));
    this.seq = grown(this.seq, new Uint32Array(capacity));
    this.ack = grown(this.ack, new Uint32Array(capacity));
    this.window = grown(this.window, new Uint16Array(capacity));
    this.length = grown(this.length, new Uint16Array(capacity));
    this.mss = grown(this.mss, new Uint16Array(capacity));
  }
}
