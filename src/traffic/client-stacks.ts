/**
 * When client stacks send their SYNs, and when connect() fails, while nobody answers.
 * Times are nominal seconds since the first SYN. Each entry says how it is known: read in the source, executed
 * (the original code was run), measured on a running system, documented by its makers, or reported by users.
 * Leaves out: jitter and ticks of the client's timers; other settings than the defaults; Windows, which sends its
 * SYN again after a RST (KB 175523), fails at once here as the others do.
 */
import { NS_PER_S } from '../engine/time.ts';
import type { SynSchedule } from './specs.ts';

function stack(name: string, synAtS: readonly number[], failsAtS: number): SynSchedule {
  return { name, synAtNs: synAtS.map((s) => Math.round(s * NS_PER_S)), failsAtNs: Math.round(failsAtS * NS_PER_S) };
}

export const CLIENT_STACKS: readonly SynSchedule[] = [
  // Executed: 12 SYNs; 3 s doubled up to 120 s; ETIMEDOUT at the instant of the last one. The count begins at
  // TCP_SYN_RETRIES (5) and ends above TCP_RETR2 (15): net/inet/tcp.c tcp_connect(), tcp_timer.c, Linux 1.2.13.
  stack('linux-1.2', [0, 3, 9, 21, 45, 93, 189, 309, 429, 549, 669, 789], 789),
  // Read, 2.4.22 and 2.6.32: TCP_SYN_RETRIES 5, TCP_TIMEOUT_INIT 3 s. To Linux 3.0.
  stack('linux-2.4', [0, 3, 9, 21, 45, 93], 189),
  // Read, 3.10, 4.4 and 5.19, and documented in ip-sysctl.rst: tcp_syn_retries 6, first time-out 1 s. To Linux 6.4.
  stack('linux-3.10', [0, 1, 3, 7, 15, 31, 63], 127),
  // Read, 6.5 and 6.18, documented in ip-sysctl.rst, and measured: tcp_syn_linear_timeouts 4 adds four retries at 1 s.
  stack('linux-6.5', [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], 131),
  // Read, 4.4BSD-Lite2 tcp_timer.h. Measured at 5.8 and 29.8 s by Stevens, TCP/IP Illustrated 1, 18.3; "6 s and 30 s …
  // giving up at 75 s" in Banga and Druschel, USITS 1997.
  stack('bsd-4.4', [0, 6, 30], 75),
  // Read, FreeBSD 14 tcp_timer_rexmt() with TCPT_RANGESET; keepinit (75 s) ends connect().
  stack('freebsd-14', [0, 1, 3.2, 7.4, 15.6, 31.8, 64], 75),
  // Read, xnu tcp_timer.c: tcp_syn_backoff 1 1 1 1 1 2 4 8 …; end measured at 75.01 s (l2dy.github.io).
  stack('macos', [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], 75),
  // Windows 10, 11 and Server 2016 on. Reported only, weakly: four retransmissions from 1 s on. The end is what pure
  // doubling gives; 21 s is often seen too. Give a schedule(…) where it matters.
  stack('windows', [0, 1, 3, 7, 15], 31),
  // Windows 7 and Server 2008 R2, documented: MaxSynRetransmissions 2, first time-out 3 s.
  stack('windows-7', [0, 3, 9], 21),
];
