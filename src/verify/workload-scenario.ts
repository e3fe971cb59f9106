/**
 * A golden workload (family a of the Linux 1.2.13 cases) as a scenario: every attacker and every client
 * becomes a traffic entry, in the order in which the case processes them inside a tick.
 * Leaves out: playing it (workload.ts).
 * Source of the conventions: golden file format, families and order inside a tick.
 */
import * as z from 'zod';
import { NEVER_NS } from '../engine/time.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type AcceptSpec, PERIOD_UNUSED_NS } from '../server/specs.ts';
import { CLIENT_STACKS } from '../traffic/client-stacks.ts';
import type { ArrivalSpec, ClientsSpec, FloodSpec, ClientStack, TrafficSpec } from '../traffic/specs.ts';

/** One tick of HZ 100, ns. */
export const TICK_NS = 1e7;
const PORT = 80;
const OTHER_PORT = 81;
const CASES_TRAFFIC_MAX = 4096;

const tick = z.number().int().min(0).max(1e9);
const sequence = z.number().int().min(0).max(0xffff_ffff);
const resetAfter = tick.nullable();

const attacker = z.union([
  z.strictObject({
    period: tick.min(1),
    start: tick,
    end: tick,
    pool: z.number().int().min(1).nullable(),
    isn: sequence,
    isn_step: sequence,
    rst_after: resetAfter,
  }),
  z.strictObject({ syns: z.array(z.tuple([tick, sequence, sequence])).max(1e6), rst_after: resetAfter }),
]);

const stackName = z.enum(['linux-1.2', 'bsd', 'modern', '6.5+']);

const clients = z.union([
  z.strictObject({
    stack: z.union([stackName, z.array(stackName).min(1)]),
    count: z.number().int().min(0).max(CASES_TRAFFIC_MAX),
    first: tick,
    step: tick,
  }),
  z.array(z.tuple([tick, stackName])).max(CASES_TRAFFIC_MAX),
]);

export const workloadInput = z.strictObject({
  backlog: z.number().int(),
  horizon: tick,
  server: z.strictObject({
    kind: z.enum(['blocking', 'poll', 'select', 'none']),
    start: tick.optional(),
    service: tick.optional(),
    period: tick.min(1).optional(),
    drain: z.boolean().optional(),
    timeout: tick.nullable().optional(),
    nonblock: z.boolean().optional(),
  }),
  ack_delay: tick,
  attackers: z.array(attacker).max(16),
  clients,
  other_port_handshakes: z.array(tick).max(1e5).optional(),
});

export type WorkloadInput = z.infer<typeof workloadInput>;

/** Names of the traffic entries: `other`, `a0`, `a1`, …, `c0`, `c1`, … */
export const OTHER_ENTRY = 'other';

const STACK_OF: Record<z.infer<typeof stackName>, ClientStack> = {
  'linux-1.2': stackNamed('linux-1.2'),
  bsd: stackNamed('bsd-4.4'),
  modern: stackNamed('linux-3.10'),
  '6.5+': stackNamed('linux-6.5'),
};

/** @returns the scenario of case `id`; running it is running the case. */
export function workloadScenario(id: string, input: WorkloadInput): Scenario {
  const starts = clientStarts(input);
  const others = input.other_port_handshakes ?? [];
  const traffic: TrafficSpec[] = [
    ...(others.length > 0 ? [otherHandshakes(others)] : []),
    ...input.attackers.map((a, i) => attackerEntry(`a${i}`, a)),
    ...starts.map(([start, stack], i) => clientEntry(`c${i}`, start, stack, input.ack_delay)),
  ];
  return {
    name: id,
    title: `Golden workload ${id} of Linux 1.2.13`,
    seed: '1',
    durationNs: input.horizon * TICK_NS,
    warmupNs: 0,
    sampleNs: Math.max(1, Math.floor(input.horizon / 100)) * TICK_NS,
    skip: 'off',
    limits: { events: 1e10, memoryBytes: 1e9 },
    server: {
      stackName: 'linux-1.2',
      stack: { kind: 'linux-1.2', version: '1.2.13', hz: 100, tick: true, clockUs: 0 },
      backlog: input.backlog,
      port: PORT,
      otherPorts: others.length > 0 ? [OTHER_PORT] : [],
      accept: acceptSpec(input),
    },
    links: [],
    traffic,
  };
}

