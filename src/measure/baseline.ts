/** Counters as they stood at the end of the warm-up, so that what came before is left out of the metrics. */
import type { Counters } from '../engine/counters.ts';

export class Baseline {
  private readonly values: Map<Counters, Float64Array>;

  constructor() {
    this.values = new Map();
  }

  /** Remembers `counters` as they are now. */
  take(counters: Counters): void {
    this.values.set(counters, counters.values.slice());
  }

  /** Remembers counter `index` as it is now, the others as they were. After `take`. */
  retake(counters: Counters, index: number): void {
    const values = this.values.get(counters);
    if (values !== undefined) values[index] = counters.valueOf(index);
  }

  /** What counter `index` counted since `take`, or from the start when there was none; a level as it is now. */
  since(counters: Counters, index: number): number {
    if (counters.isLevel(index)) return counters.valueOf(index);
    return counters.valueOf(index) - (this.values.get(counters)?.[index] ?? 0);
  }
}
