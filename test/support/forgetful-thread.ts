/** A thread of the pool that makes runs, and leaves freed memory to the C library. */
import { workerData } from 'node:worker_threads';
import { makeRuns } from '../../src/experiment/run-range.ts';
import { InvariantError } from '../../src/engine/errors.ts';
import type { ThreadAnswer, ThreadData, ThreadTask } from '../../src/experiment/thread-messages.ts';

export default function runTask(task: ThreadTask): ThreadAnswer {
  if (task.kind !== 'runs') throw new InvariantError('runs alone');
  return { kind: 'runs', runs: makeRuns(task.ranges, (workerData as ThreadData).captures, () => {}) };
}
