/**
 * The state of one 1.2.13 host: sockets, hash, timers, counters. The files of this room are its functions.
 */
import { Counters } from '../../engine/counters.ts';
import { Gauges } from '../../engine/gauges.ts';
import type { TupleIndex } from '../../network/tuple-index.ts';
import { ACCEPT_QUEUE, type CallObserver, COMMON_GAUGES, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import type { Linux12Spec } from '../specs.ts';
import { SynLedger } from '../syn-ledger.ts';
import { Buffers } from './buffers.ts';
import { BufferQueue } from './buffer-queue.ts';
import { CAUSES } from './causes.ts';
import { SK_RMEM_MAX, SOCK_ARRAY_SIZE, TcpState } from './constants.ts';
import { Count, COUNTER_NAMES } from './counters.ts';
import { KernelTimers, type TimerHandler } from './kernel-timers.ts';
import { ListenSocket } from './listen-socket.ts';
import { SockChain } from './sock-chain.ts';
import { Socks, SOCKS_CAPACITY } from './socks.ts';
import { Call, WaitQueues } from './wait-queues.ts';

/** Gauges beyond the common ones. */
export const ACK_BACKLOG = COMMON_GAUGES.length;
const BACK_LOG = ACK_BACKLOG + 1;

/** Failures that a test may switch on (R32, R35, R36); a run has none of them. */
export interface Faults {
  noSock: boolean;
  noSynAckBuffer: boolean;
  noRoute: boolean;
  /** No ephemeral port is left (R2). */
  noPort: boolean;
}

/** What accept() took off the queue last, as it was before it was returned or destroyed. */
export interface Dequeued {
  source: number;
  peer: number;
  state: number;
  err: number;
}

export class Kernel {
  readonly spec: Linux12Spec;
  readonly env: StackEnvironment;
  /** Told of the functions that are entered and left; null: nobody is. */
  readonly calls: CallObserver | null;
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  readonly socks: Socks;
  readonly buffers: Buffers;
  /** Received buffers, sent and not acknowledged ones (send_head), and those that wait (write_queue). */
  readonly received: BufferQueue;
  readonly sent: BufferQueue;
  readonly unsent: BufferQueue;
  readonly timers: KernelTimers;
  readonly waiting: WaitQueues;
  /** The listener under study first, then those of other ports. */
  readonly listeners: readonly ListenSocket[];
  readonly index: TupleIndex;
  readonly chains: (SockChain | null)[];
  readonly faults: Faults;
  readonly dequeued: Dequeued;
  /** Descriptors of accepted connections: of each process, and of the machine. */
  readonly descriptorCounts: number[];
  openDescriptors: number;

  constructor(spec: Linux12Spec, env: StackEnvironment, handler: TimerHandler) {
    this.spec = spec;
    this.env = env;
    this.calls = env.calls ?? null;
    this.counters = new Counters(COUNTER_NAMES, [Count.TcpCurrEstab]);
    this.gauges = new Gauges([...COMMON_GAUGES, 'ack_backlog', 'back_log']);
    this.ledger = new SynLedger(env.sourceCount, CAUSES, this.gauges);
    this.buffers = new Buffers();
    this.received = new BufferQueue(this.buffers, SOCKS_CAPACITY);
    this.sent = new BufferQueue(this.buffers, SOCKS_CAPACITY);
    this.unsent = new BufferQueue(this.buffers, SOCKS_CAPACITY);
    this.timers = new KernelTimers(env.loop, handler, spec.hz, spec.tick, 2 * SOCKS_CAPACITY);
    this.socks = new Socks((capacity) => {
      this.received.grow(capacity);
      this.sent.grow(capacity);
      this.unsent.grow(capacity);
      this.timers.grow(2 * capacity);
    });
    this.waiting = new WaitQueues(env.loop, env.waker);
    this.listeners = [env.port, ...env.otherPorts].map((port) => new ListenSocket(port, SK_RMEM_MAX));
    this.index = this.socks.index;
    const chains: (SockChain | null)[] = Array.from({ length: SOCK_ARRAY_SIZE }, () => null);
    this.chains = chains;
    for (const { port } of this.listeners) this.openChain(port);
    this.faults = { noSock: false, noSynAckBuffer: false, noRoute: false, noPort: false };
    this.dequeued = { source: 0, peer: 0, state: 0, err: 0 };
    this.descriptorCounts = [];
    this.openDescriptors = 0;
  }

  count(counter: number): void {
    this.counters.values[counter]!++;
  }

  /** A function that calls none of those that are told, or is left when nobody needs to know what it returned. */
  called(name: string, slot: number): void {
    if (this.calls === null) return;
    this.calls.onEnter(name, slot);
    this.calls.onLeave(0);
  }

  /** The function that was entered last returns `result`. */
  returns(result: number): number {
    this.calls?.onLeave(result);
    return result;
  }

  /** Seconds in ticks. */
  ticks(seconds: number): number {
    return seconds * this.spec.hz;
  }

  /** Every write of a child's state, but one (R-timer TIME_CLOSE): the gauges and TcpCurrEstab follow it. */
  setState(child: number, state: number): void {
    const { socks } = this;
    const old = socks.state[child]!;
    if (old === TcpState.Established) this.counters.values[Count.TcpCurrEstab]!--;
    // R57, R72: the only event that wakes select()ing servers, on whatever port.
    if (state === TcpState.Established && old === TcpState.SynRecv) this.wakeSelectors();
    socks.state[child] = state;
    if (state === TcpState.Established) this.count(Count.TcpCurrEstab);
    if (socks.queued[child] === 1) this.recount(child, old, state);
  }

  /** A queued child was, or is now, one that accept() would return. */
  recount(child: number, old: number, state: number): void {
    const listener = this.listenerOf(child);
    if (old === TcpState.SynRecv) listener.synRecvCount--;
    else if (isEligible(old)) listener.eligibleCount--;
    if (state === TcpState.SynRecv) listener.synRecvCount++;
    else if (isEligible(state)) listener.eligibleCount++;
    this.gaugeQueues(listener);
  }

  /** Brings the gauges up to date with the listener under study. */
  gaugeQueues(listener: ListenSocket): void {
    if (listener !== this.listeners[0]) return;
    const { nowNs } = this.env.loop;
    this.gauges.set(SYN_QUEUE, listener.synRecvCount, nowNs);
    this.gauges.set(ACCEPT_QUEUE, listener.eligibleCount, nowNs);
    this.gauges.set(ACK_BACKLOG, listener.ackBacklog, nowNs);
    this.gauges.set(BACK_LOG, listener.backLog.count, nowNs);
  }

  listenerOf(child: number): ListenSocket {
    return this.listeners[this.socks.listener[child]!]!;
  }

  chainOf(port: number): SockChain | null {
    return this.chains[port % SOCK_ARRAY_SIZE]!;
  }

  /** The bucket of `port`, for a listener that opens it. */
  openChain(port: number): void {
    this.chains[port % SOCK_ARRAY_SIZE] ??= new SockChain();
  }

  /** wake_up_interruptible on the listener's wait queue: all acceptors (R67). Nobody sleeps on other ports. */
  wakeAcceptors(listener: ListenSocket): void {
    if (listener === this.listeners[0]) this.counters.values[Count.Wakeups]! += this.waiting.wakeAll(Call.Accept);
  }

  /** The callbacks of a child (state_change, data_ready, write_space, error_report): it sleeps where its listener does (R33), until accepted. */
  wakeOwner(child: number): void {
    const { socks } = this;
    if (socks.dead[child] === 0 && socks.queued[child] === 1) this.wakeAcceptors(this.listenerOf(child));
  }

  private wakeSelectors(): void {
    this.counters.values[Count.SelectWakeups]! += this.waiting.wakeAll(Call.Select);
  }
}

/** R46, R62: ESTABLISHED, or any state from FIN_WAIT1 on: CLOSE and CLOSE_WAIT, the dead and the half-closed, too. */
export function isEligible(state: number): boolean {
  return state === TcpState.Established || state >= TcpState.FinWait1;
}
