import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { serializeScenario } from '../../../src/scenario/serialize.ts';
import type { RunResult } from '../../../src/simulation/result.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { refusal } from '../../support/scenario.ts';

const USERS = 'users: { kind: clients, stack: linux-6.5, arrivals: periodic(50/s), rtt: 40ms, until: 20s }';

function text(
  frontEnd: string,
  traffic: string,
  server = 'stack: classic, classic: { slots: 64, hold: fixed(63s) }',
): string {
  return `duration: 60s\nsample: 60s\nserver: { ${server}, front_end: ${frontEnd} }\ntraffic:\n  ${traffic}`;
}

function run(frontEnd: string, traffic: string, server?: string): RunResult {
  return simulate({ scenario: parseScenario(text(frontEnd, traffic, server), 'front.yaml'), files: new Map() });
}

function value(result: RunResult, path: string): number {
  return result.metrics.find((metric) => metric.path === path)?.value ?? NaN;
}

function term(result: RunResult, name: string): number {
  return result.conservation.terms.find((one) => one.name === name)?.count ?? 0;
}

const FLOOD = 'flood: { kind: syn-flood, arrivals: poisson(2000/s), until: 50s }';

const test = suite('front ends');

test('D7a: behind a SYNPROXY a server of 64 slots serves everybody through a flood', () => {
  const result = run('{ kind: synproxy }', `${USERS}\n  ${FLOOD}`);
  assert.equal([value(result, 'users.started'), value(result, 'users.served')], [1000, 1000]);
  assert.is(value(result, 'users.connect_ms.max'), 40);
  assert.equal([value(result, 'front_end.cookie_valid'), term(result, 'admitted')], [1000, 1000]);
  assert.is(term(result, 'opened_by_front_end'), -1000);
  assert.is(term(result, 'answered_by_front_end'), result.conservation.synsSent);
  assert.ok(result.conservation.ok);
});

test('D7a: sequence numbers are translated: request, answer, and both FINs arrive', () => {
  const result = run('{ kind: synproxy }', USERS, 'stack: linux-6.18, accept: { service: 10ms }');
  assert.equal([value(result, 'users.served'), value(result, 'users.reset')], [1000, 0]);
  assert.is(value(result, 'listener.TcpOutRsts'), 0);
  assert.is(value(result, 'users.response_ms.p50'), 90);
});

test('D7a: the client is connected before the server is asked, and waits in vain when it has no room', () => {
  const server = 'stack: linux-6.18, listen: { backlog: 0 }, accept: { mode: never }';
  const silent = USERS.replace('rtt', 'speaks: false, rtt');
  const result = run('{ kind: synproxy }', silent, server);
  assert.equal([value(result, 'users.connected'), value(result, 'users.served')], [1000, 0]);
  assert.is(value(result, 'listener.accept_queue.max'), 1);
  const speaking = run('{ kind: synproxy }', USERS, server);
  assert.ok(value(speaking, 'front_end.cookie_retrans') > 1000);
});

test('D7a: a client whose server frees up is connected by its retransmitted data', () => {
  const server = 'stack: linux-6.18, listen: { backlog: 3 }, accept: { start: 5s }';
  const result = run('{ kind: synproxy }', USERS.replace('until: 20s', 'until: 1s'), server);
  assert.is(value(result, 'users.started'), 50);
  assert.is(value(result, 'users.served'), 50);
});

test('D7a: the server has its answer after it has sent the SYN-ACK, and not while it does', () => {
  const traffic = 'flood: { kind: connection-flood, arrivals: burst(5) }';
  for (const stack of ['linux-1.2', 'linux-2.2', 'linux-6.18', 'freebsd-14', 'classic']) {
    const result = run('{ kind: synproxy }', traffic, `stack: ${stack}`);
    assert.is(value(result, 'flood.connected'), 5, stack);
    assert.is(value(result, 'server.accepted'), 5, stack);
  }
});

