/**
 * One listening socket and its queue of complete connections.
 * Leaves out: the incomplete queue, which only accept filters use.
 * Source: C4.2; solisten_proto(), sonewconn(), solisten_clone().
 */
import { RingBuffer } from '../../engine/ring-buffer.ts';

const QUEUE_MAX = 2 ** 24;

export class ListenSocket {
  readonly port: number;
  /** Children that nobody has accepted yet, oldest first. */
  readonly queue: RingBuffer;
  isListening: boolean;
  /** sol_qlimit: the backlog of listen(), at most soacceptqueue. */
  private qlimit: number;

  constructor(port: number) {
    this.port = port;
    this.queue = new RingBuffer('i32', 16, QUEUE_MAX);
    this.isListening = false;
    this.qlimit = 0;
  }

  /** A negative backlog, and one above `soacceptqueue`, becomes that. */
  listen(backlog: number, soacceptqueue: number): void {
    this.isListening = true;
    this.qlimit = backlog < 0 || backlog > soacceptqueue ? soacceptqueue : backlog;
  }

  /** The queue holds half more than the limit, and one. */
  get capacity(): number {
    return Math.floor((3 * this.qlimit) / 2) + 1;
  }

  /** No child more is taken. */
  get isOver(): boolean {
    return this.queue.count >= this.capacity;
  }
}
