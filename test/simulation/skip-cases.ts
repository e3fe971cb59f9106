/** Scenarios in which a flood is skipped: stacks, what they are flooded with, and over which link. */
import { readFileSync } from 'node:fs';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const CAPTURE = 'captures/stopddos-synflood-spoofed.csv';
const FILES = new Map([[CAPTURE, readFileSync(`scenarios/${CAPTURE}`)]]);

export const STACKS: Readonly<Record<string, string>> = {
  'linux-1.2': '{ stack: linux-1.2, listen: { backlog: 7 }, linux12: { hz: 100 }, accept: { mode: poll, period: 3s } }',
  'linux-1.2 without ticks, acceptor asleep':
    '{ stack: linux-1.2, listen: { backlog: 7 }, linux12: { tick: false }, accept: { mode: blocking, workers: 2 } }',
  'classic, table full': '{ stack: classic, classic: { slots: 20, hold: exponential(400ms) } }',
  'classic, accept queue full':
    '{ stack: classic, classic: { slots: 500 }, listen: { backlog: 3 }, accept: { service: exponential(300ms) } }',
  'linux-6.18, SYN queue full':
    '{ stack: linux-6.18, sysctl: { net.ipv4.tcp_syncookies: 0 }, listen: { backlog: 16 }, accept: { mode: poll, period: 3s } }',
  'linux-6.18, cookies': '{ stack: linux-6.18, listen: { backlog: 16 }, accept: { service: exponential(300ms) } }',
  'linux-6.18, accept queue full': '{ stack: linux-6.18, listen: { backlog: 3 }, accept: { mode: poll, period: 3s } }',
  'linux-2.4, last quarter':
    '{ stack: linux-2.4, sysctl: { net.ipv4.tcp_max_syn_backlog: 32 }, accept: { mode: never } }',
  'freebsd, cookies only':
    '{ stack: freebsd-14, sysctl: { net.inet.tcp.syncookies_only: 1 }, listen: { backlog: 3 }, accept: { mode: poll, period: 3s } }',
  'freebsd, paused now and then':
    '{ stack: freebsd-14, sysctl: { net.inet.tcp.syncache.hashsize: 16 }, accept: { service: exponential(300ms) } }',
};

/** Traffic entries, without the link that they cross. */
export const FLOODS = {
  poisson: 'kind: syn-flood, arrivals: poisson(800/s), start: 1s',
  mmpp: 'kind: syn-flood, arrivals: "mmpp(2000/s, 50/s; 300ms, 700ms)", start: 1s',
  periodic: 'kind: syn-flood, arrivals: periodic(997/s), start: 1s',
  batch: 'kind: syn-flood, arrivals: "batch(poisson(20/s), geometric(40))", start: 1s',
  capture: `kind: syn-flood, arrivals: capture(${CAPTURE}), start: 1s`,
  burst: 'kind: syn-flood, arrivals: burst(3000), start: 1s',
  schedule: 'kind: syn-flood, arrivals: "schedule(0s, 0s, 1s, 1s, 2500ms, 2500ms, 3s)", start: 1s, until: 9s',
} as const;

export const LINKS = {
  none: '',
  delay: 'links: { access: { delay: 20ms } }',
  lossy: 'links: { access: { delay: 20ms, loss: 10% } }',
} as const;

export interface Case {
  /** Its name. */
  readonly stack: string;
  readonly server: string;
  /** Entries of the traffic besides the users. */
  readonly floods: readonly string[];
  /** A line of the scenario; what it describes everybody crosses. */
  readonly link: string;
  /** More lines of the scenario. */
  readonly lines: string;
  /** Default 30s. */
  readonly duration?: string;
}

/** The case in one line. */
export function textOf({ floods, lines, link, stack }: Case): string {
  const arrivals = floods.map((flood) => /arrivals: (.*?)(?:, [a-z]+:|$)/.exec(flood)?.[1] ?? flood);
  return [stack, ...arrivals, link, lines].filter((text) => text !== '').join(' · ');
}

export function scenarioOf({ duration, floods, lines, link, server }: Case, skip: string): Scenario {
  const crosses = link === '' ? '' : ', link: access';
  const entries = floods.map((flood, i) => `  other${i}: { ${flood}${flood.includes('link:') ? '' : crosses} }`);
  const text = `duration: ${duration ?? '30s'}
skip: ${skip}
${lines}
${link}
server: ${server}
traffic:
  users: { kind: clients, arrivals: poisson(2/s), rtt: 10ms${crosses} }
${entries.join('\n')}`;
  return parseScenario(text, 'skip.yaml');
}

export function run(one: Case, skip: string, replication = 0): RunResult {
  return simulate({ scenario: scenarioOf(one, skip), files: FILES, replication });
}
