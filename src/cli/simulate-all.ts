/** All replications of a scenario, on as many threads as there are and pay, with a bar. */
import { replicate, type ReplicateOptions } from '../experiment/replicate.ts';
import type { RunResults } from '../experiment/run-table.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Captures } from '../simulation/simulate.ts';
import { Progress } from './progress.ts';
import { prepareThreads } from './v8-flags.ts';

/** Makes all replications, on as many threads as there are and pay. */
export async function simulateAll(
  scenario: Scenario,
  captures: Captures,
  count: number,
  threads: number,
  quiet: boolean,
): Promise<RunResults> {
  const progress = new Progress(quiet);
  const onProgress = await progress.prepare(count, 'replications');
  const openThreads: ReplicateOptions['openPool'] = async (poolThreads, onTick) => {
    const { openPool } = await import('../experiment/pool.ts');
    prepareThreads(poolThreads);
    return openPool({ threads: poolThreads, captures, onTick });
  };
  const nowMs = (): number => performance.now();
  try {
    const work = { scenario, captures, count, threads };
    return await replicate({ ...work, openPool: openThreads, nowMs, onProgress });
  } finally {
    progress.stop();
  }
}
