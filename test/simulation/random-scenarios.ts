/**
 * Random scenarios: every stack with its settings, front ends, processors, every kind of traffic. Not every combination
 * is a scenario; those that are not are to be refused.
 */
import fc from 'fast-check';
import { CLASSIC_POLICIES } from '../../src/listeners/specs.ts';

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
  exits: fc.array(fc.record({ at: duration }), { maxLength: 1 }),
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
/** What stands before a listener, and the processors that it runs on. */
const time = { syn_sent: longDuration, syn_recv: longDuration, established: never(longDuration) };
const table = { max: fc.integer({ min: 1, max: 300 }), ...time };
const cost = fc.constantFrom('0s', '1us', '2ms', '300ms');
const before = {
  front_end: fc.oneof(
    fc.record({ kind: fc.constant('synproxy'), ...table }, { requiredKeys: ['kind'] }),
    fc.record(
      { kind: fc.constant('conntrack'), ...table, when_full: fc.constantFrom('drop', 'early-drop') },
      { requiredKeys: ['kind'] },
    ),
    fc.record({ kind: fc.constant('filter'), forged: fc.constantFrom('0%', '50%', '100%') }),
  ),
  cpu: fc.record(
    {
      cores: fc.integer({ min: 1, max: 4 }),
      backlog: fc.constantFrom('0 packets', '1 packets', '1000 packets'),
      schedule: fc.constantFrom('fair', 'packets-first'),
      costs: fc.record(
        {
          interrupt: cost,
          syn_queued: cost,
          syn_cookie: cost,
          syn_dropped: cost,
          reset: cost,
          segment: cost,
          visit: cost,
          accept: cost,
          close: cost,
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
};
/** Some of these keys, each with a value of its own. */
const sysctls = (of: Readonly<Record<string, fc.Arbitrary<number>>>): fc.Arbitrary<Record<string, number>> =>
  fc.record(of, { requiredKeys: [] }) as fc.Arbitrary<Record<string, number>>;
const queueLength = fc.oneof(fc.nat(20), fc.constantFrom(64, 128, 300, 4096));
const backlog = fc.oneof(fc.integer({ min: -2, max: 20 }), fc.constantFrom(128, 511, 70_000));

/** One kernel of each kind, and those on both sides of most changes. The settings are those that all of a group have. */
const kernel = (
  names: readonly string[],
  settings: Readonly<Record<string, fc.Arbitrary<number>>>,
  listen: Readonly<Record<string, fc.Arbitrary<unknown>>>,
) =>
  fc.record(
    {
      stack: fc.constantFrom(...names),
      listen: fc.record({ backlog, ...listen }, { requiredKeys: [] }),
      sysctl: sysctls({ 'net.ipv4.tcp_max_syn_backlog': queueLength, ...settings }),
      linux: fc.record({ timers: fc.constantFrom('exact', 'wheel(100)', 'wheel(250)', 'wheel(1000)') }),
      other_ports: fc.constantFrom([], [81], [336]),
      accept,
      ...before,
    },
    { requiredKeys: ['stack'] },
  );
const retries = { 'net.ipv4.tcp_synack_retries': fc.nat(6), 'net.ipv4.tcp_abort_on_overflow': fc.nat(1) };
const somaxconn = { 'net.core.somaxconn': queueLength };
const deferAccept = { defer_accept: duration };
const fastOpen = { fastopen: fc.constantFrom(0, 1, 3, 100) };
const fastOpenBits = { 'net.ipv4.tcp_fastopen': fc.constantFrom(0, 1, 2, 3, 0x202, 0x402, 0x603) };
const reuseport = { reuseport: fc.integer({ min: 1, max: 4 }) };
const FREEBSD = 'net.inet.tcp';
const freeBsd = (stack: string, settings: Readonly<Record<string, fc.Arbitrary<number>>>) =>
  fc.record(
    {
      stack: fc.constant(stack),
      listen: fc.record({ backlog }),
      sysctl: sysctls({
        [`${FREEBSD}.syncookies`]: fc.nat(1),
        [`${FREEBSD}.syncache.hashsize`]: fc.constantFrom(1, 2, 16, 512),
        [`${FREEBSD}.syncache.bucketlimit`]: fc.integer({ min: 1, max: 40 }),
        [`${FREEBSD}.syncache.cachelimit`]: fc.integer({ min: 1, max: 500 }),
        [`${FREEBSD}.syncache.rexmtlimit`]: fc.nat(4),
        [`${FREEBSD}.syncache.rst_on_sock_fail`]: fc.nat(1),
        ...settings,
      }),
      other_ports: fc.constantFrom([], [81], [336]),
      accept,
      ...before,
    },
    { requiredKeys: ['stack'] },
  );
/** From the first that count why they drop a SYN. */
const modernKernels = [
  kernel(
    ['linux-3.12', 'linux-4.0', 'linux-4.1', 'linux-4.3', 'linux-4.4', 'linux-4.9', 'linux-4.10', 'linux-4.15'],
    { 'net.ipv4.tcp_syncookies': fc.nat(2), ...retries, ...somaxconn, ...fastOpenBits },
    { ...deferAccept, ...reuseport, ...fastOpen },
  ),
  kernel(
    ['linux-5.14', 'linux-5.15.177', 'linux-6.1.124', 'linux-6.12', 'linux-6.12.10', 'linux-6.18', 'linux-7.2'],
    {
      'net.ipv4.tcp_syncookies': fc.nat(2),
      'net.ipv4.tcp_migrate_req': fc.nat(1),
      'net.ipv4.tcp_invalid_ratelimit': fc.constantFrom(0, 500, 5000),
      ...retries,
      ...somaxconn,
      ...fastOpenBits,
    },
    { ...deferAccept, ...reuseport, ...fastOpen },
  ),
];
const server = fc.oneof(
  fc.record(
    {
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
      ...before,
    },
    { requiredKeys: ['stack'] },
  ),
  fc.record(
    {
      stack: fc.constant('classic'),
      listen: fc.record({ backlog: fc.nat(20) }),
      classic: fc.record(
        {
          slots: fc.integer({ min: 1, max: 50 }),
          hold: law,
          policy: fc.constantFrom(...CLASSIC_POLICIES),
          buckets: fc.integer({ min: 1, max: 8 }),
        },
        { requiredKeys: ['slots', 'hold'] },
      ),
      accept,
      ...before,
    },
    { requiredKeys: ['stack', 'listen'] },
  ),
  kernel(
    ['linux-2.2', 'linux-2.2.26'],
    { 'net.ipv4.tcp_syncookies': fc.nat(1), 'net.ipv4.tcp_retries1': fc.nat(8) },
    {},
  ),
  kernel(['linux-2.4.22'], { 'net.ipv4.tcp_syncookies': fc.nat(1), ...retries }, deferAccept),
  kernel(
    ['linux-2.4.37', 'linux-2.6.19', 'linux-2.6.20', 'linux-2.6.32.9', 'linux-3.1'],
    { 'net.ipv4.tcp_syncookies': fc.nat(1), ...retries, ...somaxconn },
    deferAccept,
  ),
  ...modernKernels,
  freeBsd('freebsd-9', {}),
  freeBsd('freebsd-12', { [`${FREEBSD}.syncookies_only`]: fc.nat(1) }),
  freeBsd('freebsd-14', {
    [`${FREEBSD}.syncookies_only`]: fc.nat(1),
    [`${FREEBSD}.rexmit_initial`]: fc.constantFrom(1, 100, 1000),
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
        'linux-6.18',
        'freebsd-14',
        'macos',
        'windows',
        'schedule(0s, 10ms; fails 20ms)',
      ),
      rtt: duration,
      answer_delay: duration,
      speaks: fc.boolean(),
      timeout: never(duration),
      timers: fc.constantFrom('exact', 'wheel(250)', 'wheel(1000, shared)'),
      addresses: fc.constantFrom('none', 1, 3),
      fastopen: fc.constantFrom('off', 'request', 'cached'),
      options: fc.constantFrom([], ['timestamps'], ['window-scale', 'sack']),
      reconnect: fc.record({ after: duration, times: fc.constantFrom(1, 3, 'unlimited') }),
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
      fastopen: fc.constantFrom('off', 'request', 'stolen', 'guessed'),
    },
    { requiredKeys: ['kind', 'arrivals'] },
  ),
  fc.record({
    kind: fc.constant('syn-flood'),
    arrivals: openArrivals,
    sources: fc.constant('responsive'),
    reset_after: duration,
  }),
  fc.record({
    kind: fc.constant('syn-flood'),
    arrivals: openArrivals,
    sources: fc.constant('mixed'),
    live: fc.constantFrom('10%', '90%'),
    reset_after: duration,
    fastopen: fc.constantFrom('off', 'stolen'),
  }),
  fc.record({
    kind: fc.constant('syn-flood'),
    arrivals: openArrivals,
    refresh: fc.constantFrom('1ms', '300ms', '900ms', '10s'),
  }),
  fc.record(
    { kind: fc.constant('connection-flood'), arrivals: openArrivals, ...common, rtt: duration, hold: never(duration) },
    { requiredKeys: ['kind', 'arrivals'] },
  ),
  fc.record(
    { kind: fc.constant('ack-flood'), arrivals: openArrivals, ...common, pool: fc.constantFrom('none', 1, 5, 1000) },
    { requiredKeys: ['kind', 'arrivals'] },
  ),
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
const scenarioOf = (host: fc.Arbitrary<unknown>) =>
  fc.record({
    seed: fc.nat(),
    duration: longDuration,
    warmup: fc.oneof(fc.constant('0s'), duration),
    limits: fc.record({ events: fc.constant(20_000), memory: fc.constantFrom('1GB', '10MB') }),
    server: host,
    links: fc.record({ wan: link, lan: link }),
    traffic: fc.dictionary(fc.constantFrom('a', 'b', 'users', 'flood'), entry, { minKeys: 1, maxKeys: 3 }),
  });
export const randomScenario = scenarioOf(server);
/** Of kernels from 3.12 on, to which B12 applies. */
export const randomModernScenario = scenarioOf(fc.oneof(...modernKernels));
