/**
 * Many replications of one scenario, over threads where that is sooner. The result does not depend on it: a replication
 * is a function of its number.
 * Leaves out: threads themselves (pool.ts); what the replications say together (replications.ts).
 */
import type { Scenario } from '../scenario/scenario.ts';
import { type Captures, runScenario } from '../simulation/simulate.ts';
import type { RunPool } from './run-range.ts';
import { type PackedRuns, RunTable } from './run-table.ts';

export interface ReplicateOptions {
  readonly scenario: Scenario;
  readonly captures: Captures;
  /** As for a run (simulate.ts). Default false. */
  readonly needsEveryPacket?: boolean;
  /** Replications, at least 1. */
  readonly count: number;
  /** Threads at most; 1: none but the caller's. */
  readonly threads: number;
  /**
   * Starts so many threads; `onTick` hears of the runs they have made in tasks under way. Called when it is worth it.
   * Null: there are none to be had.
   */
  readonly openPool: (threads: number, onTick: (runsUnderWay: number) => void) => Promise<RunPool | null>;
  /** A clock. It decides where a replication runs, not what it gives. */
  readonly nowMs: () => number;
  /** Called now and then with the number of replications done, a part of the present ones included. */
  readonly onProgress: (replications: number) => void;
}

/** The caller's thread works alone for so long: few and short replications need no other. */
const ALONE_MS = 100;
/**
 * What threads cost before they are as fast as the caller's: to load, and, for most of it, to compile what is hot
 * while all do so at once (bench/experiment/replications.bench.ts; two threads of Node 20).
 */
const START_MS = 1000;
/** Work worth a message. */
const CHUNK_MS = 100;

/**
 * @returns the results in order; the time series is that of the first.
 * @throws what the replication of least number throws, of those that throw.
 */
export async function replicate(options: ReplicateOptions): Promise<RunTable> {
  const table = new RunTable();
  const runMs = runHere(options, table);
  if (table.length < options.count) await runOverThreads(options, table, runMs);
  return table;
}

/** Ends the replication under way on this thread, which is made again elsewhere. */
class Leave extends Error {}

/**
 * Makes replications on this thread until there are enough, or threads would be done sooner.
 * @returns the time that one replication takes, as far as it is known, ms.
 */
function runHere(options: ReplicateOptions, table: RunTable): number {
  const { captures, count, needsEveryPacket = false, onProgress, scenario } = options;
  const threads = Math.min(options.threads, count);
  // Where there is nothing to decide, nobody looks at the clock.
  const nowMs = threads > 1 ? options.nowMs : () => 0;
  const beganMs = nowMs();
  let runMs = 0;
  const isSoonerOverThreads = (left: number, spentMs: number): boolean => {
    const hereMs = left * runMs - spentMs;
    return threads > 1 && nowMs() - beganMs > ALONE_MS && hereMs > START_MS + Math.ceil(left / threads) * runMs;
  };
  while (table.length < count) {
    const replication = table.length;
    const fromMs = nowMs();
    const watch = (fraction: number): void => {
      onProgress(replication + fraction);
      if (threads === 1) return;
      const spentMs = nowMs() - fromMs;
      runMs = spentMs / fraction;
      if (fraction < 1 && isSoonerOverThreads(count - replication, spentMs)) throw new Leave();
    };
    try {
      const numbersOnly = table.wantsNumbersOnly;
      table.add(runScenario({ scenario, captures, replication, needsEveryPacket, numbersOnly, onProgress: watch }));
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      return runMs;
    }
    if (isSoonerOverThreads(count - table.length, 0)) return runMs;
  }
  return runMs;
}

/** Adds the replications that `table` lacks. */
async function runOverThreads(options: ReplicateOptions, table: RunTable, firstRunMs: number): Promise<void> {
  const { count, needsEveryPacket = false, nowMs, onProgress, openPool, scenario } = options;
  const threads = Math.min(options.threads, count - table.length);
  const packs: { readonly from: number; readonly runs: PackedRuns }[] = [];
  const failures: { readonly from: number; readonly error: unknown }[] = [];
  let next = table.length; // the first replication that no thread has been given
  let done = table.length;
  let runMs = firstRunMs;
  const pool = await openPool(threads, (runs) => onProgress(done + runs));
  if (pool === null) {
    runHere({ ...options, threads: 1 }, table);
    return;
  }
  /** Gives one thread a chunk after the other. */
  const feed = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      const from = next;
      const chunk = Math.min(Math.ceil(CHUNK_MS / runMs), Math.ceil((count - from) / threads));
      next += chunk;
      const fromMs = nowMs();
      try {
        const range = { scenario, from, count: chunk, wantsSeries: from === 0, needsEveryPacket };
        packs.push({ from, runs: await pool.run([range]) });
      } catch (error) {
        failures.push({ from, error });
        return;
      }
      runMs = (nowMs() - fromMs) / chunk;
      done += chunk;
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, feed));
  } finally {
    await pool.close();
  }
  // Chunks are handed out in order, and those under way end before anybody is told.
  const [failure] = failures.toSorted((a, b) => a.from - b.from);
  if (failure !== undefined) throw failure.error;
  for (const { runs } of packs.toSorted((a, b) => a.from - b.from)) table.addPacked(runs);
}
