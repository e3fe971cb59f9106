/**
 * What V8 is told, for how soon a result is there: none depends on it.
 * - It may inline more than it does by itself: an event crosses a dozen small methods, and past the usual budget V8 calls them, and boxes
 *   every double that it hands over. 5 to 35 % on the benchmarks of bench/, Node 20. Each thread compiles for itself, though: with half of
 *   that budget a sweep of 9 s takes 6 % less, and one of 30 s no more.
 * - Where every core has a thread that makes runs, the helpers of the garbage collector only take turns with them: without them, 6 % of a
 *   sweep of short runs on two cores, and a sixth of its context switches.
 * - Many runs are worth the wait for what V8 learns of them. Node 20 compiles most functions twice or more often while it learns, in each
 *   thread: told to wait, and to interpret nothing meanwhile, a good half as many, and a fifth of a sweep of 8 s. Later V8 waits by itself.
 * Leaves out: memory limits and whatever else Node.js can be told (NODE_OPTIONS).
 * Source: V8's flag definitions; measured as said.
 */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Bytecodes that may be inlined into one function, in all and at a time: V8 has 920 and 460. */
const INLINING = ['--max-inlined-bytecode-size-cumulative=4000', '--max-inlined-bytecode-size=1000'] as const;
/** The same in all, where several threads make runs. */
const THREAD_INLINING = ['--max-inlined-bytecode-size-cumulative=2000'] as const;
const NO_HELPERS = ['--no-parallel-scavenge', '--no-concurrent-array-buffer-sweeping'] as const;
/** Bytecodes between two looks at whether a function is hot: V8 11 has 67584. Later ones count calls, and know no such flag. */
const PATIENCE = ['--interrupt-budget=540000', '--always-sparkplug'] as const;
const PATIENT_SINCE = 12;

/** For this process and its threads. Call it before anything is hot. */
export function inlineMore(): void {
  setFlags(INLINING);
}

/** For this process, which will make many runs in so many threads. Call it before they start. */
export function prepareThreads(threads: number): void {
  setFlags(THREAD_INLINING);
  if (threads >= availableParallelism()) setFlags(NO_HELPERS);
  if (Number.parseInt(process.versions.v8, 10) < PATIENT_SINCE) setFlags(PATIENCE);
}

function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
