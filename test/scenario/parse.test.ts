import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scenarioHash } from '../../src/scenario/hash.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { type Override, parseScenario, parseVariant } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenarioData, serializeScenario } from '../../src/scenario/serialize.ts';
import { scenarioTemplate } from '../../src/scenario/template.ts';
import { exportScenarios } from '../../src/verify/verify.ts';
import { shippedScenarios } from '../support/golden-results.ts';
import { GOOD, refusal } from '../support/scenario.ts';

function parse(text: string, overrides: readonly Override[] = []): Scenario {
  return parseScenario(text, 'a.yaml', overrides);
}

const test = suite('scenario');

test('defaults are filled in: an ordinary client of today, a backlog of 128, a blocking acceptor', () => {
  const scenario = parse(GOOD);
  const [users] = scenario.traffic;
  assert.is(scenario.server.backlog, 128);
  assert.is(scenario.server.accept.mode, 'blocking');
  assert.ok(users?.kind === 'clients');
  assert.equal(
    users.stacks.map((stack) => stack.name),
    ['linux-6.5'],
  );
  assert.equal([scenario.name, scenario.seed, scenario.sampleNs], ['a', '1', 1e8]);
});

/** One line of GOOD replaced, and the message that it gets. */
const REFUSALS: readonly [replace: string, by: string, message: string][] = [
  ['duration: 10s\n', '', 'a.yaml:1:1: expected the key duration, such as 60s or 200us, received nothing'],
  ['10s', '10', 'a.yaml:1:11: expected a duration with a unit (ns, us, ms, s, min, h, d), received 10'],
  [
    '10s',
    '0.1ns',
    'a.yaml:1:11: expected a duration with a unit (ns, us, ms, s, min, h, d), in whole ns, received 0.1ns',
  ],
  [
    '10s',
    '105d',
    'a.yaml:1:11: expected a duration with a unit (ns, us, ms, s, min, h, d), at most 104 days, received 105d',
  ],
  ['10s', '0s', 'a.yaml:1:11: expected a duration above 0, below 104 days, received 0s'],
  ['10s', '-1s', 'a.yaml:1:11: expected a duration with a unit (ns, us, ms, s, min, h, d), received -1s'],
  ['10s', '10s\nwarmup: 10s', 'a.yaml:2:9: expected a warm-up shorter than the duration, received 10s'],
  ['10s', '10s\nsample: 0s', 'a.yaml:2:9: expected an interval above 0, received 0s'],
  [
    '10s',
    '10d\nsample: 1ms',
    'a.yaml:2:9: expected an interval that gives at most 100000 samples, 10s or longer, received 1ms, which gives 864000000',
  ],
  ['10s', '10s\ntitel: x', 'a.yaml:2:1: expected a known key (did you mean title?), received titel'],
  ['10s', '10s\nskip: on', 'a.yaml:2:7: expected one of auto, off, received on'],
  [
    '10s',
    '10s\nlimits: { events: 1e10, memory: 1 }',
    'a.yaml:2:33: expected a size with a unit (B, bytes, kB, MB, GB, KiB, MiB, GiB), received 1',
  ],
  [
    'linux-1.2',
    'linux-1.3',
    'a.yaml:2:18: expected a kernel from linux-2.2 to linux-7.2, such as linux-6.18 or linux-5.10.234 (of older ones only linux-1.2 is there), received linux-1.3',
  ],
  [
    'stack: linux-1.2',
    'stak: linux-1.2',
    'a.yaml:2:9: expected the key server.stack, such as linux-6.18 or linux-1.2 or freebsd-9, received nothing\na.yaml:2:11: expected a known key (did you mean stack?), received stak',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, listen: { backlog: 1.5 }',
    'a.yaml:2:48: expected a whole number for server.listen.backlog, received 1.5',
  ],
  ['stack: linux-1.2', 'stack: linux-1.2, port: 70000', 'a.yaml:2:35: expected at most 65535, received 70000'],
  ['stack: linux-1.2', 'stack: linux-1.2, accept: { workers: 0 }', 'a.yaml:2:48: expected at least 1, received 0'],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, accept: { mode: pol }',
    'a.yaml:2:45: expected one of blocking, poll, select, never (did you mean poll?), received pol',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, accept: { mode: poll }',
    'a.yaml:2:37: expected a period above 0 for mode: poll, received none',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, accept: { mode: select, timeout: 0s }',
    'a.yaml:2:62: expected a time-out above 0 (mode: poll asks without waiting), received 0s',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, accept: { drain: true }',
    'a.yaml:2:46: expected this key with mode: poll only, received mode: blocking',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, accept: { drain: 1 }',
    'a.yaml:2:46: expected true or false for server.accept.drain, received 1',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, accept: { pauses: [{ at: 1s, for: 2s, every: 1s }] }',
    'a.yaml:2:74: expected an interval longer than the pause, received 1s',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, sysctl: { net.core.somaxconn: 5 }',
    'a.yaml:2:37: expected no sysctl: linux-1.2 has none, received sysctl settings',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, classic: { slots: 5 }',
    'a.yaml:2:38: expected this section with stack: classic only, received stack: linux-1.2',
  ],
  [
    'stack: linux-1.2',
    'stack: classic, linux12: { hz: 5 }',
    'a.yaml:2:36: expected this section with stack: linux-1.2 only, received stack: classic',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, linux12: { version: 1.2.14 }',
    'a.yaml:2:49: expected 1.2.0 to 1.2.13, received 1.2.14',
  ],
  [
    'stack: linux-1.2',
    'stack: classic, listen: { backlog: -1 }',
    'a.yaml:2:46: expected a backlog of at least 0 for stack: classic, received -1',
  ],
  [
    'stack: linux-1.2',
    'stack: classic, classic: { hold: soon }',
    'a.yaml:2:44: expected a duration or a distribution: constant(1ms), exponential(200us), erlang(4, 1ms), hyperexponential(0.9, 0.5ms, 5ms), lognormal(1ms, 0.5), received soon',
  ],
  [
    'stack: linux-1.2',
    'stack: linux-1.2, other_ports: [80]',
    'a.yaml:2:42: expected ports other than server.port, received 80',
  ],
  [
    'kind: clients',
    'kind: client',
    'a.yaml:4:18: expected one of clients, syn-flood, connection-flood, ack-flood (did you mean clients?), received client',
  ],
  [
    'kind: clients, ',
    '',
    'a.yaml:4:10: expected the key traffic.users.kind, such as clients or syn-flood or connection-flood, received nothing',
  ],
  [
    'poisson(1/s)',
    'poisson(1)',
    'a.yaml:4:37: expected a rate above 0: 400/s, 1/10s, 13/h, 10kpps, received poisson(1)',
  ],
  [
    'poisson(1/s)',
    'poisson(0/s)',
    'a.yaml:4:37: expected a rate above 0: 400/s, 1/10s, 13/h, 10kpps, received poisson(0/s)',
  ],
  [
    'poisson(1/s)',
    'poison(1/s)',
    'a.yaml:4:37: expected arrivals: periodic(1/10s), poisson(400/s), burst(300), batch(poisson(90/s), geometric(10)), mmpp(2000/s, 200/s; 100ms, 200ms), pulse(10kpps, 100ms, 1s), closed(200, think 0s), schedule(0s, 1s), capture(file) or capture(file, port=80), received poison(1/s)',
  ],
  ['poisson(1/s)', 'burst(0)', 'a.yaml:4:37: expected a whole number from 1 to 10000000, received burst(0)'],
  [
    'poisson(1/s)',
    '"mmpp(1/s, 2/s; 1s)"',
    'a.yaml:4:37: expected as many rates as mean stays: mmpp(2000/s, 200/s; 100ms, 200ms), received mmpp(1/s, 2/s; 1s)',
  ],
  [
    'poisson(1/s)',
    '"schedule(2s, 1s)"',
    'a.yaml:4:37: expected instants in ascending order, received schedule(2s, 1s)',
  ],
  ['poisson(1/s)', '"closed(5)"', 'a.yaml:4:37: expected arrivals: '],
  [
    'poisson(1/s)',
    '"capture(x.pcap, 80)"',
    'a.yaml:4:37: expected a capture file, and perhaps a port: capture(captures/flood.pcap, port=25565), received capture(x.pcap, 80)',
  ],
  [
    'poisson(1/s)',
    'poisson(1/s), stack: [foo]',
    'a.yaml:4:59: expected one of linux-1.2, linux-2.4, linux-3.10, linux-6.5, bsd-4.4, freebsd-14, macos, windows, windows-7, another linux-X.Y from 2.2 to 7.2, or schedule(0s, 1s, 3s; fails 7s), received foo',
  ],
  [
    'poisson(1/s)',
    'poisson(1/s), stack: "schedule(0s, 3s; fails 1s)"',
    'a.yaml:4:58: expected a schedule from 0s on, ascending, of at most 255 SYNs, that fails after the last one, received schedule(0s, 3s; fails 1s)',
  ],
  [
    'poisson(1/s)',
    'poisson(1/s), link: toString',
    'a.yaml:4:57: expected a link under links (there is none), received toString',
  ],
  ['poisson(1/s)', 'poisson(1/s), start: 2s, until: 1s', 'a.yaml:4:69: expected an end after the start, received 1s'],
  [
    'poisson(1/s)',
    'poisson(1/s), timeout: soon',
    'a.yaml:4:60: expected a duration with a unit (ns, us, ms, s, min, h, d), or none, received soon',
  ],
  [
    '  users: { kind: clients',
    '  run: { kind: clients',
    'a.yaml:4:8: expected a name that is not reserved, received run',
  ],
  [
    '  users:',
    '  Users:',
    'a.yaml:4:3: expected a name of small letters, digits and _, beginning with a letter, received Users',
  ],
  [
    'kind: clients',
    'kind: syn-flood, pool: 0',
    'a.yaml:4:35: expected a whole number of 4-tuples from 1 on, or none, received 0',
  ],
  [
    'kind: clients',
    'kind: syn-flood, sources: responsive',
    'a.yaml:4:10: expected a duration, with sources: responsive, received never',
  ],
  ['poisson(1/s)', 'closed(5, think 0s)}\n  f: { kind: syn-flood, arrivals: "closed(5, think 0s)"', 'a.yaml:5:35: '],
  [
    'server: { stack: linux-1.2 }',
    'server: { stack: linux-1.2 }\nlinks: { a: { rate: 10 } }',
    'a.yaml:3:21: expected a bit rate above 0 (bps, kbps, Mbps, Gbps), or unlimited, received 10',
  ],
  [
    'server: { stack: linux-1.2 }',
    'server: { stack: linux-1.2 }\nlinks: { a: { loss: 101% } }',
    'a.yaml:3:21: expected a probability: 0.1%, or a number from 0 to 1, received 101%',
  ],
  [
    'server: { stack: linux-1.2 }',
    'server: { stack: linux-1.2 }\nlinks: { a: { queue: 5 } }',
    'a.yaml:3:22: expected a number of packets (1000 packets), a size (64 KiB), or none, received 5',
  ],
];

