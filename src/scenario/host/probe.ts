/**
 * A listener of a real host as a scenario, and what is wrong with it already: its queue at two instants, counters of the host between
 * them, its settings and its kernel.
 * Leaves out what a host does not show from outside: round trips, how long the application serves, how many workers it has, which of
 * the SYNs are retries. What was taken for them is said, in the scenario too.
 */
import { settingsOf } from '../../listeners/stacks.ts';
import { findingsOf, fullestOf, growthOf, type HostObservation, plain } from './findings.ts';
import { kernelOf } from './kernel-of.ts';
import type { HostListener } from './snapshot.ts';

export interface ProbeResult {
  /** YAML. */
  readonly scenario: string;
  readonly port: number;
  readonly backlog: number;
  readonly recvQ: number;
  /** Half-open connections; null: not seen. */
  readonly halfOpen: number | null;
  readonly connectionsPerS: number;
  readonly synsPerS: number;
  /** What is wrong, one sentence each. */
  readonly findings: readonly string[];
  /** What could not be seen, and what was taken in its place. */
  readonly unseen: readonly string[];
}

const RATE_UNSEEN = 1;
/** Arrivals of a host that says more are not believed. */
const RATE_MAX = 1e9;
const RATE_MIN = 1e-6;
/** listen() takes an int. */
const BACKLOG_MAX = 2 ** 31 - 1;
const GROUP_MAX = 4096;

/** @param observation with at least one socket in `after`. @returns the scenario, and what there is to say. */
export function probeScenario(observation: HostObservation): ProbeResult {
  const { after, before, countersAfter, countersBefore, halfOpen, others, release, seconds } = observation;
  const unseen: string[] = [];
  const socket = fullestOf(after);
  const port = socket?.port ?? 0;
  const backlog = Math.min(BACKLOG_MAX, socket?.sendQ ?? 0);
  const recvQ = socket?.recvQ ?? 0;
  const growth = growthOf(observation);
  const opens = growth('TcpPassiveOpens');
  const drops = growth('TcpExtListenDrops');
  const connectionsPerS = opens / seconds;
  const synsPerS = (opens + drops) / seconds;
  const sum = (sockets: readonly HostListener[]): number => sockets.reduce((total, one) => total + one.recvQ, 0);
  const accepted = Math.max(0, opens - (sum(after) - sum(before)));
  const isFull = sum(before) > 0 && after.every((one) => one.recvQ > one.sendQ);
  const findings = findingsOf(observation);
  if (countersAfter.size === 0 || countersBefore.size === 0) unseen.push('counters: the arrival rate is a guess');
  if (others.length > 0) {
    unseen.push(`whose the counters are: they are the host's, which listens on ${listText(others)} too`);
  }
  if (halfOpen === null) unseen.push('half-open connections (ss -tn state syn-recv tells them)');
  unseen.push('round trips (taken as 1 ms), workers and service times (taken from how the queue moves)');
  const accept = acceptText(accepted / seconds, recvQ, isFull);
  const users = usersText(synsPerS, drops > 0, countersAfter.size > 0, unseen);
  const kernel = kernelOf(release);
  if (kernel.unseen !== null) unseen.push(kernel.unseen);
  const sysctl = sysctlText(observation, unseen);
  const scenario = `# A listener of a host, as it was seen for ${plain(seconds)} s. What could not be seen:
${unseen.map((text) => `#   ${text}\n`).join('')}title: What becomes of the clients of port ${port}?
duration: 120s
warmup: 60s
server:
  stack: ${kernel.stackName}
  port: ${port}
  listen: { backlog: ${backlog}${after.length > 1 ? `, reuseport: ${Math.min(GROUP_MAX, after.length)}` : ''} }   # Send-Q of ss: what listen() got
${sysctl}  accept: ${accept}
traffic:
  users: ${users}
`;
  return { scenario, port, backlog, recvQ, halfOpen, connectionsPerS, synsPerS, findings, unseen };
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
  const rate = isSeen ? Math.min(RATE_MAX, Math.max(RATE_MIN, synsPerS)) : RATE_UNSEEN;
  if (isSeen && synsPerS === 0)
    return '{ kind: clients, arrivals: poisson(1/s), rtt: 1ms }      # nobody came: a guess';
  if (!hasDrops) return `{ kind: clients, stack: linux-6.5, arrivals: poisson(${plain(rate)}/s), rtt: 1ms }`;
  unseen.push(
    'which SYNs are retries of dropped ones: each counts as a client that tries once, so fewer would come if none was dropped',
  );
  return `{ kind: clients, stack: schedule(0s; fails 500ms), arrivals: poisson(${plain(rate)}/s), rtt: 1ms }   # retries are in the rate`;
}

/** Settings that the simulated kernel has and the host showed. */
function sysctlText({ release, sysctls }: HostObservation, unseen: string[]): string {
  const known = settingsOf(kernelOf(release).version);
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

function listText(places: readonly string[]): string {
  const shown = places.slice(0, 5).join(', ');
  return places.length > 5 ? `${shown} and ${places.length - 5} more` : shown;
}
