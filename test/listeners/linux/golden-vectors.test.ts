/**
 * Vectors that follow from the rules by arithmetic, H1-H11 of the model: what a listener must count, to the last one.
 * H3 and H4 are in flood-vectors.test.ts. H10 is FreeBSD's.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import type { RunResult } from '../../../src/simulation/result.ts';
import { Host } from './host.ts';

const test = suite('linux: golden vectors');

function run(text: string): Map<string, number> {
  const result: RunResult = simulate({ scenario: parseScenario(text), files: new Map() });
  return new Map(result.metrics.map(({ path, value }) => [path, value ?? 0]));
}

/** H1: clients one after another, every 10 ms, nobody accepts. */
function sequential(stack: string, backlog: number, client: string, duration: string, sysctl = '{}') {
  return run(`duration: ${duration}
server: { stack: ${stack}, listen: { backlog: ${backlog} }, accept: { mode: never }, sysctl: ${sysctl} }
traffic:
  users: { kind: clients, stack: ${client}, arrivals: periodic(100/s), until: ${(backlog + 10) * 10}ms, rtt: 1ms, speaks: false }`);
}

test('H1: linux-4.10 and 6.13 hold b + 1 connections, and refuse each SYN after', () => {
  for (const [stack, backlog] of [
    ['linux-4.10', 1],
    ['linux-4.10', 5],
    ['linux-6.12', 128],
    ['linux-6.13', 0],
    ['linux-6.13', 1],
    ['linux-6.18', 128],
  ] as const) {
    const metrics = sequential(stack, backlog, 'linux-6.5', '2500ms');
    const what = `${stack} ${backlog}`;
    assert.is(metrics.get('listener.accept_queue.end'), backlog + 1, what);
    assert.is(metrics.get('listener.syn_queue.end'), 0, what);
    assert.is(metrics.get('listener.TcpExtListenOverflows'), metrics.get('users.syns_refused'), what);
    assert.is(metrics.get('listener.TcpExtListenDrops'), metrics.get('listener.TcpExtListenOverflows'), what);
    assert.is(metrics.get('users.connected'), backlog + 1, what);
  }
});

test('H1: each client that is refused adds 11 overflows from 6.5 on, 7 before', () => {
  for (const [client, perClient] of [
    ['linux-6.5', 11],
    ['linux-3.10', 7],
  ] as const) {
    const metrics = sequential('linux-6.18', 5, client, '140s');
    assert.is(metrics.get('listener.TcpExtListenOverflows'), 9 * perClient, client);
    assert.is(metrics.get('users.timed_out'), 9, client);
  }
});

test('H1: up to 4.9 two clients more believe that they are connected', () => {
  for (const stack of ['linux-2.4', 'linux-2.6.32', 'linux-3.10', 'linux-4.1', 'linux-4.4', 'linux-4.9']) {
    const metrics = sequential(stack, 5, 'linux-3.10', '400ms');
    assert.is(metrics.get('users.connected'), 8, stack);
    assert.is(metrics.get('listener.accept_queue.end'), 6, stack);
    assert.is(metrics.get('listener.syn_queue.end'), 2, stack);
    assert.is(metrics.get('listener.dropped_syns'), 7, stack);
  }
});

test('H1: listen(0) up to 6.12: nobody connects without cookies, one by a cookie', () => {
  const without = sequential('linux-4.10', 0, 'linux-3.10', '90ms', '{ net.ipv4.tcp_syncookies: 0 }');
  assert.is(without.get('users.connected'), 0);
  assert.is(without.get('listener.TcpExtTCPReqQFullDrop'), without.get('users.syns_refused'));
  assert.is(without.get('users.syns_refused'), 9);
  const cookies = sequential('linux-4.10', 0, 'linux-3.10', '90ms');
  assert.is(cookies.get('listener.accept_queue.end'), 1);
  assert.is(cookies.get('listener.TcpExtSyncookiesRecv'), 1);
});

test('H2: a burst that nobody answers: the excess over half goes at 7 s, the rest at 63 s', () => {
  for (const [stack, backlog, admitted, early, synAcks] of [
    ['linux-6.13', 128, 129, 65, 579],
    ['linux-4.10', 128, 128, 64, 576],
    ['linux-6.13', 8, 9, 5, 39],
    ['linux-4.10', 1024, 1024, 512, 4608],
    ['linux-4.10', 4096, 4096, 2048, 18_432],
  ] as const) {
    const what = `${stack} ${backlog}`;
    const host = new Host(stack, backlog, { settings: { syncookies: 0, maxSynBacklog: 100_000, somaxconn: 4096 } });
    host.syns(0, 2 * backlog);
    assert.is(host.qlen, admitted, what);
    host.pass(6.999);
    assert.is(host.qlen, admitted, what);
    host.pass(0.002);
    assert.is(host.qlen, admitted - early, what);
    host.pass(55.998);
    assert.is(host.qlen, admitted - early, what);
    host.pass(0.002);
    assert.is(host.qlen, 0, what);
    assert.is(host.count('synacks'), synAcks, what);
    host.stack.checkInvariants();
  }
});

