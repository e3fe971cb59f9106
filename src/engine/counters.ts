/**
 * Named counters: what a model counts and the meter reads from above.
 * Leaves out: rates, differences over a window (measure/).
 */

/** A fixed list of counters in one typed array. Exact up to 2^53. */
export class Counters {
  /** The names, in the order they are reported. Kernel counters keep nstat's spelling. */
  readonly names: readonly string[];
  /** index → count. Models write it directly: `values[SYNS_SENT]!++`. */
  readonly values: Float64Array;

  constructor(names: readonly string[]) {
    this.names = names;
    this.values = new Float64Array(names.length);
  }

  add(index: number, amount: number): void {
    this.values[index]! += amount;
  }

  valueOf(index: number): number {
    return this.values[index]!;
  }
}
