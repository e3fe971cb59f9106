/**
 * The sockets that tcp_conn_request makes, as columns: half-open, established, dead, accepted and closing
 * ones alike. Fields keep the kernel's names.
 * Source: struct sock, net/inet/sock.h of 1.2.13; inherited fields, R33.
 */
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import { TupleIndex } from '../../network/tuple-index.ts';

const CAPACITY_MAX = 2 ** 22;
export const SOCKS_CAPACITY = 64;

/** What a retransmit timer is for (ip_xmit_timeout). */
export const Why = { None: 0, Write: 1, KeepOpen: 2 } as const;
/** What the other timer is for (timeout). */
export const Timeout = { None: 0, Close: 1, Done: 2, Destroy: 3 } as const;

export class Socks {
  readonly pool: SlotPool;
  /** child → its 4-tuple, and back. */
  readonly index: TupleIndex;
  /** child → listener that made it. */
  listener: Uint8Array;
  state: Uint8Array;
  /** child → errno, 0 = none. */
  err: Int16Array;
  /** child → 1: no process has it. */
  dead: Uint8Array;
  /** child → 1: reset (R48). */
  zapped: Uint8Array;
  /** child → 1: its SYN is in the listener's receive queue. */
  queued: Uint8Array;
  /** child → 1: accept() returned it, and the descriptor is open. */
  descriptor: Uint8Array;
  /** child → 1: its socket is marked connected (R71). */
  connected: Uint8Array;
  /** child → process that holds the descriptor. */
  owner: Uint16Array;
  shutdown: Uint8Array;
  keepopen: Uint8Array;
  /** child → 1: read() has reported the end once. */
  done: Uint8Array;
  xmitWhy: Uint8Array;
  timeoutWhy: Uint8Array;
  ackedSeq: Uint32Array;
  copiedSeq: Uint32Array;
  writeSeq: Uint32Array;
  sentSeq: Uint32Array;
  windowSeq: Uint32Array;
  rcvAckSeq: Uint32Array;
  window: Uint16Array;
  maxWindow: Uint16Array;
  mtu: Uint16Array;
  mss: Uint16Array;
  bytesRcv: Uint16Array;
  /** child → delayed acknowledgments; not the listener's use of the name. */
  ackBacklog: Uint16Array;
  congWindow: Uint16Array;
  congCount: Uint16Array;
  ssthresh: Uint16Array;
  packetsOut: Uint16Array;
  retransmits: Uint16Array;
  /** child → ticks; rtt is scaled by 8, mdev by 4. */
  rto: Int32Array;
  rtt: Int32Array;
  mdev: Int32Array;
  /** child → bytes of received buffers charged to it. */
  rmemAlloc: Int32Array;
  /** child → receive buffer, bytes (SO_RCVBUF of its listener when it was made). */
  rcvbuf: Int32Array;
  /** child → memory of the SYN's buffer, which is charged while it is queued. */
  synMem: Uint16Array;

  constructor(onGrow: (capacity: number) => void) {
    const n = SOCKS_CAPACITY;
    this.pool = new SlotPool(n, CAPACITY_MAX, 'sockets', 85, (to) => {
      this.grow(to);
      onGrow(to);
    });
    this.index = new TupleIndex(n);
    this.listener = new Uint8Array(n);
    this.state = new Uint8Array(n);
    this.err = new Int16Array(n);
    this.dead = new Uint8Array(n);
    this.zapped = new Uint8Array(n);
    this.queued = new Uint8Array(n);
    this.descriptor = new Uint8Array(n);
    this.connected = new Uint8Array(n);
    this.owner = new Uint16Array(n);
    this.shutdown = new Uint8Array(n);
    this.keepopen = new Uint8Array(n);
    this.done = new Uint8Array(n);
    this.xmitWhy = new Uint8Array(n);
    this.timeoutWhy = new Uint8Array(n);
    this.ackedSeq = new Uint32Array(n);
    this.copiedSeq = new Uint32Array(n);
    this.writeSeq = new Uint32Array(n);
    this.sentSeq = new Uint32Array(n);
    this.windowSeq = new Uint32Array(n);
    this.rcvAckSeq = new Uint32Array(n);
    this.window = new Uint16Array(n);
    this.maxWindow = new Uint16Array(n);
    this.mtu = new Uint16Array(n);
    this.mss = new Uint16Array(n);
    this.bytesRcv = new Uint16Array(n);
    this.ackBacklog = new Uint16Array(n);
    this.congWindow = new Uint16Array(n);
    this.congCount = new Uint16Array(n);
    this.ssthresh = new Uint16Array(n);
    this.packetsOut = new Uint16Array(n);
    this.retransmits = new Uint16Array(n);
    this.rto = new Int32Array(n);
    this.rtt = new Int32Array(n);
    this.mdev = new Int32Array(n);
    this.rmemAlloc = new Int32Array(n);
    this.rcvbuf = new Int32Array(n);
    this.synMem = new Uint16Array(n);
  }

