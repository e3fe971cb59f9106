/**
 * The scenario file as zod sees it: strict objects, every default in this one place, values with units turned
 * into numbers. Cross-checks between keys are in checks.ts.
 * Leaves out: YAML and the place of a value in the file (parse.ts).
 */
import * as z from 'zod';
import { CLASSIC_POLICIES } from '../listeners/specs.ts';
import { type ClientTimersSpec, FAST_OPEN_CLIENTS, FAST_OPEN_FLOODS } from '../traffic/specs.ts';
import { isStackName, STACK_NAMES } from '../listeners/stacks.ts';
import { parseArrivals, parseClientStack, parseDistribution } from './expressions.ts';
import {
  NotAQuantity,
  parseBitRate,
  parseDuration,
  parseDurationOrNever,
  parsePackets,
  parseProbability,
  parseQueue,
  parseSize,
  plainNumber,
} from './quantities.ts';
import { OPTION_NAMES } from './tcp-options.ts';

/** A value with a unit or an expression: text (or a number) in, what `parse` makes of it out. */
function quantity<T>(parse: (text: string) => T, description: string, examples: readonly string[]) {
  return z
    .union([z.string(), z.number()])
    .meta({ description, examples: [...examples] })
    .transform((value, context): T => {
      try {
        return parse(String(value).trim());
      } catch (error) {
        if (!(error instanceof NotAQuantity)) throw error;
        context.addIssue({ code: 'custom', message: error.expected, input: value });
        return z.NEVER;
      }
    });
}

/** What kernels are built with; a tick is a whole number of ns. */
const HZ_VALUES: readonly number[] = [100, 250, 1000];
const TIMES_MAX = 65_535;

function parseTimes(text: string): number {
  const expected = `a whole number up to ${TIMES_MAX}, or unlimited`;
  const times = text === 'unlimited' ? Infinity : plainNumber(text, expected);
  if (times !== Infinity && !(Number.isInteger(times) && times >= 1 && times <= TIMES_MAX))
    throw new NotAQuantity(expected);
  return times;
}

const duration = (description: string) => quantity(parseDuration, description, ['60s', '200us']);
const durationOrNever = (description: string) => quantity(parseDurationOrNever, description, ['10s', 'none']);
const int = (min: number, max: number) => z.int().min(min).max(max);
const INT32_MAX = 0x7fff_ffff;
const SEQUENCE_MAX = 0xffff_ffff;
const LIST_MAX = 1_000_000;

const pause = z.strictObject({
  at: duration('First instant of the pause.'),
  for: duration('Length of the pause.'),
  every: durationOrNever('The pause comes again after this time.').default(Infinity),
  worker: int(0, 99_999).optional().describe('Of this worker alone, from 0 on; default: of all.'),
});

const accept = z.strictObject({
  mode: z
    .enum(['blocking', 'poll', 'select', 'never'])
    .default('blocking')
    .describe('How the application waits: in accept(), by polling, in select(), or never.'),
  workers: int(1, 100_000).default(1).describe('Processes that accept, each serving what it accepted.'),
  start: duration('First call.').default(0),
  service: quantity(parseDistribution, 'Time a worker spends on a connection.', ['5ms', 'exponential(200us)']).default({
    kind: 'constant',
    meanNs: 0,
  }),
  exits: z
    .array(
      z.strictObject({
        at: duration('When.'),
        worker: int(0, 99_999).optional().describe('The one worker that leaves; left out, all do.'),
      }),
    )
    .max(10_000)
    .default([])
    .describe(
      'A worker closes its listening socket, accepts no more, and serves what it has. Nobody listens once all have.',
    ),
  pauses: z.array(pause).max(10_000).default([]).describe('Windows in which the application makes no call.'),
  period: duration('mode poll: time between polls.').optional(),
  drain: z.boolean().optional().describe('mode poll: accept until EAGAIN (true) or once a poll.'),
  timeout: durationOrNever('mode select: time-out of select().').optional(),
  nonblock: z.boolean().optional().describe('mode select: O_NONBLOCK on the listener.'),
  reply: quantity(parseSize, 'Payload written when the service ends.', ['1 byte', '0']).default(1),
  close: z.boolean().default(true).describe('Close the connection when the service ends.'),
});

