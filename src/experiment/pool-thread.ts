/**
 * What a thread of the pool does: makes the runs it is sent, and sends back their numbers.
 * Results are copied, not transferred: two kilobytes a run are copied before the package that would transfer them is loaded.
 */
import { workerData } from 'node:worker_threads';
import { makeRuns } from './run-range.ts';
import {
  isOutOfMemory,
  packError,
  PARTS,
  type ThreadAnswer,
  type ThreadData,
  type ThreadTask,
} from './thread-messages.ts';

/** Throws for want of memory alone: like a thread that dies, that says nothing of the task. */
export default function runTask({ ranges, slot }: ThreadTask): ThreadAnswer {
  const { captures, progress } = workerData as ThreadData;
  try {
    const runs = makeRuns(ranges, captures, (done) => void Atomics.store(progress, slot, Math.floor(done * PARTS)));
    return { runs };
  } catch (error) {
    // Memory that is short now may be there when other threads are done.
    if (isOutOfMemory(error)) throw error;
    return { error: packError(error) };
  }
}
