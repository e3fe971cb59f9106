/**
 * What a scenario says about the accepting application, with every number in its unit.
 * Leaves out: the text form (scenario/).
 */
import type { Distribution } from '../engine/distributions.ts';

/** From `atNs` for `forNs` the application, or one worker of it, makes no call; again every `everyNs` (NEVER_NS = once). */
export interface Pause {
  readonly atNs: number;
  readonly forNs: number;
  readonly everyNs: number;
  /** The one worker that pauses, or ALL_WORKERS. */
  readonly worker: number;
}

/** At `atNs` the application, or one worker of it, closes its listening socket: it accepts no more, and serves what it has. */
export interface Exit {
  readonly atNs: number;
  /** The one worker that leaves, or ALL_WORKERS. */
  readonly worker: number;
}

/** `worker` of a pause, or an exit, of the whole application. */
export const ALL_WORKERS = -1;

/** `periodNs` of every mode but poll. */
export const PERIOD_UNUSED_NS = 1;

/** The application that accepts: how it waits, how many workers it has, how long they serve, when they pause. */
export interface AcceptSpec {
  readonly mode: 'blocking' | 'poll' | 'select' | 'never';
  /** Processes that accept, each serving what it accepted before it accepts again. >= 1. */
  readonly workers: number;
  /** First call. */
  readonly startNs: number;
  readonly service: Distribution;
  readonly pauses: readonly Pause[];
  /** Left out, nobody leaves. */
  readonly exits?: readonly Exit[];
  /** mode poll: calls at startNs + k * periodNs; `drain`: accept until EAGAIN, else one call a poll. */
  readonly periodNs: number;
  readonly drain: boolean;
  /** mode select: time-out, NEVER_NS = sleeps for ever; `nonblock`: O_NONBLOCK on the listener. */
  readonly timeoutNs: number;
  readonly nonblock: boolean;
  /** Payload bytes written when the service ends, 0 = none. */
  readonly replyBytes: number;
  /** Close the connection when the service ends. */
  readonly close: boolean;
}
