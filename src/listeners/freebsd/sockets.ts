/**
 * The rows of the host's sockets: children of a listener, from the end of their handshake until they are forgotten.
 * Leaves out: windows, retransmission of what was written, TIME_WAIT.
 */
import { assert } from '../../engine/errors.ts';
import type { EventSink, Loop } from '../../engine/loop.ts';
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import { SlotTimers } from '../../engine/slot-timers.ts';
import { Phase } from '../../engine/time.ts';
import { TupleIndex } from '../../network/tuple-index.ts';

/** Dead: reset by its peer. Closed: its owner has closed it, and waits for the peer's FIN. */
export const SocketState = { Queued: 0, QueuedDead: 1, Accepted: 2, Dead: 3, Closed: 4 } as const;

const CAPACITY = 64;
const CAPACITY_MAX = 2 ** 24;
const ROW_BYTES = 14;

export class Sockets {
  /** Ends FIN_WAIT_2 of a socket. */
  readonly timers: SlotTimers;
  private readonly pool: SlotPool;
  private readonly index: TupleIndex; // 4-tuple → socket
  private state: Uint8Array; // socket → SocketState
  private sndNxt: Uint32Array; // socket → next sequence number to send
  private rcvNxt: Uint32Array; // socket → next sequence number expected
  private received: Uint32Array; // socket → bytes received and not read
  private ended: Uint8Array; // socket → 1: the peer's FIN was received

  /** @param sink gets the socket whose timer fires. @param lingerNs of most timers. */
  constructor(loop: Loop, sink: EventSink, lingerNs: number) {
    this.timers = new SlotTimers(loop, sink, 0, Phase.Timer, lingerNs, CAPACITY);
    this.pool = new SlotPool(CAPACITY, CAPACITY_MAX, 'sockets', ROW_BYTES, (to) => this.grow(to));
    this.index = new TupleIndex(CAPACITY);
    this.state = new Uint8Array(CAPACITY);
    this.sndNxt = new Uint32Array(CAPACITY);
    this.rcvNxt = new Uint32Array(CAPACITY);
    this.received = new Uint32Array(CAPACITY);
    this.ended = new Uint8Array(CAPACITY);
  }

  get bytes(): number {
    return this.pool.bytes + this.timers.bytes + this.index.bytes;
  }

  /** A queued child. @returns its slot. @throws CapacityError. O(1), amortised. */
  open(endpoint: number, peer: number, sndNxt: number, rcvNxt: number): number {
    const socket = this.pool.alloc();
    this.index.add(socket, endpoint, peer);
    this.state[socket] = SocketState.Queued;
    this.sndNxt[socket] = sndNxt;
    this.rcvNxt[socket] = rcvNxt;
    this.received[socket] = 0;
    this.ended[socket] = 0;
    return socket;
  }

  /** @returns the socket of the 4-tuple, -1: none. */
  find(endpoint: number, peer: number): number {
    return this.index.find(endpoint, peer);
  }

  /** Its tuple is free for another connection, the slot is not. */
  detach(socket: number): void {
    this.index.delete(socket);
  }

  close(socket: number): void {
    this.index.delete(socket);
    this.timers.clear(socket);
    this.pool.free(socket);
  }

  setState(socket: number, state: number): void {
    this.state[socket] = state;
  }

  /** Takes `length` bytes and a FIN behind them if they are next; others are old or too early, and change nothing. */
  receive(socket: number, seq: number, length: number, isFin: boolean): void {
    if (seq !== this.rcvNxt[socket]) return;
    this.rcvNxt[socket] = seq + length + (isFin ? 1 : 0);
    this.received[socket]! += length;
    if (isFin) this.ended[socket] = 1;
  }

  /** Reads what was received, `bytesMax` at most. @returns bytes. */
  takeReceived(socket: number, bytesMax: number): number {
    const bytes = Math.min(this.received[socket]!, bytesMax);
    this.received[socket]! -= bytes;
    return bytes;
  }

  advance(socket: number, length: number): void {
    this.sndNxt[socket]! += length;
  }

  /** True for a connection that the application holds. */
  isDescriptor(socket: number): boolean {
    if (!(socket >= 0 && socket < this.pool.capacity) || !this.pool.isInUse(socket)) return false;
    return this.state[socket] === SocketState.Accepted || this.state[socket] === SocketState.Dead;
  }

  /** Sockets in `state`. O(capacity): for checks, not for the event path. */
  countIn(state: number): number {
    let count = 0;
    for (let socket = 0; socket < this.pool.capacity; socket++) {
      if (this.pool.isInUse(socket) && this.state[socket] === state) count++;
    }
    return count;
  }

  checkInvariants(): void {
    const detached = this.countIn(SocketState.QueuedDead) + this.countIn(SocketState.Dead);
    assert(this.index.count + detached === this.pool.count, 'a socket is not indexed');
  }

  hasEnded(socket: number): boolean {
    return this.ended[socket] === 1;
  }
  peerOf(socket: number): number {
    return this.index.peerOf(socket);
  }
  endpointOf(socket: number): number {
    return this.index.endpointOf(socket);
  }
  stateOf(socket: number): number {
    return this.state[socket]!;
  }
  sndNxtOf(socket: number): number {
    return this.sndNxt[socket]!;
  }
  rcvNxtOf(socket: number): number {
    return this.rcvNxt[socket]!;
  }

  private grow(capacity: number): void {
    this.index.grow(capacity);
    this.state = grown(this.state, new Uint8Array(capacity));
    this.sndNxt = grown(this.sndNxt, new Uint32Array(capacity));
    this.rcvNxt = grown(this.rcvNxt, new Uint32Array(capacity));
    this.received = grown(this.received, new Uint32Array(capacity));
    this.ended = grown(this.ended, new Uint8Array(capacity));
    this.timers.grow(capacity);
  }
}
