/**
 * What V8 is told, for how soon a result is there: none depends on it.
 * - It may inline more than it does by itself: an event crosses a dozen small methods, and past the usual budget V8 calls them, and boxes
 *   every double that it hands over. 5 to 35 % on the benchmarks of bench/, Node 20.
 * - Where every core has a thread that makes runs, the helpers of the garbage collector only take turns with them: without them, 6 % of a
 *   sweep of short runs on two cores, and a sixth of its context switches.
 * Leaves out: memory limits and whatever else Node.js can be told (NODE_OPTIONS).
 * Source: V8's flag definitions; measured as said.
 */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Bytecodes that may be inlined into one function, in all and at a time: V8 has 920 and 460. */
const INLINING = ['--max-inlined-bytecode-size-cumulative=4000', '--max-inlined-bytecode-size=1000'] as const;
const NO_HELPERS = ['--no-parallel-scavenge', '--no-concurrent-array-buffer-sweeping'] as const;

/** For this process and its threads. Call it before anything is hot. */
export function inlineMore(): void {
  for (const flag of INLINING) setFlagsFromString(flag);
}

/** For this process, which will make runs in so many threads. */
export function leaveCoresTo(threads: number): void {
  if (threads >= availableParallelism()) for (const flag of NO_HELPERS) setFlagsFromString(flag);
}
