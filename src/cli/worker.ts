/** `halfopen worker`: computes points of sweeps that run over a Redis server. */
import { hostname } from 'node:os';
import { openWorker } from '../experiment/cluster-worker.ts';
import { InputError } from '../engine/errors.ts';
import { NS_PER_MS } from '../engine/time.ts';
import { NotAQuantity, parseDurationOrNever } from '../scenario/quantities.ts';
import { VERSION } from '../version.ts';
import { Exit } from './messages.ts';
import { type CommonOptions, threadsOf } from './options.ts';
import { prepareThreads } from './v8-flags.ts';

export interface WorkerCommandOptions extends CommonOptions {
  readonly redis: string;
  readonly threads?: string;
  readonly idle: string;
}

const LOOK_MS = 250;

/** @returns the exit code, when it was told to end or had nothing to do for long. */
export async function workerCommand(options: WorkerCommandOptions): Promise<number> {
  const threads = threadsOf(options.threads);
  const idleMs = idleOf(options.idle);
  const say = (text: string): void => {
    if (options.quiet !== true) process.stderr.write(`${text}\n`);
  };
  const name = `${hostname()}-${process.pid}-${performance.timeOrigin}`;
  const nowMs = (): number => performance.now();
  prepareThreads(threads);
  const worker = await openWorker({ url: options.redis, threads, name, nowMs, onMessage: say });
  say(`a worker of version ${VERSION} with ${threads} threads waits for sweeps at ${options.redis}`);
  await new Promise<void>((resolve) => {
    let idleFrom = performance.now();
    let done = 0;
    const look = setInterval(() => {
      if (worker.busy > 0 || worker.done > done) idleFrom = performance.now();
      done = worker.done;
      if (performance.now() - idleFrom >= idleMs) end();
    }, LOOK_MS);
    /** The first time it ends what is under way, the second time at once: others take it then. */
    const end = (): void => {
      clearInterval(look);
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(Exit.No));
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  });
  await worker.close();
  say(`${worker.done} chunks were computed`);
  return Exit.Done;
}

/** @throws InputError. */
function idleOf(text: string): number {
  try {
    return parseDurationOrNever(text) / NS_PER_MS;
  } catch (error) {
    if (!(error instanceof NotAQuantity)) throw error;
    throw new InputError([{ where: '--idle', expected: error.expected, received: text === '' ? 'nothing' : text }]);
  }
}
