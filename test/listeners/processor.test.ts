import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findChanges } from '../../src/experiment/changes.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { serializeScenario } from '../../src/scenario/serialize.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { refusal } from '../support/scenario.ts';

function run(server: string, traffic: string, durationS = 10): RunResult {
  const text = `duration: ${durationS}s\nsample: ${durationS}s\nserver: { ${server} }\ntraffic: ${traffic}`;
  return simulate({ scenario: parseScenario(text, 'cpu.yaml'), files: new Map() });
}

function value(result: RunResult, path: string): number {
  return result.metrics.find((metric) => metric.path === path)?.value ?? NaN;
}

function term(result: RunResult, name: string): number {
  return result.conservation.terms.find((one) => one.name === name)?.count ?? 0;
}

const CLASSIC = 'stack: classic, classic: { slots: 100000 }, listen: { backlog: 100000 }';

const test = suite('processors of the host');

test('SYNs of one instant are served one after the other, and each is answered when its turn comes', () => {
  const cpu = 'cpu: { costs: { syn_queued: 10us, segment: 0s } }, accept: { mode: never }';
  const result = run(`${CLASSIC}, ${cpu}`, '{ users: { kind: clients, arrivals: burst(5), speaks: false } }');
  assert.is(value(result, 'users.connect_ms.max'), 0.04);
  assert.is(value(result, 'server.cpu.backlog.max'), 5);
  assert.is(value(result, 'server.cpu.packets'), 10);
});

test('a backlog that is full drops, and the SYN is accounted for', () => {
  const cpu = 'cpu: { backlog: 2 packets, costs: { syn_queued: 10us } }, accept: { mode: never }';
  const result = run(`${CLASSIC}, ${cpu}`, '{ flood: { kind: syn-flood, arrivals: burst(10) } }');
  assert.equal([term(result, 'admitted'), term(result, 'dropped_by_host')], [3, 7]);
  assert.ok(result.conservation.ok);
  const [drop] = result.drops;
  assert.equal(
    [drop?.cause, drop?.count, drop?.setting],
    ['host_backlog_full', 7, 'server.cpu.cores, server.cpu.backlog'],
  );
});

test('a core that was idle wakes up first, and is not busy meanwhile; what comes then waits for it', () => {
  const costs = 'costs: { syn_queued: 10us, segment: 0s }';
  const cpu = `cpu: { wakeup: 1ms, ${costs} }, accept: { mode: never }`;
  const traffic = '{ users: { kind: clients, arrivals: burst(5), speaks: false } }';
  const result = run(`${CLASSIC}, ${cpu}`, traffic);
  assert.is(value(result, 'users.connect_ms.max'), 1.04);
  assert.is(value(result, 'server.cpu.busy_fraction'), 50e-6 / 10);
  assert.is(value(run(`${CLASSIC}, ${cpu.replace('1ms', 'exponential(1ms)')}`, traffic), 'users.connected'), 5);
});

test('cores share the packets by 4-tuple', () => {
  const busy = [1, 2, 4].map((cores) => {
    const cpu = `cpu: { cores: ${cores}, costs: { syn_queued: 50us, segment: 0s } }, accept: { mode: never }`;
    return value(
      run(`${CLASSIC}, ${cpu}`, '{ flood: { kind: syn-flood, arrivals: poisson(10kpps) } }'),
      'server.cpu.busy_fraction',
    );
  });
  for (const [i, expected] of [0.5, 0.25, 0.125].entries()) {
    assert.ok(Math.abs((busy[i] ?? NaN) - expected) < 0.01, busy.join(' '));
  }
});

test('an M/D/1/K queue loses what its formula says (F3)', () => {
  // 1000 SYNs a second, 0.9 ms each, 10 in the system.
  const cpu = 'cpu: { backlog: 9 packets, costs: { syn_queued: 900us } }, accept: { mode: never }';
  const shares = [1, 2, 3, 4, 5, 6].map((seed) => {
    const text = `seed: ${seed}\nduration: 200s\nsample: 200s\nserver: { ${CLASSIC}, ${cpu} }
traffic: { flood: { kind: syn-flood, arrivals: poisson(1000/s) } }`;
    const result = simulate({
      scenario: parseScenario(text.replace('100000 }, l', '1000000 }, l'), 'a.yaml'),
      files: new Map(),
    });
    return term(result, 'dropped_by_host') / result.conservation.synsSent;
  });
  const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
  const error = Math.sqrt(shares.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / 5 / 6);
  assert.ok(Math.abs(mean - 0.016631747828) < 6.87 * error, `${mean} ± ${error}`);
});

