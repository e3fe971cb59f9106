/**
 * The rows of clients that are under way: one slot from the first SYN until the connection is forgotten. A client that
 * connects again takes a new one, which remembers when the client began and what was counted of it.
 */
import { grown, SlotPool } from '../engine/slot-pool.ts';
import { TupleIndex } from '../network/tuple-index.ts';

/** Waiting: it will connect again. */
export const ClientState = { Connecting: 0, Connected: 1, Closing: 2, Waiting: 3 } as const;

const SETTLED = 1; // mark: counted as served or failed
const RESPONDED = 2; // mark: the first byte of the server has arrived
const ACKNOWLEDGED = 4; // mark: the server has acknowledged what was sent last
const CONNECTED = 8; // mark: counted as connected
const REPLACED = 16; // mark: its client goes on in another slot
const SYN_DATA = 32; // mark: its request went with the first SYN, and was not refused

const NOT_YET = -1e18; // an instant so long ago that nothing depends on it

/** Slots to start with. */
export const CLIENT_SLOTS = 64;
const CAPACITY_MAX = 2 ** 24;

export class ClientSlots {
  private readonly pool: SlotPool;
  private readonly index: TupleIndex; // 4-tuple → slot
  private readonly ownEndpoint: number;
  private peer: Uint32Array; // slot → peer
  private stack: Uint8Array; // slot → index into the entry's stacks
  private state: Uint8Array; // slot → ClientState
  private marks: Uint8Array; // slot → SETTLED, RESPONDED, ACKNOWLEDGED
  private options: Uint8Array; // slot → Option bits that its time stamps bring back
  private sends: Uint8Array; // slot → how often the present thing (SYN, request, FIN) was sent
  private startedAtNs: Float64Array; // slot → instant of the first SYN
  private attemptAtNs: Float64Array; // slot → instant of the first SYN of this connection
  private sentAtNs: Float64Array; // slot → instant of the latest SYN; once connected, the round trip
  private challengedAtNs: Float64Array; // slot → instant of the latest answer to a repeated SYN-ACK
  private attempts: Uint16Array; // slot → connections of its client before this one
  private rcvNxt: Uint32Array; // slot → next sequence number expected of the server
  private readonly onGrow: (capacity: number) => void;

  /** @param endpoint of all its clients (network/tuple-index.ts). @param onGrow is told of every growth. */
  constructor(endpoint: number, onGrow: (capacity: number) => void) {
    this.onGrow = onGrow;
    this.pool = new SlotPool(CLIENT_SLOTS, CAPACITY_MAX, 'clients under way', 51, (to) => this.grow(to));
    this.ownEndpoint = endpoint;
    this.peer = new Uint32Array(CLIENT_SLOTS);
    this.index = new TupleIndex(CLIENT_SLOTS);
    this.stack = new Uint8Array(CLIENT_SLOTS);
    this.state = new Uint8Array(CLIENT_SLOTS);
    this.marks = new Uint8Array(CLIENT_SLOTS);
    this.options = new Uint8Array(CLIENT_SLOTS);
    this.sends = new Uint8Array(CLIENT_SLOTS);
    this.startedAtNs = new Float64Array(CLIENT_SLOTS);
    this.attemptAtNs = new Float64Array(CLIENT_SLOTS);
    this.sentAtNs = new Float64Array(CLIENT_SLOTS);
    this.challengedAtNs = new Float64Array(CLIENT_SLOTS);
    this.attempts = new Uint16Array(CLIENT_SLOTS);
    this.rcvNxt = new Uint32Array(CLIENT_SLOTS);
  }

  get bytes(): number {
    return this.pool.bytes + this.index.bytes;
  }

  /** @returns the slot of a client that begins to connect, or will. @throws CapacityError. O(1), amortised. */
  open(stack: number, nowNs: number): number {
    const slot = this.pool.alloc();
    this.stack[slot] = stack;
    this.state[slot] = ClientState.Waiting;
    this.marks[slot] = 0;
    this.startedAtNs[slot] = nowNs;
    this.attempts[slot] = 0;
    return slot;
  }

  /** @returns a slot in which the client of `from` will connect again; `from` is left to its connection. */
  replace(from: number): number {
    const slot = this.open(this.stack[from]!, this.startedAtNs[from]!);
    this.attempts[slot] = this.attempts[from]! + 1;
    this.marks[slot] = this.marks[from]! & (CONNECTED | RESPONDED);
    this.marks[from]! |= SETTLED | REPLACED;
    return slot;
  }

