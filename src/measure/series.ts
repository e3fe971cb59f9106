/**
 * The time series of a run: levels and cumulative counters at every multiple of the sampling interval,
 * after everything else of that instant. A counter that is late tells what it counted up to an instant only so much
 * later: its column is filled then. One that keeps nothing reads at the same instants, since an instant that is read is an
 * event, and ends what a source does by itself.
 */
import type { Counters } from '../engine/counters.ts';
import type { Gauges } from '../engine/gauges.ts';
import type { Loop, Meter } from '../engine/loop.ts';
import { grown } from '../engine/slot-pool.ts';

/** One number that is read: a counter or a level. */
interface Reading {
  readonly source: Counters | Gauges;
  readonly index: number;
}

/** A counter, and how late it is. */
export interface LateCounter {
  readonly counters: Counters;
  readonly index: number;
  readonly lateNs: number;
}

/** A column: the sum of what it reads at the sampling instant, or `lateNs` after it. */
interface Column {
  readonly name: string;
  readonly readings: readonly Reading[];
  readonly lateNs: number;
  /** Added by `addSum`: not among those of `result`. */
  readonly sum: number | null;
}

const ROWS = 16;

export class Series implements Meter {
  private readonly loop: Loop;
  private readonly intervalNs: number;
  private readonly isKept: boolean;
  private readonly columns: Column[];
  private readonly latenesses: number[]; // how late columns are, ns; 0 first
  private readonly rowCounts: number[]; // lateness → rows that its columns have so far
  private timeNs: Float64Array; // row → instant
  private values: Float64Array[]; // column → row → value

  /** @param intervalNs > 0. @param isKept whether anybody wants to see it: `result` is empty if not. */
  constructor(loop: Loop, intervalNs: number, isKept = true) {
    this.loop = loop;
    this.intervalNs = intervalNs;
    this.isKept = isKept;
    this.columns = [];
    this.latenesses = [0];
    this.rowCounts = [0];
    this.timeNs = new Float64Array(isKept ? ROWS : 0);
    this.values = [];
  }

  /** Rows so far. */
  get rowCount(): number {
    return this.rowCounts[0]!;
  }

  get bytes(): number {
    return this.timeNs.length * 8 * (1 + this.columns.length);
  }

  /** Adds every gauge, under its name after `prefix`. Before `start`. */
  addGauges(prefix: string, gauges: Gauges): void {
    gauges.names.forEach((name, index) => this.addOne(prefix + name, { source: gauges, index }, 0));
  }

  /** Adds every counter, likewise. @param lateNsOf how late a counter is, by its index. */
  addCounters(prefix: string, counters: Counters, lateNsOf: (index: number) => number = () => 0): void {
    counters.names.forEach((name, index) => this.addOne(prefix + name, { source: counters, index }, lateNsOf(index)));
  }

  /** Adds a sum of counters, number `sum` of `sums`, beside the columns of `result`. Before `start`. */
  addSum(sum: number, counters: readonly LateCounter[]): void {
    for (const lateNs of new Set(counters.map((one) => one.lateNs))) {
      const ofIt = counters.filter((one) => one.lateNs === lateNs);
      const readings = ofIt.map(({ counters: source, index }) => ({ source, index }));
      this.add({ name: '', readings, lateNs, sum });
    }
  }

  /** The first sample is at 0. */
  start(): void {
    this.loop.setMeter(this, 0);
  }

  onSample(): number {
    let nextNs = Infinity;
    for (let i = 0; i < this.latenesses.length; i++) {
      if (this.readsAtNs(i) === this.loop.nowNs) this.read(i);
      nextNs = Math.min(nextNs, this.readsAtNs(i));
    }
    return nextNs;
  }

  /** The run is over: fills the late columns. @param count has those that are `lateNs` late count up to `atNs`, ascending. */
  finish(count: (lateNs: number, atNs: number) => void): void {
    for (let i = 1; i < this.latenesses.length; i++) {
      while (this.rowCounts[i]! < this.rowCount) {
        count(this.latenesses[i]!, this.readsAtNs(i));
        this.read(i);
      }
    }
  }

  /** Names, instants and values so far. */
  result(): { columns: string[]; timeNs: Float64Array; values: Float64Array[] } {
    const own = this.columns.flatMap((column, i) => (column.sum === null ? [i] : []));
    return {
      columns: own.map((i) => this.columns[i]!.name),
      timeNs: this.timeNs.slice(0, this.rowCount),
      values: own.map((i) => this.values[i]!.slice(0, this.rowCount)),
    };
  }

  /** Sum number `sum` at every instant so far. */
  sumOf(sum: number): Float64Array {
    const total = new Float64Array(this.rowCount);
    this.columns.forEach((column, i) => {
      if (column.sum !== sum) return;
      for (let row = 0; row < total.length; row++) total[row]! += this.values[i]![row]!;
    });
    return total;
  }

  private addOne(name: string, reading: Reading, lateNs: number): void {
    this.add({ name, readings: [reading], lateNs, sum: null });
  }

  private add(column: Column): void {
    if (this.isKept) {
      this.columns.push(column);
      this.values.push(new Float64Array(ROWS));
    }
    if (this.latenesses.includes(column.lateNs)) return;
    this.latenesses.push(column.lateNs);
    this.rowCounts.push(0);
  }

  /** When the next row of the columns of lateness `i` is read. */
  private readsAtNs(i: number): number {
    return this.rowCounts[i]! * this.intervalNs + this.latenesses[i]!;
  }

  private read(i: number): void {
    const row = this.rowCounts[i]!++;
    if (!this.isKept) return;
    if (row === this.timeNs.length) this.grow();
    if (i === 0) this.timeNs[row] = this.loop.nowNs;
    for (let column = 0; column < this.columns.length; column++) {
      const { lateNs, readings } = this.columns[column]!;
      if (lateNs === this.latenesses[i]) this.values[column]![row] = sumOf(readings);
    }
  }

  private grow(): void {
    const rows = this.timeNs.length * 2;
    this.timeNs = grown(this.timeNs, new Float64Array(rows));
    this.values = this.values.map((v) => grown(v, new Float64Array(rows)));
  }
}

function sumOf(readings: readonly Reading[]): number {
  let sum = 0;
  for (let i = 0; i < readings.length; i++) {
    const { index, source } = readings[i]!;
    sum += 'levelOf' in source ? source.levelOf(index) : source.valueOf(index);
  }
  return sum;
}