  get bytes(): number {
    return this.pool.bytes;
  }

  /** A socket with every field zero. @throws CapacityError. */
  open(): number {
    const child = this.pool.alloc();
    this.err[child] = 0;
    this.dead[child] = 0;
    this.zapped[child] = 0;
    this.queued[child] = 0;
    this.descriptor[child] = 0;
    this.connected[child] = 0;
    this.shutdown[child] = 0;
    this.keepopen[child] = 0;
    this.done[child] = 0;
    this.xmitWhy[child] = Why.None;
    this.timeoutWhy[child] = Timeout.None;
    this.window[child] = 0;
    this.maxWindow[child] = 0;
    this.bytesRcv[child] = 0;
    this.ackBacklog[child] = 0;
    this.congWindow[child] = 1;
    this.congCount[child] = 0;
    this.ssthresh[child] = 0;
    this.packetsOut[child] = 0;
    this.retransmits[child] = 0;
    this.rtt[child] = 0;
    this.mdev[child] = 0;
    this.rmemAlloc[child] = 0;
    this.synMem[child] = 0;
    return child;
  }

  /** Sockets of `port`, whoever has them. O(capacity). */
  countOnPort(port: number): number {
    let count = 0;
    for (let child = 0; child < this.pool.capacity; child++) {
      if (this.pool.isInUse(child) && this.index.portOf(child) === port) count++;
    }
    return count;
  }

  private grow(n: number): void {
    this.index.grow(n);
    this.listener = grown(this.listener, new Uint8Array(n));
    this.state = grown(this.state, new Uint8Array(n));
    this.err = grown(this.err, new Int16Array(n));
    this.dead = grown(this.dead, new Uint8Array(n));
    this.zapped = grown(this.zapped, new Uint8Array(n));
    this.queued = grown(this.queued, new Uint8Array(n));
    this.descriptor = grown(this.descriptor, new Uint8Array(n));
    this.connected = grown(this.connected, new Uint8Array(n));
    this.owner = grown(this.owner, new Uint16Array(n));
    this.shutdown = grown(this.shutdown, new Uint8Array(n));
    this.keepopen = grown(this.keepopen, new Uint8Array(n));
    this.done = grown(this.done, new Uint8Array(n));
    this.xmitWhy = grown(this.xmitWhy, new Uint8Array(n));
    this.timeoutWhy = grown(this.timeoutWhy, new Uint8Array(n));
    this.ackedSeq = grown(this.ackedSeq, new Uint32Array(n));
    this.copiedSeq = grown(this.copiedSeq, new Uint32Array(n));
    this.writeSeq = grown(this.writeSeq, new Uint32Array(n));
    this.sentSeq = grown(this.sentSeq, new Uint32Array(n));
    this.windowSeq = grown(this.windowSeq, new Uint32Array(n));
    this.rcvAckSeq = grown(this.rcvAckSeq, new Uint32Array(n));
    this.window = grown(this.window, new Uint16Array(n));
    this.maxWindow = grown(this.maxWindow, new Uint16Array(n));
    this.mtu = grown(this.mtu, new Uint16Array(n));
    this.mss = grown(this.mss, new Uint16Array(n));
    this.bytesRcv = grown(this.bytesRcv, new Uint16Array(n));
    this.ackBacklog = grown(this.ackBacklog, new Uint16Array(n));
    this.congWindow = grown(this.congWindow, new Uint16Array(n));
    this.congCount = grown(this.congCount, new Uint16Array(n));
    this.ssthresh = grown(this.ssthresh, new Uint16Array(n));
    this.packetsOut = grown(this.packetsOut, new Uint16Array(n));
    this.retransmits = grown(this.retransmits, new Uint16Array(n));
    this.rto = grown(this.rto, new Int32Array(n));
    this.rtt = grown(this.rtt, new Int32Array(n));
    this.mdev = grown(this.mdev, new Int32Array(n));
    this.rmemAlloc = grown(this.rmemAlloc, new Int32Array(n));
    this.rcvbuf = grown(this.rcvbuf, new Int32Array(n));
    this.synMem = grown(this.synMem, new Uint16Array(n));
  }
}
