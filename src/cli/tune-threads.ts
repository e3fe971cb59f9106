/** The runs of `halfopen tune`: here, and over threads once it takes a while. */
import { openPool } from '../experiment/pool.ts';
import type { RunPool } from '../experiment/run-range.ts';
import { makeHere, makeOver } from '../experiment/tune/make-runs.ts';
import type { MakeRuns, TrialProgress } from '../experiment/tune/trials.ts';
import type { Captures } from '../simulation/simulate.ts';
import { Progress } from './progress.ts';
import { prepareThreads } from './v8-flags.ts';

const MILLION = 1e6;
/** Threads are started when the first runs have shown that it takes a while. */
const ALONE_MS = 300;

/** @param eventsMax of the bar, which is shown unless `isQuiet`. */
export async function overThreads<T>(
  threads: number,
  captures: Captures,
  eventsMax: number,
  isQuiet: boolean,
  use: (makeRuns: MakeRuns, onProgress: (progress: TrialProgress) => void) => Promise<T>,
): Promise<T> {
  const beganMs = performance.now();
  const here = makeHere(captures);
  const progress = new Progress(isQuiet);
  let pool: RunPool | null = null;
  try {
    const makeRuns: MakeRuns = (ranges) => {
      if (pool === null && threads > 1 && performance.now() - beganMs > ALONE_MS) {
        prepareThreads(threads);
        pool = openPool({ threads, captures });
      }
      return pool === null ? here(ranges) : makeOver(pool, threads)(ranges);
    };
    const onProgress = await progress.prepare(eventsMax / MILLION, 'million events at most');
    return await use(makeRuns, ({ events }) => onProgress(events / MILLION));
  } finally {
    progress.stop();
    await (pool as RunPool | null)?.close();
  }
}
