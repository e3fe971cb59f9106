/**
 * The scenario file as zod sees it: strict objects, every default in this one place, values with units turned
 * into numbers, a description and an example of every key. The sections `server` and `traffic` are in files of their own beside this.
 * Cross-checks between keys are in checks.ts.
 * Leaves out: YAML and the place of a value in the file (parse.ts).
 */
import * as z from 'zod';
import { parseBitRate, parseProbability, parseQueue, parseSize, plainNumber } from './quantities.ts';
import { server } from './schema-server.ts';
import { traffic } from './schema-traffic.ts';
import { duration, quantity } from './schema-values.ts';

const link = z.strictObject({
  rate: quantity(
    parseBitRate,
    'bit rate',
    'Bits per second of each direction; unlimited: packets take no time to send.',
    '10Gbps',
    'unlimited',
  ).prefault('unlimited'),
  delay: duration('Propagation delay of each direction.', '5ms').prefault('0s'),
  jitter: duration('Largest extra delay, uniform; packets stay in order.', '1ms').prefault('0s'),
  loss: quantity(parseProbability, 'probability', 'Probability that a packet is lost.', '0.1%').prefault('0'),
  queue: quantity(
    parseQueue,
    'queue',
    'What may wait for the sender; what finds it full is dropped.',
    '1000 packets',
    '64 KiB',
    'none',
  ).prefault('none'),
});

const limits = z.strictObject({
  events: quantity((text) => plainNumber(text, 'a number of events'), 'count', 'Most events of a run.', '1e9').prefault(
    '1e10',
  ),
  memory: quantity(parseSize, 'size', 'Most memory of the state.', '500MB').prefault('1GB'),
});

const name = z.string().regex(/^[a-z][a-z0-9_]*$/);

export const scenarioSchema = z.strictObject({
  title: z
    .string()
    .max(1000)
    .default('')
    .meta({
      description: 'The question that this scenario asks, up to 1000 characters.',
      examples: ['Is 511 enough?'],
    }),
  seed: z
    .union([z.string().max(200), z.number()])
    .meta({ description: 'Seed of all random streams: a number, or a text of up to 200 characters.', examples: [7] })
    .transform(String)
    .prefault('1'),
  duration: duration('Simulated time, above 0 and below 104 days.', '60s', '200us'),
  warmup: duration('Left out of the metrics; shorter than the duration.', '5s').prefault('0s'),
  sample: duration(
    'Interval of the time series, above 0, at most 100,000 samples; left out, a hundredth of the duration.',
    '1s',
  ).optional(),
  skip: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('Whether SYNs of floods that are refused whole may be counted and not simulated; the law is the same.'),
  limits: limits.prefault({}).describe('A run that passes one stops, and says so.'),
  server: server.describe('The host under study.'),
  links: z.record(name, link).default({}).describe('Links that traffic may pass, by name.'),
  traffic: z.record(name, traffic).describe('Who connects, by name: 1 to 4096 entries.'),
});

/** The file with units resolved and defaults filled in, not yet checked across keys. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
