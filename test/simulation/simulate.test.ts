import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CapacityError, InputError } from '../../src/engine/errors.ts';
import { Loop } from '../../src/engine/loop.ts';
import { RingBuffer } from '../../src/engine/ring-buffer.ts';
import { SlotPool } from '../../src/engine/slot-pool.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { NO_DETAILS, type RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

function run(text: string, replication = 0, files: ReadonlyMap<string, Uint8Array> = new Map()): RunResult {
  return simulate({ scenario: parseScenario(text, 'test.yaml'), files, replication });
}

function metric({ metrics }: RunResult, path: string): number | null | undefined {
  return metrics.find((m) => m.path === path)?.value;
}

const LOADED = `duration: 60s
seed: 5
server: { stack: linux-1.2, listen: { backlog: 5 }, accept: { service: exponential(100ms) } }
links: { wan: { rate: 1Mbps, delay: 10ms, jitter: 1ms, loss: 2%, queue: 10 packets } }
traffic:
  users: { kind: clients, arrivals: poisson(20/s), rtt: 20ms, timeout: 5s, link: wan }
  flood: { kind: syn-flood, arrivals: poisson(3/s), sources: responsive, reset_after: 50ms, link: wan }
`;

const test = suite('simulate');

test('the same scenario, seed and replication give the same result in everything', () => {
  assert.equal(run(LOADED), run(LOADED));
  assert.not.equal(run(LOADED).metrics, run(LOADED, 1).metrics);
  assert.not.equal(run(LOADED).metrics, run(LOADED.replace('seed: 5', 'seed: 6')).metrics);
});

test('of a run of which only numbers are wanted, every number is the same', () => {
  const details = ['series', 'dropSeries', 'flows', 'latencies'] as const;
  for (const text of [
    LOADED,
    LOADED.replace('seed', 'warmup: 20s\nseed'),
    LOADED.replace('60s', '60s\nsample: 700ms'),
  ]) {
    const scenario = parseScenario(text, 'test.yaml');
    const whole = simulate({ scenario, files: new Map() });
    const numbers = simulate({ scenario, files: new Map(), numbersOnly: true });
    for (const key of details) assert.equal(numbers[key], NO_DETAILS[key], key);
    assert.equal({ ...numbers, ...Object.fromEntries(details.map((key) => [key, whole[key]])) }, whole);
    assert.ok(whole.series.timeNs.length > 0 && whole.flows.length > 0 && whole.latencies.length > 0);
  }
});

test('clients: started is the sum of what became of them, and unserved the rest', () => {
  for (const text of [LOADED, LOADED.replace('seed', 'warmup: 20s\nseed')]) {
    const result = run(text);
    const value = (what: string): number => metric(result, `users.${what}`) ?? NaN;
    const fates = ['served', 'refused', 'timed_out', 'reset', 'pending'].map((what) => value(what));
    assert.is(
      fates.reduce((a, b) => a + b),
      value('started'),
    );
    assert.is(value('unserved'), value('started') - value('served'));
    assert.ok(value('timed_out') > 0 && value('served') > 0);
  }
});

test('conservation: every SYN in one term, counted from the start whatever the warm-up', () => {
  const plain = run(LOADED);
  const warm = run(LOADED.replace('seed', 'warmup: 20s\nseed'));
  assert.ok(plain.conservation.ok);
  const sum = plain.conservation.terms.reduce((total, { count }) => total + count, 0);
  assert.is(sum, plain.conservation.synsSent);
  assert.equal(warm.conservation, plain.conservation);
});

test('warm-up: what is before it is left out of counters, metrics and drops; the time series has it', () => {
  const text = (warmup: string): string => `duration: 20s\nwarmup: ${warmup}\nsample: 1s
server: { stack: linux-1.2, listen: { backlog: 2 } }
traffic: { flood: { kind: syn-flood, arrivals: periodic(1/s), start: 1s } }`;
  const [cold, warm] = [run(text('0s')), run(text('10s'))];
  assert.equal([metric(cold, 'flood.sent'), metric(warm, 'flood.sent')], [20, 10]);
  assert.equal([cold.drops[0]?.count, warm.drops[0]?.count], [18, 10]);
  assert.equal([cold.drops[0]?.firstAtNs, warm.drops[0]?.firstAtNs], [3e9, 11e9]);
  assert.equal([metric(warm, 'listener.syn_queue.mean'), metric(warm, 'listener.syn_queue.max')], [2, 2]);
  assert.equal(warm.series, cold.series);
  assert.equal([cold.warmupNs, warm.warmupNs], [0, 10e9]);
});

