/**
 * Named counters: what a model counts and the meter reads from above. A few are levels, which a kernel keeps
 * among its counters (TcpCurrEstab): they go down again, and a difference of two readings means nothing.
 * Leaves out: rates, differences over a window (measure/).
 */

/** A fixed list of counters in one typed array. Exact up to 2^53. */
export class Counters {
  /** The names, in the order they are reported. Kernel counters keep nstat's spelling. */
  readonly names: readonly string[];
  /** index → count. Models write it directly: `values[SYNS_SENT]!++`. */
  readonly values: Float64Array;

  private readonly levels: readonly number[];

  /** @param levels indices of those that are levels. */
  constructor(names: readonly string[], levels: readonly number[] = []) {
    this.names = names;
    this.values = new Float64Array(names.length);
    this.levels = levels;
  }

  add(index: number, amount: number): void {
    this.values[index]! += amount;
  }

  valueOf(index: number): number {
    return this.values[index]!;
  }

  isLevel(index: number): boolean {
    return this.levels.includes(index);
  }
}
