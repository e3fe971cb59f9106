/**
 * What a thread of the pool does: makes the runs it is sent, and sends back their numbers.
 * Results are copied, not transferred: two kilobytes a run are copied before the package that would transfer them is loaded.
 */
import { workerData } from 'node:worker_threads';
import { keepFreedMemory } from './freed-memory.ts';
import { makeRuns } from './run-range.ts';
import {
  isOutOfMemory,
  packError,
  PARTS,
  type ThreadAnswer,
  type ThreadData,
  type ThreadTask,
} from './thread-messages.ts';

keepFreedMemory();

/** Throws for want of memory alone: like a thread that dies, that says nothing of the task. */
export default async function runTask(task: ThreadTask): Promise<ThreadAnswer> {
  const { captures, progress } = workerData as ThreadData;
  // A plain store, a thousand times a run: whoever reads it looks now and then, and orders nothing by it.
  const onProgress = (done: number): void => void (progress[task.slot] = Math.floor(done * PARTS));
  try {
    if (task.kind === 'runs') return { kind: 'runs', runs: makeRuns(task.ranges, captures, onProgress) };
    // Replications of one scenario need no parser and no quantiles of Student.
    const { makePoints } = await import('./point-chunk.ts');
    return { kind: 'points', points: makePoints(task.chunk, captures, onProgress) };
  } catch (error) {
    // Memory that is short now may be there when other threads are done.
    if (isOutOfMemory(error)) throw error;
    return { kind: 'error', error: packError(error) };
  }
}
