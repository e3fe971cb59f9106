/**
 * What is wrong with a listener of a host already: its queues, counters that grow, settings that cut.
 * Leaves out: what to do about it, which a run of the scenario tells.
 */
import { profileOf, synQueueLimit } from '../../listeners/stacks.ts';
import { kernelOf } from './kernel-of.ts';
import type { HostListener } from './snapshot.ts';

export interface HostObservation {
  /** `uname -r`; null: not seen. */
  readonly release: string | null;
  /** The listener, at both instants; several sockets where it is an SO_REUSEPORT group. */
  readonly before: readonly HostListener[];
  readonly after: readonly HostListener[];
  readonly sysctls: ReadonlyMap<string, number>;
  /** Counters of the whole host at both instants. */
  readonly countersBefore: ReadonlyMap<string, number>;
  readonly countersAfter: ReadonlyMap<string, number>;
  /** Time between the two instants, s; > 0. */
  readonly seconds: number;
  /** Connections of the listener whose SYN was answered and whose ACK has not come, at the second instant; null: not seen. */
  readonly halfOpen: number | null;
  /** Where else somebody listens, as ports, or with the address where the port is the same: the counters are theirs, too. */
  readonly others: readonly string[];
}

/** Smaller numbers would be written with an exponent. */
const PLACES_MAX = 6;
/** Counters that say something is wrong when they grow, and what. */
const ALARMS: readonly (readonly [counter: string, text: string])[] = [
  [
    'TcpExtListenOverflows',
    'the accept queue is full when connections come: accept() is too slow, or the backlog too small',
  ],
  ['TcpExtTCPReqQFullDrop', 'the SYN queue is full and SYN cookies are off'],
  ['TcpExtTCPReqQFullDoCookies', 'the SYN queue is full, and SYN cookies take over'],
  ['TcpExtSyncookiesFailed', 'ACKs come back with cookies that do not count'],
  ['TcpExtTCPDeferAcceptDrop', 'bare ACKs are dropped for TCP_DEFER_ACCEPT'],
];

/** What is wrong, one sentence each, the worst first. */
export function findingsOf(observation: HostObservation): string[] {
  const { after, countersAfter, seconds, sysctls } = observation;
  const growth = growthOf(observation);
  const socket = fullestOf(after);
  const findings: string[] = [];
  if (socket !== undefined && socket.recvQ > socket.sendQ) {
    findings.push(`Recv-Q is at Send-Q+1 (${socket.recvQ}): the accept queue is full`);
  } else if (socket !== undefined && 2 * socket.recvQ >= socket.sendQ && socket.recvQ > 0) {
    findings.push(`Recv-Q is ${socket.recvQ} of ${socket.sendQ + 1}: accept() falls behind`);
  }
  findings.push(...synQueueFindings(observation, socket));
  for (const [counter, text] of ALARMS) {
    const more = growth(counter);
    if (more > 0) findings.push(`${counter.replace(/^TcpExt/, '')} grows by ${plain(more / seconds)}/s: ${text}`);
  }
  const others = growth('TcpExtListenDrops') - growth('TcpExtListenOverflows');
  if (others > 0)
    findings.push(
      `ListenDrops grows by ${plain(others / seconds)}/s beyond ListenOverflows: SYNs are dropped for other reasons`,
    );
  if (
    countersAfter.size > 0 &&
    (countersAfter.get('TcpExtListenOverflows') ?? 0) > 0 &&
    growth('TcpExtListenOverflows') === 0
  ) {
    findings.push(
      `ListenOverflows was ${countersAfter.get('TcpExtListenOverflows') ?? 0} before: it has happened since the host started`,
    );
  }
  const somaxconn = sysctls.get('net.core.somaxconn');
  if (socket !== undefined && somaxconn === socket.sendQ) {
    findings.push(`the backlog is net.core.somaxconn (${somaxconn}): listen() may have asked for more`);
  }
  if (sysctls.get('net.ipv4.tcp_syncookies') === 0)
    findings.push('net.ipv4.tcp_syncookies is 0: a SYN flood takes the whole SYN queue');
  return findings;
}

/** The SYN queue: how much of it is taken, and by whom when the accept queue is full. */
function synQueueFindings(
  { after, halfOpen, release, sysctls }: HostObservation,
  socket: HostListener | undefined,
): string[] {
  const maxSynBacklog = sysctls.get('net.ipv4.tcp_max_syn_backlog');
  if (socket === undefined || halfOpen === null || halfOpen === 0) return [];
  const found: string[] = [];
  const profile = profileOf(kernelOf(release).version);
  const limitOf = ({ sendQ }: HostListener): number => synQueueLimit(profile, sendQ, maxSynBacklog ?? sendQ);
  const places = after.reduce((sum, one) => sum + limitOf(one), 0);
  if (halfOpen >= places) {
    const hasCookies = sysctls.get('net.ipv4.tcp_syncookies') !== 0;
    const then = hasCookies ? 'further SYNs are answered by cookies alone' : 'further SYNs are dropped';
    found.push(`${halfOpen} connections are half-open, all that the SYN queue holds (${places}): ${then}`);
  } else if (2 * halfOpen >= places) {
    found.push(`${halfOpen} connections are half-open, of ${places} that the SYN queue holds`);
  }
  if (socket.recvQ > socket.sendQ) {
    const who = halfOpen === 1 ? '1 connection waits' : `${halfOpen} connections wait`;
    found.push(
      `${who} half-open while the accept queue is full: a last ACK is dropped then, though its client takes itself for connected`,
    );
  }
  return found;
}

/** The socket with the longest accept queue. */
export function fullestOf(sockets: readonly HostListener[]): HostListener | undefined {
  return sockets.toSorted((a, b) => b.recvQ - a.recvQ)[0];
}

/** By how much a counter grew between the two instants; 0 when it began again. */
export function growthOf({ countersAfter, countersBefore }: HostObservation): (name: string) => number {
  return (name) => Math.max(0, (countersAfter.get(name) ?? 0) - (countersBefore.get(name) ?? 0));
}

/** A number for people and for the scenario: three digits behind the point, or four that count, and no exponent. */
export function plain(value: number): string {
  if (Math.abs(value) >= 1 || value === 0) return String(Math.round(value * 1000) / 1000);
  return String(Number(Number(value.toPrecision(4)).toFixed(PLACES_MAX)));
}
