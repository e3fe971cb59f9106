/**
 * Half-open requests of the whole host (state NEW_SYN_RECV), one slot each: a small row, since a flood has many.
 * Leaves out: the MSS and window that the client offered; when a request is made or ends.
 * Source: struct request_sock, tcp_request_sock (B1.1).
 */
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import { Option, type SegmentPool } from '../../network/segment.ts';
import { TupleIndex } from '../../network/tuple-index.ts';

/** The final ACK came and was dropped: for want of room, or by TCP_DEFER_ACCEPT. */
const ACKED = 1;
/** Its SYN-ACK went out again. */
const RESENT = 2;
/** Place of the Option bits beside them. */
const OPTIONS_AT = 2;

const CAPACITY = 64;
const CAPACITY_MAX = 2 ** 24;
/** Bytes of the columns below. */
const ROW_BYTES = 20;

export class Requests {
  /** Slots there are: [0, capacity). */
  capacity: number;
  /** slot → timeouts so far (num_timeout). */
  timeouts: Uint8Array;
  /** slot → listener (a place in Kernel.listeners). */
  listener: Uint16Array;
  /** slot → last reply that is limited in rate, ms mod 2^32, 0: none. */
  repliedAtMs: Uint32Array;
  private readonly pool: SlotPool;
  private readonly index: TupleIndex; // 4-tuple → slot
  private readonly onGrow: (capacity: number) => void;
  private clientIsn: Uint32Array; // slot → sequence number of the SYN
  private serverIsn: Uint32Array; // slot → sequence number of the SYN-ACK
  private marks: Uint8Array; // slot → ACKED | RESENT | Option bits << OPTIONS_AT
  private sentAtUs: Uint32Array; // slot → last SYN-ACK, us mod 2^32

  /** @param onGrow called with the new capacity when the slots double: timers grow too. */
  constructor(onGrow: (capacity: number) => void) {
    this.onGrow = onGrow;
    this.pool = new SlotPool(CAPACITY, CAPACITY_MAX, 'half-open requests', ROW_BYTES, (to) => this.grow(to));
    this.capacity = CAPACITY;
    this.timeouts = new Uint8Array(CAPACITY);
    this.listener = new Uint16Array(CAPACITY);
    this.index = new TupleIndex(CAPACITY);
    this.clientIsn = new Uint32Array(CAPACITY);
    this.serverIsn = new Uint32Array(CAPACITY);
    this.marks = new Uint8Array(CAPACITY);
    this.repliedAtMs = new Uint32Array(CAPACITY);
    this.sentAtUs = new Uint32Array(CAPACITY);
  }

  get count(): number {
    return this.pool.count;
  }

  get bytes(): number {
    return this.pool.bytes + this.index.bytes;
  }

  /** @returns the request that the segment belongs to, -1: none. Expected O(1). */
  find(segments: SegmentPool, segment: number): number {
    if (this.index.count === 0) return -1;
    return this.index.find(segments.endpointOf(segment), segments.peerOf(segment));
  }

  /** The same, for a 4-tuple. */
  findTuple(endpoint: number, peer: number): number {
    return this.index.find(endpoint, peer);
  }

  /** A request for the SYN in `segment`. @returns its slot. @throws CapacityError. O(1), amortised. */
  open(segments: SegmentPool, segment: number, listener: number, serverIsn: number): number {
    const slot = this.pool.alloc();
    this.index.add(slot, segments.endpointOf(segment), segments.peerOf(segment));
    this.listener[slot] = listener;
    this.clientIsn[slot] = segments.seqOf(segment);
    this.serverIsn[slot] = serverIsn;
    this.timeouts[slot] = 0;
    this.marks[slot] = (segments.optionsOf(segment) & ~Option.FastOpen) << OPTIONS_AT;
    this.repliedAtMs[slot] = 0;
    return slot;
  }

  close(slot: number): void {
    this.index.delete(slot);
    this.pool.free(slot);
  }

  isOpen(slot: number): boolean {
    return this.pool.isInUse(slot);
  }

  setAcked(slot: number): void {
    this.marks[slot]! |= ACKED;
  }

  isAcked(slot: number): boolean {
    return (this.marks[slot]! & ACKED) !== 0;
  }

  setResent(slot: number): void {
    this.marks[slot]! |= RESENT;
  }

  /** Is it known which SYN-ACK an ACK is for? Of several, only time stamps tell. */
  isTimed(slot: number): boolean {
    return (this.marks[slot]! & RESENT) === 0 || (this.optionsOf(slot) & Option.Timestamps) !== 0;
  }

  /** Option bits of the SYN. */
  optionsOf(slot: number): number {
    return this.marks[slot]! >>> OPTIONS_AT;
  }

  /** A SYN-ACK goes out at `nowNs`. */
  noteSynAck(slot: number, nowNs: number): void {
    this.sentAtUs[slot] = Math.floor(nowNs / 1e3);
  }

  /** Time since the last SYN-ACK, us; wrong after 71 minutes, when no request lives. */
  rttUsOf(slot: number, nowNs: number): number {
    return (Math.floor(nowNs / 1e3) - this.sentAtUs[slot]!) >>> 0;
  }

  peerOf(slot: number): number {
    return this.index.peerOf(slot);
  }
  endpointOf(slot: number): number {
    return this.index.endpointOf(slot);
  }
  clientIsnOf(slot: number): number {
    return this.clientIsn[slot]!;
  }
  serverIsnOf(slot: number): number {
    return this.serverIsn[slot]!;
  }

  private grow(capacity: number): void {
    this.timeouts = grown(this.timeouts, new Uint8Array(capacity));
    this.listener = grown(this.listener, new Uint16Array(capacity));
    this.index.grow(capacity);
    this.clientIsn = grown(this.clientIsn, new Uint32Array(capacity));
    this.serverIsn = grown(this.serverIsn, new Uint32Array(capacity));
    this.marks = grown(this.marks, new Uint8Array(capacity));
    this.repliedAtMs = grown(this.repliedAtMs, new Uint32Array(capacity));
    this.sentAtUs = grown(this.sentAtUs, new Uint32Array(capacity));
    this.capacity = capacity;
    this.onGrow(capacity);
  }
}
