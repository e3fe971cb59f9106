/**
 * When client stacks send their SYNs, and when connect() fails.
 * Times are nominal seconds since the first SYN. Evidence: the tags of the entries below.
 * Leaves out: jitter of the client's timers, path MTU, happy eyeballs.
 */
import { NS_PER_S } from '../engine/time.ts';
import type { SynSchedule } from './specs.ts';

function stack(name: string, synAtS: readonly number[], failsAtS: number): SynSchedule {
  return { name, synAtNs: synAtS.map((s) => Math.round(s * NS_PER_S)), failsAtNs: Math.round(failsAtS * NS_PER_S) };
}

export const CLIENT_STACKS: readonly SynSchedule[] = [
  // Executed (rule R88's table): 12 SYNs; ETIMEDOUT at the instant of the last one.
  stack('linux-1.2', [0, 3, 9, 21, 45, 93, 189, 309, 429, 549, 669, 789], 789),
  // Read: TCP_SYN_RETRIES 5, first time-out 3 s.
  stack('linux-2.4', [0, 3, 9, 21, 45, 93], 189),
  // ip-sysctl.rst: tcp_syn_retries 6, first time-out 1 s (to Linux 6.4).
  stack('linux-3.10', [0, 1, 3, 7, 15, 31, 63], 127),
  // ip-sysctl.rst and measured (kernel rule R7): tcp_syn_linear_timeouts 4.
  stack('linux-6.5', [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], 131),
  // Read: 4.4BSD-Lite2 tcp_timer.h; measured at 5.8 and 29.8 s by Stevens, TCP/IP Illustrated 1, 18.3.
  stack('bsd-4.4', [0, 6, 30], 75),
  // Read: FreeBSD 14 tcp_timer_rexmt with TCPT_RANGESET; keepinit ends connect().
  stack('freebsd-14', [0, 1, 3.2, 7.4, 15.6, 31.8, 64], 75),
  // Read: xnu tcp_syn_backoff 1 1 1 1 1 2 4 8 …; connect() measured at 75.01 s (l2dy.github.io).
  stack('macos', [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], 75),
  // Windows 10, 11, Server 2016 on: weak evidence. Four retransmissions from 1 s on are widely reported; its end is not measured.
  stack('windows', [0, 1, 3, 7, 15], 31),
  // Windows 7, Server 2008 R2: MaxSynRetransmissions 2, first time-out 3 s.
  stack('windows-7', [0, 3, 9], 21),
];
