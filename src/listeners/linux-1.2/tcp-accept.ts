/**
 * accept() and select() in TCP: tcp_accept, tcp_dequeue_established, tcp_find_established and
 * tcp_listen_select of net/inet/tcp.c, 1.2.13.
 * Not modelled: the race of R68.
 */
import { BLOCKED, Errno } from '../../network/socket-api.ts';
import { Count } from './counters.ts';
import { isEligible, type Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { releaseListener } from './sock.ts';

const NONE_FOUND = -1;

/**
 * R62: place of the first child, in SYN order, that is established or beyond; half-open ones are passed
 * over, dead ones are not. O(position), but O(1) when there is none; the visits are the kernel's.
 * @returns index into the receive queue, or -1.
 */
function tcpFindEstablished(k: Kernel, listener: ListenSocket): number {
  k.calls?.onEnter('tcp_find_established', NONE_FOUND);
  return k.returns(findEstablished(k, listener));
}

function findEstablished(k: Kernel, listener: ListenSocket): number {
  const queue = listener.receiveQueue;
  k.count(Count.AcceptScans);
  if (listener.eligibleCount > 0) {
    for (let place = 0; place < queue.count; place++) {
      if (!isEligible(k.socks.state[queue.at(place)]!)) continue;
      k.counters.values[Count.AcceptVisits]! += place + 1;
      return place;
    }
  }
  k.counters.values[Count.AcceptVisits]! += queue.count;
  return NONE_FOUND;
}

/** Takes the child that tcpFindEstablished finds out of the queue. @returns the child, or -1. */
function tcpDequeueEstablished(k: Kernel, listener: ListenSocket): number {
  k.calls?.onEnter('tcp_dequeue_established', NONE_FOUND);
  const place = tcpFindEstablished(k, listener);
  return k.returns(place === NONE_FOUND ? NONE_FOUND : listener.receiveQueue.removeAt(place));
}

/**
 * R61-R66: one pass of the loop. The sleep is the caller's: BLOCKED says that it begins.
 * @returns a child, -EAGAIN, or BLOCKED.
 */
export function tcpAccept(k: Kernel, listener: ListenSocket, nonblock: boolean): number {
  k.calls?.onEnter('tcp_accept', NONE_FOUND);
  return k.returns(takeChild(k, listener, nonblock));
}

function takeChild(k: Kernel, listener: ListenSocket, nonblock: boolean): number {
  listener.inuse = true;
  const child = tcpDequeueEstablished(k, listener);
  if (child === NONE_FOUND) {
    // R63: what waits in the back_log is processed before the call sleeps or returns.
    releaseListener(k, listener);
    if (!nonblock) return BLOCKED;
    listener.err = Errno.EAGAIN;
    return -Errno.EAGAIN;
  }
  unqueue(k, listener, child);
  freeSyn(k, child);
  // R28, R66: the slot is free before the back_log is processed, so a SYN in it can take the slot.
  listener.ackBacklog--;
  k.gaugeQueues(listener);
  releaseListener(k, listener);
  return child;
}

/** The child is no longer the listener's. */
export function unqueue(k: Kernel, listener: ListenSocket, child: number): void {
  const { socks } = k;
  socks.queued[child] = 0;
  if (isEligible(socks.state[child]!)) listener.eligibleCount--;
  else listener.synRecvCount--;
}

/** The child's SYN, which was in the listener's queue, is freed. */
export function freeSyn(k: Kernel, child: number): void {
  const { socks } = k;
  socks.rmemAlloc[child]! -= socks.synMem[child]!;
  socks.synMem[child] = 0;
}

/** What select() asks for. */
export const Sel = { In: 1, Out: 2, Ex: 4 } as const;

/**
 * R72: readable when accept() would find a child, a dead one too. The scan holds the lock (R25).
 * R74: a listener is never writable, and has no exceptions.
 */
export function tcpListenSelect(k: Kernel, listener: ListenSocket, what: number): boolean {
  if (what !== Sel.In) return false;
  k.calls?.onEnter('tcp_listen_select', NONE_FOUND);
  listener.inuse = true;
  const isReadable = tcpFindEstablished(k, listener) !== NONE_FOUND;
  releaseListener(k, listener);
  k.calls?.onLeave(isReadable ? 1 : 0);
  return isReadable;
}
