/** The rows of the classic listener's connections, from the SYN until they are forgotten. */
import { assert } from '../../engine/errors.ts';
import type { EventSink, Loop } from '../../engine/loop.ts';
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import { SlotTimers } from '../../engine/slot-timers.ts';
import { Phase } from '../../engine/time.ts';
import type { SegmentPool } from '../../network/segment.ts';
import { TupleIndex } from '../../network/tuple-index.ts';

export const ConnectionState = { HalfOpen: 0, Queued: 1, Accepted: 2, Dead: 3, Closed: 4 } as const;

const CAPACITY = 64;
const CAPACITY_MAX = 2 ** 24;

export class Connections {
  /** Ends the hold or the linger of a slot. */
  readonly timers: SlotTimers;
  private readonly pool: SlotPool;
  private readonly index: TupleIndex; // 4-tuple → slot
  private state: Uint8Array; // slot → ConnectionState
  private sndNxt: Uint32Array; // slot → next sequence number to send
  private rcvNxt: Uint32Array; // slot → next sequence number expected
  private received: Uint32Array; // slot → bytes received and not read
  private ended: Uint8Array; // slot → 1: the peer's FIN was received

  /** @param sink gets the slot whose timer fires. @param usualDelayNs of most timers. */
  constructor(loop: Loop, sink: EventSink, usualDelayNs: number) {
    this.timers = new SlotTimers(loop, sink, 0, Phase.Timer, usualDelayNs, CAPACITY);
    this.pool = new SlotPool(CAPACITY, CAPACITY_MAX, 'connections', 14, (to) => this.grow(to));
    this.index = new TupleIndex(CAPACITY);
    this.state = new Uint8Array(CAPACITY);
    this.sndNxt = new Uint32Array(CAPACITY);
    this.rcvNxt = new Uint32Array(CAPACITY);
    this.received = new Uint32Array(CAPACITY);
    this.ended = new Uint8Array(CAPACITY);
  }

  get count(): number {
    return this.pool.count;
  }

  /** Slots there are: [0, capacity). */
  get capacity(): number {
    return this.pool.capacity;
  }

  get bytes(): number {
    return this.pool.bytes + this.timers.bytes + this.index.bytes;
  }

  /** A half-open connection for the SYN in `segment`. @returns its slot. @throws CapacityError. O(1), amortised. */
  open(segments: SegmentPool, segment: number, iss: number): number {
    return this.openAt(segments.endpointOf(segment), segments.peerOf(segment), iss, segments.seqOf(segment));
  }

  /** The same for a SYN with sequence number `irs`. */
  openAt(endpoint: number, peer: number, iss: number, irs: number): number {
    const slot = this.pool.alloc();
    this.index.add(slot, endpoint, peer);
    this.state[slot] = ConnectionState.HalfOpen;
    this.sndNxt[slot] = iss + 1;
    this.rcvNxt[slot] = irs + 1;
    this.received[slot] = 0;
    this.ended[slot] = 0;
    return slot;
  }

  /** @returns the connection that the segment belongs to, -1: none. */
  find(segments: SegmentPool, segment: number): number {
    return this.index.find(segments.endpointOf(segment), segments.peerOf(segment));
  }

  close(slot: number): void {
    this.index.delete(slot);
    this.timers.clear(slot);
    this.pool.free(slot);
  }

  setState(slot: number, state: number): void {
    this.state[slot] = state;
  }

  /** Takes `length` bytes and a FIN behind them if they are next; others are old or too early, and change nothing. */
  receive(slot: number, seq: number, length: number, isFin: boolean): void {
    if (seq !== this.rcvNxt[slot]) return;
    this.rcvNxt[slot] = seq + length + (isFin ? 1 : 0);
    this.received[slot]! += length;
    if (isFin) this.ended[slot] = 1;
  }

  /** Reads what was received, `bytesMax` at most. @returns bytes. */
  takeReceived(slot: number, bytesMax: number): number {
    const bytes = Math.min(this.received[slot]!, bytesMax);
    this.received[slot]! -= bytes;
    return bytes;
  }

  /** True once the peer has closed its direction. */
  hasEnded(slot: number): boolean {
    return this.ended[slot] === 1;
  }

  advance(slot: number, length: number): void {
    this.sndNxt[slot]! += length;
  }

  isHalfOpen(slot: number): boolean {
    return this.pool.isInUse(slot) && this.state[slot] === ConnectionState.HalfOpen;
  }

  /** True for a connection that the application holds. */
  isDescriptor(slot: number): boolean {
    if (!(slot >= 0 && slot < this.pool.capacity) || !this.pool.isInUse(slot)) return false;
    return this.state[slot] === ConnectionState.Accepted || this.state[slot] === ConnectionState.Dead;
  }

  /** Connections in `state`. O(capacity): for checks, not for the event path. */
  countIn(state: number): number {
    let count = 0;
    for (let slot = 0; slot < this.pool.capacity; slot++) {
      if (this.pool.isInUse(slot) && this.state[slot] === state) count++;
    }
    return count;
  }

  checkInvariants(): void {
    assert(this.index.count === this.pool.count, 'a connection is not indexed');
  }

  sourceOf(slot: number): number {
    return this.index.sourceOf(slot);
  }
  peerOf(slot: number): number {
    return this.index.peerOf(slot);
  }
  /** Source and port (network/tuple-index.ts). */
  endpointOf(slot: number): number {
    return this.index.endpointOf(slot);
  }
  stateOf(slot: number): number {
    return this.state[slot]!;
  }
  sndNxtOf(slot: number): number {
    return this.sndNxt[slot]!;
  }
  rcvNxtOf(slot: number): number {
    return this.rcvNxt[slot]!;
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
