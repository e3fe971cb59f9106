/**
 * The work of an experiment, cut into ranges of runs that can be sent to another thread, and what comes back.
 * Leaves out: threads (pool.ts); how long a range should be (replicate.ts).
 */
import type { Scenario } from '../scenario/scenario.ts';
import { type Captures, runScenario } from '../simulation/simulate.ts';
import { type PackedRuns, RunTable } from './run-table.ts';

/** Replications `from`, `from + 1`, … of one scenario, `count` of them: plain data, the seed is the scenario's. */
export interface RunRange {
  readonly scenario: Scenario;
  readonly from: number;
  readonly count: number;
  /** In the first range: send the time series of its first run. Default false: they are large. */
  readonly wantsSeries?: boolean;
  /** As for a run (simulate.ts). Default false. */
  readonly needsEveryPacket?: boolean;
}

/** Makes runs somewhere else. */
export interface RunPool {
  /**
   * Makes the runs of all ranges, in their order. May be called as often as one likes: what finds no free thread waits.
   * @throws what a run throws; CapacityError when there is not enough memory; InvariantError when a thread ends early.
   */
  run(ranges: readonly RunRange[]): Promise<PackedRuns>;
  /** Ends all threads, whatever they do. */
  close(): Promise<void>;
}

/** @param onProgress called now and then with the number of runs that are done, a part of the present one included. */
export function makeRuns(
  ranges: readonly RunRange[],
  captures: Captures,
  onProgress: (runs: number) => void,
): PackedRuns {
  const table = new RunTable(ranges[0]?.wantsSeries ?? false);
  for (const { scenario, from, count, needsEveryPacket = false } of ranges) {
    for (let replication = from; replication < from + count; replication++) {
      const done = table.length;
      const watch = (fraction: number): void => onProgress(done + fraction);
      const numbersOnly = table.wantsNumbersOnly;
      table.add(runScenario({ scenario, captures, replication, needsEveryPacket, numbersOnly, onProgress: watch }));
    }
  }
  return table.packed();
}
