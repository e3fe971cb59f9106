/**
 * The entries of the section `traffic` of a scenario file: clients and attackers.
 * Leaves out: what must hold between keys (checks.ts).
 */
import * as z from 'zod';
import { FAST_OPEN_CLIENTS, FAST_OPEN_FLOODS } from '../traffic/specs.ts';
import { parseArrivals, parseClientStack } from './expressions.ts';
import { parseProbability } from './quantities.ts';
import {
  countOrNone,
  duration,
  durationOrNever,
  flag,
  int,
  parseClientTimers,
  parseTimes,
  quantity,
} from './schema-values.ts';
import { OPTION_NAMES } from './tcp-options.ts';

const SEQUENCE_MAX = 0xffff_ffff;
const PORT_MAX = 65_535;
const LIST_MAX = 1_000_000;

const kind = <K extends string>(name: K, description: string) => z.literal(name).describe(description);

const entry = {
  arrivals: quantity(
    parseArrivals,
    'arrivals',
    'When connections begin.',
    'poisson(400/s)',
    'capture(captures/flood.pcap)',
  ),
  start: duration('No arrival is earlier.', '10s').prefault('0s'),
  until: durationOrNever('Every arrival is strictly earlier.', '40s').prefault('none'),
  count: countOrNone('a number of arrivals', 'No more arrivals than this.', '1000', 'none').prefault('none'),
  port: int(1, PORT_MAX, 'Port of the server to connect to; left out, server.port.', 8080).optional(),
  link: z
    .string()
    .meta({ description: 'Name of a link under links; left out, none.', examples: ['access'] })
    .optional(),
};

const rtt = duration('Round-trip time outside of the link.', '40ms').prefault('0s');

const stackText = quantity(
  parseClientStack,
  'client stack',
  'When the client sends SYNs, and when it gives up.',
  'linux-6.5',
);

const clientSysctl = z
  .strictObject({
    'net.ipv4.tcp_syn_retries': int(1, 127, 'SYNs that are sent again before connect() fails.', 3),
    'net.ipv4.tcp_syn_linear_timeouts': int(0, 127, 'Time-outs of 1 s before they double; Linux 6.5 on.', 0),
  })
  .partial();

const reconnect = z.strictObject({
  after: duration('How long after it failed a client connects again.', '1s'),
  times: quantity(
    parseTimes,
    'count or unlimited',
    'At most so often, 1 to 65,535; unlimited: until it is served.',
    '3',
    'unlimited',
  ).prefault('unlimited'),
});

const clients = z.strictObject({
  kind: kind('clients', 'Ordinary clients, which connect, send a request and wait for the answer.'),
  ...entry,
  stack: z
    .union([stackText.transform((s) => [s]), z.array(stackText).min(1).max(64)])
    .prefault('linux-6.5')
    .meta({
      description: 'TCP stack of the clients, or a list of up to 64 that they take in turn.',
      examples: ['linux-6.5', 'macos'],
    }),
  sysctl: clientSysctl.default({}).describe('Settings of Linux clients, by their sysctl names.'),
  timers: quantity(
    parseClientTimers,
    'timers',
    "Time-outs at nominal instants, or as late as a timer wheel makes them: one a client, or the server's for all (shared).",
    'wheel(250)',
    'wheel(250, shared)',
    'exact',
  ).prefault('exact'),
  options: z
    .array(z.enum(OPTION_NAMES))
    .max(8)
    .optional()
    .describe('TCP options of their SYNs; left out, those that each stack sends.'),
  fastopen: z
    .enum(['off', ...FAST_OPEN_CLIENTS])
    .default('off')
    .describe('TCP Fast Open: an address asks for a cookie with its first SYN (request), or has one already (cached).'),
  addresses: countOrNone(
    'a number of addresses',
    'Addresses that the clients take in turn; none: a new one for each.',
    '500',
    'none',
  ).prefault('none'),
  rtt,
  answer_delay: duration("The client's own delay before it answers a SYN-ACK.", '100ms').prefault('0s'),
  speaks: flag('Sends a request right after connecting.').default(true),
  timeout: durationOrNever('The application gives up after this time.', '30s').prefault('none'),
  reconnect: reconnect.optional().describe('A client that failed connects again; left out, it does not.'),
});

const pool = countOrNone(
  'a number of 4-tuples',
  'Number of 4-tuples, used in turn; none: a new one each time.',
  '1000',
  'none',
).prefault('none');

const flood = z.strictObject({
  kind: kind('syn-flood', 'SYNs behind which nobody completes a handshake.'),
  ...entry,
  sources: z
    .enum(['unresponsive', 'responsive', 'mixed'])
    .default('unresponsive')
    .describe('Whether somebody answers a SYN-ACK by RST behind the addresses: nobody, everybody, or a share (live).'),
  reset_after: durationOrNever(
    'sources responsive and mixed, which need it: each SYN-ACK is answered by RST after this time.',
    '100ms',
  ).optional(),
  live: quantity(
    parseProbability,
    'probability',
    'sources mixed, which needs it: share of the addresses behind which somebody answers, above 0 and below 1.',
    '30%',
  ).optional(),
  refresh: durationOrNever(
    'Every SYN is sent again after this time, again and again: its request never expires.',
    '700ms',
  ).prefault('none'),
  fastopen: z
    .enum(['off', ...FAST_OPEN_FLOODS])
    .default('off')
    .describe(
      'SYNs bring data, and ask for a Fast Open cookie (request), or have a valid one (stolen), or a guess (guessed).',
    ),
  pool,
  isn: int(0, SEQUENCE_MAX, 'Sequence number of the first SYN.', 7).default(1),
  isn_step: int(0, SEQUENCE_MAX, 'Added to it for every further SYN.', 64_000).default(0),
  tuples: z
    .array(int(0, SEQUENCE_MAX, 'A 4-tuple, by number.', 1))
    .max(LIST_MAX)
    .optional()
    .describe('4-tuple of each SYN, by number, instead of pool; SYN k beyond the list has number k.'),
  isns: z
    .array(int(0, SEQUENCE_MAX, 'A sequence number.', 7))
    .max(LIST_MAX)
    .optional()
    .describe('Sequence number of each SYN, instead of isn; SYNs beyond the list have isn.'),
});

const connectionFlood = z.strictObject({
  kind: kind('connection-flood', 'Full handshakes, and no data.'),
  ...entry,
  rtt,
  hold: durationOrNever('A connection is ended by RST after this time; 0s: at once.', '30s').prefault('none'),
});

const ackFlood = z.strictObject({
  kind: kind('ack-flood', 'ACKs with random numbers: no valid cookies.'),
  ...entry,
  pool,
});

export const traffic = z.discriminatedUnion('kind', [clients, flood, connectionFlood, ackFlood]);
