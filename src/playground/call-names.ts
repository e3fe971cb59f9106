/**
 * The functions of the original that a step goes through: of Linux from 2.2 on and of FreeBSD those on the way from the packet or the
 * system call to where the queue is changed or the SYN dropped (names and sources in call-tables.ts). Models of these stacks are not
 * divided as the kernels are, so the names are told from what happened. Linux 1.2 is, and tells its own (CallObserver).
 * Leaves out: functions that only pass on; anything of a stack that is nobody's code (classic).
 */
import type { StackSpec } from '../listeners/specs.ts';
import { isBefore, versionOf } from '../listeners/stacks.ts';
import { FREEBSD, LINUX, type Rows } from './call-tables.ts';

/** What happens in a step, as far as it decides which functions run. */
export const StepKind = {
  Syn: 'syn',
  Ack: 'ack',
  Reset: 'reset',
  Accept: 'accept',
  /** A sleeping accept() goes on. */
  Resume: 'resume',
  Select: 'select',
  Close: 'close',
  Timer: 'timer',
  /** A segment that a link, a front end or the processor drops. */
  Lost: 'lost',
} as const;
export type StepKind = (typeof StepKind)[keyof typeof StepKind];

/** How it ended, as far as it decides. */
export const Outcome = {
  /** A slot was taken or freed, a connection returned, a queue joined. */
  Done: 'done',
  Cookie: 'cookie',
  /** A SYN whose data and Fast Open cookie make a connection of it at once. */
  FastOpen: 'fast-open',
  /** The SYN of somebody who is half-open already. */
  Duplicate: 'duplicate',
  AcceptQueueFull: 'accept-queue-full',
  /** The same, found by an ACK with a cookie. */
  CookieQueueFull: 'cookie-queue-full',
  SynQueueFull: 'syn-queue-full',
  LastQuarter: 'last-quarter',
  /** Answered by RST. */
  Refused: 'refused',
  Sleeps: 'sleeps',
  Other: 'other',
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** A function, and in how many others it is called. */
export interface Call {
  readonly name: string;
  readonly depth: number;
}

type Names = readonly string[];

/** @returns calls in the order in which they are entered; none where nobody's functions are simulated. */
export function callsOf(stack: StackSpec, kind: StepKind, outcome: Outcome): Call[] {
  switch (stack.kind) {
    case 'linux': {
      const isSince = (from: string): boolean => !isBefore(stack.version, versionOf(from));
      return linuxCalls((part) => namesOf(LINUX[part], isSince), kind, outcome);
    }
    case 'freebsd': {
      const release = Number(/\d+/.exec(stack.name)?.[0]);
      const isSince = (from: string): boolean => release >= Number(from);
      return freeBsdCalls((part) => namesOf(FREEBSD[part], isSince), kind, outcome);
    }
    case 'linux-1.2': // tells them itself
    case 'classic':
      return [];
  }
}

function namesOf(rows: Rows, isSince: (from: string) => boolean): Names {
  const [, names = ''] = rows.findLast(([from]) => isSince(from)) ?? [];
  return names.split(' ').filter((name) => name !== '');
}

/** Each of `way` calls the next one, and the last one all of `inside`. */
function outline(way: Names, ...inside: readonly Call[][]): Call[] {
  const own = way.map((name, depth) => ({ name, depth }));
  return [...own, ...inside.flat().map(({ depth, name }) => ({ name, depth: depth + way.length }))];
}

type OfLinux = (part: keyof typeof LINUX) => Names;

function linuxCalls(of: OfLinux, kind: StepKind, outcome: Outcome): Call[] {
  switch (kind) {
    case StepKind.Syn:
      return linuxSyn(of, outcome);
    case StepKind.Ack:
      return linuxAck(of, outcome);
    case StepKind.Reset:
      return outline(outcome === Outcome.Done ? of('dropRequest') : of('listen').slice(0, 2));
    case StepKind.Accept:
    case StepKind.Resume: {
      const way = [...(kind === StepKind.Resume ? [] : of('acceptCall')), ...of('accept')];
      if (outcome === Outcome.Sleeps) return outline(way, outline(of('lookForChild')), outline(of('sleep')));
      return outline(way, outline(of(outcome === Outcome.Done ? 'takeChild' : 'lookForChild')));
    }
    case StepKind.Select:
      return outline(of('select'));
    case StepKind.Close:
      return outline(of('close'));
    case StepKind.Timer:
      return outline(of('timer'));
    case StepKind.Lost:
      return [];
  }
}

function linuxSyn(of: OfLinux, outcome: Outcome): Call[] {
  switch (outcome) {
    case Outcome.Done:
      return outline(of('request'), outline(of('queueRequest')));
    case Outcome.Cookie:
      return outline(of('request'), outline(of('sendCookie')));
    case Outcome.FastOpen:
      return outline(of('request'), outline(of('makeFastChild')), outline(of('queueFastChild')));
    case Outcome.AcceptQueueFull:
      return outline(of('request'), outline(of('isAcceptQueueFull')));
    case Outcome.SynQueueFull:
      return outline(of('request'), outline(of('isSynQueueFull')));
    case Outcome.LastQuarter:
      return outline(of('request'), outline(of('isProven')));
    case Outcome.Duplicate:
      return outline(of('findRequest'));
    case Outcome.Refused: // nobody listens there
      return outline(['tcp_v4_rcv', 'tcp_v4_send_reset']);
    default:
      return outline(of('listen'));
  }
}

function linuxAck(of: OfLinux, outcome: Outcome): Call[] {
  switch (outcome) {
    case Outcome.Done:
      return outline(of('findRequest'), outline(of('makeChild')), outline(of('queueChild')));
    case Outcome.Cookie:
      return outline(of('checkCookie'), outline(of('makeChild')), outline(of('queueChildOfCookie')));
    case Outcome.AcceptQueueFull:
      return outline(of('findRequest'), outline([...of('makeChild'), ...of('isAcceptQueueFull')]));
    case Outcome.CookieQueueFull:
      return outline(of('checkCookie'), outline([...of('makeChild'), ...of('isAcceptQueueFull')]));
    case Outcome.Refused:
      return outline(of('listen').slice(0, 2), outline(of('listen').slice(2)), outline(['tcp_v4_send_reset']));
    default: // whether the connection has been established is not told
      return outline(of('listen').slice(0, 2));
  }
}

type OfFreeBsd = (part: keyof typeof FREEBSD) => Names;

function freeBsdCalls(of: OfFreeBsd, kind: StepKind, outcome: Outcome): Call[] {
  switch (kind) {
    case StepKind.Syn:
      return freeBsdSyn(of, outcome);
    case StepKind.Ack:
      return freeBsdAck(of, outcome);
    case StepKind.Reset:
      return outline(of(outcome === Outcome.Done ? 'dropRequest' : 'connection'));
    case StepKind.Accept:
    case StepKind.Resume: {
      const call = kind === StepKind.Resume ? [] : of('acceptCall');
      return outline([...call, ...of('accept'), ...(outcome === Outcome.Sleeps ? of('sleep') : [])]);
    }
    case StepKind.Select:
      return outline(of('select'));
    case StepKind.Close:
      return outline(of('close'));
    case StepKind.Timer:
      return outline(of('timer'));
    case StepKind.Lost:
      return [];
  }
}

function freeBsdSyn(of: OfFreeBsd, outcome: Outcome): Call[] {
  switch (outcome) {
    case Outcome.Done:
      return outline(of('request'), outline(of('queueRequest')));
    case Outcome.Cookie:
      return outline(of('request'), outline(of('sendCookie')));
    case Outcome.Duplicate:
      return outline(of('request'), outline(of('answerAgain')));
    case Outcome.SynQueueFull:
      return outline(of('request'));
    case Outcome.Refused:
      return outline(['tcp_input'], outline(of('refuse')));
    default:
      return outline(['tcp_input']);
  }
}

function freeBsdAck(of: OfFreeBsd, outcome: Outcome): Call[] {
  switch (outcome) {
    case Outcome.Done:
      return outline(of('findRequest'), joined(of));
    case Outcome.Cookie:
      return outline(of('findRequest'), outline(of('checkCookie')), joined(of));
    case Outcome.AcceptQueueFull:
      return outline(of('findRequest'), outline(of('makeSocket'), outline(of('cloneSocket'))));
    case Outcome.Refused:
      return outline(['tcp_input'], outline(['syncache_expand']), outline(of('refuse')));
    default:
      return outline(of('connection'));
  }
}

/** A connection that the accept queue takes. */
function joined(of: OfFreeBsd): Call[] {
  return outline(of('makeSocket'), outline(of('cloneSocket')), outline(of('queueSocket')));
}
