/**
 * Finds the slot of a 4-tuple (source, peer, port): open addressing, linear probing. A cell holds the slot and seven
 * bits of the hash, nothing else: the tuples are compared where they are, in the columns of the slots' owner. So
 * a tuple costs four bytes a cell, and a search that finds nothing rarely leaves the cells.
 *
 *   cells   [ · | tag, slot + 1 | · | … ]       peers       slot → peer
 *                        └──────────────────→   endpoints   slot → source * 65536 + port
 *
 * Removal closes the gap, so there are no tombstones and a long run does not slow down.
 * Leaves out: duplicates of one 4-tuple (the owner keeps at most one), order.
 */
import { CapacityError } from '../engine/errors.ts';

const EMPTY = 0;
const SLOT_BITS = 25;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
/** Found nothing. */
const NO_SLOT = -1;

/** Source and port of a 4-tuple as one unsigned 32-bit number. */
export function endpointOf(source: number, port: number): number {
  return ((source << 16) | port) >>> 0;
}

export class TupleIndex {
  /** Tuples stored. */
  count: number;
  private cells: Uint32Array; // cell → tag << SLOT_BITS | slot + 1, EMPTY
  private mask: number;
  private peers: Uint32Array; // slot → peer: the owner's column
  private endpoints: Uint32Array; // slot → endpoint: the owner's column

  /**
   * @param peers @param endpoints the owner's columns; see `attach`.
   * @param capacity tuples before the first growth, > 0; doubles as needed, never above three quarters full.
   */
  constructor(peers: Uint32Array, endpoints: Uint32Array, capacity = 64) {
    let cells = 8;
    while (cells * 3 < capacity * 4) cells *= 2;
    this.count = 0;
    this.cells = new Uint32Array(cells);
    this.mask = cells - 1;
    this.peers = peers;
    this.endpoints = endpoints;
  }

  /** Bytes of its arrays, the owner's columns apart. */
  get bytes(): number {
    return this.cells.byteLength;
  }

  /** The owner replaced its columns by longer ones. */
  attach(peers: Uint32Array, endpoints: Uint32Array): void {
    this.peers = peers;
    this.endpoints = endpoints;
  }

  /** @returns the slot stored for the 4-tuple, or -1. Expected O(1). */
  find(endpoint: number, peer: number): number {
    const { cells, mask } = this;
    const hash = hashOf(endpoint, peer);
    const tag = hash >>> SLOT_BITS;
    for (let cell = hash & mask; ; cell = (cell + 1) & mask) {
      const value = cells[cell]!;
      if (value === EMPTY) return NO_SLOT;
      if (value >>> SLOT_BITS !== tag) continue;
      const slot = (value & SLOT_MASK) - 1;
      if (this.peers[slot] === peer && this.endpoints[slot] === endpoint) return slot;
    }
  }

  /** Stores `slot` in [0, 2^25 - 1) under the 4-tuple in its columns, which is not stored yet. Expected O(1), amortised. */
  add(slot: number): void {
    if ((this.count + 1) * 4 > this.cells.length * 3) this.grow();
    this.count++;
    this.put(this.cells, slot);
  }

  /** Forgets `slot`, whose columns are still as `add` found them. @returns false when it was not stored. Expected O(1). */
  delete(slot: number): boolean {
    const { cells, mask } = this;
    const hash = hashOf(this.endpoints[slot]!, this.peers[slot]!);
    const value = valueOf(hash, slot);
    let hole = hash & mask;
    while (cells[hole] !== value) {
      if (cells[hole] === EMPTY) return false;
      hole = (hole + 1) & mask;
    }
    this.count--;
    for (let cell = (hole + 1) & mask; cells[cell] !== EMPTY; cell = (cell + 1) & mask) {
      const other = (cells[cell]! & SLOT_MASK) - 1;
      const home = hashOf(this.endpoints[other]!, this.peers[other]!) & mask;
      // A tuple may move back into the hole only if the hole is not before its home cell.
      if (((cell - home) & mask) < ((cell - hole) & mask)) continue;
      cells[hole] = cells[cell]!;
      hole = cell;
    }
    cells[hole] = EMPTY;
    return true;
  }

  private put(cells: Uint32Array, slot: number): void {
    const mask = cells.length - 1;
    const hash = hashOf(this.endpoints[slot]!, this.peers[slot]!);
    let cell = hash & mask;
    while (cells[cell] !== EMPTY) cell = (cell + 1) & mask;
    cells[cell] = valueOf(hash, slot);
  }

  private grow(): void {
    const { cells } = this;
    if (cells.length > SLOT_MASK) throw new CapacityError('4-tuples', `more than ${SLOT_MASK} 4-tuples`);
    const wider = new Uint32Array(2 * cells.length);
    for (const value of cells) if (value !== EMPTY) this.put(wider, (value & SLOT_MASK) - 1);
    this.cells = wider;
    this.mask = wider.length - 1;
  }
}

function valueOf(hash: number, slot: number): number {
  return ((hash & ~SLOT_MASK) | (slot + 1)) >>> 0;
}

/** Mixes both words; peers are often consecutive, and must not fill consecutive cells of one run. */
function hashOf(endpoint: number, peer: number): number {
  let h = Math.imul(peer ^ Math.imul(endpoint, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}
