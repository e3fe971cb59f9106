/**
 * SYN cookies: connections that cost nothing before their final ACK. A cookie is the sequence number of a SYN-ACK, made
 * of hashes of the 4-tuple, the minute, and one of a few MSS values; the ACK that comes back brings it along.
 *
 *   cookie = hash1 + client ISN + minute << 24 + (hash2(minute) + MSS index) mod 2^24
 *
 * Cookies are looked for only within a while after the last one was sent (B6.1), so that nobody can try them at leisure.
 * Leaves out: the cost of the hashes; time stamps as numbers: of their low bits, the Option bits of the ACK.
 * Source: cookie_v4_init_sequence, cookie_v4_check, tcp_synq_overflow (B6, A4.5-7).
 */
import { Option } from '../../network/segment.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';

const MINUTE_NS = 60e9;
const MINUTE_SHIFT = 24;
const HASH_MASK = 0xff_ffff;
const MINUTE_MASK = 0xff;
/** MSS values a cookie can carry (B6.4): the largest that is not above the client's. */
const MSS_TABLE = [536, 1300, 1440, 1460] as const;
/** An overflow is noted once a second at most. */
const NOTED_EVERY_NS = 1e9;

/** @returns the sequence number that stands for the SYN in `segment`, mod 2^32, signed. */
export function makeCookie(kernel: Kernel, segment: number): number {
  const { segments } = kernel.env;
  const endpoint = segments.endpointOf(segment);
  const peer = segments.peerOf(segment);
  const minute = minuteOf(kernel);
  const low = (hash(endpoint, peer, kernel.secrets[1] ^ minute) + mssIndexOf(segments.mssOf(segment))) & HASH_MASK;
  return (hash(endpoint, peer, kernel.secrets[0]) + segments.seqOf(segment) + (minute << MINUTE_SHIFT) + low) | 0;
}

/** Option bits of a SYN-ACK that carries a cookie: they come back in the client's time stamp, or not at all (B6.5). */
export function optionsOfCookie(kernel: Kernel, segment: number): number {
  // Fast Open is not for who gets a cookie of this kind (B6.9).
  const options = kernel.env.segments.optionsOf(segment) & ~Option.FastOpen;
  if (options === 0 || (kernel.profile.cookieOptions && (options & Option.Timestamps) !== 0)) return options;
  kernel.counters.values[Count.CookiesWithoutOptions]!++;
  return 0;
}

/** Does the ACK in `segment` bring back a cookie that is still good (B6.2)? */
export function isCookie(kernel: Kernel, segment: number): boolean {
  const { segments } = kernel.env;
  const endpoint = segments.endpointOf(segment);
  const peer = segments.peerOf(segment);
  const clientIsn = segments.seqOf(segment) - 1;
  const rest = (segments.ackOf(segment) - 1 - clientIsn - hash(endpoint, peer, kernel.secrets[0])) >>> 0;
  const now = minuteOf(kernel);
  const age = (now - (rest >>> MINUTE_SHIFT)) & MINUTE_MASK;
  if (age >= kernel.profile.cookieTicks) return false;
  const index = (rest - hash(endpoint, peer, kernel.secrets[1] ^ (now - age))) & HASH_MASK;
  return index < MSS_TABLE.length;
}

/** A cookie goes out: for a while, ACKs may bring it back. */
export function noteOverflow(kernel: Kernel, listener: ListenSocket): void {
  const { nowNs } = kernel.env.loop;
  const scope = scopeOf(kernel, listener);
  if (nowNs > kernel.overflowAtNs[scope]! + NOTED_EVERY_NS) kernel.overflowAtNs[scope] = nowNs;
}

/**
 * Would another cookie now change nothing, because one was noted a moment ago? Who asks lets time pass in one go: an
 * event bounds it to when that is so no more.
 */
export function isOverflowNoted(kernel: Kernel, listener: ListenSocket): boolean {
  const { loop } = kernel.env;
  const scope = scopeOf(kernel, listener);
  const endNs = kernel.overflowAtNs[scope]! + NOTED_EVERY_NS;
  if (loop.nowNs > endNs) return false;
  if (kernel.quietEndNs[scope]! <= endNs) {
    kernel.quietEndNs[scope] = endNs + 1;
    loop.schedule(endNs + 1, kernel.quietEndType, 0);
  }
  return true;
}

/** Went a cookie out a short while ago (B6.1)? */
export function hasOverflowed(kernel: Kernel, listener: ListenSocket): boolean {
  return kernel.env.loop.nowNs <= kernel.overflowAtNs[scopeOf(kernel, listener)]! + kernel.profile.cookieWindowNs;
}

/** The host, the group (B9.3), or the listener. */
function scopeOf(kernel: Kernel, listener: ListenSocket): number {
  return kernel.profile.hostWideOverflow || listener.index < kernel.spec.reuseport ? 0 : listener.index;
}

/** The kernel's count of minutes, which stands anywhere at the start of a run. */
function minuteOf(kernel: Kernel): number {
  return Math.floor((kernel.env.loop.nowNs + kernel.minuteAgeNs) / MINUTE_NS);
}

function mssIndexOf(mssBytes: number): number {
  for (let i = MSS_TABLE.length - 1; i > 0; i--) if (mssBytes >= MSS_TABLE[i]!) return i;
  return 0;
}

/** Mixes a 4-tuple with a secret to 32 bits, signed. */
export function hash(endpoint: number, peer: number, secret: number): number {
  let h = Math.imul(peer ^ secret, 0x9e3779b1) ^ Math.imul(endpoint, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}
