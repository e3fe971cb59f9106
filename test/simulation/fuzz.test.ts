import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CapacityError, InputError } from '../../src/engine/errors.ts';
import { captureFilesOf, parseScenario } from '../../src/scenario/parse.ts';
import { serializeScenario } from '../../src/scenario/serialize.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { counts } from '../support/counts.ts';
import { frame, ipPacket, pcap } from '../support/capture-bytes.ts';

const SEED = 2026;
const EVENTS_MAX = 20_000;
/** No run of the fuzz may keep more than this, by its own account. */
const BYTES_MAX = 2e8;

/** A call such as `poisson(3/s)` of random arguments. */
function call(name: string, ...args: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...args).map((values) => `${name}(${values.join(', ')})`);
}

const duration = fc.oneof(
  fc.nat(2000).map((ms) => `${ms}ms`),
  fc.nat(1000).map((us) => `${us}us`),
  fc.constant('0s'),
);
const longDuration = fc.integer({ min: 1, max: 2000 }).map((s) => `${s}s`);
const never = (other: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(other, fc.constant('none'));
const rate = fc.oneof(
  fc.integer({ min: 1, max: 3000 }).map((n) => `${n}/s`),
  fc.integer({ min: 1, max: 60 }).map((n) => `1/${n}s`),
  fc.constant('50kpps'),
);
const law = fc.oneof(
  duration,
  call('exponential', duration),
  call('erlang', fc.integer({ min: 1, max: 8 }).map(String), duration),
  call('hyperexponential', fc.constantFrom('0', '0.3', '1'), duration, duration),
  call('lognormal', duration, fc.constantFrom('0', '0.5', '3')),
);
const openArrivals = fc.oneof(
  call('periodic', rate),
  call('poisson', rate),
  call('burst', fc.integer({ min: 1, max: 500 }).map(String)),
  call('batch', call('poisson', rate), fc.oneof(fc.constant('7'), fc.constant('geometric(5)'))),
  fc.constant('mmpp(2000/s, 0/s; 100ms, 200ms)'),
  fc.array(fc.nat(3000), { minLength: 1, maxLength: 20 }).map(
    (ms) =>
      `schedule(${ms
        .toSorted((a, b) => a - b)
        .map((x) => `${x}ms`)
        .join(', ')})`,
  ),
  fc.constantFrom('capture(flood.pcap)', 'capture(flood.pcap, port=80)', 'capture(times.csv)'),
);

const served = {
  workers: fc.integer({ min: 1, max: 5 }),
  start: duration,
  service: law,
  pauses: fc.array(fc.record({ at: duration, for: duration, every: never(longDuration) }), { maxLength: 2 }),
  reply: fc.constantFrom('0', '1 byte', '10kB'),
  close: fc.boolean(),
};
const accept = fc.oneof(
  fc.record({ mode: fc.constantFrom('blocking', 'never'), ...served }, { requiredKeys: [] }),
  fc.record(
    { mode: fc.constant('poll'), period: duration, drain: fc.boolean(), ...served },
    { requiredKeys: ['mode', 'period'] },
  ),
  fc.record(
    {
      mode: fc.constant('select'),
      timeout: never(duration.filter((text) => !/^0m?s$/.test(text) && text !== '0us')),
      nonblock: fc.boolean(),
      ...served,
    },
    { requiredKeys: ['mode'] },
  ),
);
const server = fc.oneof(
  fc.record({
    stack: fc.constant('linux-1.2'),
    listen: fc.record({ backlog: fc.integer({ min: -2, max: 140 }) }),
    linux12: fc.record({
      version: fc.constantFrom('1.2.0', '1.2.10', '1.2.13'),
      hz: fc.constantFrom(1, 100, 1000),
      tick: fc.boolean(),
      clock_us: fc.nat(0xffff_ffff),
    }),
    other_ports: fc.constantFrom([], [81], [336]),
    accept,
  }),
  fc.record({
    stack: fc.constant('classic'),
    listen: fc.record({ backlog: fc.nat(20) }),
    classic: fc.record({ slots: fc.integer({ min: 1, max: 50 }), hold: law }),
    accept,
  }),
);
const common = {
  start: duration,
  until: never(longDuration),
  port: fc.constantFrom(80, 80, 80, 81, 336),
  link: fc.constantFrom('wan', 'lan'),
};
const entry = fc.oneof(
  fc.record(
    {
      kind: fc.constant('clients'),
      arrivals: fc.oneof(
        openArrivals,
        call(
          'closed',
          fc.integer({ min: 1, max: 30 }).map(String),
          duration.map((d) => `think ${d}`),
        ),
      ),
      ...common,
      stack: fc.constantFrom(
        'linux-1.2',
        'linux-6.5',
        'freebsd-14',
        'macos',
        'windows',
        'schedule(0s, 10ms; fails 20ms)',
      ),
      rtt: duration,
      answer_delay: duration,
      speaks: fc.boolean(),
      timeout: never(duration),
    },
    { requiredKeys: ['kind', 'arrivals'] },
  ),
  fc.record(
    {
      kind: fc.constant('syn-flood'),
      arrivals: openArrivals,
      ...common,
      sources: fc.constant('unresponsive'),
      pool: fc.constantFrom('none', 1, 5, 1000),
      isn: fc.nat(0xffff_ffff),
      isn_step: fc.constantFrom(0, 1, 70_000),
    },
    { requiredKeys: ['kind', 'arrivals'] },
  ),
  fc.record({
    kind: fc.constant('syn-flood'),
    arrivals: openArrivals,
    sources: fc.constant('responsive'),
    reset_after: duration,
  }),
);
const link = fc.record(
  {
    rate: fc.constantFrom('unlimited', '64kbps', '10Mbps', '10Gbps'),
    delay: duration,
    jitter: duration,
    loss: fc.constantFrom('0%', '1%', '50%', '100%'),
    queue: fc.constantFrom('none', '0 packets', '10 packets', '3kB'),
  },
  { requiredKeys: [] },
);
/** Not every combination is a scenario: those that are not are refused, and that is checked too. */
const scenario = fc.record({
  seed: fc.nat(),
  duration: longDuration,
  warmup: fc.oneof(fc.constant('0s'), duration),
  limits: fc.record({ events: fc.constant(EVENTS_MAX), memory: fc.constantFrom('1GB', '10MB') }),
  server,
  links: fc.record({ wan: link, lan: link }),
  traffic: fc.dictionary(fc.constantFrom('a', 'b', 'users', 'flood'), entry, { minKeys: 1, maxKeys: 3 }),
});

const SYN = frame('ethernet', ipPacket());
const FILES = new Map<string, Uint8Array>([
  ['flood.pcap', pcap(Array.from({ length: 50 }, (_, i) => ({ seconds: i, fraction: 3 * i, bytes: SYN })))],
  ['times.csv', new TextEncoder().encode('t_us\n0\n5\n5\n1000000\n')],
]);

let ran = 0;
let stopped = 0;

/** Runs the text: it is refused with a message, or everything holds (simulate checks conservation and invariants). */
function play(text: string, files: ReadonlyMap<string, Uint8Array>): void {
  try {
    const parsed = parseScenario(text, 'fuzz.yaml', []);
    const small = {
      ...parsed,
      limits: {
        events: Math.min(parsed.limits.events, EVENTS_MAX),
        memoryBytes: Math.min(parsed.limits.memoryBytes, BYTES_MAX),
      },
    };
    const known = new Map(
      captureFilesOf(parsed).map((name) => [name, files.get(name) ?? files.get('times.csv') ?? SYN]),
    );
    const result = simulate({ scenario: small, files: known });
    ran++;
    if (result.stop !== null) stopped++;
    assert.ok(result.conservation.ok);
    assert.ok(result.eventCount <= EVENTS_MAX);
    assert.ok(result.stop !== null || result.durationNs === parsed.durationNs);
    for (const { path, value } of result.metrics) {
      assert.ok(value === null || Number.isFinite(value), `${path} ${value}`);
      assert.ok(value === null || value >= 0, `${path} ${value}`);
    }
    parseScenario(serializeScenario(parsed), 'fuzz.yaml');
  } catch (error) {
    if (error instanceof InputError) assert.match(error.message, /^[^:]+:( offset)? ?\d+|^[a-z.]+: expected/);
    else if (!(error instanceof CapacityError)) throw error;
  }
}

const test = suite('fuzz');

test('random scenarios run with everything accounted for, or are refused', () => {
  fc.assert(
    fc.property(scenario, (data) => play(JSON.stringify(data), FILES)),
    { seed: SEED, numRuns: counts.endToEndFuzz },
  );
  assert.ok(ran > counts.endToEndFuzz / 2, `only ${ran} ran`);
  assert.ok(stopped > 0 && stopped < ran, `${stopped} of ${ran} stopped`);
});

test('random captures under a fixed scenario', () => {
  const text = JSON.stringify({
    duration: '100s',
    server: { stack: 'linux-1.2' },
    traffic: { f: { kind: 'syn-flood', arrivals: 'capture(x)' } },
  });
  const valid = FILES.get('flood.pcap') ?? SYN;
  const edit = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), fc.nat(valid.length), (edits, cut) => {
      const bytes = Uint8Array.from(valid);
      for (const [at, byte] of edits) bytes[at] = byte;
      play(text, new Map([['x', bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut : 0))]]));
    }),
    { seed: SEED, numRuns: counts.endToEndFuzz },
  );
});

test('mutated text of shipped scenarios is read or refused', () => {
  const texts = ['five-syns-select-server', 'poisson-load-through-a-link', 'replay-real-flood'].map((name) =>
    readFileSync(`scenarios/${name}.yaml`, 'utf8'),
  );
  const piece = fc.oneof(
    fc.constantFrom(
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '*a',
      '&a ',
      ': ',
      '- ',
      '?',
      '|',
      '"',
      "'",
      '\t',
      '!!binary ',
      '<<: ',
      '1e999',
      '-',
      '\u0000',
    ),
    fc.string({ maxLength: 5 }),
  );
  const edit = fc.record({ at: fc.nat(2000), remove: fc.nat(12), insert: piece });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
      let mutated = text;
      for (const { at, remove, insert } of edits) {
        const place = at % (mutated.length + 1);
        mutated = mutated.slice(0, place) + insert + mutated.slice(place + remove);
      }
      play(mutated, FILES);
    }),
    { seed: SEED, numRuns: counts.scenarioFuzz },
  );
});
test.run();