for (const [replace, by, message] of REFUSALS) {
  test(`refuses ${JSON.stringify(by)}`, () => {
    assert.ok(GOOD.includes(replace));
    const received = refusal(GOOD.replace(replace, by));
    if (message.endsWith(':') || message.endsWith(': ')) assert.ok(received.startsWith(message), received);
    else assert.is(received, message);
  });
}

test('as many samples as are allowed are accepted', () => {
  assert.is(parse(GOOD.replace('10s', '10s\nsample: 100us')).sampleNs, 1e5);
  assert.match(
    refusal(GOOD.replace('10s', '10s\nsample: 99us')),
    /at most 100000 samples, 100us or longer, received 99us/,
  );
});

test('all problems come at once, those of cross-checks too', () => {
  const lines = refusal('durationn: 5s\nserver: { stack: classic, accept: { mode: poll } }\ntraffic: {}').split('\n');
  assert.equal(
    lines.map((line) => line.replace(/^.*expected (the|a|1 to) (\S+ \S+).*$/, '$2')),
    ['key duration,', 'known key', 'period above', '4096 traffic'],
  );
});

test('YAML: syntax, duplicate keys, deep nesting, many aliases, no map, and size are refused with a place', () => {
  assert.match(refusal('a: [1'), /^a\.yaml:1:\d+: expected a YAML scenario/);
  assert.match(refusal(`${GOOD}duration: 5s\n`), /^a\.yaml:5:1: expected every key once, received \w+ again$/m);
  assert.match(refusal(`a: ${'['.repeat(5000)}`), /expected a nesting of at most 64/);
  assert.match(refusal(`${'- '.repeat(5000)}1`), /expected a nesting of at most 64/);
  assert.match(refusal('[1, 2]'), /^a\.yaml:1:1: expected a section of keys for the scenario, received/);
  assert.match(refusal(''), /expected a section of keys for the scenario/);
  assert.match(refusal('x'.repeat(5_000_000)), /at most 4000000 characters/);
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++)
    bomb.push(`a${i}: &b${i} [${Array.from({ length: 9 }, () => (i === 1 ? '*a' : `*b${i - 1}`)).join(', ')}]`);
  assert.match(refusal(bomb.join('\n')), /aliases/);
});

