/**
 * What is compared. Every peer does the same, draws the same numbers (recurrence.ts) and prints the same hash:
 *
 *   hold        n events pending: take the first out, put it in again one exponential increment later
 *   ties        the same with increments in multiples of 2^24 ns: every instant is shared by many, first in, first out
 *   lanes       the same over 16 constant delays, (i * i + 1) ms, of which each event draws one
 *   flood-full  SYNs from forged addresses, 10 us apart in the mean, at a textbook listener whose n half-open slots
 *               are taken all the time: a slot is held for 63 s
 *   flood-open  so many SYNs that n are half-open at once, and there is room: a SYN adds a connection, its index and
 *               a timer, and another one's hold ends
 *   flood-sockets  for ns-3 alone, and not compared: the SYNs go to a TcpSocketBase that has n half-open sockets
 *
 * An operation is one event taken out and put in, or one SYN. A process sets up, does 20,000 operations that go into
 * the hash, half as many as are timed to warm up, 20,000 for the hash again (what went wrong between shows in them),
 * and then those that are timed. In JavaScript the work goes on for a while before these, until V8 has compiled it.
 * Leaves out: who does them (peers.ts).
 */
import type { Size } from '../harness.ts';

export const WORK_NAMES = ['hold', 'ties', 'lanes', 'flood-full', 'flood-open', 'flood-sockets'] as const;

export interface Work {
  readonly name: (typeof WORK_NAMES)[number];
  readonly n: number;
  /** Operations that are timed. */
  readonly operations: number;
}

const MILLION = 1_000_000;

const REAL: readonly Work[] = [
  { name: 'hold', n: 1000, operations: MILLION },
  { name: 'hold', n: 10_000, operations: MILLION },
  { name: 'hold', n: 100_000, operations: MILLION },
  { name: 'hold', n: MILLION, operations: MILLION },
  { name: 'ties', n: 10_000, operations: MILLION },
  { name: 'lanes', n: 10_000, operations: MILLION },
  { name: 'flood-full', n: 128, operations: MILLION },
  { name: 'flood-open', n: 630_000, operations: MILLION },
  { name: 'flood-sockets', n: 1000, operations: 1000 },
  { name: 'flood-sockets', n: 5000, operations: 1000 },
];

/** Small, and yet slots fall free, rungs are cut and lanes wrap around. */
const SMOKE: readonly Work[] = [
  { name: 'hold', n: 10, operations: 2000 },
  { name: 'hold', n: 1000, operations: 2000 },
  { name: 'hold', n: 30_000, operations: 2000 },
  { name: 'ties', n: 1000, operations: 2000 },
  { name: 'lanes', n: 1000, operations: 2000 },
  { name: 'flood-full', n: 4000, operations: 20_000 },
  { name: 'flood-open', n: 2000, operations: 2000 },
  { name: 'flood-sockets', n: 10, operations: 20 },
];

export function works(size: Size): readonly Work[] {
  return size === 'real' ? REAL : SMOKE;
}

/** False for another model, which has an outcome of its own. */
export function isCompared({ name }: Work): boolean {
  return name !== 'flood-sockets';
}

/** `hold n=1000`. */
export function titleOf({ name, n }: Pick<Work, 'name' | 'n'>): string {
  return `${name} n=${n}`;
}
