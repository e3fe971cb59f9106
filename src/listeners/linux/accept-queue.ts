/**
 * The accept queue: full when it holds more than the backlog, so it holds one more than that (R1).
 * A child that dies in it keeps its place until somebody accepts it (B7.2).
 * Source: sk_acceptq_is_full, inet_csk_reqsk_queue_add, inet_csk_accept (0.4, B7).
 */
import { assert } from '../../engine/errors.ts';
import { Holder } from './children.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';

/** No room for another child? If so it is counted as an overflow (B3.7, B6.3; not in 2.2, A1.4), and as `loss`. */
export function overflows(kernel: Kernel, listener: ListenSocket, loss: number): boolean {
  if (listener.acceptQueue.count <= listener.backlog) return false;
  kernel.losses.record(loss, kernel.env.loop.nowNs);
  if (kernel.profile.countsOverflowOfAck) {
    kernel.counters.values[Count.ListenOverflows]!++;
    kernel.counters.values[Count.ListenDrops]!++;
  }
  return true;
}

/** Puts `child` at the end, and wakes who waits for it. */
export function enqueueChild(kernel: Kernel, listener: ListenSocket, child: number): void {
  assert(listener.acceptQueue.tryPush(child), 'the accept queue is longer than any backlog');
  kernel.countAccept(listener, 1);
  kernel.counters.values[Count.Wakeups]! += kernel.sleepers[listener.index]!.wake();
}

/** Takes the oldest child, which now belongs to the application. Call only when there is one. */
export function dequeueChild(kernel: Kernel, listener: ListenSocket): number {
  const child = listener.acceptQueue.shift();
  kernel.countAccept(listener, -1);
  kernel.children.holder[child] = Holder.Application;
  return child;
}