/** [start, stack] of every client, in index order. */
function clientStarts(input: WorkloadInput): [number, ClientStack][] {
  const { clients: c } = input;
  if (Array.isArray(c)) return c.map(([start, stack]) => [start, STACK_OF[stack]]);
  const stacks = Array.isArray(c.stack) ? c.stack : [c.stack];
  return Array.from({ length: c.count }, (_, i) => [
    c.first + i * c.step,
    STACK_OF[stacks[i % stacks.length] ?? 'modern'],
  ]);
}

function stackNamed(name: string): ClientStack {
  const stack = CLIENT_STACKS.find((s) => s.name === name);
  if (stack === undefined) throw new RangeError(`no client stack ${name}`);
  return stack;
}

function acceptSpec(input: WorkloadInput): AcceptSpec {
  const { server } = input;
  const timeout = server.timeout ?? null;
  return {
    mode: server.kind === 'none' ? 'never' : server.kind,
    workers: 1,
    startNs: (server.start ?? 0) * TICK_NS,
    service: { kind: 'constant', meanNs: (server.service ?? 0) * TICK_NS },
    pauses: [],
    periodNs: server.period === undefined ? PERIOD_UNUSED_NS : server.period * TICK_NS,
    drain: server.drain ?? false,
    timeoutNs: timeout === null ? NEVER_NS : timeout * TICK_NS,
    nonblock: server.nonblock ?? false,
    replyBytes: 0,
    close: false,
  };
}

function otherHandshakes(ticks: readonly number[]): ClientsSpec {
  const arrivals: ArrivalSpec = { kind: 'schedule', atNs: ticks.map((t) => t * TICK_NS) };
  return { ...clientEntry(OTHER_ENTRY, 0, STACK_OF.modern, 0), arrivals, startNs: 0, port: OTHER_PORT };
}

function clientEntry(name: string, start: number, stack: ClientStack, ackDelay: number): ClientsSpec {
  return {
    name,
    kind: 'clients',
    arrivals: { kind: 'schedule', atNs: [0] },
    startNs: start * TICK_NS,
    untilNs: NEVER_NS,
    countMax: Infinity,
    port: PORT,
    link: null,
    stacks: [stack],
    rttNs: 0,
    answerNs: ackDelay * TICK_NS,
    speaks: false,
    timeoutNs: NEVER_NS,
    sysctl: {},
    timers: { wheelHz: 0, isShared: false },
    addresses: Infinity,
    reconnectAfterNs: NEVER_NS,
    reconnects: 0,
  };
}

function attackerEntry(name: string, a: z.infer<typeof attacker>): FloodSpec {
  const common = {
    name,
    kind: 'syn-flood' as const,
    port: PORT,
    link: null,
    resetAfterNs: a.rst_after === null ? NEVER_NS : a.rst_after * TICK_NS,
    liveShare: 1,
    refreshNs: NEVER_NS,
  };
  if ('syns' in a) {
    return {
      ...common,
      arrivals: { kind: 'schedule', atNs: a.syns.map(([t]) => t * TICK_NS) },
      startNs: 0,
      untilNs: NEVER_NS,
      countMax: Infinity,
      pool: Infinity,
      isn: 0,
      isnStep: 0,
      tuples: a.syns.map(([, tuple]) => tuple),
      isns: a.syns.map(([, , seq]) => seq),
    };
  }
  return {
    ...common,
    arrivals: { kind: 'periodic', ratePerSec: 1e9 / (a.period * TICK_NS) },
    startNs: a.start * TICK_NS,
    untilNs: a.end * TICK_NS,
    countMax: Infinity,
    pool: a.pool ?? Infinity,
    isn: a.isn,
    isnStep: a.isn_step,
    tuples: null,
    isns: null,
  };
}
