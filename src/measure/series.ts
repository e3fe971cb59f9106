/**
 * The time series of a run: levels and cumulative counters at every multiple of the sampling interval,
 * after everything else of that instant.
 */
import type { Counters } from '../engine/counters.ts';
import type { Gauges } from '../engine/gauges.ts';
import type { Loop, Meter } from '../engine/loop.ts';
import { grown } from '../engine/slot-pool.ts';

/** A column: reads its value at the sampling instant. */
interface Column {
  readonly name: string;
  readonly source: Counters | Gauges;
  readonly index: number;
}

const ROWS = 256;

export class Series implements Meter {
  /** Rows so far. */
  rowCount: number;
  private readonly loop: Loop;
  private readonly intervalNs: number;
  private readonly columns: Column[];
  private timeNs: Float64Array; // row → instant
  private values: Float64Array[]; // column → row → value

  /** @param intervalNs > 0. */
  constructor(loop: Loop, intervalNs: number) {
    this.rowCount = 0;
    this.loop = loop;
    this.intervalNs = intervalNs;
    this.columns = [];
    this.timeNs = new Float64Array(ROWS);
    this.values = [];
  }

  get bytes(): number {
    return this.timeNs.length * 8 * (1 + this.columns.length);
  }

  /** Adds every gauge, under its name after `prefix`. Before `start`. */
  addGauges(prefix: string, gauges: Gauges): void {
    gauges.names.forEach((name, index) => this.add({ name: prefix + name, source: gauges, index }));
  }

  /** Adds counters by index (all of them when `indices` is left out). Before `start`. */
  addCounters(prefix: string, counters: Counters, indices = counters.names.map((_, i) => i)): void {
    for (const index of indices) this.add({ name: prefix + (counters.names[index] ?? ''), source: counters, index });
  }

  /** The first sample is at 0. */
  start(): void {
    this.loop.setMeter(this, 0);
  }

  onSample(): number {
    const row = this.rowCount++;
    if (row === this.timeNs.length) this.grow();
    this.timeNs[row] = this.loop.nowNs;
    for (let i = 0; i < this.columns.length; i++) {
      const { source, index } = this.columns[i]!;
      this.values[i]![row] = 'levelOf' in source ? source.levelOf(index) : source.valueOf(index);
    }
    return (row + 1) * this.intervalNs;
  }

  /** Names, instants and values so far. */
  result(): { columns: string[]; timeNs: Float64Array; values: Float64Array[] } {
    return {
      columns: this.columns.map((c) => c.name),
      timeNs: this.timeNs.slice(0, this.rowCount),
      values: this.values.map((v) => v.slice(0, this.rowCount)),
    };
  }

  private add(column: Column): void {
    this.columns.push(column);
    this.values.push(new Float64Array(ROWS));
  }

  private grow(): void {
    const rows = this.timeNs.length * 2;
    this.timeNs = grown(this.timeNs, new Float64Array(rows));
    this.values = this.values.map((v) => grown(v, new Float64Array(rows)));
  }
}
