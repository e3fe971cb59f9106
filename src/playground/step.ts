/**
 * One step of a run as the page draws it, and a window of them: plain data.
 * Leaves out: how it is recorded (steps.ts).
 */
import type { QueueBounds } from '../listeners/waiting.ts';
import type { StepKind } from './call-names.ts';

/** Somebody who waits. */
export interface Waiter {
  /** SYN_QUEUE or ACCEPT_QUEUE. */
  readonly queue: number;
  /** Traffic entry. */
  readonly source: number;
  readonly peer: number;
  readonly isDead: boolean;
  /** Listener of an SO_REUSEPORT group that it waits at; 0 where there is one. */
  readonly member: number;
}

/** A function of the original, and what it returned as far as that is known. */
export interface Called {
  readonly name: string;
  readonly depth: number;
  readonly result: number | null;
}

export interface Step {
  readonly atNs: number;
  readonly kind: StepKind;
  /** What happens: `SYN of users#12`. */
  readonly what: string;
  /** What came of it: `dropped: the accept queue was full`; may be empty. */
  readonly outcome: string;
  /** Refused, dropped, or in vain. */
  readonly isLoss: boolean;
  /** Whose segment or connection it is; -1: nobody's. */
  readonly source: number;
  readonly peer: number;
  /** Functions of the original, in the order in which they were entered. */
  readonly calls: readonly Called[];
  /** Place in the queue of Linux 1.2 that tcp_find_established found, -1: none; null: it did not look. */
  readonly foundAt: number | null;
  /** Counters that moved: `TcpExtListenDrops +1`. */
  readonly counters: readonly string[];
  /** Lengths after it. */
  readonly synQueue: number;
  readonly acceptQueue: number;
  /** Of each listener of an SO_REUSEPORT group; empty where there is one. */
  readonly memberQueues: readonly number[];
  /** Who waits after it, oldest first, as far as is drawn. */
  readonly waiters: readonly Waiter[];
}

export interface Steps {
  readonly stackName: string;
  /** One queue holds half-open and complete connections. */
  readonly isShared: boolean;
  readonly bounds: QueueBounds;
  /** Names of the traffic entries, and which of them are clients. */
  readonly sources: readonly { readonly name: string; readonly isClients: boolean }[];
  readonly steps: readonly Step[];
  /** More would follow. */
  readonly isCut: boolean;
}

/** The instant of a step, to the microsecond: steps follow each other closely. */
export function stepInstant(atNs: number): string {
  return `${(atNs / 1e9).toFixed(6)} s`;
}
