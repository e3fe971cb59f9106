/**
 * One bucket of the socket hash: counts the comparisons that get_sock's linear walk makes, without walking.
 * Children go in at the head, so a child's position is the number of live children inserted later, plus
 * one; a wildcard listener stands at the end (R21). A Fenwick tree over the order of insertion counts them.
 */
import { grown } from '../../engine/slot-pool.ts';

const CAPACITY = 256;

export class SockChain {
  /** Children in the bucket. */
  count: number;
  /** Listeners in the bucket, behind the children. */
  listenerCount: number;
  private tree: Uint32Array; // Fenwick tree: order of insertion + 1 → live children
  private childAt: Int32Array; // order of insertion → child, -1 = gone
  private orderOf: Int32Array; // child → order of insertion
  private nextOrder: number;

  constructor() {
    this.count = 0;
    this.listenerCount = 0;
    this.tree = new Uint32Array(CAPACITY + 1);
    this.childAt = new Int32Array(CAPACITY).fill(-1);
    this.orderOf = new Int32Array(CAPACITY);
    this.nextOrder = 0;
  }

  get bytes(): number {
    return this.tree.byteLength + this.childAt.byteLength + this.orderOf.byteLength;
  }

  /** Comparisons of a walk that finds no child: all of them (R20, R22). */
  get length(): number {
    return this.count + this.listenerCount;
  }

  /** Puts `child` at the head. O(log n), amortised. */
  insert(child: number): void {
    if (this.nextOrder === this.childAt.length) this.compact();
    while (child >= this.orderOf.length) this.orderOf = grown(this.orderOf, new Int32Array(this.orderOf.length * 2));
    const order = this.nextOrder++;
    this.childAt[order] = child;
    this.orderOf[child] = order;
    this.count++;
    this.add(order, 1);
  }

  remove(child: number): void {
    const order = this.orderOf[child]!;
    this.childAt[order] = -1;
    this.count--;
    this.add(order, -1);
  }

  /** Comparisons until the walk meets `child`. O(log n). */
  positionOf(child: number): number {
    const { tree } = this;
    let inserted = 0; // children inserted up to and including this one
    for (let i = this.orderOf[child]! + 1; i > 0; i -= i & -i) inserted += tree[i]!;
    return this.count - inserted + 1;
  }

  private add(order: number, amount: number): void {
    const { tree } = this;
    for (let i = order + 1; i < tree.length; i += i & -i) tree[i]! += amount;
  }

  /** Numbers the live children anew, in a table at least twice their number. */
  private compact(): void {
    const old = this.childAt;
    const capacity = this.count * 2 > old.length ? old.length * 2 : old.length;
    this.childAt = new Int32Array(capacity).fill(-1);
    this.tree = new Uint32Array(capacity + 1);
    this.nextOrder = 0;
    for (let order = 0; order < old.length; order++) {
      const child = old[order]!;
      if (child < 0) continue;
      this.childAt[this.nextOrder] = child;
      this.orderOf[child] = this.nextOrder;
      this.add(this.nextOrder++, 1);
    }
  }
}
