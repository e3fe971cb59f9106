/**
 * The door every stack opens: segments come in, segments go out, an application calls accept().
 * The simulation builds a stack with a StackEnvironment and knows nothing else about it.
 */
import type { Counters } from '../engine/counters.ts';
import type { Gauges } from '../engine/gauges.ts';
import type { Loop } from '../engine/loop.ts';
import type { RandomStreams } from '../engine/random-streams.ts';
import type { Refuser, SegmentPool, SegmentReceiver, Transmitter } from '../network/segment.ts';
import type { SocketApi, Waker } from '../network/socket-api.ts';
import type { ConnectionLosses } from './connection-losses.ts';
import type { SynLedger } from './syn-ledger.ts';
import type { WaitingRoom } from './waiting.ts';

/** Told of the functions of a kernel, by their names in its source, as they are entered and left. */
export interface CallObserver {
  /** @param slot of the connection that the function is about, -1: none. */
  onEnter(name: string, slot: number): void;
  /** The function that was entered last is left. @param result what it returned; 0 for one that returns nothing. */
  onLeave(result: number): void;
}

/** What a stack stands on. */
export interface StackEnvironment {
  readonly loop: Loop;
  readonly segments: SegmentPool;
  /** Where the stack's answers go. */
  readonly network: Transmitter;
  /** Who is told that a sleeping process is runnable. */
  readonly waker: Waker;
  /** True when a woken process always runs at that instant. */
  readonly wakesAtOnce: boolean;
  readonly random: RandomStreams;
  /** Number of traffic entries. */
  readonly sourceCount: number;
  /** Traffic entry → distinct addresses that its peers take in turn; 0 or left out: each peer has one of its own. */
  readonly addressCounts?: readonly number[];
  /** The port of the listener under study. Segments to another port find no listener, unless `otherPorts` names it. */
  readonly port: number;
  /** Ports of further listeners (backlog 128) on the host, where nobody accepts. */
  readonly otherPorts: readonly number[];
  /** Of a stack that follows its kernel function by function. Left out: nobody looks on. */
  readonly calls?: CallObserver | undefined;
}

/** Gauges that every stack has, in this order; its own follow. */
export const COMMON_GAUGES = ['syn_queue', 'accept_queue'] as const;
export const SYN_QUEUE = 0;
export const ACCEPT_QUEUE = 1;

/** One host: its TCP, its listening socket, its counters. */
export interface Listener extends SegmentReceiver, Refuser, SocketApi, WaitingRoom {
  /** Kernel counters (nstat names) and counters of work (visits, wake-ups), for counters.csv. */
  readonly counters: Counters;
  /** COMMON_GAUGES first. */
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  /** Setting that would change refusal `cause` (an index into ledger.causes) as the listener is set up; null = none. */
  settingOf(cause: number): string | null;
  /** Connections given up after their SYN was answered; a stack may have none of them to tell. */
  readonly losses?: ConnectionLosses;
  /** Setting that would change loss `loss` (an index into losses.causes) as the listener is set up; null = none. */
  lossSettingOf?(loss: number): string | null;
  /** The slot that a 4-tuple (network/tuple-index.ts) has, -1: none. A stack may have no slots to tell. */
  slotOf?(endpoint: number, peer: number): number;
  /** Bytes of its typed arrays, for `limits.memory`. */
  readonly bytes: number;
  /** Throws InvariantError when the state contradicts itself. Not for the event path: tests call it after each step, a run at its end. */
  checkInvariants(): void;
}
