/**
 * Linux as a client, by version: `linux-2.2` … `linux-7.2`, with or without a patch level.
 * Gap after SYN n (n = 0, 1, …) = T0 * 2^max(0, n - linear), at most 120 s. connect() fails at the first time-out at
 * which as many SYNs were repeated as retries and linear time-outs allow, or 2^(retries + 1) - 1 s have passed (R7).
 * Leaves out: kernels of distributions that carry later patches; 1.2 (client-stacks.ts), and what came between.
 */
import { NEVER_NS, NS_PER_MS, NS_PER_S } from '../engine/time.ts';
import type { ClientStack, ClientSysctl, DataRetries } from './specs.ts';

interface Era {
  /** First version, major * 1000 + minor. */
  readonly from: number;
  /** TCP_TIMEOUT_INIT, s. */
  readonly firstS: number;
  /** Defaults of tcp_syn_retries and tcp_syn_linear_timeouts. */
  readonly retries: number;
  readonly linear: number;
  readonly probes: boolean;
  /** net.ipv4.tcp_invalid_ratelimit, ms: between answers to repeated SYN-ACKs. */
  readonly challengeGapMs: number;
}

const ERAS: readonly Era[] = [
  // Read, 2.2.1 tcp_timer.c: sysctl_tcp_syn_retries = TCP_SYN_RETRIES = 10.
  { from: 2_002, firstS: 3, retries: 10, linear: 0, probes: false, challengeGapMs: 0 },
  // Read, 2.4.22 and 2.6.32: TCP_SYN_RETRIES 5, TCP_TIMEOUT_INIT 3 s. To Linux 3.0.
  { from: 2_004, firstS: 3, retries: 5, linear: 0, probes: false, challengeGapMs: 0 },
  // Not read: TCP_TIMEOUT_INIT 1 s (RFC 6298) came with 3.1, six retries with 3.7.
  { from: 3_001, firstS: 1, retries: 5, linear: 0, probes: false, challengeGapMs: 0 },
  { from: 3_007, firstS: 1, retries: 6, linear: 0, probes: false, challengeGapMs: 0 },
  // Read, 3.10, 4.4 and 5.19, documented in ip-sysctl.rst, and measured on 5.10, 6.1: tcp_syn_retries 6. Tail loss probes.
  { from: 3_010, firstS: 1, retries: 6, linear: 0, probes: true, challengeGapMs: 0 },
  // Not read: the rate limit of challenge ACKs in answer to what is out of window came with 4.0; read in 4.4 and 6.18.
  { from: 4_000, firstS: 1, retries: 6, linear: 0, probes: true, challengeGapMs: 500 },
  // Read, 6.5 and 6.18, documented in ip-sysctl.rst, and measured on 6.12, 6.18 and 7.2: four linear time-outs.
  { from: 6_005, firstS: 1, retries: 6, linear: 4, probes: true, challengeGapMs: 500 },
];
const VERSION_MAX = 7_002;
const FAST_OPEN_FROM = 3_006; // tcp(7), ip-sysctl
const GAP_S_MAX = 120; // TCP_RTO_MAX

/** TCP_RTO_MIN, and tcp_retries2. */
const VARIANCE_NS_MIN = 200 * NS_PER_MS;
const DATA_RETRIES = 15;

const NAME = /^linux-(\d{1,2})\.(\d{1,3})(?:\.\d{1,4})?$/;

/** Is `name` a Linux from 2.2 to 7.2? */
export function isLinuxClient(name: string): boolean {
  const version = versionOf(name);
  return version >= ERAS[0]!.from && version <= VERSION_MAX;
}

/** Does it have tcp_syn_linear_timeouts? */
export function hasLinearTimeouts(name: string): boolean {
  return isLinuxClient(name) && eraOf(name).linear > 0;
}

/** Can it ask for Fast Open (MSG_FASTOPEN)? */
export function hasFastOpen(name: string): boolean {
  return isLinuxClient(name) && versionOf(name) >= FAST_OPEN_FROM;
}

/** @param name of a Linux (`isLinuxClient`). */
export function linuxClient(name: string, sysctl: ClientSysctl): ClientStack {
  const era = eraOf(name);
  const retries = sysctl['net.ipv4.tcp_syn_retries'] ?? era.retries;
  const linear = sysctl['net.ipv4.tcp_syn_linear_timeouts'] ?? era.linear;
  const { failsAtS, synAtS } = synsOf(era.firstS, retries, era.linear === 0 ? 0 : linear);
  const data: DataRetries = { varianceNsMin: VARIANCE_NS_MIN, probes: era.probes, retries: DATA_RETRIES };
  return {
    name,
    synAtNs: synAtS.map((atS) => atS * NS_PER_S),
    failsAtNs: failsAtS * NS_PER_S,
    data,
    challengeGapNs: era.challengeGapMs * NS_PER_MS,
    resetRetryNs: NEVER_NS,
  };
}

/** R7, in nominal seconds. */
function synsOf(firstS: number, retries: number, linear: number): { synAtS: number[]; failsAtS: number } {
  const synAtS = [0];
  let endS = firstS; // firstS * (2^(retries + 1) - 1), as far as it matters
  for (let k = 0; k < retries && endS < 1e6; k++) endS = 2 * endS + firstS;
  for (let atS = 0, gapS = firstS, n = 0; ; n++) {
    atS += Math.min(gapS, GAP_S_MAX);
    if (n >= retries + linear || (linear > 0 && atS >= endS)) return { synAtS, failsAtS: atS };
    synAtS.push(atS);
    if (n >= linear && gapS < GAP_S_MAX) gapS *= 2;
  }
}

function eraOf(name: string): Era {
  const version = versionOf(name);
  return ERAS.findLast(({ from }) => from <= version) ?? ERAS[0]!;
}

function versionOf(name: string): number {
  const match = NAME.exec(name);
  return match === null ? -1 : Number(match[1]) * 1000 + Number(match[2]);
}