const cost = (description: string, byDefault: number) => duration(description).default(byDefault);

/** Costs as measured on Linux 6.18 with one processor (E10); of a list, from 30 % of a Pentium III in Lemon 2002. */
const cpu = z.strictObject({
  cores: int(1, 4096).default(1).describe('Cores that serve packets; a 4-tuple stays on one.'),
  backlog: quantity(parsePackets, 'Packets that may wait for a core (net.core.netdev_max_backlog).', [
    '1000 packets',
  ]).default(1000),
  schedule: z
    .enum(['fair', 'packets-first'])
    .default('fair')
    .describe('Whether processes get a turn between two packets, or only when none waits.'),
  wakeup: quantity(parseDistribution, 'How long an idle core takes before it handles a packet.', [
    'exponential(50us)',
  ]).default({ kind: 'constant', meanNs: 0 }),
  costs: z
    .strictObject({
      interrupt: cost('Every packet as it comes, dropped or not.', 0),
      syn_queued: cost('A SYN that takes a slot.', 1950),
      syn_cookie: cost('A SYN that gets a cookie.', 1850),
      syn_dropped: cost('A SYN that is dropped.', 1500),
      reset: cost('A SYN that is answered by RST.', 1500),
      segment: cost('Any other segment.', 1100),
      visit: cost('An element of a list that is walked.', 26),
      accept: cost('accept().', 1650),
      close: cost('close().', 6600),
    })
    .prefault({}),
});

const table = {
  max: int(1, 16_777_216).default(262_144).describe('Connections that are tracked (nf_conntrack_max).'),
  syn_sent: duration('Time-out while only a SYN was seen.').default(120e9),
  syn_recv: duration('Time-out after the answer to it.').default(60e9),
  established: durationOrNever('Time-out of a connection.').default(432_000e9),
};

const frontEnd = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('synproxy'), ...table }),
  z.strictObject({
    kind: z.literal('conntrack'),
    ...table,
    when_full: z
      .enum(['drop', 'early-drop'])
      .default('drop')
      .describe(
        'A SYN that finds the table full is dropped, or takes the place of a connection that is not established.',
      ),
  }),
  z.strictObject({
    kind: z.literal('filter'),
    forged: quantity(parseProbability, 'Share of forged addresses that are filtered.', ['90%']),
  }),
]);

/** Ticks per second of the wheel, 0: none. */
function parseTimers(text: string): number {
  if (text === 'exact') return 0;
  const hz = Number(/^wheel\((\d{2,4})\)$/.exec(text)?.[1] ?? 0);
  if (!HZ_VALUES.includes(hz)) throw new NotAQuantity(`exact, or wheel(HZ) with HZ one of ${HZ_VALUES.join(', ')}`);
  return hz;
}

/** The same of clients, whose hosts are many, or one: the server's own. */
function parseClientTimers(text: string): ClientTimersSpec {
  const [, hz = '', shared] = /^wheel\((\d{2,4})(, *shared)?\)$/.exec(text) ?? [];
  if (text === 'exact') return { wheelHz: 0, isShared: false };
  if (!HZ_VALUES.includes(Number(hz))) {
    const values = HZ_VALUES.join(', ');
    throw new NotAQuantity(`exact, wheel(HZ) or wheel(HZ, shared) with HZ one of ${values}`);
  }
  return { wheelHz: Number(hz), isShared: shared !== undefined };
}

