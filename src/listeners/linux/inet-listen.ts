/**
 * listen(): what bounds the queues from now on. The backlog is cut to somaxconn here and nowhere else (R8).
 * Source: inet_listen, sys_listen, reqsk_queue_alloc, tcp_listen_start (A1.1, A2.1-2, A4.1-2, B1.3, 0.4).
 */
import { FastOpenBit } from './fast-open.ts';
import { SynQueue } from './feature.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import type { Profile } from './profiles.ts';

/** A table has 2^6 places at least (2.4), or more than 8 (2.6). */
const TABLE_MIN = 64;
const QUEUE_MIN = 8;

/** @param backlog argument of listen(), compared as unsigned: -1 is a lot. */
export function inetListen(kernel: Kernel, listener: ListenSocket, backlog: number): void {
  if (listener.isListening) listener.mayOutgrow = true;
  const asked = kernel.profile.cutsListenZero && backlog === 0 ? 1 : backlog >>> 0;
  listener.backlog = Math.min(asked, kernel.settings.somaxconn);
  // A2.2: a table has its size from the first listen() on.
  if (!listener.isListening || !hasTable(kernel)) setSynQueueLimit(kernel, listener);
  if (!listener.isListening) listener.fastOpen.maxQlen = fastOpenMaxOf(kernel, listener);
  listener.isListening = true;
}

/** B8.1: TCP_FASTOPEN, or what a bit of the sysctl makes of listeners that did not ask, as they begin to listen. */
function fastOpenMaxOf(kernel: Kernel, { backlog, index }: ListenSocket): number {
  const { profile, settings, spec } = kernel;
  const asked = index < spec.reuseport ? spec.fastopen : 0;
  const forced = FastOpenBit.Server | FastOpenBit.AllListeners;
  if (asked > 0) return profile.cutsFastOpenQlen ? Math.min(asked, settings.somaxconn) : asked;
  return (settings.fastopen & forced) === forced ? backlog : 0;
}

/** A setting that the SYN queue's bound follows has changed. */
export function followSettings(kernel: Kernel, listener: ListenSocket): void {
  if (!listener.isListening || hasTable(kernel)) return;
  listener.mayOutgrow = true;
  setSynQueueLimit(kernel, listener);
}

function hasTable(kernel: Kernel): boolean {
  const { synQueue } = kernel.profile;
  return synQueue === SynQueue.PowerOfMax || synQueue === SynQueue.PowerOfMin;
}

function setSynQueueLimit(kernel: Kernel, listener: ListenSocket): void {
  listener.synQueueLimit = synQueueLimit(kernel.profile, listener.backlog, kernel.settings.maxSynBacklog);
}

/** Requests at which the SYN queue is full. @param backlog in force, cut already. @param maxSynBacklog tcp_max_syn_backlog. */
export function synQueueLimit({ synQueue }: Pick<Profile, 'synQueue'>, backlog: number, maxSynBacklog: number): number {
  switch (synQueue) {
    case SynQueue.OverMax:
      return maxSynBacklog + 1;
    case SynQueue.PowerOfMax:
      return powerOfTwo(Math.max(TABLE_MIN, maxSynBacklog));
    case SynQueue.PowerOfMin:
      return powerOfTwo(Math.max(QUEUE_MIN, Math.min(backlog, maxSynBacklog)) + 1);
    case SynQueue.AtBacklog:
      return backlog;
    default:
      return backlog + 1;
  }
}

/** The power of two that is not below `value`. */
function powerOfTwo(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}
