/** A socket in LISTEN: one queue of received SYNs, whose owners are the children (R33, section 0.3 of the model). */
import { RingBuffer } from '../../engine/ring-buffer.ts';

/** Longest receive queue: max_ack_backlog is an unsigned char, and a smaller second listen() keeps what is queued (R4). */
const QUEUE_MAX = 255;
const BACK_LOG_MAX = 2 ** 24;

export class ListenSocket {
  /** 0: not bound yet (R2). */
  port: number;
  /** Slots of the children whose SYN is queued, oldest SYN first. */
  readonly receiveQueue: RingBuffer;
  /** Segments that arrived while the socket was locked (R13), as rows of the segment pool. */
  readonly backLog: RingBuffer;
  /** True between listen() and close(). */
  isListening: boolean;
  /** close() has been called. */
  dead: boolean;
  /** Length of the receive queue, as the kernel counts it (INV1). */
  ackBacklog: number;
  maxAckBacklog: number;
  /** The lock (R24), and "draining the back_log" (R26). */
  inuse: boolean;
  blog: boolean;
  /** Kernel's sk->err; negative after a failed route (R36). */
  err: number;
  /** Receive buffer, bytes; a SYN's memory is tested against it (R14). */
  rcvbuf: number;
  /** Queued children in SYN_RECV, and those that accept() would return. */
  synRecvCount: number;
  eligibleCount: number;
  /** SO_KEEPALIVE, inherited by children (R33, R57). */
  keepopen: boolean;
  /** FASYNC: the owner gets SIGIO (R29, R59). */
  async: boolean;
  /** After close(): when the socket itself is gone (R77). */
  goneAtNs: number;

  constructor(port: number, rcvbuf: number) {
    this.port = port;
    this.receiveQueue = new RingBuffer('i32', 16, QUEUE_MAX);
    this.backLog = new RingBuffer('i32', 16, BACK_LOG_MAX);
    this.isListening = false;
    this.dead = false;
    this.ackBacklog = 0;
    this.maxAckBacklog = 0;
    this.inuse = false;
    this.blog = false;
    this.err = 0;
    this.rcvbuf = rcvbuf;
    this.synRecvCount = 0;
    this.eligibleCount = 0;
    this.keepopen = false;
    this.async = false;
    this.goneAtNs = 0;
  }
}