test('keys of the prototype are keys like others: unknown', () => {
  assert.match(refusal(`${GOOD}__proto__: 1\n`), /received __proto__/);
  assert.match(refusal(GOOD.replace('users:', 'constructor:')), /was accepted/);
});

test('CRLF and BOM are read', () => {
  assert.equal(parse(`\ufeff${GOOD.replaceAll('\n', '\r\n')}`), parse(GOOD));
});

test('JSON is a scenario file too', () => {
  const json = {
    duration: '10s',
    server: { stack: 'linux-1.2' },
    traffic: { users: { kind: 'clients', arrivals: 'poisson(1/s)' } },
  };
  assert.equal(parse(JSON.stringify(json)), parse(GOOD));
});

test('--set changes any value, makes keys, and is named in messages', () => {
  const set = (path: string, value: string): Scenario => parse(GOOD, [{ path, value }]);
  assert.is(set('server.listen.backlog', '511').server.backlog, 511);
  assert.is(set('traffic.users.arrivals', 'poisson(50kpps)').traffic[0]?.arrivals.kind, 'poisson');
  assert.is(set('links.wan.rate', '10Mbps').links[0]?.rateBps, 1e7);
  assert.is(
    refusal(GOOD, [{ path: 'server.listen.backlog', value: 'many' }]),
    '--set server.listen.backlog: expected a number for server.listen.backlog, received many',
  );
  assert.is(
    refusal(GOOD, [{ path: 'server.lisen.backlog', value: '5' }]),
    '--set server.lisen.backlog: expected a known key (did you mean listen?), received lisen',
  );
  assert.match(refusal(GOOD, [{ path: 'a..b', value: '5' }]), /^--set a\.\.b: expected a path of keys/);
  assert.match(
    refusal(GOOD, [{ path: 'duration.x', value: '5' }]),
    /^--set duration\.x: expected a path through sections/,
  );
  assert.match(refusal(GOOD, [{ path: 'duration', value: '[' }]), /^--set duration: expected a YAML value/);
});

