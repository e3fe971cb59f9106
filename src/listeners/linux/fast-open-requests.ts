/**
 * What children of Fast Open remember of their request until the handshake is over. A kernel that never has one needs no memory.
 * Leaves out: what a child knows itself (children.ts): its own sequence number, and how often its SYN-ACK was sent again.
 */
import { grown } from '../../engine/slot-pool.ts';

export class FastOpenRequests {
  /** slot of a child → last reply that is limited in rate, ms mod 2^32, 0: none. */
  repliedAtMs: Uint32Array;
  private clientIsn: Uint32Array; // slot → sequence number of the SYN
  private openedAtUs: Uint32Array; // slot → when its SYN came, us mod 2^32

  constructor() {
    this.repliedAtMs = new Uint32Array(0);
    this.clientIsn = new Uint32Array(0);
    this.openedAtUs = new Uint32Array(0);
  }

  get bytes(): number {
    return this.repliedAtMs.byteLength + this.clientIsn.byteLength + this.openedAtUs.byteLength;
  }

  /** @param capacity slots of children there are now. O(1), amortised. */
  open(slot: number, clientIsn: number, nowNs: number, capacity: number): void {
    if (slot >= this.clientIsn.length) this.grow(capacity);
    this.clientIsn[slot] = clientIsn;
    this.repliedAtMs[slot] = 0;
    this.openedAtUs[slot] = Math.floor(nowNs / 1e3);
  }

  clientIsnOf(slot: number): number {
    return this.clientIsn[slot]!;
  }

  /** Time since its SYN came, us; wrong after 71 minutes. */
  ageUsOf(slot: number, nowNs: number): number {
    return (Math.floor(nowNs / 1e3) - this.openedAtUs[slot]!) >>> 0;
  }

  private grow(capacity: number): void {
    this.repliedAtMs = grown(this.repliedAtMs, new Uint32Array(capacity));
    this.clientIsn = grown(this.clientIsn, new Uint32Array(capacity));
    this.openedAtUs = grown(this.openedAtUs, new Uint32Array(capacity));
  }
}
