/**
 * Words for what happens in a step: segments, system calls, and how they end.
 * Leaves out: anything that is not text.
 */
import { Flag } from '../network/segment.ts';
import { BLOCKED, Errno, errnoName, READY, TIMED_OUT } from '../network/socket-api.ts';
import { HostCall } from '../simulation/observed-doors.ts';
import type { Fate } from '../simulation/observed-ways.ts';
import { Outcome, StepKind } from './call-names.ts';

const CALL_KINDS = {
  [HostCall.Accept]: StepKind.Accept,
  [HostCall.Select]: StepKind.Select,
  [HostCall.Resume]: StepKind.Resume,
  [HostCall.Close]: StepKind.Close,
};

/** How a segment fared. */
export interface Ending {
  readonly outcome: Outcome;
  readonly words: string;
  readonly isLoss: boolean;
}

/** Fates of SYNs that are no drops. */
export const ENDINGS: Readonly<Record<string, Ending>> = {
  admitted: { outcome: Outcome.Done, words: 'takes a slot', isLoss: false },
  cookie: { outcome: Outcome.Cookie, words: 'answered by a SYN cookie, takes no slot', isLoss: false },
  duplicate: { outcome: Outcome.Duplicate, words: 'repeats one that is there', isLoss: false },
  in_back_log: { outcome: Outcome.Other, words: 'waits for the lock of the listener', isLoss: false },
  answered_by_reset: { outcome: Outcome.Refused, words: 'finds no listener', isLoss: true },
};

export const FAST_OPEN: Ending = {
  outcome: Outcome.FastOpen,
  words: 'brings data and a Fast Open cookie, can be accepted',
  isLoss: false,
};

/** Causes of drops that decide which functions ran. */
const DROPS: Readonly<Record<string, Outcome>> = {
  syn_queue_full: Outcome.SynQueueFull,
  accept_queue_full: Outcome.AcceptQueueFull,
  last_quarter: Outcome.LastQuarter,
  ack_overflow: Outcome.AcceptQueueFull,
  cookie_overflow: Outcome.CookieQueueFull,
  syncache_full: Outcome.SynQueueFull,
  listen_queue_overflow: Outcome.AcceptQueueFull,
  no_entry: Outcome.Refused,
};

export function dropped({ fate, text }: Fate): Ending {
  return { outcome: DROPS[fate] ?? Outcome.Other, words: `dropped: ${text}`, isLoss: true };
}

export function nameOfFlags(flags: number, length: number): string {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(Flag.Rst)) return 'RST';
  if (has(Flag.Syn)) return has(Flag.Ack) ? 'SYN-ACK' : 'SYN';
  if (has(Flag.Fin)) return 'FIN';
  return length > 0 ? 'data' : 'ACK';
}

export function kindOfCall(call: number, entered: number): StepKind {
  if (call === HostCall.Resume) return entered === HostCall.Select ? StepKind.Select : StepKind.Resume;
  return CALL_KINDS[call as keyof typeof CALL_KINDS];
}

export function nameOfCall(call: number, entered: number, process: number): string {
  if (entered === HostCall.Close) return 'close()';
  const name = entered === HostCall.Select ? 'select()' : 'accept()';
  return call === HostCall.Resume ? `worker ${process} goes on in ${name}` : `worker ${process} calls ${name}`;
}

export function wordsOf(entered: number, result: number): string {
  if (result === BLOCKED) return 'finds nobody, and sleeps';
  if (result === -Errno.EAGAIN) return 'finds nobody (EAGAIN)';
  if (result < 0) return `fails (${errnoName(result)})`;
  if (entered !== HostCall.Select) return '';
  return result === READY ? 'somebody can be accepted' : result === TIMED_OUT ? 'times out' : '';
}
