/** The rows of clients that are under way: one slot from the first SYN until the connection is forgotten. */
import { grown, SlotPool } from '../engine/slot-pool.ts';
import { TupleIndex } from '../network/tuple-index.ts';

export const ClientState = { Connecting: 0, Connected: 1, Closing: 2 } as const;

const SETTLED = 1; // mark: counted as served or failed
const RESPONDED = 2; // mark: the first byte of the server has arrived
const ACKNOWLEDGED = 4; // mark: the server has acknowledged what was sent last

const CAPACITY = 64;
const CAPACITY_MAX = 2 ** 24;

export class ClientSlots {
  private readonly pool: SlotPool;
  private readonly index: TupleIndex; // 4-tuple → slot
  private readonly ownEndpoint: number;
  private peer: Uint32Array; // slot → peer
  private endpoint: Uint32Array; // slot → ownEndpoint, for the index
  private stack: Uint8Array; // slot → index into the entry's stacks
  private state: Uint8Array; // slot → ClientState
  private marks: Uint8Array; // slot → SETTLED, RESPONDED, ACKNOWLEDGED
  private sends: Uint8Array; // slot → how often the present thing (SYN, request, FIN) was sent
  private startedAtNs: Float64Array; // slot → instant of the first SYN
  private dueAtNs: Float64Array; // slot → when the present thing is sent again
  private rcvNxt: Uint32Array; // slot → next sequence number expected of the server

  /** @param endpoint of all its clients (network/tuple-index.ts). */
  constructor(endpoint: number) {
    this.pool = new SlotPool(CAPACITY, CAPACITY_MAX, 'clients under way', 32, (to) => this.grow(to));
    this.ownEndpoint = endpoint;
    this.peer = new Uint32Array(CAPACITY);
    this.endpoint = new Uint32Array(CAPACITY).fill(endpoint);
    this.index = new TupleIndex(this.peer, this.endpoint);
    this.stack = new Uint8Array(CAPACITY);
    this.state = new Uint8Array(CAPACITY);
    this.marks = new Uint8Array(CAPACITY);
    this.sends = new Uint8Array(CAPACITY);
    this.startedAtNs = new Float64Array(CAPACITY);
    this.dueAtNs = new Float64Array(CAPACITY);
    this.rcvNxt = new Uint32Array(CAPACITY);
  }

  get bytes(): number {
    return this.pool.bytes + this.index.bytes;
  }

  /** @returns the slot of a client that begins to connect. @throws CapacityError. O(1), amortised. */
  open(peer: number, stack: number, nowNs: number): number {
    const slot = this.pool.alloc();
    this.peer[slot] = peer;
    this.stack[slot] = stack;
    this.state[slot] = ClientState.Connecting;
    this.marks[slot] = 0;
    this.sends[slot] = 0;
    this.startedAtNs[slot] = nowNs;
    this.rcvNxt[slot] = 0;
    this.index.add(slot);
    return slot;
  }

  /** @returns the slot of `peer`, -1: none. */
  find(peer: number): number {
    return this.index.find(this.ownEndpoint, peer);
  }

  close(slot: number): void {
    this.index.delete(slot);
    this.dueAtNs[slot] = -1;
    this.startedAtNs[slot] = -1;
    this.pool.free(slot);
  }

  /** Moves on: nothing of the new state has been sent yet. */
  setState(slot: number, state: number): void {
    this.state[slot] = state;
    this.sends[slot] = 0;
    this.dueAtNs[slot] = -1;
    this.marks[slot]! &= ~ACKNOWLEDGED;
  }

  /** Counts one more send. @returns how often it was sent before. */
  takeSend(slot: number): number {
    return this.sends[slot]!++;
  }

  /** @returns true the first time only. */
  takeFirstResponse(slot: number): boolean {
    if ((this.marks[slot]! & RESPONDED) !== 0) return false;
    this.marks[slot]! |= RESPONDED;
    return true;
  }

  settle(slot: number): void {
    this.marks[slot]! |= SETTLED;
  }

  acknowledge(slot: number): void {
    this.marks[slot]! |= ACKNOWLEDGED;
  }

  setDueAt(slot: number, atNs: number): void {
    this.dueAtNs[slot] = atNs;
  }

  setRcvNxt(slot: number, seq: number): void {
    this.rcvNxt[slot] = seq;
  }

  /**
   * Is a timer that strikes now still wanted? Timers are never taken back, and the slot may have moved on since, or
   * have another owner. @param connecting it is a timer of a SYN; otherwise of the session.
   */
  isDue(slot: number, nowNs: number, connecting: boolean): boolean {
    return this.dueAtNs[slot] === nowNs && (this.state[slot] === ClientState.Connecting) === connecting;
  }

  isSettled(slot: number): boolean {
    return (this.marks[slot]! & SETTLED) !== 0;
  }
  isAcknowledged(slot: number): boolean {
    return (this.marks[slot]! & ACKNOWLEDGED) !== 0;
  }
  peerOf(slot: number): number {
    return this.peer[slot]!;
  }
  stackOf(slot: number): number {
    return this.stack[slot]!;
  }
  stateOf(slot: number): number {
    return this.state[slot]!;
  }
  sendsOf(slot: number): number {
    return this.sends[slot]!;
  }
  startedAtNsOf(slot: number): number {
    return this.startedAtNs[slot]!;
  }
  rcvNxtOf(slot: number): number {
    return this.rcvNxt[slot]!;
  }

  private grow(capacity: number): void {
    this.peer = grown(this.peer, new Uint32Array(capacity));
    this.endpoint = new Uint32Array(capacity).fill(this.ownEndpoint);
    this.index.attach(this.peer, this.endpoint);
    this.stack = grown(this.stack, new Uint8Array(capacity));
    this.state = grown(this.state, new Uint8Array(capacity));
    this.marks = grown(this.marks, new Uint8Array(capacity));
    this.sends = grown(this.sends, new Uint8Array(capacity));
    this.startedAtNs = grown(this.startedAtNs, new Float64Array(capacity));
    this.dueAtNs = grown(this.dueAtNs, new Float64Array(capacity));
    this.rcvNxt = grown(this.rcvNxt, new Uint32Array(capacity));
  }
}
