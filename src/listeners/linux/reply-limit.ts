/**
 * Replies to what does not fit, at most one in a while for each connection: tcp_oow_rate_limited (B3.1, B3.3).
 * Leaves out: replies of connections whose handshake is over.
 * Source: tcp_oow_rate_limited, net/ipv4/tcp_input.c, as it came (4.0) and in later ones.
 */
import { Flag, type SegmentPool } from '../../network/segment.ts';
import { Count } from './counters.ts';
import { DuplicateSyn } from './feature.ts';
import type { Kernel } from './kernel.ts';

/**
 * May `segment` be replied to? At most one reply in tcp_invalid_ratelimit, from 4.0 on; what is held back counts.
 * @param repliedAtMs slot → last such reply, ms mod 2^32, 0: none.
 */
export function tryReply(kernel: Kernel, repliedAtMs: Uint32Array, slot: number, segment: number): boolean {
  const { counters, env, profile, settings } = kernel;
  if (profile.duplicateSyn !== DuplicateSyn.RearmsLimited || carriesData(env.segments, segment)) return true;
  if (isDue(repliedAtMs, slot, env.loop.nowNs, settings.invalidRatelimitMs)) return true;
  counters.values[Count.AckSkippedSynRecv]!++;
  return false;
}

/** Data or FIN, and no SYN: two sides that answer each other's ACKs for ever do not send that. */
function carriesData(segments: SegmentPool, segment: number): boolean {
  const flags = segments.flagsOf(segment);
  return (flags & Flag.Syn) === 0 && (segments.lengthOf(segment) > 0 || (flags & Flag.Fin) !== 0);
}

/** Is a reply due that is limited to one every `limitMs`? If so it counts as sent at `nowNs`. */
function isDue(repliedAtMs: Uint32Array, slot: number, nowNs: number, limitMs: number): boolean {
  // 0 says that there was none.
  const nowMs = (Math.floor(nowNs / 1e6) | 0) >>> 0 || 1;
  const last = repliedAtMs[slot]!;
  if (last !== 0 && (nowMs - last) >>> 0 < limitMs) return false;
  repliedAtMs[slot] = nowMs;
  return true;
}
