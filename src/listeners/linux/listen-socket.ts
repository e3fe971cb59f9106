/**
 * One listening socket: its bounds and its queues.
 * Leaves out: who is in the SYN queue (requests.ts names its listener).
 * Source: struct inet_connection_sock, request_sock_queue (B1.2).
 */
import { RingBuffer } from '../../engine/ring-buffer.ts';
import { FastOpenQueue } from './fast-open-queue.ts';

const ACCEPT_QUEUE_MAX = 2 ** 24;

export class ListenSocket {
  /** Place in Kernel.listeners. */
  readonly index: number;
  readonly port: number;
  /** Children that nobody has accepted yet, oldest first. */
  readonly acceptQueue: RingBuffer;
  readonly fastOpen: FastOpenQueue;
  isListening: boolean;
  /** sk_max_ack_backlog: the argument of listen(), cut to somaxconn (R8). */
  backlog: number;
  /** A SYN finds the SYN queue full when `qlen` has reached this. */
  synQueueLimit: number;
  /** Requests of this listener. */
  qlen: number;
  /** Those of them whose SYN-ACK timer has never fired. */
  young: number;
  /**
   * Its queues may be longer than their bounds: these have become less by listen() or a sysctl (R8), another member has
   * left it what it had (B9.4), or a SYN took over from a connection in TIME_WAIT (B2.2).
   */
  mayOutgrow: boolean;

  constructor(index: number, port: number) {
    this.index = index;
    this.port = port;
    this.acceptQueue = new RingBuffer('i32', 16, ACCEPT_QUEUE_MAX);
    this.fastOpen = new FastOpenQueue();
    this.isListening = false;
    this.backlog = 0;
    this.synQueueLimit = 0;
    this.qlen = 0;
    this.young = 0;
    this.mayOutgrow = false;
  }
}
