/**
 * A listener of a real host as a scenario, and what is wrong with it already: its queue at two instants, counters of the host between
 * them, its settings and its kernel.
 * Leaves out what a host does not show from outside: round trips, how long the application serves, how many workers it has, which of
 * the SYNs are retries. What was taken for them is said, in the scenario too.
 */
import { isKernelName, kernelNamed, settingsOf } from '../../listeners/stacks.ts';
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
  /** Other ports that somebody listens on: the counters are theirs, too. */
  readonly otherPorts: readonly number[];
}

export interface ProbeResult {
  /** YAML. */
  readonly scenario: string;
  readonly port: number;
  readonly backlog: number;
  readonly recvQ: number;
  readonly connectionsPerS: number;
  readonly synsPerS: number;
  /** What is wrong, one sentence each. */
  readonly findings: readonly string[];
  /** What could not be seen, and what was taken in its place. */
  readonly unseen: readonly string[];
}

const STACK_UNSEEN = 'linux-6.18';
const RATE_UNSEEN = 1;
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

/** @param observation with at least one socket in `after`. @returns the scenario, and what there is to say. */
export function probeScenario(observation: HostObservation): ProbeResult {
  const { after, before, countersAfter, countersBefore, seconds } = observation;
  const unseen: string[] = [];
  const [socket] = after.toSorted((a, b) => b.recvQ - a.recvQ);
  const port = socket?.port ?? 0;
  const backlog = socket?.sendQ ?? 0;
  const recvQ = socket?.recvQ ?? 0;
  const growth = (name: string): number =>
    Math.max(0, (countersAfter.get(name) ?? 0) - (countersBefore.get(name) ?? 0));
  const opens = growth('TcpPassiveOpens');
  const drops = growth('TcpExtListenDrops');
  const connectionsPerS = opens / seconds;
  const synsPerS = (opens + drops) / seconds;
  const sum = (sockets: readonly HostListener[]): number => sockets.reduce((total, one) => total + one.recvQ, 0);
  const accepted = Math.max(0, opens - (sum(after) - sum(before)));
  const isFull = sum(before) > 0 && after.every((one) => one.recvQ > one.sendQ);
  const findings = findingsOf(observation, socket, growth);
  if (countersAfter.size === 0 || countersBefore.size === 0) unseen.push('counters: the arrival rate is a guess');
  if (observation.otherPorts.length > 0) {
    unseen.push(
      `whose the counters are: they are the host's, which listens on ${portsText(observation.otherPorts)} too`,
    );
  }
  unseen.push('round trips (taken as 1 ms), workers and service times (taken from how the queue moves)');
  const accept = acceptText(accepted / seconds, recvQ, isFull);
  const users = usersText(synsPerS, drops > 0, countersAfter.size > 0, unseen);
  const stack = stackText(observation.release, unseen);
  const sysctl = sysctlText(observation, unseen);
  const scenario = `# A listener of a host, as it was seen for ${plain(seconds)} s. What could not be seen:
${unseen.map((text) => `#   ${text}\n`).join('')}title: What becomes of the clients of port ${port}?
duration: 120s
warmup: 60s
server:
${stack}  port: ${port}
  listen: { backlog: ${backlog}${after.length > 1 ? `, reuseport: ${after.length}` : ''} }   # Send-Q of ss: what listen() got
${sysctl}  accept: ${accept}
traffic:
  users: ${users}
`;
  return { scenario, port, backlog, recvQ, connectionsPerS, synsPerS, findings, unseen };
}

function findingsOf(
  { countersAfter, seconds, sysctls }: HostObservation,
  socket: HostListener | undefined,
  growth: (name: string) => number,
): string[] {
  const findings: string[] = [];
  if (socket !== undefined && socket.recvQ > socket.sendQ) {
    findings.push(`Recv-Q is at Send-Q+1 (${socket.recvQ}): the accept queue is full`);
  } else if (socket !== undefined && 2 * socket.recvQ >= socket.sendQ && socket.recvQ > 0) {
    findings.push(`Recv-Q is ${socket.recvQ} of ${socket.sendQ + 1}: accept() falls behind`);
  }
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

/** What the queue did says how fast the application accepts, and no more. */
function acceptText(acceptedPerS: number, recvQ: number, isFull: boolean): string {
  if (isFull && acceptedPerS === 0) return '{ mode: never }        # the queue is full, and nobody takes from it';
  if (recvQ > 0 && acceptedPerS > 0) {
    return `{ service: fixed(${plain(1000 / acceptedPerS)}ms) }   # ${plain(acceptedPerS)} connections a second were accepted while others waited`;
  }
  return '{ service: 0s }        # nobody waited: accept() keeps up, whatever the service takes';
}

/** SYNs that were dropped come again, and which did nobody can tell: then each that came is a client that tries once. */
function usersText(synsPerS: number, hasDrops: boolean, isSeen: boolean, unseen: string[]): string {
  const rate = isSeen ? synsPerS : RATE_UNSEEN;
  if (isSeen && rate === 0) return '{ kind: clients, arrivals: poisson(1/s), rtt: 1ms }      # nobody came: a guess';
  if (!hasDrops) return `{ kind: clients, stack: linux-6.5, arrivals: poisson(${plain(rate)}/s), rtt: 1ms }`;
  unseen.push(
    'which SYNs are retries of dropped ones: each counts as a client that tries once, so fewer would come if none was dropped',
  );
  return `{ kind: clients, stack: schedule(0s; fails 500ms), arrivals: poisson(${plain(rate)}/s), rtt: 1ms }   # retries are in the rate`;
}

function stackText(release: string | null, unseen: string[]): string {
  const name = `linux-${release ?? ''}`;
  const exact = /^\d+\.\d+(?:\.\d+){0,2}/.exec(release ?? '')?.[0];
  if (exact === undefined || !isKernelName(name) || kernelNamed(name, true).version === null) {
    unseen.push(
      `the kernel: ${release === null ? 'no uname -r' : 'its release is no Linux known here'}, taken as ${STACK_UNSEEN}`,
    );
    return `  stack: ${STACK_UNSEEN}\n`;
  }
  if (name === `linux-${exact}`) return `  stack: ${name}\n`;
  unseen.push(`what the vendor of ${release ?? ''} has changed: it is taken as linux-${exact}`);
  return `  stack: linux-${exact}\n`;
}

/** Settings that the simulated kernel has and the host showed. */
function sysctlText({ release, sysctls }: HostObservation, unseen: string[]): string {
  const named = kernelNamed(`linux-${/^\d+\.\d+(?:\.\d+){0,2}/.exec(release ?? '')?.[0] ?? '6.18'}`, true);
  const known = settingsOf(named.version ?? [6, 18, 0, 0]);
  const seen = known.flatMap(({ max, min, name }) => {
    const value = sysctls.get(name);
    if (value === undefined || value < min || value > max) {
      unseen.push(`${name}: taken as this kernel has it by default`);
      return [];
    }
    return [`${name}: ${value}`];
  });
  return seen.length === 0 ? '' : `  sysctl:\n${seen.map((line) => `    ${line}\n`).join('')}`;
}

/** A number for people and for the scenario: three digits behind the point at most. */
function plain(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function portsText(ports: readonly number[]): string {
  const shown = ports.slice(0, 5).join(', ');
  return ports.length > 5 ? `${shown} and ${ports.length - 5} more` : shown;
}