test('each kind of SYN costs what it is said to cost', () => {
  const costs = 'cpu: { costs: { syn_queued: 1us, syn_cookie: 10us, syn_dropped: 100us, reset: 1ms, segment: 0s } }';
  const spent = (server: string, count: number, port = 80): number => {
    const result = run(
      `${server}, ${costs}`,
      `{ flood: { kind: syn-flood, arrivals: burst(${count}), port: ${port} } }`,
    );
    return Math.round(value(result, 'server.cpu.busy_fraction') * 10e6);
  };
  const table = (policy: string): string =>
    `stack: classic, classic: { slots: 2, policy: ${policy} }, accept: { mode: never }`;
  assert.is(spent(table('tail-drop'), 2), 2);
  assert.is(spent(table('tail-drop'), 5), 302);
  assert.is(spent(table('hybrid'), 5), 32);
  assert.is(spent(table('hybrid'), 5, 81), 5000);
});

test('accept() and close() take time that packets do not have', () => {
  const server = `${CLASSIC}, cpu: { costs: { syn_queued: 0s, segment: 0s, accept: 1ms, close: 2ms } }`;
  const result = run(server, '{ users: { kind: clients, arrivals: burst(10) } }');
  assert.is(value(result, 'server.served'), 10);
  assert.is(Math.round(value(result, 'server.cpu.busy_fraction') * 10e3), 30);
});

test('packets first: a flood that fills the core starves the application (receive livelock)', () => {
  const served = ['fair', 'packets-first'].map((schedule) => {
    const cpu = `cpu: { schedule: ${schedule}, costs: { syn_queued: 60us } }`;
    const traffic =
      '{ flood: { kind: syn-flood, arrivals: periodic(20kpps) }, users: { kind: clients, arrivals: periodic(100/s) } }';
    return value(run(`${CLASSIC}, ${cpu}`, traffic, 5), 'users.served');
  });
  assert.ok((served[0] ?? 0) > 10, served.join(' '));
  assert.is(served[1], 0);
});

/** Share of connects that succeed within 500 ms, under 15000 SYNs a second. */
function connects(classic: string): number {
  const cpu = 'cpu: { backlog: 50 packets, costs: { syn_queued: 47us, segment: 20us, visit: 26ns } }';
  const traffic = `
  users: { kind: clients, stack: schedule(0s; fails 500ms), arrivals: poisson(100/s), rtt: 300us, until: 9s }
  flood: { kind: syn-flood, arrivals: poisson(15kpps) }`;
  const result = run(`stack: classic, classic: ${classic}, listen: { backlog: 1024 }, ${cpu}`, traffic);
  return value(result, 'users.connected') / value(result, 'users.started');
}

test('P1: where a list is walked a larger backlog is worse, and a hash table of short lists serves all', () => {
  const walked = [192, 1536, 6144].map((slots) =>
    connects(`{ slots: ${slots}, hold: fixed(75s), policy: random-drop }`),
  );
  const hashed = connects('{ slots: 15360, hold: fixed(75s), policy: syn-cache, buckets: 512 }');
  assert.ok((walked[0] ?? 0) > 0.99 && hashed > 0.99, `${walked.join(' ')} ${hashed}`);
  assert.ok((walked[0] ?? 0) > (walked[1] ?? 0) && (walked[1] ?? 0) > (walked[2] ?? 0), walked.join(' '));
  assert.ok((walked[2] ?? 1) < 0.7, walked.join(' '));
});

test('every packet is simulated, and changes are tried with the same processor', () => {
  const text = `duration: 5s
server: { stack: classic, classic: { slots: 5 }, cpu: { cores: 2, backlog: 7 packets, costs: { visit: 30ns } } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(1000/s) } }`;
  const scenario = parseScenario(text, 'cpu.yaml');
  const result = simulate({ scenario, files: new Map() });
  assert.is(result.skippedSyns, 0);
  assert.equal(parseScenario(serializeScenario(scenario), 'cpu.yaml'), scenario);
  assert.not(findChanges(scenario, new Map(), result) === null);
});

test('messages', () => {
  const server = (cpu: string): string =>
    refusal(
      `duration: 1s\nserver: { stack: classic, cpu: ${cpu} }\ntraffic: { f: { kind: syn-flood, arrivals: burst(1) } }`,
    );
  assert.match(server('{ backlog: 5 KiB }'), /expected a number of packets: 1000 packets, received 5 KiB/);
  assert.match(server('{ costs: { visits: 1us } }'), /did you mean visit\?/);
  assert.match(server('{ schedule: unfair }'), /expected one of fair, packets-first/);
});

test('a woken selector that gets the processor only after its time-out is told of the time-out', () => {
  const accept = 'accept: { mode: select, timeout: 1ms, workers: 2 }, cpu: { costs: { close: 2ms } }';
  for (const stack of ['linux-1.2', 'linux-2.4', 'linux-6.18', 'freebsd-14', 'classic']) {
    const flood = '{ flood: { kind: connection-flood, arrivals: "schedule(0ms, 500ms)" } }';
    assert.is(value(run(`stack: ${stack}, ${accept}`, flood, 1), 'server.accepted'), 2, stack);
  }
});
test.run();
