/**
 * What is measured in a process of its own: V8 compiles code for what it has met so far, so a case that ran after
 * another one is another case. Leaves out: what the process does (job-process.ts).
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FloodMemory } from './memory/flood-memory.ts';
import type { BenchResult, Size } from './harness.ts';
import type { StackName } from './listeners/stacks.ts';
import type { SteadyState } from './steady-state/steady-state.ts';

/** What a process can be asked for, and what it answers. A case is named by its title. */
export interface Jobs {
  measure: { ask: { size: Size; title: string }; answer: BenchResult };
  steadyState: { ask: { size: Size; title: string }; answer: SteadyState };
  floodMemory: { ask: { stack: StackName; syns: number }; answer: FloodMemory };
}

export type Job = { [Kind in keyof Jobs]: { kind: Kind } & Jobs[Kind]['ask'] }[keyof Jobs];

const PROCESS = fileURLToPath(new URL('./job-process.js', import.meta.url));
/** Of what a process says, the end is kept. */
const OUTPUT_CHARS = 10_000;

/** @param flags of Node.js and V8. @throws Error when the process ends without an answer, with what it said. */
export function runJob<Kind extends keyof Jobs>(
  kind: Kind,
  ask: Jobs[Kind]['ask'],
  flags: readonly string[] = [],
): Promise<Jobs[Kind]['answer']> {
  return new Promise((resolve, reject) => {
    const job = JSON.stringify({ kind, ...ask });
    const child = fork(PROCESS, [job], { execArgv: [...flags], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let output = '';
    let answer: Jobs[Kind]['answer'] | null = null;
    const hear = (text: unknown): void => void (output = (output + String(text)).slice(-OUTPUT_CHARS));
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('message', (message) => (answer = message as Jobs[Kind]['answer']));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (answer !== null && code === 0) resolve(answer);
      else reject(new Error(`a process for ${job} ended early (${signal ?? `exit ${code}`}): ${output}`));
    });
  });
}
