/**
 * A process that does one job (jobs.ts), told by its argument, sends the answer to its parent, and ends. V8 is set as by the
 * command line, and loads what the job needs: what else it had loaded would count as its memory.
 */
import { inlineMore } from '../src/cli/v8-flags.ts';
import type { BenchCase, Size } from './harness.ts';
import type { Job, Jobs } from './jobs.ts';

async function caseOf(size: Size, title: string): Promise<BenchCase> {
  const { benchCases, titleOf } = await import('./cases.ts');
  const found = benchCases(size).find((one) => titleOf(one) === title);
  if (found === undefined) throw new RangeError(`there is no ${title}`);
  return found;
}

async function answerOf(job: Job): Promise<Jobs[keyof Jobs]['answer']> {
  switch (job.kind) {
    case 'measure':
      return (await import('./harness.ts')).measure(await caseOf(job.size, job.title), job.size);
    case 'steadyState':
      return (await import('./steady-state/steady-state.ts')).watchSteadyState(
        await caseOf(job.size, job.title),
        job.size,
      );
    case 'floodMemory':
      return (await import('./memory/flood-memory.ts')).measureFlood(job.stack, job.syns);
  }
}

inlineMore();
const answer = await answerOf(JSON.parse(process.argv[2] ?? '') as Job);
process.send?.(answer, () => process.disconnect());