test('equal scenarios have equal hashes, whatever the order and the spelling', () => {
  const other =
    'traffic: { users: { arrivals: poisson(60/min), kind: clients } }\nserver: { stack: linux-1.2 }\nduration: 10000ms\n';
  assert.is(scenarioHash(parse(other)), scenarioHash(parse(GOOD)));
  assert.is.not(scenarioHash(parse(GOOD.replace('10s', '11s'))), scenarioHash(parse(GOOD)));
  assert.is.not(scenarioHash(parse(GOOD), new Map([['f', Uint8Array.of(1)]])), scenarioHash(parse(GOOD)));
});

test('every shipped scenario, and the template, is written out and read again as the same', () => {
  const texts = shippedScenarios().map((path) => readFileSync(path, 'utf8'));
  for (const text of [...texts, scenarioTemplate('my-server')]) {
    const scenario = parse(text);
    assert.is(nameless(parse(serializeScenario(scenario))), nameless(scenario));
    assert.equal(parseVariant(scenarioData(scenario), scenario.name, []), scenario);
  }
});

test('a variant is what its text with the same settings is', () => {
  const variant = (text: string, settings: readonly Override[]): Scenario | null => {
    const scenario = parse(text);
    return parseVariant(scenarioData(scenario), scenario.name, settings);
  };
  const somaxconn = { path: 'server.sysctl.net.core.somaxconn', value: '77' };
  const modern = GOOD.replace('linux-1.2', 'linux-6.18');
  for (const [text, settings] of [
    [GOOD, [{ path: 'server.listen.backlog', value: '99' }]],
    [
      GOOD,
      [
        { path: 'server.accept.pauses', value: '[{ at: 1s, for: 1s }]' },
        { path: 'duration', value: '20s' },
      ],
    ],
    [GOOD, [{ path: 'traffic.users.timeout', value: '3s' }]],
    [modern, [somaxconn]],
  ] as const) {
    const changed = parseScenario(serializeScenario(parse(text)), 'a.yaml', settings);
    const same = variant(text, settings);
    assert.is(same === null ? null : nameless(same), nameless(changed));
    assert.is.not(nameless(changed), nameless(parse(text)));
  }
  assert.is(variant(GOOD, [somaxconn]), null);
  assert.is(variant(GOOD, [{ path: 'server.accept.workers', value: 'many' }]), null);
  assert.is(variant(GOOD, [{ path: 'warmup', value: '11s' }]), null);
});

test('every golden workload can be written out as a scenario', () => {
  const exported = exportScenarios('g.json', readFileSync('test/golden/linux-1.2.json', 'utf8'));
  assert.ok(exported.length >= 30, `${exported.length}`);
  for (const { name, text } of exported) assert.is(serializeScenario(parse(text)), text, name);
});

test('the JSON Schema describes the file: sections, values with examples', () => {
  const schema = scenarioJsonSchema() as { properties: Record<string, unknown>; required: string[] };
  assert.ok(['duration', 'server', 'links', 'traffic', 'limits'].every((key) => key in schema.properties));
  assert.equal(schema.required.toSorted(), ['duration', 'server', 'traffic']);
  assert.ok(readdirSync('scenarios').length > 6);
});

/** Everything but names as text: names of schedules keep their spelling, and a scenario takes its name from its file. */
function nameless(scenario: Scenario): string {
  return JSON.stringify(scenario, (key, x: unknown) => {
    if (key === 'name') return '';
    if (x === Infinity) return 'never';
    if (x === null || typeof x !== 'object' || Array.isArray(x)) return x;
    return Object.fromEntries(Object.entries(x).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  });
}
test.run();
