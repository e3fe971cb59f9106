/**
 * Runs benchmarks with tinybench and reports them: operations a second, ns an operation, and a hash of the outcome,
 * so that nobody makes a benchmark faster by changing what it does.
 * Leaves out: comparing revisions; what is measured (the *.bench.ts files, which mirror src).
 */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { Bench } from 'tinybench';

/** `smoke` proves that a benchmark still runs; `real` is long enough to be believed. */
export type Size = 'smoke' | 'real';

export interface BenchCase {
  /** `noun/operation`. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** Operations of one call: many, because the clock is coarser than one. */
  readonly operations: number;
  /** Sets up, untimed. @returns the timed call, which gives a number that depends on what it did. */
  readonly start: () => () => number;
}

export interface BenchResult {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly opsPerS: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** Relative margin of error of the mean, percent. */
  readonly rme: number;
  readonly samples: number;
  /** Outcome of the first call: the same on every machine. */
  readonly hash: string;
}

export interface BenchHeader {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  /** Load average of the last minute. */
  readonly load: number;
}

const REAL_TIME_MS = 1000;
const NS_PER_MS = 1e6;
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over 32-bit words: what a case returns of its outcome. */
export function mix(hash: number, value: number): number {
  return Math.imul(hash ^ (value | 0), FNV_PRIME);
}
export const NOTHING_YET = FNV_BASIS;

/** The outcome of a case's first call, as 8 hexadecimal digits. */
export function outcomeOf(one: BenchCase): string {
  return (one.start()() >>> 0).toString(16).padStart(8, '0');
}

/** Times one case. @returns null when it could not be timed (smoke: one call, no time). */
export async function measure(one: BenchCase): Promise<BenchResult> {
  const hash = outcomeOf(one);
  const call = one.start();
  let consumed = 0;
  const bench = new Bench({
    time: REAL_TIME_MS,
    iterations: 10,
    warmupTime: REAL_TIME_MS / 4,
    warmupIterations: 3,
    throws: true,
  });
  bench.add(one.name, () => {
    consumed ^= call();
  });
  await bench.run();
  const statistics = bench.tasks[0]?.result;
  if (statistics === undefined || !('latency' in statistics) || Number.isNaN(consumed)) {
    throw new RangeError(`${one.name} was not measured`);
  }
  const { latency } = statistics;
  // tinybench counts in ms, and one call is many operations.
  const nsOf = (ms: number): number => (ms * NS_PER_MS) / one.operations;
  return {
    name: one.name,
    parameters: one.parameters,
    opsPerS: 1e9 / nsOf(latency.p50),
    p50Ns: nsOf(latency.p50),
    p99Ns: nsOf(latency.p99),
    rme: latency.rme,
    samples: latency.samplesCount,
    hash,
  };
}

export function headerOf(): BenchHeader {
  return {
    date: new Date().toISOString().slice(0, 19).replace('T', ' '),
    commit: commitOf(),
    node: process.version,
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'} x${cpus().length}`,
    load: loadavg()[0] ?? 0,
  };
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

/** True when something else is running: timings are then worth little. */
export function isBusy(header: BenchHeader): boolean {
  return header.load > cpus().length;
}