const server = z.strictObject({
  stack: z
    .string()
    .refine(isStackName, `one of ${STACK_NAMES.join(', ')}`)
    .describe('The kernel whose listener is simulated.')
    .meta({ examples: [...STACK_NAMES] }),
  port: int(1, 65_535).default(80),
  other_ports: z.array(int(1, 65_535)).max(64).default([]).describe('Further listeners where nobody accepts.'),
  listen: z
    .strictObject({
      backlog: int(-INT32_MAX - 1, INT32_MAX)
        .default(128)
        .describe('Argument of listen().'),
      reuseport: int(1, 4096).default(1).describe('Listeners that share the port (SO_REUSEPORT), one for each worker.'),
      defer_accept: duration('TCP_DEFER_ACCEPT: time to wait for data before a connection is accepted.').default(0),
      fastopen: int(0, INT32_MAX)
        .default(0)
        .describe('TCP_FASTOPEN: Fast Open requests that may be pending; needs bit 2 of net.ipv4.tcp_fastopen.'),
    })
    .prefault({}),
  sysctl: z.record(z.string(), z.int()).optional().describe('Settings of the kernel, by their sysctl names.'),
  linux: z
    .strictObject({
      timers: quantity(
        parseTimers,
        'SYN-ACK time-outs at nominal instants, or as late as the timer wheel of a kernel of so many Hz makes them.',
        ['exact', 'wheel(250)'],
      ).default(0),
      assume: z.boolean().default(false).describe('Takes a vendor kernel as the upstream release of its number.'),
    })
    .optional(),
  accept: accept.prefault({}),
  cpu: cpu.optional().describe('The processors of the host; left out, nothing takes their time.'),
  front_end: frontEnd.optional().describe('What stands between the network and the host.'),
  classic: z
    .strictObject({
      slots: int(1, 16_777_216).default(128).describe('Half-open slots.'),
      hold: quantity(parseDistribution, 'How long an unanswered SYN keeps its slot.', ['fixed(63s)']).default({
        kind: 'constant',
        meanNs: 63e9,
      }),
      policy: z.enum(CLASSIC_POLICIES).default('tail-drop').describe('What a SYN meets that finds no half-open slot.'),
      buckets: int(1, 65_536).default(512).describe('policy syn-cache: buckets that share the slots.'),
    })
    .optional(),
  linux12: z
    .strictObject({
      version: z
        .string()
        .regex(/^1\.2\.(\d|1[0-3])$/, '1.2.0 to 1.2.13')
        .default('1.2.13')
        .describe('1.2.0 to 1.2.13: the clamp of listen().'),
      hz: int(1, 10_000).default(100).describe('Ticks a second.'),
      tick: z.boolean().default(true).describe('Timers fire one tick late, as in the kernel.'),
      clock_us: int(0, SEQUENCE_MAX).default(0).describe('Clock behind the initial sequence numbers.'),
    })
    .optional(),
});

const link = z.strictObject({
  rate: quantity(parseBitRate, 'Bits per second of each direction.', ['10Gbps', 'unlimited']).default(Infinity),
  delay: duration('Propagation delay.').default(0),
  jitter: duration('Largest extra delay, uniform; packets stay in order.').default(0),
  loss: quantity(parseProbability, 'Probability that a packet is lost.', ['0.1%']).default(0),
  queue: quantity(parseQueue, 'What may wait for the sender.', ['1000 packets', '64 KiB', 'none']).default({
    packets: Infinity,
    bytes: Infinity,
  }),
});

const entry = {
  arrivals: quantity(parseArrivals, 'When connections begin.', ['poisson(400/s)', 'capture(captures/flood.pcap)']),
  start: duration('No arrival is earlier.').default(0),
  until: durationOrNever('Every arrival is strictly earlier.').default(Infinity),
  count: quantity(
    (text) => (text === 'none' ? Infinity : plainNumber(text, 'a number of arrivals, or none')),
    'No more arrivals than this.',
    ['none', '1000'],
  ).default(Infinity),
  port: int(1, 65_535).optional().describe('Port of the server; default server.port.'),
  link: z.string().optional().describe('Name of a link under links.'),
};

const stackText = quantity(parseClientStack, 'When the client sends SYNs, and when it gives up.', ['linux-6.5']);

const clientSysctl = z
  .strictObject({
    'net.ipv4.tcp_syn_retries': int(1, 127).describe('SYNs sent again before connect() fails.'),
    'net.ipv4.tcp_syn_linear_timeouts': int(0, 127).describe('Time-outs of 1 s before they double; Linux 6.5 on.'),
  })
  .partial()
  .default({});

