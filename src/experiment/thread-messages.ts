/**
 * What the pool and its threads tell each other: plain data, since a thread gets copies that have lost their class.
 */
import { CapacityError, InputError, InvariantError, type Issue } from '../engine/errors.ts';
import type { Captures } from '../simulation/simulate.ts';
import type { PackedPoints, PointChunk } from './point-chunk.ts';
import type { RunRange } from './run-range.ts';
import type { PackedRuns } from './run-table.ts';

/** What every thread is given once. */
export interface ThreadData {
  /** In shared memory. */
  readonly captures: Captures;
  /** Slot of a task → runs that it has made, in parts of PARTS. Shared memory. */
  readonly progress: Int32Array;
}

/** What a thread is given each time: runs, or points of a sweep. */
export type ThreadTask = { readonly slot: number } & (
  | { readonly kind: 'runs'; readonly ranges: readonly RunRange[] }
  | { readonly kind: 'points'; readonly chunk: PointChunk }
);

export type ThreadResult =
  { readonly kind: 'runs'; readonly runs: PackedRuns } | { readonly kind: 'points'; readonly points: PackedPoints };

export type ThreadAnswer = ThreadResult | { readonly kind: 'error'; readonly error: PackedError };

/** An error that another thread can read: a copy of one has lost its class. */
export type PackedError =
  | { readonly kind: 'capacity'; readonly limit: string; readonly message: string }
  | { readonly kind: 'input'; readonly issues: readonly Issue[] }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string };

/** Parts of a run, as progress counts them. */
export const PARTS = 1000;

export function packError(error: unknown): PackedError {
  if (error instanceof CapacityError) return { kind: 'capacity', limit: error.limit, message: error.message };
  if (error instanceof InputError) return { kind: 'input', issues: error.issues };
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'bug', message, stack };
}

/** The error that another thread packed, with its stack. */
export function unpackError(packed: PackedError): Error {
  if (packed.kind === 'capacity') return new CapacityError(packed.limit, packed.message);
  if (packed.kind === 'input') return new InputError(packed.issues);
  const error = new InvariantError(packed.message);
  error.stack = packed.stack;
  return error;
}

/** Whether the runtime says that there is not enough memory: of the thread's heap, or for a typed array. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isHeap = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isHeap || (error instanceof RangeError && error.message.endsWith('allocation failed'));
}
