/**
 * Tells the first SYN of a connection from its retransmissions: the same addresses, ports and initial sequence
 * number. Keeps offsets into the file, not copies, and sorts them, so that no file can make it slow.
 * A packet recorded twice (on two interfaces, say) counts as a retransmission too.
 * Leaves out: a 4-tuple and sequence number that a later connection happens to use again.
 */
import { grown } from '../../engine/slot-pool.ts';
import type { ByteReader } from './byte-reader.ts';
import type { PacketParser } from './packet.ts';

const PORTS_AND_SEQUENCE_BYTES = 8;

export class SynIdentities {
  private readonly reader: ByteReader;
  private count: number;
  private addressesAt: Float64Array; // SYN → offset of its addresses
  private addressesBytes: Uint8Array; // SYN → bytes of both together, 8 or 32
  private tcpAt: Float64Array; // SYN → offset of its TCP header

  constructor(reader: ByteReader) {
    this.reader = reader;
    this.count = 0;
    this.addressesAt = new Float64Array(1024);
    this.addressesBytes = new Uint8Array(1024);
    this.tcpAt = new Float64Array(1024);
  }

  /** Notes the SYN that `syn` has just found. O(1), amortised. */
  add(syn: PacketParser): void {
    if (this.count === this.tcpAt.length) {
      this.addressesAt = grown(this.addressesAt, new Float64Array(this.count * 2));
      this.addressesBytes = grown(this.addressesBytes, new Uint8Array(this.count * 2));
      this.tcpAt = grown(this.tcpAt, new Float64Array(this.count * 2));
    }
    this.addressesAt[this.count] = syn.addressesAt;
    this.addressesBytes[this.count] = syn.addressesBytes;
    this.tcpAt[this.count] = syn.tcpAt;
    this.count++;
  }

  /** @returns SYN → 1 when one before it in the file began the same connection. O(n log n). */
  retransmissions(): Uint8Array {
    const order = Float64Array.from({ length: this.count }, (_, i) => i).sort((a, b) => this.compare(a, b) || a - b);
    const isRetransmission = new Uint8Array(this.count);
    for (let i = 1; i < order.length; i++) {
      if (this.compare(order[i - 1]!, order[i]!) === 0) isRetransmission[order[i]!] = 1;
    }
    return isRetransmission;
  }

  private compare(a: number, b: number): number {
    const bytes = this.addressesBytes[a]!;
    return (
      bytes - this.addressesBytes[b]! ||
      this.compareWords(this.tcpAt[a]!, this.tcpAt[b]!, PORTS_AND_SEQUENCE_BYTES) ||
      this.compareWords(this.addressesAt[a]!, this.addressesAt[b]!, bytes)
    );
  }

  private compareWords(a: number, b: number, bytes: number): number {
    for (let i = 0; i < bytes; i += 4) {
      const difference = this.reader.net32(a + i) - this.reader.net32(b + i);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}
