/**
 * The section `server` of a scenario file: the stack, its settings, the application that accepts, what stands before the host.
 * Leaves out: what must hold between keys (checks.ts).
 */
import * as z from 'zod';
import { CLASSIC_POLICIES } from '../listeners/specs.ts';
import { isStackName, STACK_NAMES } from '../listeners/stacks.ts';
import { parseDistribution } from './expressions.ts';
import { parsePackets, parseProbability, parseSize } from './quantities.ts';
import { duration, durationOrNever, flag, int, parseTimers, quantity } from './schema-values.ts';

const INT32_MAX = 0x7fff_ffff;
const SEQUENCE_MAX = 0xffff_ffff;
const PORT_MAX = 65_535;
const WORKER_MAX = 99_999;
const EVENTS_MAX = 10_000;

const pause = z.strictObject({
  at: duration('First instant of the pause.', '20s'),
  for: duration('Length of the pause.', '2s'),
  every: durationOrNever('The pause comes again after this time, which is longer than the pause.', '10s').prefault(
    'none',
  ),
  worker: int(0, WORKER_MAX, 'Of this worker alone, from 0 on; left out, of all.', 0).optional(),
});

const exit = z.strictObject({
  at: duration('When it leaves.', '50s'),
  worker: int(0, WORKER_MAX, 'The one worker that leaves; left out, all do.', 0).optional(),
});

const accept = z.strictObject({
  mode: z
    .enum(['blocking', 'poll', 'select', 'never'])
    .default('blocking')
    .describe('How the application waits: in accept(), by polling, in select(), or never.'),
  workers: int(1, 100_000, 'Processes that accept, each serving what it accepted.', 4).default(1),
  start: duration('First call.', '5s').prefault('0s'),
  service: quantity(
    parseDistribution,
    'law',
    'Time that a worker spends on a connection.',
    'exponential(200us)',
    '5ms',
  ).prefault('0s'),
  exits: z
    .array(exit)
    .max(EVENTS_MAX)
    .default([])
    .describe(
      'A worker closes its listening socket, accepts no more, and serves what it has. Nobody listens once all have.',
    ),
  pauses: z.array(pause).max(EVENTS_MAX).default([]).describe('Windows in which the application makes no call.'),
  period: duration('mode poll: time between two polls, above 0; the mode needs it.', '10ms').optional(),
  drain: flag('mode poll: accept until EAGAIN (true), or once a poll (false, the default).').optional(),
  timeout: durationOrNever('mode select: time-out of select(), above 0; none by default.', '1s').optional(),
  nonblock: flag('mode select: O_NONBLOCK on the listener; false by default.').optional(),
  reply: quantity(parseSize, 'size', 'Payload that is written when the service ends.', '1500 bytes', '0').prefault(
    '1 byte',
  ),
  close: flag('Close the connection when the service ends.').default(true),
});

const cost = (description: string, byDefault: string) => duration(description, '2us').prefault(byDefault);

/** Costs as measured on Linux 6.18 with one processor (E10); of a list, from 30 % of a Pentium III in Lemon 2002. */
const costs = z.strictObject({
  interrupt: cost('Every packet as it comes, dropped or not.', '0s'),
  syn_queued: cost('A SYN that takes a slot.', '1950ns'),
  syn_cookie: cost('A SYN that gets a cookie.', '1850ns'),
  syn_dropped: cost('A SYN that is dropped.', '1500ns'),
  reset: cost('A SYN that is answered by RST.', '1500ns'),
  segment: cost('Any other segment.', '1100ns'),
  visit: cost('An element of a list that is walked.', '26ns'),
  accept: cost('accept().', '1650ns'),
  close: cost('close().', '6600ns'),
});

const cpu = z.strictObject({
  cores: int(1, 4096, 'Cores that serve packets; a 4-tuple stays on one.', 4).default(1),
  backlog: quantity(
    parsePackets,
    'packets',
    'Packets that may wait for a core (net.core.netdev_max_backlog).',
    '300 packets',
  ).prefault('1000 packets'),
  schedule: z
    .enum(['fair', 'packets-first'])
    .default('fair')
    .describe('Whether processes get a turn between two packets, or only when none waits.'),
  wakeup: quantity(
    parseDistribution,
    'law',
    'How long an idle core takes before it handles a packet.',
    'exponential(50us)',
  ).prefault('0s'),
  costs: costs.prefault({}).describe('What each kind of work takes of a core.'),
});

