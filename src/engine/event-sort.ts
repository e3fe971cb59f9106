/**
 * Sorts slots of pending events by (time, phase, insertion): in place and without allocation.
 * Insertion sort while that is cheap (few, or nearly sorted, as ties in order of insertion are),
 * else a bottom-up merge sort.
 * Leaves out: anything but the order of one bucket (ladder-queue.ts).
 */
import type { EventColumns } from './event-columns.ts';

/** Shifts that insertion sort may spend for each element before merge sort takes over. */
const SHIFTS_EACH = 8;

/** Two work areas that grow with the longest bucket. */
export class EventSorter {
  private readonly events: EventColumns;
  private spare: Int32Array;

  constructor(events: EventColumns) {
    this.events = events;
    this.spare = new Int32Array(64);
  }

  get bytes(): number {
    return this.spare.byteLength;
  }

  /** Sorts slots[0 … count - 1]. O(count log count), O(count) for ties in or against their order. */
  sort(slots: Int32Array, count: number): void {
    if (count > 1 && this.events.isBefore(slots[count - 1]!, slots[0]!)) reverse(slots, count);
    if (!this.insertionSort(slots, count)) this.mergeSort(slots, count);
  }

  /** @returns false when the slots are too disordered for it; they are still the same slots. */
  private insertionSort(slots: Int32Array, count: number): boolean {
    const { events } = this;
    let shifts = SHIFTS_EACH * count;
    if (count <= 2 * SHIFTS_EACH) shifts = Infinity;
    for (let i = 1; i < count; i++) {
      const slot = slots[i]!;
      let hole = i;
      while (hole > 0 && events.isBefore(slot, slots[hole - 1]!)) {
        slots[hole] = slots[hole - 1]!;
        hole--;
      }
      slots[hole] = slot;
      shifts -= i - hole;
      if (shifts < 0) return false;
    }
    return true;
  }

  private mergeSort(slots: Int32Array, count: number): void {
    if (this.spare.length < count) this.spare = new Int32Array(2 * count);
    let from = slots;
    let to = this.spare;
    for (let run = 1; run < count; run *= 2) {
      for (let low = 0; low < count; low += 2 * run)
        this.merge(from, to, low, Math.min(low + run, count), Math.min(low + 2 * run, count));
      const swap = from;
      from = to;
      to = swap;
    }
    if (from !== slots) for (let i = 0; i < count; i++) slots[i] = from[i]!;
  }

  /** Merges the sorted [low, middle) and [middle, high) of `from` into `to`. */
  private merge(from: Int32Array, to: Int32Array, low: number, middle: number, high: number): void {
    const { events } = this;
    let left = low;
    let right = middle;
    for (let i = low; i < high; i++) {
      const takesLeft = left < middle && (right >= high || !events.isBefore(from[right]!, from[left]!));
      to[i] = takesLeft ? from[left++]! : from[right++]!;
    }
  }
}

function reverse(slots: Int32Array, count: number): void {
  for (let i = 0, j = count - 1; i < j; i++, j--) {
    const slot = slots[i]!;
    slots[i] = slots[j]!;
    slots[j] = slot;
  }
}
