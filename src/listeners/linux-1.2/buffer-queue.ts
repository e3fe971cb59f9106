/** Queues of buffers, one per child: heads and tails as columns. */
import { grown } from '../../engine/slot-pool.ts';
import { type Buffers, NO_BUFFER } from './buffers.ts';

export class BufferQueue {
  private readonly buffers: Buffers;
  private head: Int32Array; // child → first buffer, NO_BUFFER
  private tail: Int32Array; // child → last buffer, NO_BUFFER

  constructor(buffers: Buffers, capacity: number) {
    this.buffers = buffers;
    this.head = new Int32Array(capacity).fill(NO_BUFFER);
    this.tail = new Int32Array(capacity).fill(NO_BUFFER);
  }

  get bytes(): number {
    return this.head.byteLength * 2;
  }

  /** Makes room for children [0, capacity); new ones have empty queues. */
  grow(capacity: number): void {
    this.head = grown(this.head, new Int32Array(capacity).fill(NO_BUFFER));
    this.tail = grown(this.tail, new Int32Array(capacity).fill(NO_BUFFER));
  }

  headOf(child: number): number {
    return this.head[child]!;
  }
  tailOf(child: number): number {
    return this.tail[child]!;
  }
  isEmpty(child: number): boolean {
    return this.head[child] === NO_BUFFER;
  }

  pushTail(child: number, buffer: number): void {
    this.insertAfter(child, this.tail[child]!, buffer);
  }

  /** Links `buffer` behind `before`; NO_BUFFER puts it first. */
  insertAfter(child: number, before: number, buffer: number): void {
    const { next, previous } = this.buffers;
    const after = before === NO_BUFFER ? this.head[child]! : next[before]!;
    previous[buffer] = before;
    next[buffer] = after;
    if (before === NO_BUFFER) this.head[child] = buffer;
    else next[before] = buffer;
    if (after === NO_BUFFER) this.tail[child] = buffer;
    else previous[after] = buffer;
  }

  /** Takes `buffer` out. It stays allocated. */
  unlink(child: number, buffer: number): void {
    const { next, previous } = this.buffers;
    const before = previous[buffer]!;
    const after = next[buffer]!;
    if (before === NO_BUFFER) this.head[child] = after;
    else next[before] = after;
    if (after === NO_BUFFER) this.tail[child] = before;
    else previous[after] = before;
    next[buffer] = NO_BUFFER;
    previous[buffer] = NO_BUFFER;
  }

  /** Frees all buffers of `child`. */
  clear(child: number): void {
    this.buffers.freeAll(this.head[child]!);
    this.head[child] = NO_BUFFER;
    this.tail[child] = NO_BUFFER;
  }
}