test('H5: the last quarter is kept for proven peers, of whom there are none', () => {
  for (const stack of ['linux-2.4', 'linux-2.6.32', 'linux-4.1', 'linux-4.4', 'linux-5.10.223', 'linux-6.18']) {
    for (const [max, held] of [
      [128, 97],
      [256, 193],
      [512, 385],
      [1024, 769],
    ] as const) {
      const host = new Host(stack, 4096, { settings: { syncookies: 0, maxSynBacklog: max, somaxconn: 4096 } });
      host.syns(0, 5000);
      assert.is(host.qlen, held, `${stack} ${max}`);
    }
  }
});

test('H6: one SYN that nobody answers', () => {
  const host = new Host('linux-6.18', 128, { settings: { synackRetries: 5 } });
  host.syn(0);
  host.pass(62.999);
  assert.is(host.qlen, 1);
  host.pass(0.001);
  assert.is(host.qlen, 0);
  assert.equal(
    host.takeSent().map(({ atS, flags }) => `${atS} ${flags}`),
    ['0 SA', '1 SA', '3 SA', '7 SA', '15 SA', '31 SA'],
  );
  assert.equal(host.moved, { TCPTimeouts: 6, TCPSynRetrans: 5 });
  assert.is(host.count('TcpRetransSegs'), 5);
});

test('H7: a flood from live hosts', () => {
  const metrics = run(`duration: 20s
server: { stack: linux-6.18, listen: { backlog: 1024 } }
traffic:
  flood: { kind: syn-flood, arrivals: poisson(1000/s), sources: responsive, reset_after: 100ms }`);
  assert.ok(Math.abs((metrics.get('listener.syn_queue.mean') ?? 0) - 100) < 5);
  const resets = metrics.get('flood.resets_sent');
  assert.is(metrics.get('listener.TcpAttemptFails'), resets);
  assert.is(metrics.get('listener.TcpExtEmbryonicRsts'), resets);
});

test('H8: TCP_DEFER_ACCEPT of 5 s, a client without a word', () => {
  const host = new Host('linux-6.18', 128, { deferAcceptNs: 5e9 });
  host.connect(0);
  assert.is(host.count('TcpExtTCPDeferAcceptDrop'), 1);
  assert.equal([host.qlen, host.acc], [1, 0]);
  host.pass(6.999);
  assert.equal(host.flagsTo(0), ['SA']);
  host.pass(0.001);
  assert.equal(host.flagsTo(0), ['SA', 'SA']);
  host.ack(0);
  assert.equal([host.qlen, host.acc], [0, 1]);
});

test('H9: tcp_abort_on_overflow answers a stored request by RST', () => {
  const host = new Host('linux-6.18', 1, { settings: { abortOnOverflow: 1 } });
  host.syns(0, 2);
  host.ack(0);
  host.syn(2);
  host.ack(1);
  host.takeSent();
  host.ack(2);
  assert.equal(
    host.takeSent().map(({ flags }) => flags),
    ['R'],
  );
  assert.equal(host.moved, {
    PassiveOpens: 2,
    CurrEstab: 2,
    OutRsts: 1,
    ListenOverflows: 1,
    ListenDrops: 1,
    EmbryonicRsts: 1,
  });
});

test('H9: … and a cookie by nothing', () => {
  const host = new Host('linux-6.18', 0, { settings: { abortOnOverflow: 1, syncookies: 2 } });
  host.syns(0, 2);
  host.ack(0);
  host.takeSent();
  host.ack(1);
  assert.equal(host.takeSent(), []);
  assert.is(host.count('TcpExtListenOverflows'), 1);
  assert.is(host.count('TcpExtListenDrops'), 1);
  assert.is(host.count('TcpExtSyncookiesRecv'), 2);
  assert.is(host.count('TcpOutRsts'), 0);
});

test('H11: a cookie is good for 60 s at least, for 120 s at most', () => {
  for (const [age, isGood] of [
    [1, true],
    [59, true],
    [60, true],
    [121, false],
    [179, false],
  ] as const) {
    const host = new Host('linux-6.18', 128, { settings: { syncookies: 2 } });
    host.syns(0, 1);
    host.pass(age - 1);
    host.syns(1, 2);
    host.pass(1);
    host.ack(0);
    assert.is(host.acc, isGood ? 1 : 0, `${age} s`);
    assert.is(host.count('TcpExtSyncookiesFailed'), isGood ? 0 : 1, `${age} s`);
  }
});
test.run();
