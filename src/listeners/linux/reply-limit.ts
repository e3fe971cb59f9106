/** Replies to what does not fit, at most one in a while for each connection: tcp_oow_rate_limited (B3.1, B3.3). */

/**
 * May a reply go out that is limited to one every `limitMs`? If so it counts as sent at `nowNs`.
 * @param repliedAtMs slot → last such reply, ms mod 2^32, 0: none.
 */
export function mayReply(repliedAtMs: Uint32Array, slot: number, nowNs: number, limitMs: number): boolean {
  // 0 says that there was none.
  const nowMs = (Math.floor(nowNs / 1e6) | 0) >>> 0 || 1;
  const last = repliedAtMs[slot]!;
  if (last !== 0 && (nowMs - last) >>> 0 < limitMs) return false;
  repliedAtMs[slot] = nowMs;
  return true;
}
