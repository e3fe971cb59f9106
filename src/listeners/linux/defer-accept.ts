/**
 * TCP_DEFER_ACCEPT: a connection is accepted with its first data. A bare final ACK is swallowed, and its request stays
 * in the SYN queue (B10.4), for so many time-outs of the SYN-ACK timer as the seconds asked for take.
 * Source: tcp_check_req, secs_to_retrans, syn_ack_recalc (A2.10, B10, R11).
 */
import { Flag } from '../../network/segment.ts';
import { Count } from './counters.ts';
import { Defer } from './feature.ts';
import type { Kernel } from './kernel.ts';

const COUNT_MAX = 255;
const COUNT_MAX_2_4 = 32;

/** Time-outs that `deferNs` takes, 0: TCP_DEFER_ACCEPT is off. */
export function deferCountOf(kernel: Kernel, deferNs: number): number {
  const { defer, initialRtoNs } = kernel.profile;
  if (deferNs === 0 || defer === Defer.None) return 0;
  let count = 1;
  if (defer === Defer.DataOnly) {
    for (let waitNs = initialRtoNs; deferNs > waitNs && count < COUNT_MAX_2_4; waitNs *= 2) count++;
    return count;
  }
  let periodNs = kernel.timeoutNs[0]!;
  while (deferNs > periodNs && count < COUNT_MAX) periodNs += kernel.timeoutNs[count++]!;
  return count;
}

/** Swallows the final ACK in `segment` if it brings nothing and there is time left (B10.2). */
export function isDeferred(kernel: Kernel, slot: number, segment: number): boolean {
  const { deferCount, profile, requests } = kernel;
  if (deferCount === 0) return false;
  const { segments } = kernel.env;
  if (segments.lengthOf(segment) > 0 || (segments.flagsOf(segment) & Flag.Fin) !== 0) return false;
  // A2.10: up to early 2.6 only data ends the wait.
  if (profile.defer === Defer.Counted && requests.timeouts[slot]! >= deferCount) return false;
  requests.setAcked(slot);
  if (profile.defer === Defer.Counted) kernel.counters.values[Count.DeferAcceptDrop]!++;
  return true;
}
