/**
 * When client stacks send their SYNs, and when connect() fails, while nobody answers; how they send again what follows
 * the handshake; how they meet a RST and a repeated SYN-ACK.
 * Times are nominal seconds since the first SYN. Each entry says how it is known: read in the source, executed
 * (the original code was run), measured on a running system, documented by its makers, or reported by users.
 * Leaves out: jitter of the client's timers; what a kernel remembers of a server between connections.
 */
import { NEVER_NS, NS_PER_MS, NS_PER_S } from '../engine/time.ts';
import { Option } from '../network/segment.ts';
import { isLinuxClient, linuxClient } from './linux-clients.ts';
import type { ClientStack, ClientSysctl, DataRetries } from './specs.ts';

/** RFC 6298: a time-out of at least 1 s. Twelve retries: TCP_MAXRXTSHIFT of the BSDs. */
const RFC_6298: DataRetries = { varianceNsMin: NS_PER_S, probes: false, retries: 12 };

function stack(
  name: string,
  synAtS: readonly number[],
  failsAtS: number,
  data: DataRetries | null,
  resetRetryNs = NEVER_NS,
): ClientStack {
  const synAtNs = synAtS.map((s) => Math.round(s * NS_PER_S));
  return { name, synAtNs, failsAtNs: Math.round(failsAtS * NS_PER_S), data, challengeGapNs: 0, resetRetryNs };
}

export const CLIENT_STACKS: readonly ClientStack[] = [
  // Executed: 12 SYNs; 3 s doubled up to 120 s; ETIMEDOUT at the instant of the last one. The count begins at
  // TCP_SYN_RETRIES (5) and ends above TCP_RETR2 (15): net/inet/tcp.c tcp_connect(), tcp_timer.c, Linux 1.2.13.
  stack('linux-1.2', [0, 3, 9, 21, 45, 93, 189, 309, 429, 549, 669, 789], 789, null),
  linuxClient('linux-2.4', {}),
  linuxClient('linux-3.10', {}),
  linuxClient('linux-6.5', {}),
  // Read, 4.4BSD-Lite2 tcp_timer.h. Measured at 5.8 and 29.8 s by Stevens, TCP/IP Illustrated 1, 18.3; "6 s and 30 s …
  // giving up at 75 s" in Banga and Druschel, USITS 1997.
  stack('bsd-4.4', [0, 6, 30], 75, RFC_6298),
  // Read, FreeBSD 14 tcp_timer_rexmt() with TCPT_RANGESET; keepinit (75 s) ends connect().
  stack('freebsd-14', [0, 1, 3.2, 7.4, 15.6, 31.8, 64], 75, RFC_6298),
  // Read, xnu tcp_timer.c: tcp_syn_backoff 1 1 1 1 1 2 4 8 …; end measured at 75.01 s (l2dy.github.io).
  stack('macos', [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], 75, RFC_6298),
  // Windows 10, 11 and Server 2016 on. Reported only, weakly: four retransmissions from 1 s on. The end is what pure
  // doubling gives; 21 s is often seen too. Give a schedule(…) where it matters. After a RST the SYN is sent again,
  // 500 ms later and as often as the schedule has SYNs (documented: KB 175523; the 500 ms are reported).
  stack('windows', [0, 1, 3, 7, 15], 31, { ...RFC_6298, retries: 5 }, 500 * NS_PER_MS),
  // Windows 7 and Server 2008 R2, documented: MaxSynRetransmissions 2, first time-out 3 s.
  stack('windows-7', [0, 3, 9], 21, { ...RFC_6298, retries: 5 }, 500 * NS_PER_MS),
];

const ALL_OPTIONS = Option.WindowScale | Option.SackPermitted | Option.Timestamps;
/**
 * Option bits of the SYNs of stacks that do not send them all. 1.2 has none of them (read); 4.4BSD has RFC 1323 and no SACK
 * (read); Windows sends no time stamps unless told to (documented: Tcp1323Opts). A schedule says nothing of them: none.
 */
const OPTIONS: ReadonlyMap<string, number> = new Map([
  ['linux-1.2', 0],
  ['bsd-4.4', Option.WindowScale | Option.Timestamps],
  ['windows', Option.WindowScale | Option.SackPermitted],
  ['windows-7', Option.WindowScale | Option.SackPermitted],
]);

/** Option bits (network/segment.ts) that `stack` sends with a SYN by default. */
export function optionsOfStack({ name }: ClientStack): number {
  return name.startsWith('schedule(') ? 0 : (OPTIONS.get(name) ?? ALL_OPTIONS);
}

/** @returns the stack of that name: one of CLIENT_STACKS, or a Linux by its version, 2.2 to 7.2; null: there is none. */
export function clientStackNamed(name: string): ClientStack | null {
  return CLIENT_STACKS.find((known) => known.name === name) ?? (isLinuxClient(name) ? linuxClient(name, {}) : null);
}

/** The SYNs of `stack` under other settings than the defaults. Stacks without the setting stay as they are. */
export function withSysctl(stack: ClientStack, sysctl: ClientSysctl): ClientStack {
  return isLinuxClient(stack.name) ? linuxClient(stack.name, sysctl) : stack;
}

/** A schedule as a scenario writes it out: what follows the handshake is sent again on the same gaps. */
export function scheduledStack(name: string, synAtNs: readonly number[], failsAtNs: number): ClientStack {
  return { name, synAtNs, failsAtNs, data: null, challengeGapNs: 0, resetRetryNs: NEVER_NS };
}