test('D7a: guessed cookies are dropped without a word; the table is bounded, and entries end', () => {
  const server = 'stack: classic, accept: { mode: never }, listen: { backlog: 5000 }';
  const result = run('{ kind: synproxy, max: 100, established: 10s }', USERS, server);
  assert.is(value(result, 'front_end.nf_conntrack_count.max'), 100);
  const [drop] = result.drops;
  assert.equal([drop?.cause, drop?.setting], ['conntrack_full', 'server.front_end.max']);
});

test('D9: a firewall with a small table is full long before the server', () => {
  // 1000 entries of 120 s bear 8.3 SYNs a second.
  const flood = 'flood: { kind: syn-flood, arrivals: periodic(100/s) }';
  const result = run('{ kind: conntrack, max: 1000 }', flood, 'stack: classic, classic: { slots: 100000 }');
  // The last SYN comes 60 s after the answer to the first, which is forgotten by then.
  assert.equal([term(result, 'admitted'), term(result, 'dropped_by_front_end')], [1001, 5000]);
  assert.is(value(result, 'front_end.nf_conntrack_count.max'), 1000);
  assert.equal(result.drops[0]?.firstAtNs, 10e9);
  assert.equal([result.drops[0]?.cause, result.drops[0]?.rule], ['conntrack_full', 'D9']);
});

test('D9: entries end 120 s after a SYN, 60 s after its answer, and are kept while packets come', () => {
  const long = (traffic: string): RunResult => {
    const yaml = text('{ kind: conntrack, max: 10 }', traffic, 'stack: classic, classic: { slots: 5 }').replaceAll(
      '60s',
      '200s',
    );
    return simulate({ scenario: parseScenario(yaml, 'front.yaml'), files: new Map() });
  };
  // Five are answered, and forgotten at 60 s; five are not, and forgotten at 120 s.
  const times = 'schedule(0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 59s, 61s, 61s, 61s, 61s, 61s, 61s, 121s)';
  const result = long(`flood: { kind: syn-flood, arrivals: "${times}" }`);
  assert.is(term(result, 'dropped_by_front_end'), 2);
});

test('D9: early drop takes the place of what is not established', () => {
  const flood = 'flood: { kind: syn-flood, arrivals: poisson(500/s) }';
  const server = 'stack: classic, classic: { slots: 100000 }';
  const [hard, early] = ['drop', 'early-drop'].map((whenFull) =>
    run(`{ kind: conntrack, max: 1000, when_full: ${whenFull} }`, `${USERS}\n  ${flood}`, server),
  );
  assert.ok(value(hard as RunResult, 'users.served') < 500);
  assert.is(value(early as RunResult, 'users.served'), 1000);
  assert.ok(value(early as RunResult, 'front_end.nf_conntrack_early_drop') > 20_000);
});

test('D8: a filter takes its share of forged addresses, and of nobody else', () => {
  const result = run(
    '{ kind: filter, forged: 90% }',
    `${USERS}\n  flood: { kind: syn-flood, arrivals: poisson(500/s), pool: 5000 }`,
  );
  const filtered = term(result, 'dropped_by_front_end') / value(result, 'flood.sent');
  assert.ok(Math.abs(filtered - 0.9) < 0.02, `${filtered}`);
  assert.is(value(result, 'users.syns_sent') + value(result, 'flood.sent'), result.conservation.synsSent);
  assert.ok(result.conservation.ok);
});

test('a front end is written out as it was read, and what is wrong with one is told', () => {
  for (const frontEnd of [
    '{ kind: synproxy, max: 7 }',
    '{ kind: conntrack, when_full: early-drop }',
    '{ kind: filter, forged: 0.5 }',
  ]) {
    const scenario = parseScenario(text(frontEnd, USERS), 'front.yaml');
    assert.equal(parseScenario(serializeScenario(scenario), 'front.yaml'), scenario);
  }
  assert.match(refusal(text('{ kind: synproxi }', USERS)), /expected one of synproxy, conntrack, filter/);
  assert.match(refusal(text('{ kind: filter }', USERS)), /expected the key server.front_end.forged/);
});
test.run();
