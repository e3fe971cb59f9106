/**
 * Results of many runs as columns of numbers: how they travel between threads, and how they are kept, since a thousand
 * results as objects take ten times the memory. A result is made anew whenever it is looked at.
 * Leaves out: time series and what else is kept of the first run alone, where it is wanted: thousands would fill the memory.
 */
import { grown } from '../engine/slot-pool.ts';
import { type Drop, type Metric, NO_DETAILS, type RunDetails, type RunResult } from '../simulation/result.ts';

/** Results of runs in their order: an array, or a RunTable. */
export type RunResults = Iterable<RunResult> & { readonly length: number };

/** A RunTable that can be sent: plain data. */
export interface PackedRuns {
  /** What is no number of a result, as JSON; runs of one scenario share a few. */
  readonly shapes: readonly string[];
  /** run → its shape */
  readonly shapeOf: Uint32Array;
  /** The numbers of all runs, one run after the other; NaN = not defined. */
  readonly numbers: Float64Array;
  /** Time series and such of the first run, if it was kept. */
  readonly first: RunDetails | null;
}

/** All that is no number of a result. */
interface Shape {
  readonly scenarioName: string;
  readonly seed: string;
  readonly stackName: string;
  readonly stopLimit: string | null;
  readonly ok: boolean;
  readonly terms: readonly string[];
  readonly metrics: readonly Omit<Metric, 'value'>[];
  readonly counters: readonly string[];
  readonly drops: readonly Omit<Drop, 'count' | 'firstAtNs'>[];
}

const RUNS = 16; // rows of a new table
const NUMBERS = 4096;
/** Numbers that every run has: those of `RunResult` itself, and the SYNs sent. */
const FIXED = 7;

export class RunTable implements Iterable<RunResult> {
  /** Runs so far. */
  length: number;
  private readonly shapes: Shape[];
  private readonly keys: Map<string, number>; // shape as JSON → its index
  private shapeOf: Uint32Array; // run → shape
  private numbers: Float64Array; // numbers of all runs, one after the other
  private end: number; // numbers in use
  private readonly keepsFirst: boolean;
  private first: RunDetails | null;

  /** @param keepsFirst whether to keep the time series and such of the first run. */
  constructor(keepsFirst = true) {
    this.length = 0;
    this.shapes = [];
    this.keys = new Map();
    this.shapeOf = new Uint32Array(RUNS);
    this.numbers = new Float64Array(NUMBERS);
    this.end = 0;
    this.keepsFirst = keepsFirst;
    this.first = null;
  }

  /** Of the next run its numbers are enough. */
  get wantsNumbersOnly(): boolean {
    return this.length > 0 || !this.keepsFirst;
  }

  /** Adds a run. O(its numbers). */
  add(result: RunResult): void {
    if (!this.wantsNumbersOnly) {
      const { dropSeries, flows, latencies, series } = result;
      this.first = { dropSeries, flows, latencies, series };
    }
    const shape = shapeOfResult(result);
    this.addRow(this.shapeIndex(JSON.stringify(shape)), numbersOf(result));
  }

  /** Adds the runs that another table packed. O(numbers). */
  addPacked({ shapes, shapeOf, numbers, first }: PackedRuns): void {
    if (!this.wantsNumbersOnly) this.first = first;
    const known = shapes.map((key) => this.shapeIndex(key));
    let at = 0;
    for (const theirs of shapeOf) {
      const shape = known[theirs]!;
      const end = at + widthOf(this.shapes[shape]!);
      this.addRow(shape, numbers.subarray(at, end));
      at = end;
    }
  }

  /** Copies, so that the table can go on. */
  packed(): PackedRuns {
    return {
      shapes: [...this.keys.keys()],
      shapeOf: this.shapeOf.slice(0, this.length),
      numbers: this.numbers.slice(0, this.end),
      first: this.first,
    };
  }

  *[Symbol.iterator](): Generator<RunResult, void, undefined> {
    let at = 0;
    for (let run = 0; run < this.length; run++) {
      const shape = this.shapes[this.shapeOf[run]!]!;
      const end = at + widthOf(shape);
      yield resultOf(shape, this.numbers.subarray(at, end), run === 0 ? this.first : null);
      at = end;
    }
  }

  private shapeIndex(key: string): number {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    this.keys.set(key, this.shapes.length);
    return this.shapes.push(JSON.parse(key) as Shape) - 1;
  }

  private addRow(shape: number, numbers: ArrayLike<number>): void {
    const run = this.length++;
    if (run === this.shapeOf.length) this.shapeOf = grown(this.shapeOf, new Uint32Array(2 * run));
    this.shapeOf[run] = shape;
    const end = this.end + numbers.length;
    if (end > this.numbers.length)
      this.numbers = grown(this.numbers, new Float64Array(Math.max(end, 2 * this.numbers.length)));
    this.numbers.set(numbers, this.end);
    this.end = end;
  }
}

function shapeOfResult(result: RunResult): Shape {
  return {
    scenarioName: result.scenarioName,
    seed: result.seed,
    stackName: result.stackName,
    stopLimit: result.stop?.limit ?? null,
    ok: result.conservation.ok,
    terms: result.conservation.terms.map(({ name }) => name),
    metrics: result.metrics.map(({ path, unit }) => ({ path, unit })),
    counters: result.counters.map(({ name }) => name),
    drops: result.drops.map(({ cause, text, unit, setting, rule, counter }) => ({
      cause,
      text,
      unit,
      setting,
      rule,
      counter,
    })),
  };
}

function widthOf({ counters, drops, metrics, terms }: Shape): number {
  return FIXED + terms.length + metrics.length + counters.length + 2 * drops.length;
}

/** In the order in which `resultOf` takes them. */
function numbersOf(result: RunResult): number[] {
  const { conservation, counters, drops, metrics } = result;
  return [
    result.replication,
    result.durationNs,
    result.warmupNs,
    result.skippedSyns,
    result.eventCount,
    result.stop?.atNs ?? NaN,
    conservation.synsSent,
    ...conservation.terms.map(({ count }) => count),
    ...metrics.map(({ value }) => value ?? NaN),
    ...counters.map(({ value }) => value),
    ...drops.flatMap(({ count, firstAtNs }) => [count, firstAtNs ?? NaN]),
  ];
}

function resultOf(shape: Shape, numbers: Float64Array, first: RunDetails | null): RunResult {
  let at = 0;
  const next = (): number => numbers[at++]!;
  const nextOrNull = (): number | null => {
    const value = next();
    return Number.isNaN(value) ? null : value;
  };
  // Read in the order in which they were written, whatever the order of a result's keys.
  const [replication, durationNs, warmupNs, skippedSyns, eventCount] = [next(), next(), next(), next(), next()];
  const stopAtNs = next();
  const synsSent = next();
  const terms = shape.terms.map((name) => ({ name, count: next() }));
  const metrics = shape.metrics.map(({ path, unit }) => ({ path, unit, value: nextOrNull() }));
  const counters = shape.counters.map((name) => ({ name, value: next() }));
  const drops = shape.drops.map((drop) => ({ ...drop, count: next(), firstAtNs: nextOrNull() }));
  return {
    scenarioName: shape.scenarioName,
    seed: shape.seed,
    replication,
    stackName: shape.stackName,
    durationNs,
    warmupNs,
    metrics,
    counters,
    drops,
    conservation: { synsSent, terms, ok: shape.ok },
    ...(first ?? NO_DETAILS),
    skippedSyns,
    eventCount,
    stop: shape.stopLimit === null ? null : { limit: shape.stopLimit, atNs: stopAtNs },
  };
}