const clients = z.strictObject({
  kind: z.literal('clients'),
  ...entry,
  stack: z.union([stackText.transform((s) => [s]), z.array(stackText).min(1).max(64)]).prefault('linux-6.5'),
  sysctl: clientSysctl,
  timers: quantity(
    parseClientTimers,
    "Time-outs at nominal instants, or as late as a timer wheel makes them: one a client, or the server's for all.",
    ['exact', 'wheel(250)', 'wheel(250, shared)'],
  ).default({ wheelHz: 0, isShared: false }),
  options: z
    .array(z.enum(OPTION_NAMES))
    .max(8)
    .optional()
    .describe('TCP options of their SYNs; left out, those that each stack sends.'),
  fastopen: z
    .enum(['off', ...FAST_OPEN_CLIENTS])
    .default('off')
    .describe('TCP Fast Open: an address asks for a cookie with its first SYN, or has one already.'),
  addresses: quantity(
    (text) => (text === 'none' ? Infinity : plainNumber(text, 'a number of addresses, or none')),
    'Addresses that the clients take in turn; none: a new one for each.',
    ['none', '500'],
  ).default(Infinity),
  rtt: duration('Round-trip time outside the link.').default(0),
  answer_delay: duration("The client's own delay before it answers a SYN-ACK.").default(0),
  speaks: z.boolean().default(true).describe('Sends a request right after connecting.'),
  timeout: durationOrNever('The application gives up after this time.').default(Infinity),
  reconnect: z
    .strictObject({
      after: duration('How long after it failed a client connects again.'),
      times: quantity(parseTimes, 'At most so often; unlimited: until it is served.', ['3', 'unlimited']).default(
        Infinity,
      ),
    })
    .optional(),
});

const pool = quantity(
  (text) => (text === 'none' ? Infinity : plainNumber(text, 'a number of 4-tuples, or none')),
  'Number of 4-tuples, used in turn; none: a new one each time.',
  ['none', '1000'],
).default(Infinity);

const flood = z.strictObject({
  kind: z.literal('syn-flood'),
  ...entry,
  sources: z
    .enum(['unresponsive', 'responsive', 'mixed'])
    .default('unresponsive')
    .describe('Does somebody answer behind the addresses?'),
  reset_after: durationOrNever('Each SYN-ACK is answered by a RST after this time.').optional(),
  live: quantity(parseProbability, 'sources: mixed: share of the addresses behind which somebody answers.', [
    '30%',
  ]).optional(),
  refresh: durationOrNever(
    'Every SYN is sent again after this time, again and again: its request never expires.',
  ).default(Infinity),
  fastopen: z
    .enum(['off', ...FAST_OPEN_FLOODS])
    .default('off')
    .describe('SYNs bring data, and ask for a Fast Open cookie, or have a valid one, or a guess.'),
  pool,
  isn: int(0, SEQUENCE_MAX).default(1).describe('Sequence number of the first SYN.'),
  isn_step: int(0, SEQUENCE_MAX).default(0).describe('Added to it for every further SYN.'),
  tuples: z.array(int(0, SEQUENCE_MAX)).max(LIST_MAX).optional().describe('4-tuple of each SYN, instead of pool.'),
  isns: z.array(int(0, SEQUENCE_MAX)).max(LIST_MAX).optional().describe('Sequence number of each SYN, instead of isn.'),
});

const connectionFlood = z.strictObject({
  kind: z.literal('connection-flood'),
  ...entry,
  rtt: duration('Round-trip time outside the link.').default(0),
  hold: durationOrNever('A connection is ended by RST after this time; 0s: at once.').default(Infinity),
});

const ackFlood = z.strictObject({ kind: z.literal('ack-flood'), ...entry, pool });

const name = z.string().regex(/^[a-z][a-z0-9_]*$/);

export const scenarioSchema = z.strictObject({
  title: z.string().max(1000).default('').describe('The question this scenario asks.'),
  seed: z
    .union([z.string().max(200), z.number()])
    .transform(String)
    .default('1'),
  duration: duration('Simulated time.'),
  warmup: duration('Left out of the metrics.').default(0),
  sample: duration('Interval of the time series.').optional(),
  skip: z.enum(['auto', 'off']).default('auto').describe('Exact skipping of refused floods.'),
  limits: z
    .strictObject({
      events: quantity((text) => plainNumber(text, 'a number of events'), 'Most events of a run.', ['1e10']).default(
        1e10,
      ),
      memory: quantity(parseSize, 'Most memory of the state.', ['1GB']).default(1e9),
    })
    .prefault({}),
  server,
  links: z.record(name, link).default({}),
  traffic: z.record(name, z.discriminatedUnion('kind', [clients, flood, connectionFlood, ackFlood])),
});

/** The file with units resolved and defaults filled in, not yet checked across keys. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
