/**
 * Slots for a struct of arrays: which rows are in use, and which is free next.
 * The owner keeps its columns and grows them when the pool says so.
 * Leaves out: the columns themselves.
 */
import { CapacityError, InvariantError } from './errors.ts';

/** Any of the typed arrays that columns are made of. */
type Column = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float64Array;

/** Copies the rows of `from` into the longer `to`. @returns `to`. */
export function grown<T extends Column>(from: T, to: T): T {
  to.set(from);
  return to;
}

const IN_USE = -2; // in nextFree: the slot is allocated
const END = -1; // in nextFree: last of the free list

export class SlotPool {
  /** Slots there are now. */
  capacity: number;
  /** Slots in use. */
  count: number;
  /** Highest `count` so far. */
  countMax: number;
  /** How often the pool doubled: growth is never silent. */
  growthCount: number;
  private readonly capacityMax: number;
  private readonly limit: string;
  private readonly rowBytes: number;
  private readonly onGrow: (capacity: number) => void;
  private nextFree: Int32Array; // slot → next free slot, END, or IN_USE
  private freeHead: number;

  /**
   * @param capacity slots to start with, > 0.
   * @param capacityMax never more than this; equal to `capacity` for a fixed pool.
   * @param limit what runs out, for the message of CapacityError.
   * @param rowBytes bytes of the owner's columns per slot, for the memory account.
   * @param onGrow called with the new capacity; the owner replaces its columns.
   */
  constructor(
    capacity: number,
    capacityMax: number,
    limit: string,
    rowBytes: number,
    onGrow: (capacity: number) => void,
  ) {
    this.capacity = capacity;
    this.count = 0;
    this.countMax = 0;
    this.growthCount = 0;
    this.capacityMax = capacityMax;
    this.limit = limit;
    this.rowBytes = rowBytes;
    this.onGrow = onGrow;
    this.nextFree = new Int32Array(capacity);
    this.freeHead = 0;
    this.linkFree(0);
  }

  /** Bytes of the pool and its owner's columns. */
  get bytes(): number {
    return this.capacity * (4 + this.rowBytes);
  }

  /** @returns a free slot in [0, capacity), the one freed last. @throws CapacityError at `capacityMax`. O(1), amortised. */
  alloc(): number {
    if (this.freeHead === END) this.grow();
    const slot = this.freeHead;
    this.freeHead = this.nextFree[slot]!;
    this.nextFree[slot] = IN_USE;
    if (++this.count > this.countMax) this.countMax = this.count;
    return slot;
  }

  /** Gives `slot` back. @throws InvariantError when it is not in use. O(1). */
  free(slot: number): void {
    if (this.nextFree[slot] !== IN_USE) throw new InvariantError('freed a slot that is not in use');
    this.nextFree[slot] = this.freeHead;
    this.freeHead = slot;
    this.count--;
  }

  isInUse(slot: number): boolean {
    return this.nextFree[slot] === IN_USE;
  }

  private grow(): void {
    const from = this.capacity;
    if (from >= this.capacityMax) throw new CapacityError(this.limit, `more than ${this.capacityMax} ${this.limit}`);
    const to = Math.min(from * 2, this.capacityMax);
    this.nextFree = grown(this.nextFree, new Int32Array(to));
    this.onGrow(to);
    this.capacity = to;
    this.growthCount++;
    this.linkFree(from);
    this.freeHead = from;
  }

  /** Chains the slots from `first` to the last one. */
  private linkFree(first: number): void {
    for (let slot = first; slot < this.capacity; slot++) this.nextFree[slot] = slot + 1;
    this.nextFree[this.capacity - 1] = END;
  }
}
