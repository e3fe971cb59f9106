/** TCP Fast Open from end to end: what clients save by it, what becomes of them without it, and what an attacker makes of it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { serializeScenario } from '../../src/scenario/serialize.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { refusal } from '../support/scenario.ts';

const test = suite('simulation: fast open');

const SERVER = 'server: { stack: linux-6.18, listen: { fastopen: 16 }, sysctl: { net.ipv4.tcp_fastopen: 3 } }';

function runOf(traffic: string, server = SERVER, duration = '10s'): RunResult {
  const text = `duration: ${duration}\n${server}\ntraffic:\n${traffic}`;
  const scenario = parseScenario(text, 'fast-open.yaml');
  const again = parseScenario(serializeScenario(scenario), 'again.yaml');
  assert.equal({ ...again, name: scenario.name }, scenario);
  const run = simulate({ scenario, files: new Map() });
  assert.ok(run.conservation.ok);
  return run;
}

function metric({ metrics }: RunResult, path: string): number | null {
  const found = metrics.find((one) => one.path === path);
  assert.ok(found !== undefined, path);
  return found.value;
}

const users = (more: string): string =>
  `  users: { kind: clients, stack: linux-6.18, arrivals: periodic(1/s), count: 4, rtt: 100ms, ${more} }\n`;

test('an address that has a cookie is answered a round trip sooner, and connected no sooner', () => {
  const plain = runOf(users('addresses: 1'));
  const cached = runOf(users('addresses: 1, fastopen: cached'));
  assert.equal([metric(plain, 'users.response_ms.p50'), metric(cached, 'users.response_ms.p50')], [200, 100]);
  assert.equal([metric(plain, 'users.connect_ms.p50'), metric(cached, 'users.connect_ms.p50')], [100, 100]);
  assert.equal([metric(cached, 'users.served'), metric(cached, 'users.fastopen_active')], [4, 4]);
  assert.is(metric(cached, 'listener.TcpExtTCPFastOpenPassive'), 4);
  assert.is(metric(cached, 'listener.fastopen_queue.end'), 0);
});

test('an address without one asks for it first; with an address for each client, all of them do', () => {
  const learning = runOf(users('addresses: 2, fastopen: request'));
  assert.equal(
    ['fastopen_active', 'fastopen_active_fail', 'served'].map((what) => metric(learning, `users.${what}`)),
    [2, 0, 4],
  );
  assert.is(metric(learning, 'listener.TcpExtTCPFastOpenCookieReqd'), 2);
  const strangers = runOf(users('fastopen: request'));
  assert.equal(
    [metric(strangers, 'users.fastopen_active'), metric(strangers, 'listener.TcpExtTCPFastOpenCookieReqd')],
    [0, 4],
  );
});

test('where the server does not take it the request is sent again with the handshake: nothing is lost but the bytes', () => {
  for (const stack of ['linux-6.18', 'linux-3.6', 'linux-1.2', 'freebsd-14', 'classic']) {
    const run = runOf(users('fastopen: cached'), `server: { stack: ${stack} }`);
    assert.equal(
      ['fastopen_active', 'fastopen_active_fail', 'served'].map((what) => metric(run, `users.${what}`)),
      [0, 4, 4],
      stack,
    );
    assert.is(metric(run, 'users.response_ms.p50'), 200, stack);
  }
});

test('clients that wait for the server open without data, and are told at once', () => {
  const run = runOf(users('fastopen: cached, speaks: false'));
  assert.equal([metric(run, 'users.served'), metric(run, 'users.fastopen_active')], [4, 0]);
  assert.equal([metric(run, 'listener.TcpExtTCPFastOpenPassive'), metric(run, 'users.response_ms.p50')], [4, 100]);
});

test('packets that get lost: a SYN is sent again without the option, a SYN-ACK by the child', () => {
  const run = runOf(
    '  users: { kind: clients, stack: linux-6.18, arrivals: periodic(20/s), count: 400, fastopen: cached, link: bad }\n',
    `${SERVER}\nlinks: { bad: { delay: 20ms, loss: 10% } }`,
    '200s',
  );
  assert.ok(metric(run, 'users.served')! >= 399);
  const active = metric(run, 'users.fastopen_active')!;
  const failed = metric(run, 'users.fastopen_active_fail')!;
  assert.ok(failed > 20 && active > 300, `${active} ${failed}`);
  assert.is(active + failed, metric(run, 'users.connected'));
  assert.is(metric(run, 'listener.fastopen_queue.end'), 0);
});

const flood = (more: string): string =>
  `  flood: { kind: syn-flood, arrivals: periodic(10/s), count: 100, fastopen: stolen, ${more} }\n`;

test('stolen cookies: silent addresses fill the Fast Open queue, and what is accepted of them is nobody', () => {
  const run = runOf(flood('start: 0s'), SERVER, '20s');
  assert.equal(
    ['TCPFastOpenPassive', 'TCPFastOpenListenOverflow'].map((name) => metric(run, `listener.TcpExt${name}`)),
    [16, 84],
  );
  assert.equal([metric(run, 'listener.fastopen_queue.max'), metric(run, 'flood.admitted')], [16, 100]);
  // A worker serves each, and nobody hears of it.
  assert.is(metric(run, 'server.served'), 16);
});

test('live addresses behind stolen cookies: each RST is a penalty of 60 s, and Fast Open is off for everybody', () => {
  const both = flood('sources: responsive, reset_after: 10ms, until: 5s') + users('fastopen: cached, start: 6s');
  const run = runOf(both, SERVER, '20s');
  assert.is(metric(run, 'listener.fastopen_queue.end'), 16);
  assert.equal([metric(run, 'users.fastopen_active_fail'), metric(run, 'users.served')], [4, 4]);
  const later = runOf(both.replace('start: 6s', 'start: 70s'), SERVER, '80s');
  assert.is(metric(later, 'users.fastopen_active'), 4);
});

test('floods that guess, or only ask, get an ordinary handshake', () => {
  for (const [kind, counter] of [
    ['guessed', 'TcpExtTCPFastOpenPassiveFail'],
    ['request', 'TcpExtTCPFastOpenCookieReqd'],
  ] as const) {
    const run = runOf(flood('start: 0s').replace('stolen', kind), SERVER, '10s');
    assert.equal([metric(run, `listener.${counter}`), metric(run, 'listener.TcpExtTCPFastOpenPassive')], [100, 0]);
  }
});

test('who has no Fast Open is told so', () => {
  const asked = (server: string, traffic = users('addresses: 1')): string =>
    refusal(`duration: 1s\nserver: ${server}\ntraffic:\n${traffic}`);
  assert.match(
    asked('{ stack: linux-3.6, listen: { fastopen: 5 } }'),
    /expected 0: TCP_FASTOPEN of listeners came with Linux 3\.7/,
  );
  assert.match(asked('{ stack: linux-3.6, sysctl: { net.ipv4.tcp_fastopen: 2 } }'), /linux-3\.7 or later only/);
  for (const stack of ['linux-1.2', 'classic', 'freebsd-14'])
    assert.match(asked(`{ stack: ${stack}, listen: { fastopen: 5 } }`), /no fastopen: \S+ has none, received 5/);
  const server = '{ stack: linux-6.18 }';
  assert.match(
    asked(server, users('fastopen: cached').replace('linux-6.18', 'windows')),
    /expected off: .*linux-3\.6 or later, received stack: windows/,
  );
  assert.match(asked(server, users('fastopen: cachd')), /did you mean|cached/);
});
test.run();
