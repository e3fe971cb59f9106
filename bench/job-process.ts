/** A process that does one job (jobs.ts), told by its argument, sends the answer to its parent, and ends. V8 is set as by the command line. */
import { inlineMore } from '../src/cli/inlining.ts';
import { benchCases, titleOf } from './cases.ts';
import { type BenchCase, measure, type Size } from './harness.ts';
import type { Job, Jobs } from './jobs.ts';
import { measureFlood } from './memory/flood-memory.ts';
import { watchSteadyState } from './steady-state/steady-state.ts';

function caseOf(size: Size, title: string): BenchCase {
  const found = benchCases(size).find((one) => titleOf(one) === title);
  if (found === undefined) throw new RangeError(`there is no ${title}`);
  return found;
}

async function answerOf(job: Job): Promise<Jobs[keyof Jobs]['answer']> {
  switch (job.kind) {
    case 'measure':
      return measure(caseOf(job.size, job.title), job.size);
    case 'steadyState':
      return watchSteadyState(caseOf(job.size, job.title), job.size);
    case 'floodMemory':
      return measureFlood(job.stack, job.syns);
  }
}

inlineMore();
const answer = await answerOf(JSON.parse(process.argv[2] ?? '') as Job);
process.send?.(answer, () => process.disconnect());
