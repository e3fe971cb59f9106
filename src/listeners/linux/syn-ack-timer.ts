/**
 * The SYN-ACK timer of one request fires: the request ends, or its SYN-ACK goes out again. Over half full, the more of
 * the requests are old the fewer time-outs they get, but never fewer than two (B4.3, R6).
 * Leaves out: SYN-ACKs that cannot be sent (B4.5).
 * Source: reqsk_timer_handler, syn_ack_recalc (A4.9, B4, R6).
 */
import { Count } from './counters.ts';
import { SynQueue, TimerCounters } from './feature.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { migrateRequest } from './reuseport.ts';
import { dropRequest, retransmitSynAck } from './tcp-check-req.ts';

/** Pruning leaves each request this many time-outs. */
const RETRIES_MIN = 2;
/** Below twice this many requests nothing is pruned. */
const SMALL_QUEUE = 8;

export function onSynAckTimer(kernel: Kernel, slot: number): void {
  const { requests } = kernel;
  const own = kernel.listeners[requests.listener[slot]!]!;
  const listener = own.isListening ? own : migrateRequest(kernel, slot);
  if (listener === null) return dropRequest(kernel, slot);
  const { values } = kernel.counters;
  if (kernel.profile.timerCounters !== TimerCounters.None) values[Count.Timeouts]!++;
  const retriesMax = kernel.retriesMaxInForce >= 0 ? kernel.retriesMaxInForce : retriesMaxOf(kernel, listener);
  const timeouts = requests.timeouts[slot]!;
  const { deferCount } = kernel;
  const isAcked = requests.isAcked(slot);
  if (timeouts >= retriesMax && !(isAcked && timeouts < ackedRetriesMaxOf(kernel))) {
    values[Count.RequestsExpired]!++;
    return dropRequest(kernel, slot);
  }
  if (timeouts === 0) kernel.age(listener);
  requests.timeouts[slot] = timeouts + 1;
  kernel.synAckTimers.arm(slot, kernel.timeoutNs[timeouts + 1]!);
  // B10.2: while it is deferred its client has nothing to answer, but the last time.
  if (deferCount === 0 || !isAcked || timeouts >= deferCount - 1) retransmitSynAck(kernel, slot);
}

/** B10.3: a deferred request that was acknowledged has its time; in 2.4 any that was is not pruned (A2.9). */
function ackedRetriesMaxOf({ deferCount, profile, settings }: Kernel): number {
  if (deferCount > 0) return deferCount;
  return profile.ackedOutlivesPruning ? settings.synackRetries : 0;
}

/** Time-outs that a request gets as the queue is now. */
export function retriesMaxOf(kernel: Kernel, listener: ListenSocket): number {
  let retriesMax = kernel.settings.synackRetries;
  const { qlen } = listener;
  if (!isOverHalfFull(kernel, listener)) return retriesMax;
  let enough = 2 * listener.young;
  while (retriesMax > RETRIES_MIN && qlen >= enough) {
    retriesMax--;
    enough *= 2;
  }
  return retriesMax;
}

/** Of the backlog (B4.3, R6: never of tcp_max_syn_backlog), or of the table up to 4.3 (A3.3, A4.9); 2.2 does not ask. */
function isOverHalfFull(kernel: Kernel, listener: ListenSocket): boolean {
  switch (kernel.profile.synQueue) {
    case SynQueue.OverMax:
      return false;
    case SynQueue.PowerOfMax:
    case SynQueue.PowerOfMin:
      return 2 * listener.qlen >= listener.synQueueLimit;
    default:
      return 2 * listener.qlen > Math.max(SMALL_QUEUE, listener.backlog);
  }
}
