/**
 * A first-in, first-out ring of numbers in one typed array: what receive queues, back_logs and links are made of.
 *
 *      head          tail = head + count (mod storage)
 *       ↓              ↓
 *   [ · a b c d e f g · · · ]     at(0) = a, at(count - 1) = g
 *
 * `count`, not head === tail, decides empty and full. The storage is a power of two, so that a mask wraps an
 * index; the bound is `capacityMax` exactly. A ring grows by doubling up to its bound, and counts it.
 * Leaves out: iteration, shrinking (memory is not returned).
 */
import { InvariantError } from './errors.ts';

/** Element type: unsigned or signed 32-bit integers, or doubles. */
export type RingKind = 'u32' | 'i32' | 'f64';

type RingArray = Uint32Array | Int32Array | Float64Array;

export class RingBuffer {
  /** Elements in the ring. */
  count: number;
  /** How often the storage doubled. */
  growthCount: number;
  private readonly kind: RingKind;
  private readonly capacityMax: number;
  private storage: RingArray; // (head + i) & mask → element i
  private mask: number;
  private head: number;

  /**
   * @param capacity elements to make room for at once, > 0.
   * @param capacityMax never more than this; equal to `capacity` for a fixed ring.
   */
  constructor(kind: RingKind, capacity: number, capacityMax: number) {
    if (!(capacity > 0 && capacity <= capacityMax))
      throw new InvariantError('a ring needs 0 < capacity <= capacityMax');
    let cells = 1;
    while (cells < capacity) cells *= 2;
    this.count = 0;
    this.growthCount = 0;
    this.kind = kind;
    this.capacityMax = capacityMax;
    this.storage = allocate(kind, cells);
    this.mask = cells - 1;
    this.head = 0;
  }

  get bytes(): number {
    return this.storage.byteLength;
  }

  /** Appends `value`. @returns false, and changes nothing, when `capacityMax` elements are in the ring. O(1), amortised. */
  tryPush(value: number): boolean {
    if (this.count > this.mask || this.count >= this.capacityMax) {
      if (this.count >= this.capacityMax) return false;
      this.grow();
    }
    this.storage[(this.head + this.count) & this.mask] = value;
    this.count++;
    return true;
  }

  /** Takes the oldest element. @throws InvariantError when there is none. O(1). */
  shift(): number {
    if (this.count === 0) throw new InvariantError('took from an empty ring');
    const value = this.storage[this.head]!;
    this.head = (this.head + 1) & this.mask;
    this.count--;
    return value;
  }

  /** Element `index`, 0 = the oldest; index in [0, count). O(1). */
  at(index: number): number {
    return this.storage[(this.head + index) & this.mask]!;
  }

  /** Takes element `index` out of the middle, closing the gap on its shorter side. @throws InvariantError. O(count). */
  removeAt(index: number): number {
    if (!(index >= 0 && index < this.count)) throw new InvariantError('removed an element that is not in the ring');
    const { storage, mask, head } = this;
    const value = storage[(head + index) & mask]!;
    if (index < this.count - 1 - index) {
      for (let i = index; i > 0; i--) storage[(head + i) & mask] = storage[(head + i - 1) & mask]!;
      this.head = (head + 1) & mask;
    } else {
      for (let i = index; i < this.count - 1; i++) storage[(head + i) & mask] = storage[(head + i + 1) & mask]!;
    }
    this.count--;
    return value;
  }

  /** Puts `value` before element `index`, moving the shorter side. @returns false when full; index in [0, count]. O(count). */
  tryInsertAt(index: number, value: number): boolean {
    if (!(index >= 0 && index <= this.count)) throw new InvariantError('inserted outside of the ring');
    if (!this.tryPush(value)) return false;
    const { storage, mask } = this;
    if (index < this.count - 1 - index) {
      this.head = (this.head - 1) & mask;
      for (let i = 0; i < index; i++) storage[(this.head + i) & mask] = storage[(this.head + i + 1) & mask]!;
    } else {
      for (let i = this.count - 1; i > index; i--) {
        storage[(this.head + i) & mask] = storage[(this.head + i - 1) & mask]!;
      }
    }
    storage[(this.head + index) & mask] = value;
    return true;
  }

  /** Forgets all elements. */
  clear(): void {
    this.head = 0;
    this.count = 0;
  }

  /** Throws InvariantError when the ring contradicts itself. For tests. */
  checkInvariants(): void {
    const fits = this.count >= 0 && this.count <= this.capacityMax && this.count <= this.mask + 1;
    if (!fits || this.head < 0 || this.head > this.mask) throw new InvariantError('the ring is inconsistent');
  }

  private grow(): void {
    const cells = (this.mask + 1) * 2;
    const storage = allocate(this.kind, cells);
    for (let i = 0; i < this.count; i++) storage[i] = this.at(i);
    this.storage = storage;
    this.mask = cells - 1;
    this.head = 0;
    this.growthCount++;
  }
}

function allocate(kind: RingKind, cells: number): RingArray {
  switch (kind) {
    case 'u32':
      return new Uint32Array(cells);
    case 'i32':
      return new Int32Array(cells);
    case 'f64':
      return new Float64Array(cells);
  }
}
