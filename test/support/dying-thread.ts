/**
 * A thread of the pool that dies over replication 5, or a point with the value 5, as often as its captures say, and works well otherwise:
 * they are the one thing that all threads share.
 */
import { workerData } from 'node:worker_threads';
import runTask from '../../src/experiment/pool-thread.ts';
import type { ThreadAnswer, ThreadData, ThreadTask } from '../../src/experiment/thread-messages.ts';

/** Key of the capture that says how, and how often. */
export const DEATHS = 'deaths';
export const DeathBy = { Exit: 0, Exception: 1, Memory: 2, TypedArray: 3 } as const;
const DEADLY = 5;

export default function dyingTask(task: ThreadTask): ThreadAnswer | Promise<ThreadAnswer> {
  const deaths = (workerData as ThreadData).captures.get(DEATHS);
  const isDeadly =
    task.kind === 'runs'
      ? task.ranges.some(({ from, count }) => from <= DEADLY && DEADLY < from + count)
      : task.chunk.points.some((settings) => settings.some(({ value }) => value === String(DEADLY)));
  if (deaths === undefined || !isDeadly || deaths[1] === 0) return runTask(task);
  deaths[1]!--;
  switch (deaths[0]) {
    case DeathBy.Exit:
      return process.exit(3);
    case DeathBy.Exception:
      setImmediate(() => {
        throw new TypeError('out of the blue');
      });
      return new Promise(() => {});
    case DeathBy.Memory:
      for (const hoard: number[][] = []; ;) hoard.push(new Array<number>(1e5).fill(hoard.length));
    default:
      throw new RangeError('Array buffer allocation failed');
  }
}
