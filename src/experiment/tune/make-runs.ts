/**
 * Runs of several scenarios, here or over threads: the same numbers either way.
 * Leaves out: threads themselves (pool.ts).
 */
import type { Captures } from '../../simulation/simulate.ts';
import { makeRuns, type RunPool, type RunRange } from '../run-range.ts';
import { RunTable } from '../run-table.ts';
import type { MakeRuns } from './trials.ts';

/** Runs that are given to a thread at once, at most: long enough to be worth a message, short enough to keep all threads busy. */
const CHUNK_RUNS = 16;

/** On the caller's thread. @param onRuns called now and then with the runs that are done. */
export function makeHere(captures: Captures, onRuns: (runs: number) => void = () => {}): MakeRuns {
  return (ranges) => {
    let before = 0;
    const tables = ranges.map((range) => {
      const table = new RunTable(false);
      table.addPacked(makeRuns([range], captures, (runs) => onRuns(before + runs)));
      before += range.count;
      return table;
    });
    return Promise.resolve(tables);
  };
}

/** Over the threads of `pool`. */
export function makeOver(pool: RunPool, threads: number): MakeRuns {
  return async (ranges) => {
    const total = ranges.reduce((sum, { count }) => sum + count, 0);
    const chunk = Math.max(1, Math.min(CHUNK_RUNS, Math.ceil(total / (4 * threads))));
    const pieces = await Promise.all(
      ranges.map((range) => Promise.all(piecesOf(range, chunk).map((piece) => pool.run([piece])))),
    );
    return pieces.map((packs) => {
      const table = new RunTable(false);
      for (const pack of packs) table.addPacked(pack);
      return table;
    });
  };
}

function piecesOf(range: RunRange, chunk: number): RunRange[] {
  return Array.from({ length: Math.ceil(range.count / chunk) }, (_, i) => ({
    ...range,
    from: range.from + i * chunk,
    count: Math.min(chunk, range.count - i * chunk),
  }));
}
