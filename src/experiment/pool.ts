/**
 * Worker threads that make runs: each has a copy of the simulator, all share the captures. A thread that crashes or
 * runs out of memory loses its task alone, which is given to another thread.
 * Leaves out: what is worth a thread (replicate.ts). A program that only simulates needs none of this.
 */
import type { ResourceLimits } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { CapacityError, InvariantError } from '../engine/errors.ts';
import type { Captures } from '../simulation/simulate.ts';
import type { LostChunk, PackedPoints, PointChunk, PointPool } from './point-chunk.ts';
import type { RunPool, RunRange } from './run-range.ts';
import type { PackedRuns } from './run-table.ts';
import {
  isOutOfMemory,
  PARTS,
  type ThreadAnswer,
  type ThreadData,
  type ThreadResult,
  type ThreadTask,
  unpackError,
} from './thread-messages.ts';

export interface PoolOptions {
  /** Threads, at least 1. */
  readonly threads: number;
  readonly captures: Captures;
  /** Called a few times a second while the pool is open, with the runs that are made of calls that have not ended. */
  readonly onTick?: (runsUnderWay: number) => void;
  /** The program of a thread. Default: pool-thread, beside this file. */
  readonly program?: URL;
  /** Bounds of one thread. Default: those of Node.js. */
  readonly resourceLimits?: ResourceLimits;
}

/** Codes of errors that mean: this system lets the process have no more threads. */
const REFUSALS: readonly string[] = ['EAGAIN', 'ERR_WORKER_INIT_FAILED'];
/** A task is given to so many threads, one after the other, before it is given up. */
const ATTEMPTS = 3;
const TICK_MS = 100;

class ThreadPool implements RunPool, PointPool {
  private readonly piscina: Piscina<ThreadTask, ThreadAnswer>;
  private readonly program: string;
  private readonly progress: Int32Array; // slot → parts of runs done, in shared memory
  private readonly freeSlots: number[];
  private readonly waiting: ((slot: number) => void)[]; // calls that wait for a slot, the first first
  private readonly underWay: Set<(error: Error) => void>; // calls that must hear of it when no thread is left
  private readonly ticks: NodeJS.Timeout;

  constructor({ captures, onTick = () => {}, program, resourceLimits, threads }: PoolOptions) {
    this.progress = new Int32Array(new SharedArrayBuffer(threads * Int32Array.BYTES_PER_ELEMENT));
    this.freeSlots = Array.from({ length: threads }, (_, slot) => slot);
    this.waiting = [];
    this.underWay = new Set();
    this.program = (program ?? new URL('./pool-thread.js', import.meta.url)).href;
    const workerData: ThreadData = { captures: sharedCaptures(captures), progress: this.progress };
    this.piscina = new Piscina({
      minThreads: threads,
      maxThreads: threads,
      workerData,
      recordTiming: false,
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    // Tasks hear by their promise; a thread that dies without one must not end the process.
    this.piscina.on('error', () => this.noticeEmptiness());
    this.piscina.on('workerDestroy', () => this.noticeEmptiness());
    const { progress } = this;
    this.ticks = setInterval(() => onTick(progress.reduce((sum, parts) => sum + parts, 0) / PARTS), TICK_MS);
  }

  async run(ranges: readonly RunRange[]): Promise<PackedRuns> {
    const answer = await this.inSlot((slot) => this.attempt({ kind: 'runs', ranges, slot }));
    if ('reasons' in answer) throw failureOf(ranges, answer.reasons);
    return answer.kind === 'runs' ? answer.runs : fail();
  }

  async runPoints(chunk: PointChunk): Promise<PackedPoints | LostChunk> {
    const answer = await this.inSlot((slot) => this.attempt({ kind: 'points', chunk, slot }));
    if ('reasons' in answer) return { lost: lossOf(answer.reasons) };
    return answer.kind === 'points' ? answer.points : fail();
  }

  /** Waits for a free slot. */
  private async inSlot<T>(use: (slot: number) => Promise<T>): Promise<T> {
    const slot = this.freeSlots.pop() ?? (await new Promise<number>((resolve) => this.waiting.push(resolve)));
    try {
      return await use(slot);
    } finally {
      this.progress[slot] = 0;
      const next = this.waiting.shift();
      if (next === undefined) this.freeSlots.push(slot);
      else next(slot);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.ticks);
    await this.piscina.destroy();
  }

  /** @returns why threads ended, when too many did. @throws what the task throws. */
  private async attempt(task: ThreadTask): Promise<ThreadResult | { readonly reasons: readonly unknown[] }> {
    const reasons: unknown[] = [];
    while (reasons.length < ATTEMPTS) {
      this.progress[task.slot] = 0;
      let answer: ThreadAnswer;
      try {
        answer = await this.answerTo(task);
      } catch (reason) {
        reasons.push(reason);
        continue;
      }
      if (answer.kind === 'error') throw unpackError(answer.error);
      return answer;
    }
    return { reasons };
  }

  /** Rejects when the thread ends, and when there is none. */
  private async answerTo(task: ThreadTask): Promise<ThreadAnswer> {
    let isLost: (error: Error) => void = () => {};
    const loss = new Promise<never>((_, reject) => (isLost = reject));
    this.underWay.add(isLost);
    try {
      return await Promise.race([this.piscina.run(task, { filename: this.program }), loss]);
    } finally {
      this.underWay.delete(isLost);
    }
  }

  /** Threads that cannot even start are not replaced, and what is queued for them would wait for ever. */
  private noticeEmptiness(): void {
    setImmediate(() => {
      if (this.piscina.threads.length > 0) return;
      for (const isLost of this.underWay) isLost(new Error('no thread can be started'));
    });
  }
}

/** @returns null when the system refuses the threads. */
export function openPool(options: PoolOptions): (RunPool & PointPool) | null {
  try {
    return new ThreadPool(options);
  } catch (error) {
    if (error instanceof Error && 'code' in error && REFUSALS.includes(String(error.code))) return null;
    throw error;
  }
}

function failureOf(ranges: readonly RunRange[], reasons: readonly unknown[]): Error {
  const runs = ranges.map(({ from, count }) => (count === 1 ? `${from}` : `${from} to ${from + count - 1}`)).join(', ');
  const [last] = reasons.slice(-1);
  const attempts = `${reasons.length} attempts at replications ${runs}`;
  if (isOutOfMemory(last))
    return new CapacityError('memory of a thread', `too little for ${attempts}: fewer --threads share it`);
  const error = new InvariantError(`a thread ended early, in ${attempts}`);
  error.cause = last;
  return error;
}

/** Why threads ended, for the row of a point. */
function lossOf(reasons: readonly unknown[]): string {
  const [last] = reasons.slice(-1);
  return isOutOfMemory(last)
    ? `too little memory of a thread, ${reasons.length} times`
    : `a thread ended early, ${reasons.length} times`;
}

function fail(): never {
  throw new InvariantError('a thread answered something else');
}

/** The same, in memory that all threads see. */
function sharedCaptures(captures: Captures): Captures {
  return new Map(
    [...captures].map(([key, atNs]) => {
      const copy = new Float64Array(new SharedArrayBuffer(atNs.byteLength));
      copy.set(atNs);
      return [key, copy];
    }),
  );
}