  /** The client of `slot` connects, as `peer`. */
  connect(slot: number, peer: number, nowNs: number): void {
    this.peer[slot] = peer;
    this.state[slot] = ClientState.Connecting;
    this.sends[slot] = 0;
    this.attemptAtNs[slot] = nowNs;
    this.challengedAtNs[slot] = NOT_YET;
    this.rcvNxt[slot] = 0;
    this.options[slot] = 0;
    this.index.add(slot, this.ownEndpoint, peer);
  }

  /** @returns the slot of `peer`, -1: none. */
  find(peer: number): number {
    return this.index.find(this.ownEndpoint, peer);
  }

  close(slot: number): void {
    this.index.delete(slot);
    this.attemptAtNs[slot] = NOT_YET;
    this.pool.free(slot);
  }

  /** Moves on: nothing of the new state has been sent yet. */
  setState(slot: number, state: number): void {
    this.state[slot] = state;
    this.sends[slot] = 0;
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

  setRcvNxt(slot: number, seq: number): void {
    this.rcvNxt[slot] = seq;
  }

  setOptions(slot: number, options: number): void {
    this.options[slot] = options;
  }

  /** @returns true the first time only. */
  takeFirstConnect(slot: number): boolean {
    if ((this.marks[slot]! & CONNECTED) !== 0) return false;
    this.marks[slot]! |= CONNECTED;
    return true;
  }

  setSentAt(slot: number, nowNs: number): void {
    this.sentAtNs[slot] = nowNs;
  }

  /** The round trip of `slot` is what has passed since its latest SYN. */
  measureRtt(slot: number, nowNs: number): void {
    this.sentAtNs[slot] = nowNs - this.sentAtNs[slot]!;
  }

  /** @returns whether a repeated SYN-ACK may be answered now, at most every `gapNs`; then it is. */
  takeChallenge(slot: number, nowNs: number, gapNs: number): boolean {
    if (nowNs - this.challengedAtNs[slot]! < gapNs) return false;
    this.challengedAtNs[slot] = nowNs;
    return true;
  }

  setSynData(slot: number, has: boolean): void {
    if (has) this.marks[slot]! |= SYN_DATA;
    else this.marks[slot]! &= ~SYN_DATA;
  }

  hasSynData(slot: number): boolean {
    return (this.marks[slot]! & SYN_DATA) !== 0;
  }
  isSettled(slot: number): boolean {
    return (this.marks[slot]! & SETTLED) !== 0;
  }
  isAcknowledged(slot: number): boolean {
    return (this.marks[slot]! & ACKNOWLEDGED) !== 0;
  }
  isReplaced(slot: number): boolean {
    return (this.marks[slot]! & REPLACED) !== 0;
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
  attemptAtNsOf(slot: number): number {
    return this.attemptAtNs[slot]!;
  }
  attemptsOf(slot: number): number {
    return this.attempts[slot]!;
  }
  rttNsOf(slot: number): number {
    return this.sentAtNs[slot]!;
  }
  rcvNxtOf(slot: number): number {
    return this.rcvNxt[slot]!;
  }

  optionsOf(slot: number): number {
    return this.options[slot]!;
  }

  private grow(capacity: number): void {
    this.peer = grown(this.peer, new Uint32Array(capacity));
    this.index.grow(capacity);
    this.stack = grown(this.stack, new Uint8Array(capacity));
    this.state = grown(this.state, new Uint8Array(capacity));
    this.marks = grown(this.marks, new Uint8Array(capacity));
    this.options = grown(this.options, new Uint8Array(capacity));
    this.sends = grown(this.sends, new Uint8Array(capacity));
    this.startedAtNs = grown(this.startedAtNs, new Float64Array(capacity));
    this.attemptAtNs = grown(this.attemptAtNs, new Float64Array(capacity));
    this.sentAtNs = grown(this.sentAtNs, new Float64Array(capacity));
    this.challengedAtNs = grown(this.challengedAtNs, new Float64Array(capacity));
    this.attempts = grown(this.attempts, new Uint16Array(capacity));
    this.rcvNxt = grown(this.rcvNxt, new Uint32Array(capacity));
    this.onGrow(capacity);
  }
}
