/**
 * Times one benchmark with tinybench: operations a second, ns an operation, and a hash of the outcome, so that nobody
 * makes a benchmark faster by changing what it does.
 * Leaves out: processes (jobs.ts), what is measured (the *.bench.ts files, which mirror src).
 */
import { Bench } from 'tinybench';

/** `smoke` proves that a benchmark still runs; `real` is long enough to be believed. */
export type Size = 'smoke' | 'real';

export type Parameters = Readonly<Record<string, string | number>>;

export interface BenchCase {
  /** `noun/operation`. */
  readonly name: string;
  readonly parameters: Parameters;
  /** What an operation is, in the singular: `SYN`. */
  readonly unit: string;
  /** Operations of one call: many, because the clock is coarser than one. A function when only a run can tell. */
  readonly operations: number | (() => number);
  /** Sets up, untimed. @returns the timed call, which gives a number that depends on what it did. */
  readonly start: () => () => number | Promise<number>;
}

export interface BenchResult {
  readonly name: string;
  readonly parameters: Parameters;
  readonly unit: string;
  /** Of the median call. */
  readonly opsPerS: number;
  /** Of a call, divided by its operations: so is p99. */
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** How far p50 is off, percent: its margin of error (95 %), or half the range of several processes if that is more. */
  readonly margin: number;
  /** Calls that were timed. */
  readonly samples: number;
  /** Outcome of the first call: the same on every machine. */
  readonly hash: string;
}

const NS_PER_MS = 1e6;
/** Standard deviations in a median absolute deviation, and in the margin of 95 %; and of the median for one of the mean. */
const DEVIATIONS_OF_MAD = 1.4826;
const DEVIATIONS_OF_95 = 1.96;
const MEDIAN_TO_MEAN = 1.2533;
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Least number of calls, and of those before them. */
const CALLS = 10;
const WARMUP_CALLS = 3;
/** A case whose start and first call take longer is called less often. */
const SLOW_MS = 1000;
const SLOW_CALLS = 5;
/** A case that takes as long as `real` says is timed for so long, and warmed up for a quarter of it. */
const TIME_MS: Readonly<Record<Size, number>> = { real: 1000, smoke: 5 };

/** FNV-1a over 32-bit words: what a case returns of its outcome. */
export function mix(hash: number, value: number): number {
  return Math.imul(hash ^ (value | 0), FNV_PRIME);
}
export const NOTHING_YET = FNV_BASIS;

/** A counter by its name. One that counts nothing is none: what has more counters need not do something else. */
export function mixCounter(hash: number, name: string, value: number): number {
  if (value === 0) return hash;
  let mixed = hash;
  for (let i = 0; i < name.length; i++) mixed = mix(mixed, name.charCodeAt(i));
  return mix(mix(mixed, value / 2 ** 32), value);
}

/** The outcome of a case's first call, as 8 hexadecimal digits. */
export async function outcomeOf(one: BenchCase): Promise<string> {
  return ((await one.start()()) >>> 0).toString(16).padStart(8, '0');
}

/** Times one case, in this process. */
export async function measure(one: BenchCase, size: Size): Promise<BenchResult> {
  const began = performance.now();
  const hash = await outcomeOf(one);
  const isSlow = performance.now() - began > SLOW_MS;
  const operations = typeof one.operations === 'number' ? one.operations : one.operations();
  const call = one.start();
  let consumed = 0;
  const bench = new Bench({
    time: TIME_MS[size],
    iterations: isSlow ? SLOW_CALLS : CALLS,
    warmupTime: TIME_MS[size] / 4,
    warmupIterations: isSlow ? 1 : WARMUP_CALLS,
    throws: true,
  });
  bench.add(one.name, () => {
    const outcome = call();
    if (typeof outcome !== 'number') return outcome.then((value) => void (consumed ^= value));
    consumed ^= outcome;
    return undefined;
  });
  await bench.run();
  const statistics = bench.tasks[0]?.result;
  if (statistics === undefined || !('latency' in statistics) || Number.isNaN(consumed)) {
    throw new RangeError(`${one.name} was not measured`);
  }
  const { latency } = statistics;
  // tinybench counts in ms, and one call is many operations.
  const nsOf = (ms: number): number => (ms * NS_PER_MS) / operations;
  return {
    name: one.name,
    parameters: one.parameters,
    unit: one.unit,
    opsPerS: 1e9 / nsOf(latency.p50),
    p50Ns: nsOf(latency.p50),
    p99Ns: nsOf(latency.p99),
    margin: marginOf(latency.p50, latency.mad, latency.samplesCount),
    samples: latency.samplesCount,
    hash,
  };
}

/**
 * Relative margin of error of a median, percent. From the median absolute deviation: a process that waits for others
 * now and then has a mean and a variance that say nothing of the code.
 */
function marginOf(median: number, mad: number, samples: number): number {
  return ((DEVIATIONS_OF_95 * MEDIAN_TO_MEAN * DEVIATIONS_OF_MAD * mad) / Math.sqrt(samples) / median) * 100;
}
