/**
 * Whose round-trip time the kernel knows: addresses from which an earlier connection was closed (R3).
 * Leaves out: the age and the number of entries of the real cache; peers with an address of their own never come again.
 * Source: tcp_peer_is_proven, tcp_update_metrics (B2.6, R3).
 */

export class ProvenPeers {
  private readonly addressCounts: readonly number[];
  private readonly known: readonly Uint8Array[]; // traffic entry → address → 1: proven

  /** @param addressCounts traffic entry → addresses that its peers take in turn, 0: one for each. */
  constructor(addressCounts: readonly number[]) {
    this.addressCounts = addressCounts;
    this.known = addressCounts.map((count) => new Uint8Array(count));
  }

  /** A connection of `peer` was closed in peace. O(1). */
  add(source: number, peer: number): void {
    const count = this.addressCounts[source] ?? 0;
    if (count > 0) this.known[source]![peer % count] = 1;
  }

  /** O(1). */
  has(source: number, peer: number): boolean {
    const count = this.addressCounts[source] ?? 0;
    return count > 0 && this.known[source]![peer % count] === 1;
  }
}