const table = {
  max: int(1, 16_777_216, 'Connections that are tracked (nf_conntrack_max).', 65_536).default(262_144),
  syn_sent: duration('Time-out while only a SYN was seen.', '60s').prefault('120s'),
  syn_recv: duration('Time-out after the answer to it.', '30s').prefault('60s'),
  established: durationOrNever('Time-out of a connection.', '3600s').prefault('432000s'),
};

const kind = <K extends string>(name: K, description: string) => z.literal(name).describe(description);

const frontEnd = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: kind('synproxy', 'Answers every SYN by a cookie and connects to the server for who brings it back.'),
    ...table,
  }),
  z.strictObject({
    kind: kind('conntrack', 'A stateful firewall with a bounded table.'),
    ...table,
    when_full: z
      .enum(['drop', 'early-drop'])
      .default('drop')
      .describe(
        'A SYN that finds the table full is dropped, or takes the place of a connection that is not established.',
      ),
  }),
  z.strictObject({
    kind: kind('filter', 'Drops packets of forged addresses before they reach the host.'),
    forged: quantity(parseProbability, 'probability', 'Share of forged addresses that are filtered.', '90%'),
  }),
]);

const listen = z.strictObject({
  backlog: int(-INT32_MAX - 1, INT32_MAX, 'Argument of listen(), in connections. The kernel may cut it.', 511).default(
    128,
  ),
  reuseport: int(1, 4096, 'Listeners that share the port (SO_REUSEPORT), one for each worker.', 4).default(1),
  defer_accept: duration(
    'TCP_DEFER_ACCEPT: time to wait for data before a connection is accepted; 0s: off.',
    '5s',
  ).prefault('0s'),
  fastopen: int(
    0,
    INT32_MAX,
    'TCP_FASTOPEN: Fast Open requests that may be pending, 0: off; needs bit 2 of net.ipv4.tcp_fastopen.',
    16,
  ).default(0),
});

const linux = z.strictObject({
  timers: quantity(
    parseTimers,
    'timers',
    'SYN-ACK time-outs at nominal instants, or as late as the timer wheel of a kernel of so many Hz makes them.',
    'wheel(250)',
    'exact',
  ).prefault('exact'),
  assume: flag('Takes a vendor kernel as the upstream release of its number.').default(false),
});

const classic = z.strictObject({
  slots: int(1, 16_777_216, 'Half-open slots.', 1024).default(128),
  hold: quantity(
    parseDistribution,
    'law',
    'How long an unanswered SYN keeps its slot.',
    'exponential(63s)',
    'fixed(63s)',
  ).prefault('63s'),
  policy: z.enum(CLASSIC_POLICIES).default('tail-drop').describe('What a SYN meets that finds no half-open slot.'),
  buckets: int(1, 65_536, 'policy syn-cache: buckets that share the slots, at most as many as slots.', 64).default(512),
});

const linux12 = z.strictObject({
  version: z
    .string()
    .regex(/^1\.2\.(\d|1[0-3])$/, '1.2.0 to 1.2.13')
    .default('1.2.13')
    .meta({ description: '1.2.0 to 1.2.13: the clamp of listen().', examples: ['1.2.10'] }),
  hz: int(1, 10_000, 'Ticks a second.', 1024).default(100),
  tick: flag('Timers fire one tick late, as in the kernel.').default(true),
  clock_us: int(0, SEQUENCE_MAX, 'Clock behind the initial sequence numbers, in microseconds.', 1_000_000).default(0),
});

const port = int(1, PORT_MAX, 'Port on which the server listens.', 8080);

export const server = z.strictObject({
  stack: z
    .string()
    .refine(isStackName, `one of ${STACK_NAMES.join(', ')}`)
    .meta({ description: 'The kernel whose listener is simulated.', examples: [...STACK_NAMES] }),
  port: port.default(80),
  other_ports: z
    .array(int(1, PORT_MAX, 'Another port.', 8080))
    .max(64)
    .default([])
    .describe('Further listeners of the host, where nobody accepts.'),
  listen: listen.prefault({}).describe('What the server asks of listen() and of its sockets.'),
  sysctl: z
    .record(z.string(), z.int())
    .optional()
    .describe('Settings of the kernel, by their sysctl names; those that are left out are as the kernel has them.'),
  linux: linux.optional().describe('Of stacks linux-2.2 and later.'),
  accept: accept.prefault({}).describe('The application that accepts.'),
  cpu: cpu.optional().describe('The processors of the host; left out, nothing takes their time.'),
  front_end: frontEnd.optional().describe('What stands between the network and the host; left out, nothing does.'),
  classic: classic.optional().describe('Of stack classic.'),
  linux12: linux12.optional().describe('Of stack linux-1.2.'),
});
