/**
 * The generic socket layer: lookup, hash, lock and back_log, memory, destruction.
 * Names as in net/inet/sock.c and af_inet.c of 1.2.13: get_sock, put_sock, release_sock, sock_rspace, destroy_sock.
 */
import { CapacityError, assert } from '../../engine/errors.ts';
import type { SegmentPool } from '../../network/segment.ts';
import { SynFate } from '../syn-ledger.ts';
import { BUFFER_OVERHEAD_BYTES, MAX_WINDOW, MIN_WINDOW, TCP_DONE_TIME_TICKS, TcpState } from './constants.ts';
import { Count } from './counters.ts';
import { type Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { Timeout, Why } from './socks.ts';
import { tcpRcv } from './tcp-rcv.ts';

/** The two timers of a child in the kernel's list: retransmit_timer and timer. */
export function retransmitTimerOf(child: number): number {
  return child * 2;
}
function timerOf(child: number): number {
  return child * 2 + 1;
}

/** No socket at all. */
export const NO_SOCK = -1;
/** A listener, as getSock returns it: LISTENER - its index. */
export const LISTENER = -2;

const PORT_MASK = 0xffff;

/**
 * R20: the socket for a 4-tuple. A child beats a listener; a dead one in CLOSE matches nothing, but a queued
 * corpse does (R23). The visits are those of the kernel's linear walk: down to the child, or the whole bucket.
 * @returns a child, NO_SOCK, or LISTENER - index.
 */
export function getSock(k: Kernel, endpoint: number, peer: number): number {
  const port = endpoint & PORT_MASK;
  const chain = k.chainOf(port);
  k.count(Count.Lookups);
  if (chain === null) return NO_SOCK;
  const { socks } = k;
  const visits = k.counters.values;
  const child = k.index.find(endpoint, peer);
  if (child >= 0 && !(socks.dead[child] === 1 && socks.state[child] === TcpState.Close)) {
    visits[Count.LookupVisits]! += chain.positionOf(child);
    return child;
  }
  visits[Count.LookupVisits]! += chain.length;
  for (let i = 0; i < k.listeners.length; i++) {
    const listener = k.listeners[i]!;
    if (listener.port === port && listener.isListening) return LISTENER - i;
  }
  return NO_SOCK;
}

/** R21, R34: a new child goes to the head of its bucket. */
export function putSock(k: Kernel, child: number, endpoint: number, peer: number): void {
  const chain = k.chainOf(endpoint & PORT_MASK);
  assert(chain !== null, 'a child has no bucket');
  chain.insert(child);
  // The newest child hides a corpse of its 4-tuple.
  const hidden = k.index.find(endpoint, peer);
  if (hidden >= 0) k.index.delete(hidden);
  k.index.add(child, endpoint, peer);
}

/** Memory of a received segment's buffer, bytes. */
export function bufferBytes(segments: SegmentPool, segment: number): number {
  return BUFFER_OVERHEAD_BYTES + segments.lengthOf(segment);
}

/** Room that a child may advertise: half of what is left of its receive buffer, less MIN_WINDOW. */
export function sockRspace(k: Kernel, child: number): number {
  const rcvbuf = k.socks.rcvbuf[child]!;
  const used = k.socks.rmemAlloc[child]!;
  if (used >= rcvbuf - 2 * MIN_WINDOW) return 0;
  const room = Math.floor((rcvbuf - used) / 2) - MIN_WINDOW;
  return room < 0 ? 0 : Math.min(room, MAX_WINDOW);
}

/**
 * R26: releases a child. One that nobody has and that is closed is destroyed within min(2 * rtt, 250) ticks.
 * A child's own back_log is always empty: no segment arrives while one is being processed.
 */
export function releaseSock(k: Kernel, child: number): void {
  const { socks } = k;
  if (socks.dead[child] === 0 || socks.state[child] !== TcpState.Close) return;
  resetTimer(k, child, Timeout.Done, Math.min(socks.rtt[child]! * 2, TCP_DONE_TIME_TICKS));
}

/** R26-R28: feeds the listener's back_log to tcp_rcv, in order, then unlocks it. */
export function releaseListener(k: Kernel, listener: ListenSocket): void {
  if (listener.blog) return;
  listener.blog = true;
  listener.inuse = true;
  const { segments } = k.env;
  while (listener.backLog.count > 0) {
    const segment = listener.backLog.shift();
    k.gaugeQueues(listener);
    if (segments.isSyn(segment)) k.ledger.leaveBackLog(segments.sourceOf(segment));
    tcpRcv(k, segment, true);
    segments.free(segment);
  }
  listener.blog = false;
  listener.inuse = false;
}

/** R13: keeps a segment for the time when the lock is released. No limit but this simulator's. */
export function addToBackLog(k: Kernel, listener: ListenSocket, segment: number): void {
  const { segments, loop } = k.env;
  if (!listener.backLog.tryPush(segments.copy(segment))) {
    throw new CapacityError('back_log', 'the back_log of a listener is longer than this simulator can hold');
  }
  if (segments.isSyn(segment)) k.ledger.record(segments.sourceOf(segment), SynFate.InBackLog, loop.nowNs);
  k.gaugeQueues(listener);
}

/** Arms the child's general timer (TIME_WAIT, destruction). */
export function resetTimer(k: Kernel, child: number, why: number, ticks: number): void {
  k.socks.timeoutWhy[child] = why;
  k.timers.set(timerOf(child), ticks);
}

export function deleteTimer(k: Kernel, child: number): void {
  k.socks.timeoutWhy[child] = Timeout.None;
  k.timers.delete(timerOf(child));
}

/** Arms the child's retransmit timer. */
export function resetXmitTimer(k: Kernel, child: number, why: number, ticks: number): void {
  k.socks.xmitWhy[child] = why;
  k.timers.set(retransmitTimerOf(child), ticks);
}

/** Stops the retransmit timer, and forgets what it was for. */
export function stopXmitTimer(k: Kernel, child: number): void {
  k.timers.delete(retransmitTimerOf(child));
  k.socks.xmitWhy[child] = Why.None;
}

/** Out of the hash, timers stopped, buffers freed, row freed. */
export function destroySock(k: Kernel, child: number): void {
  k.called('destroy_sock', child);
  const { socks } = k;
  const chain = k.chainOf(k.index.portOf(child));
  assert(chain !== null, 'a child has no bucket');
  chain.remove(child);
  k.index.delete(child); // not there when a newer child hid it
  deleteTimer(k, child);
  stopXmitTimer(k, child);
  k.received.clear(child);
  k.sent.clear(child);
  k.unsent.clear(child);
  socks.pool.free(child);
}
