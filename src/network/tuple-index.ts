/**
 * The 4-tuples (source, peer, port) of a pool's slots, and the slot of each: open addressing, linear probing, half full
 * at most. A cell holds a slot and seven bits of the hash, nothing else, so a search that finds nothing rarely leaves
 * the cells, and one that finds something touches two cache lines.
 *
 *   cells   [ · | tag, slot + 1 | · | … ]
 *                        └──────────────────→   tuples   [ peer, endpoint | peer, endpoint | … ]
 *
 * Removal closes the gap, so there are no tombstones and a long run does not slow down.
 * Leaves out: duplicates of one 4-tuple (the owner keeps at most one), order.
 */
import { grown } from '../engine/slot-pool.ts';

const EMPTY = 0;
const SLOT_BITS = 25;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const CELLS_START = 128;
const LOW_HALF = 0xffff;
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
  private tuples: Uint32Array; // slot * 2 → peer; slot * 2 + 1 → endpoint

  /** @param slots of the pool: [0, slots); `grow` makes it more. */
  constructor(slots: number) {
    this.count = 0;
    this.cells = new Uint32Array(CELLS_START);
    this.mask = CELLS_START - 1;
    this.tuples = new Uint32Array(2 * slots);
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    return this.cells.byteLength + this.tuples.byteLength;
  }

  /** Makes room for slots [0, slots), fewer than 2^25. */
  grow(slots: number): void {
    this.tuples = grown(this.tuples, new Uint32Array(2 * slots));
  }

  /** The 4-tuple that was stored for `slot` last. */
  peerOf(slot: number): number {
    return this.tuples[2 * slot]!;
  }
  endpointOf(slot: number): number {
    return this.tuples[2 * slot + 1]!;
  }
  sourceOf(slot: number): number {
    return this.tuples[2 * slot + 1]! >>> 16;
  }
  portOf(slot: number): number {
    return this.tuples[2 * slot + 1]! & LOW_HALF;
  }

  /** @returns the slot stored for the 4-tuple, or -1. Expected O(1). */
  find(endpoint: number, peer: number): number {
    const { cells, mask, tuples } = this;
    const hash = hashOf(endpoint, peer);
    const tag = hash >>> SLOT_BITS;
    for (let cell = hash & mask; ; cell = (cell + 1) & mask) {
      const value = cells[cell]!;
      if (value === EMPTY) return NO_SLOT;
      if (value >>> SLOT_BITS !== tag) continue;
      const slot = (value & SLOT_MASK) - 1;
      if (tuples[2 * slot] === peer && tuples[2 * slot + 1] === endpoint) return slot;
    }
  }

  /** Stores `slot`, which is not stored, under a 4-tuple that is not. Expected O(1), amortised. */
  add(slot: number, endpoint: number, peer: number): void {
    this.tuples[2 * slot] = peer;
    this.tuples[2 * slot + 1] = endpoint;
    if (2 * (this.count + 1) > this.cells.length) this.widen();
    this.count++;
    this.put(this.cells, slot);
  }

  /** Forgets `slot`. @returns false when it was not stored. Expected O(1). */
  delete(slot: number): boolean {
    const { cells, mask } = this;
    const hash = this.hashOf(slot);
    const value = valueOf(hash, slot);
    let hole = hash & mask;
    while (cells[hole] !== value) {
      if (cells[hole] === EMPTY) return false;
      hole = (hole + 1) & mask;
    }
    this.count--;
    for (let cell = (hole + 1) & mask; cells[cell] !== EMPTY; cell = (cell + 1) & mask) {
      const other = (cells[cell]! & SLOT_MASK) - 1;
      const home = this.hashOf(other) & mask;
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
    const hash = this.hashOf(slot);
    let cell = hash & mask;
    while (cells[cell] !== EMPTY) cell = (cell + 1) & mask;
    cells[cell] = valueOf(hash, slot);
  }

  private hashOf(slot: number): number {
    return hashOf(this.tuples[2 * slot + 1]!, this.tuples[2 * slot]!);
  }

  private widen(): void {
    const { cells } = this;
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
