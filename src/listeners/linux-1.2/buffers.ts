/**
 * Buffers (sk_buff) that a child holds: received ones in sequence order, sent ones until they are
 * acknowledged, and those that wait for the window. Rows of one pool, doubly linked.
 * Leaves out: payload bytes.
 */
import { grown, SlotPool } from '../../engine/slot-pool.ts';

export const NO_BUFFER = -1;
const CAPACITY = 64;
const CAPACITY_MAX = 2 ** 24;

export class Buffers {
  /** buffer → flags of its TCP header (network/segment.ts, Flag). */
  flags: Uint8Array;
  /** buffer → sequence number of its header. */
  seq: Uint32Array;
  /** buffer → received: end of its sequence range; sent: the kernel's h.seq, by which it is acknowledged. */
  endSeq: Uint32Array;
  /** buffer → payload bytes. */
  length: Uint16Array;
  /** buffer → received: memory charged to the child, bytes. */
  mem: Uint32Array;
  /** buffer → received: 1 once its range is acknowledged. */
  acked: Uint8Array;
  /** buffer → received: 1 once read. */
  used: Uint8Array;
  /** buffer → sent: the kernel's clock at the last transmission (kernel-timers.ts). */
  when: Float64Array;
  /** buffer → neighbours in its queue, NO_BUFFER at the ends. */
  next: Int32Array;
  previous: Int32Array;
  private readonly pool: SlotPool;

  constructor() {
    this.pool = new SlotPool(CAPACITY, CAPACITY_MAX, 'buffers of the stack', 33, (to) => this.grow(to));
    this.flags = new Uint8Array(CAPACITY);
    this.seq = new Uint32Array(CAPACITY);
    this.endSeq = new Uint32Array(CAPACITY);
    this.length = new Uint16Array(CAPACITY);
    this.mem = new Uint32Array(CAPACITY);
    this.acked = new Uint8Array(CAPACITY);
    this.used = new Uint8Array(CAPACITY);
    this.when = new Float64Array(CAPACITY);
    this.next = new Int32Array(CAPACITY);
    this.previous = new Int32Array(CAPACITY);
  }

  get bytes(): number {
    return this.pool.bytes;
  }

  /** Buffers in use. */
  get count(): number {
    return this.pool.count;
  }

  /** An unlinked buffer. @throws CapacityError. */
  open(flags: number, seq: number, endSeq: number, lengthBytes: number): number {
    const buffer = this.pool.alloc();
    this.flags[buffer] = flags;
    this.seq[buffer] = seq;
    this.endSeq[buffer] = endSeq;
    this.length[buffer] = lengthBytes;
    this.mem[buffer] = 0;
    this.acked[buffer] = 0;
    this.used[buffer] = 0;
    this.when[buffer] = 0;
    this.next[buffer] = NO_BUFFER;
    this.previous[buffer] = NO_BUFFER;
    return buffer;
  }

  free(buffer: number): void {
    this.pool.free(buffer);
  }

  /** Frees a whole queue. */
  freeAll(head: number): void {
    for (let buffer = head; buffer !== NO_BUFFER;) {
      const next = this.next[buffer]!;
      this.pool.free(buffer);
      buffer = next;
    }
  }

  private grow(capacity: number): void {
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.seq = grown(this.seq, new Uint32Array(capacity));
    this.endSeq = grown(this.endSeq, new Uint32Array(capacity));
    this.length = grown(this.length, new Uint16Array(capacity));
    this.mem = grown(this.mem, new Uint32Array(capacity));
    this.acked = grown(this.acked, new Uint8Array(capacity));
    this.used = grown(this.used, new Uint8Array(capacity));
    this.when = grown(this.when, new Float64Array(capacity));
    this.next = grown(this.next, new Int32Array(capacity));
    this.previous = grown(this.previous, new Int32Array(capacity));
  }
}