test('warm-up: the first packet that a link drops or loses is the first one after it', () => {
  const text = (warmup: string): string => `duration: 30s\nwarmup: ${warmup}\nserver: { stack: classic }
links: { l: { rate: 1kbps, queue: 0 packets, loss: 100% } }
traffic: { flood: { kind: syn-flood, arrivals: 'schedule(1s, 1s, 20s, 20s)', link: l } }`;
  const firsts = (warmup: string): unknown[] => run(text(warmup)).drops.map((d) => [d.cause, d.count, d.firstAtNs]);
  assert.equal(firsts('0s'), [
    ['link_queue_full', 2, 1e9],
    ['link_loss', 2, 1e9],
  ]);
  assert.equal(firsts('10s'), [
    ['link_queue_full', 1, 20e9],
    ['link_loss', 1, 20e9],
  ]);
});

test('warm-up: accept() errors of before it are left out by name, as in their sum', () => {
  const text = (warmup: string): string => `duration: 2000s\nwarmup: ${warmup}\nserver: { stack: linux-1.2 }
traffic: { flood: { kind: syn-flood, arrivals: 'schedule(1s, 10s)' } }`;
  const errors = (warmup: string): unknown[] =>
    ['', '.ETIMEDOUT'].map((name) => metric(run(text(warmup)), `server.accept_errors${name}`));
  assert.equal(
    [errors('0s'), errors('1395s'), errors('1500s')],
    [
      [2, 2],
      [1, 1],
      [0, undefined],
    ],
  );
});

test('warm-up: a client that began in it is not served too late after it', () => {
  // Five clients give up after 3 s; the application takes them at 5 s.
  const text = (warmup: string): string => `duration: 20s\nwarmup: ${warmup}
server: { stack: classic, accept: { start: 5s } }
traffic: { users: { kind: clients, arrivals: 'schedule(0s, 500ms, 1s, 1500ms, 1900ms)', timeout: 3s } }`;
  const late = (warmup: string): unknown => metric(run(text(warmup)), 'users.served_too_late');
  assert.equal([late('0s'), late('1s'), late('1750ms'), late('4s')], [5, 3, 1, 0]);
});

test('the level at the end is that of the end, between two samples too', () => {
  const result = run(`duration: 10s\nsample: 4s\nserver: { stack: linux-1.2, listen: { backlog: 9 } }
traffic: { flood: { kind: syn-flood, arrivals: 'schedule(1s, 9s)' } }`);
  assert.is(metric(result, 'listener.syn_queue.end'), 2);
  assert.equal([...(result.series.values[0] ?? [])], [0, 1, 1]);
});

test('limits: a run that passes one stops where it is, and what it has counted stands', () => {
  const events = run(`${LOADED}limits: { events: 1000 }\n`);
  assert.is(events.stop?.limit, 'limits.events');
  assert.ok(events.durationNs < 60e9 && events.conservation.ok);
  assert.ok((metric(events, 'users.started') ?? 0) > 0);
  assert.is(run(`${LOADED}limits: { memory: 1kB }\n`).stop?.limit, 'limits.memory');
  assert.is(run(LOADED).stop, null);
});

/** Runs `text` while call number `n` of a method finds no room any more. */
function runShortOf(owner: object, method: string, n: number, text: string): RunResult {
  const original = Object.getOwnPropertyDescriptor(owner, method)!;
  const call = original.value as (...args: unknown[]) => unknown;
  let calls = 0;
  function bounded(this: unknown, ...args: unknown[]): unknown {
    if (++calls === n) throw new CapacityError('rows of a test', `more than ${n} rows`);
    return call.apply(this, args);
  }
  Object.defineProperty(owner, method, { ...original, value: bounded });
  try {
    return run(text);
  } finally {
    Object.defineProperty(owner, method, original);
  }
}

