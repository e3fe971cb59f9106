/**
 * What children of Fast Open remember of their request until the handshake is over. A kernel that never has one needs no memory.
 * Leaves out: what a child knows itself (children.ts): its own sequence number, and how often its SYN-ACK was sent again.
 */
import { grown } from '../../engine/slot-pool.ts';

export class FastOpenRequests {
  /** slot of a child → last reply that is limited in rate, ms mod 2^32, 0: none. */
  repliedAtMs: Uint32Array;
  private clientIsn: Uint32Array; // slot → sequence number of the SYN
  private sentAtUs: Uint32Array; // slot → last SYN-ACK, us mod 2^32
  private isResent: Uint8Array; // slot → 1: its SYN-ACK went out again

  constructor() {
    this.repliedAtMs = new Uint32Array(0);
    this.clientIsn = new Uint32Array(0);
    this.sentAtUs = new Uint32Array(0);
    this.isResent = new Uint8Array(0);
  }

  get bytes(): number {
    return (
      this.repliedAtMs.byteLength + this.clientIsn.byteLength + this.sentAtUs.byteLength + this.isResent.byteLength
    );
  }

  /** @param capacity slots of children there are now. O(1), amortised. */
  open(slot: number, clientIsn: number, nowNs: number, capacity: number): void {
    if (slot >= this.clientIsn.length) this.grow(capacity);
    this.clientIsn[slot] = clientIsn;
    this.repliedAtMs[slot] = 0;
    this.isResent[slot] = 0;
    this.noteSynAck(slot, nowNs);
  }

  clientIsnOf(slot: number): number {
    return this.clientIsn[slot]!;
  }

  /** Its SYN-ACK goes out at `nowNs`, for the second time or later. */
  noteResend(slot: number, nowNs: number): void {
    this.isResent[slot] = 1;
    this.noteSynAck(slot, nowNs);
  }

  /** Did one SYN-ACK do? Else only time stamps tell which one an ACK is for. */
  isSentOnce(slot: number): boolean {
    return this.isResent[slot] === 0;
  }

  /** Time since the last SYN-ACK, us; wrong after 71 minutes. */
  rttUsOf(slot: number, nowNs: number): number {
    return (Math.floor(nowNs / 1e3) - this.sentAtUs[slot]!) >>> 0;
  }

  private noteSynAck(slot: number, nowNs: number): void {
    this.sentAtUs[slot] = Math.floor(nowNs / 1e3);
  }

  private grow(capacity: number): void {
    this.repliedAtMs = grown(this.repliedAtMs, new Uint32Array(capacity));
    this.clientIsn = grown(this.clientIsn, new Uint32Array(capacity));
    this.sentAtUs = grown(this.sentAtUs, new Uint32Array(capacity));
    this.isResent = grown(this.isResent, new Uint8Array(capacity));
  }
}
