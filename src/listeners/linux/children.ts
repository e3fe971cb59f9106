/**
 * Connections, from the final ACK (or a Fast Open SYN) until they are forgotten: the rows of child sockets, whose slots are descriptors.
 * A child belongs to the accept queue, to the application, or (after close()) to nobody.
 * Leaves out: what happens to them (tcp-child.ts); congestion control, windows.
 */
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import type { SegmentPool } from '../../network/segment.ts';
import { TupleIndex } from '../../network/tuple-index.ts';

/**
 * States of a child, as RFC 9293 has them. Close: dead, though somebody may still hold it. From SynRecv on it is one of Fast Open
 * whose handshake is not over; FinWait1SynRecv: the application has closed it already.
 */
export const ChildState = {
  Established: 0,
  CloseWait: 1,
  FinWait1: 2,
  FinWait2: 3,
  Closing: 4,
  LastAck: 5,
  TimeWait: 6,
  Close: 7,
  SynRecv: 8,
  FinWait1SynRecv: 9,
} as const;

export const Holder = { AcceptQueue: 0, Application: 1, Nobody: 2 } as const;

/** Round-trip time of a connection whose handshake was not timed: a SYN cookie keeps no instant. */
export const UNTIMED = 0xffff_ffff;

const CAPACITY = 64;
const CAPACITY_MAX = 2 ** 24;
/** Bytes of the columns below. */
const ROW_BYTES = 29;

export class Children {
  /** Slots there are: [0, capacity). */
  capacity: number;
  /** slot → ChildState. */
  state: Uint8Array;
  /** slot → Holder. */
  holder: Uint8Array;
  /** slot → listener that it came from. */
  listener: Uint16Array;
  /** slot → next sequence number to send. */
  sndNxt: Uint32Array;
  /** slot → first sequence number that is not acknowledged. */
  sndUna: Uint32Array;
  /** slot → next sequence number expected. */
  rcvNxt: Uint32Array;
  /** slot → bytes received and not read. */
  received: Uint32Array;
  /** slot → round-trip time of the handshake, us, or UNTIMED. */
  rttUs: Uint32Array;
  /** slot → how often what is not acknowledged was sent again. */
  resends: Uint8Array;
  private readonly pool: SlotPool;
  private readonly index: TupleIndex; // 4-tuple → slot
  private readonly onGrow: (capacity: number) => void;
  private indexed: Uint8Array; // slot → 1 while segments find it
  private optionBits: Uint8Array; // slot → Option bits that both sides use

  /** @param onGrow called with the new capacity when the slots double. */
  constructor(onGrow: (capacity: number) => void) {
    this.onGrow = onGrow;
    this.pool = new SlotPool(CAPACITY, CAPACITY_MAX, 'connections', ROW_BYTES, (to) => this.grow(to));
    this.capacity = CAPACITY;
    this.state = new Uint8Array(CAPACITY);
    this.holder = new Uint8Array(CAPACITY);
    this.listener = new Uint16Array(CAPACITY);
    this.sndNxt = new Uint32Array(CAPACITY);
    this.sndUna = new Uint32Array(CAPACITY);
    this.rcvNxt = new Uint32Array(CAPACITY);
    this.received = new Uint32Array(CAPACITY);
    this.rttUs = new Uint32Array(CAPACITY);
    this.resends = new Uint8Array(CAPACITY);
    this.index = new TupleIndex(CAPACITY);
    this.indexed = new Uint8Array(CAPACITY);
    this.optionBits = new Uint8Array(CAPACITY);
  }

  get count(): number {
    return this.pool.count;
  }

  get bytes(): number {
    return this.pool.bytes + this.index.bytes;
  }

  /** @returns the connection that the segment belongs to, -1: none. Expected O(1). */
  find(segments: SegmentPool, segment: number): number {
    if (this.index.count === 0) return -1;
    return this.index.find(segments.endpointOf(segment), segments.peerOf(segment));
  }

  /** A child in `state`, of the accept queue. @returns its slot. @throws CapacityError. O(1), amortised. */
  open(endpoint: number, peer: number, listener: number, state: number, rcvNxt: number, sndNxt: number): number {
    const slot = this.pool.alloc();
    this.index.add(slot, endpoint, peer);
    this.indexed[slot] = 1;
    this.state[slot] = state;
    this.holder[slot] = Holder.AcceptQueue;
    this.listener[slot] = listener;
    this.sndNxt[slot] = sndNxt;
    this.sndUna[slot] = sndNxt;
    this.rcvNxt[slot] = rcvNxt;
    this.received[slot] = 0;
    this.rttUs[slot] = UNTIMED;
    this.resends[slot] = 0;
    this.optionBits[slot] = 0;
    return slot;
  }

  /** Segments do not find the child any more. */
  hide(slot: number): void {
    if (this.indexed[slot] === 0) return;
    this.indexed[slot] = 0;
    this.index.delete(slot);
  }

  close(slot: number): void {
    this.hide(slot);
    this.pool.free(slot);
  }

  isOpen(slot: number): boolean {
    return slot >= 0 && slot < this.capacity && this.pool.isInUse(slot);
  }

  /** True while segments find the connection: it has not ended. */
  isLive(slot: number): boolean {
    return this.indexed[slot] === 1;
  }

  setOptions(slot: number, options: number): void {
    this.optionBits[slot] = options;
  }

  optionsOf(slot: number): number {
    return this.optionBits[slot]!;
  }
  peerOf(slot: number): number {
    return this.index.peerOf(slot);
  }
  endpointOf(slot: number): number {
    return this.index.endpointOf(slot);
  }

  private grow(capacity: number): void {
    this.state = grown(this.state, new Uint8Array(capacity));
    this.holder = grown(this.holder, new Uint8Array(capacity));
    this.listener = grown(this.listener, new Uint16Array(capacity));
    this.sndNxt = grown(this.sndNxt, new Uint32Array(capacity));
    this.sndUna = grown(this.sndUna, new Uint32Array(capacity));
    this.rcvNxt = grown(this.rcvNxt, new Uint32Array(capacity));
    this.received = grown(this.received, new Uint32Array(capacity));
    this.rttUs = grown(this.rttUs, new Uint32Array(capacity));
    this.resends = grown(this.resends, new Uint8Array(capacity));
    this.index.grow(capacity);
    this.indexed = grown(this.indexed, new Uint8Array(capacity));
    this.optionBits = grown(this.optionBits, new Uint8Array(capacity));
    this.capacity = capacity;
    this.onGrow(capacity);
  }
}