test('a bound that is hit inside an event stops the run, wherever that is: what was counted stands, every SYN is somewhere', () => {
  const classic = LOADED.replace('linux-1.2', 'classic');
  const bounds: [object, string][] = [
    [SlotPool.prototype, 'alloc'],
    [RingBuffer.prototype, 'tryPush'],
    [Loop.prototype, 'schedule'],
    [Loop.prototype, 'scheduleIn'],
  ];
  for (const text of [LOADED, classic]) {
    for (const [owner, method] of bounds) {
      for (let n = 20; n < 320; n += 7) {
        const { conservation, eventCount, stop } = runShortOf(owner, method, n, text);
        const where = `${method} ${n}`;
        assert.equal([stop?.limit, conservation.ok, eventCount > 0], ['rows of a test', true, true], where);
        const sum = conservation.terms.reduce((total, { count }) => total + count, 0);
        assert.is(sum, conservation.synsSent, where);
      }
    }
  }
});

test('the memory limit holds where a crowd comes in no time', () => {
  const text = `duration: 60s\nlimits: { memory: 20MB, events: 3e6 }\nserver: { stack: classic }
traffic: { users: { kind: clients, arrivals: periodic(1e9/s) } }`;
  assert.is(run(text).stop?.limit, 'limits.memory');
});

test('a run in which time does not pass any more is stopped', () => {
  const runUntil = Object.getOwnPropertyDescriptor(Loop.prototype, 'runUntil')!;
  function standsStill(this: Loop, _endNs: number, eventsMax: number): boolean {
    this.eventCount = eventsMax;
    return false;
  }
  Object.defineProperty(Loop.prototype, 'runUntil', { ...runUntil, value: standsStill });
  try {
    assert.is(run(LOADED).stop?.limit, 'events of one instant');
  } finally {
    Object.defineProperty(Loop.prototype, 'runUntil', runUntil);
  }
});

test('progress goes from 0 to 1 and changes nothing', () => {
  const seen: number[] = [];
  const scenario = parseScenario(LOADED, 'test.yaml');
  const result = simulate({ scenario, files: new Map(), onProgress: (fraction) => seen.push(fraction) });
  assert.is(seen.at(-1), 1);
  assert.equal(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  assert.equal(result, run(LOADED));
});

test('a capture under clients gives each connection once; under a flood every SYN counts', () => {
  const bytes = readFileSync('scenarios/captures/handshakes.pcap');
  const text = (kind: string): string => `duration: 60s\nserver: { stack: classic }
traffic: { replay: { kind: ${kind}, arrivals: capture(h.pcap) } }`;
  const files = new Map([['h.pcap', bytes]]);
  assert.is(metric(run(text('clients'), 0, files), 'replay.started'), 60);
  assert.is(metric(run(text('syn-flood'), 0, files), 'replay.sent'), 97);
});

test('one capture is read once for clients and once for a flood in the same scenario', () => {
  const bytes = readFileSync('scenarios/captures/handshakes.pcap');
  const text = `duration: 60s\nserver: { stack: classic }
traffic:
  users: { kind: clients, arrivals: capture(h.pcap) }
  flood: { kind: syn-flood, arrivals: capture(h.pcap) }`;
  const result = run(text, 0, new Map([['h.pcap', bytes]]));
  assert.equal([metric(result, 'users.started'), metric(result, 'flood.sent')], [60, 97]);
});

test('a capture that is missing or damaged is refused by name', () => {
  const text =
    'duration: 1s\nserver: { stack: classic }\ntraffic: { f: { kind: syn-flood, arrivals: capture(a.pcap) } }';
  const refusal = (files: Map<string, Uint8Array>): string => {
    try {
      run(text, 0, files);
      return 'none';
    } catch (error) {
      assert.instance(error, InputError);
      return (error as InputError).issues[0]?.where ?? '';
    }
  };
  assert.is(refusal(new Map()), 'a.pcap');
  assert.match(
    refusal(new Map([['a.pcap', readFileSync('scenarios/captures/handshakes.pcap').subarray(0, 20)]])),
    /^a\.pcap/,
  );
});
test.run();
