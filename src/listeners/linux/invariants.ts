/** What must hold between the parts of a kernel at any time (B12). For tests, and for the end of a run. */
import { assert } from '../../engine/errors.ts';
import { ACCEPT_QUEUE, SYN_QUEUE } from '../listener.ts';
import { Count } from './counters.ts';
import { DropCounters } from './feature.ts';
import { ChildState } from './children.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';

/** Throws InvariantError when the state contradicts itself. O(capacity). */
export function checkKernel(kernel: Kernel): void {
  for (const listener of kernel.listeners) checkListener(kernel, listener);
  const { counters, gauges, listeners, profile, spec } = kernel;
  const { values } = counters;
  const members = listeners.slice(0, spec.reuseport);
  const sum = (of: (listener: ListenSocket) => number, all: readonly ListenSocket[]): number =>
    all.reduce((total, listener) => total + of(listener), 0);
  assert(gauges.levelOf(SYN_QUEUE) === sum((l) => l.qlen, members), 'the gauge of the SYN queue is wrong');
  assert(
    gauges.levelOf(ACCEPT_QUEUE) === sum((l) => l.acceptQueue.count, members),
    'the gauge of the accept queue is wrong',
  );
  assert(kernel.requests.count === sum((l) => l.qlen, listeners), 'requests and queue lengths differ');
  if (profile.dropCounters !== DropCounters.ListenDrops) return;
  assert(values[Count.ListenDrops]! >= values[Count.ListenOverflows]!, 'more overflows than drops');
  assert(values[Count.SyncookiesSent]! <= values[Count.ReqQFullDoCookies]!, 'more cookies than were wanted');
}

function checkListener(kernel: Kernel, listener: ListenSocket): void {
  const { requests } = kernel;
  let qlen = 0;
  let young = 0;
  for (let slot = 0; slot < requests.capacity; slot++) {
    if (!requests.isOpen(slot) || requests.listener[slot] !== listener.index) continue;
    qlen++;
    if (requests.timeouts[slot] === 0) young++;
  }
  assert(qlen === listener.qlen, 'the length of a SYN queue is wrong');
  assert(young === listener.young, 'the number of young requests is wrong');
  checkFastOpen(kernel, listener);
  checkBounds(listener);
}

/** Children whose handshake is not over, and penalties, are what counts against the bound of Fast Open (B8.2). */
function checkFastOpen({ children }: Kernel, { fastOpen, index }: ListenSocket): void {
  let pending = 0;
  for (let slot = 0; slot < children.capacity; slot++) {
    if (!children.isOpen(slot) || children.listener[slot] !== index) continue;
    if (children.state[slot]! >= ChildState.SynRecv) pending++;
  }
  assert(pending + fastOpen.penalties === fastOpen.qlen, 'the length of a Fast Open queue is wrong');
}

/** Neither queue outgrows its bound (B12). */
function checkBounds(listener: ListenSocket): void {
  if (!listener.isListening || listener.mayOutgrow) return;
  assert(listener.acceptQueue.count <= listener.backlog + 1, 'an accept queue holds more than B + 1');
  assert(listener.qlen <= listener.synQueueLimit, 'a SYN queue holds more than its bound');
  const { maxQlen, qlen } = listener.fastOpen;
  assert(qlen <= maxQlen, 'a Fast Open queue holds more than its bound');
}
