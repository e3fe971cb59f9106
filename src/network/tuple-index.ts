/**
 * Finds the slot of a 4-tuple (source, peer, port): open addressing, linear probing, typed arrays.
 * Removal closes the gap, so there are no tombstones and a long run does not slow down.
 * Leaves out: duplicates of one 4-tuple (the owner keeps at most one), order.
 */

const EMPTY = -1;

export class TupleIndex {
  /** Tuples stored. */
  count: number;
  private mask: number;
  private peer: Uint32Array; // cell → peer
  private sourcePort: Uint32Array; // cell → source * 65536 + port
  private slot: Int32Array; // cell → the owner's slot, EMPTY

  /** @param capacity tuples before the first growth, > 0; doubles as needed, never above three quarters full. */
  constructor(capacity = 64) {
    let cells = 8;
    while (cells * 3 < capacity * 4) cells *= 2;
    this.count = 0;
    this.mask = cells - 1;
    this.peer = new Uint32Array(cells);
    this.sourcePort = new Uint32Array(cells);
    this.slot = new Int32Array(cells).fill(EMPTY);
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    return (this.mask + 1) * 12;
  }

  /** @returns the slot stored for the 4-tuple, or -1. Expected O(1). */
  find(source: number, peer: number, port: number): number {
    const cell = this.cellOf(source, peer, port);
    return this.slot[cell]!;
  }

  /** Stores `slot` >= 0 for a 4-tuple, replacing an earlier one. Expected O(1), amortised. */
  set(source: number, peer: number, port: number, slot: number): void {
    const cell = this.cellOf(source, peer, port);
    if (this.slot[cell] === EMPTY) {
      if ((this.count + 1) * 4 > (this.mask + 1) * 3) {
        this.grow();
        this.set(source, peer, port, slot);
        return;
      }
      this.count++;
      this.peer[cell] = peer;
      this.sourcePort[cell] = keyOf(source, port);
    }
    this.slot[cell] = slot;
  }

  /** Forgets a 4-tuple. @returns the slot it had, or -1. Expected O(1). */
  delete(source: number, peer: number, port: number): number {
    let hole = this.cellOf(source, peer, port);
    const removed = this.slot[hole]!;
    if (removed === EMPTY) return EMPTY;
    this.count--;
    const { mask } = this;
    let cell = hole;
    for (;;) {
      cell = (cell + 1) & mask;
      if (this.slot[cell] === EMPTY) break;
      const home = hashOf(this.sourcePort[cell]!, this.peer[cell]!) & mask;
      // A tuple may move back into the hole only if the hole is not before its home cell.
      if (((cell - home) & mask) < ((cell - hole) & mask)) continue;
      this.slot[hole] = this.slot[cell]!;
      this.peer[hole] = this.peer[cell]!;
      this.sourcePort[hole] = this.sourcePort[cell]!;
      hole = cell;
    }
    this.slot[hole] = EMPTY;
    return removed;
  }

  /** The cell that holds the 4-tuple, or the empty one where it would go. */
  private cellOf(source: number, peer: number, port: number): number {
    const { mask } = this;
    const peers = this.peer;
    const keys = this.sourcePort;
    const slots = this.slot;
    const key = keyOf(source, port);
    let cell = hashOf(key, peer) & mask;
    while (slots[cell] !== EMPTY && (peers[cell] !== peer || keys[cell] !== key)) cell = (cell + 1) & mask;
    return cell;
  }

  private grow(): void {
    const { peer, sourcePort, slot } = this;
    const cells = slot.length * 2;
    this.mask = cells - 1;
    this.peer = new Uint32Array(cells);
    this.sourcePort = new Uint32Array(cells);
    this.slot = new Int32Array(cells).fill(EMPTY);
    this.count = 0;
    for (let cell = 0; cell < slot.length; cell++) {
      if (slot[cell] === EMPTY) continue;
      const key = sourcePort[cell]!;
      this.set(key >>> 16, peer[cell]!, key & 0xffff, slot[cell]!);
    }
  }
}

function keyOf(source: number, port: number): number {
  return ((source << 16) | port) >>> 0;
}

/** Mixes both words; peers are often consecutive, and must not fill consecutive cells of one run. */
function hashOf(key: number, peer: number): number {
  let h = Math.imul(peer ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}
