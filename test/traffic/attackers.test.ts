import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { benchOfAcks, benchOfConnections, benchOfFlood, SERVER_ISN } from './source-bench.ts';

const ISN = 0x20000;

function run(traffic: string, server: string, duration = '60s'): (path: string) => number | null | undefined {
  const text = `duration: ${duration}\nserver: ${server}\ntraffic:\n${traffic}`;
  const result = simulate({ scenario: parseScenario(text, 'attack.yaml'), files: new Map() });
  assert.ok(result.conservation.ok);
  const values = new Map(result.metrics.map(({ path, value }) => [path, value]));
  return (path) => values.get(path);
}

const LINUX = (backlog: number, cookies: number, accept: string): string =>
  `{ stack: linux-6.18, listen: { backlog: ${backlog} }, sysctl: { net.ipv4.tcp_syncookies: ${cookies}, net.ipv4.tcp_max_syn_backlog: 4096 }, accept: ${accept} }`;

const test = suite('attackers');

// --- connections

test('a connection is completed by one ACK for each SYN-ACK, acknowledges data, and is held', () => {
  const bench = benchOfConnections({ untilNs: 1e9 });
  bench.runTo(0.5);
  bench.answer(0, 'SA', ISN + 1);
  bench.answer(0, 'SA', ISN + 1);
  bench.answer(0, 'PA', ISN + 1, { length: 3 });
  bench.answer(0, 'A', ISN + 1);
  bench.runTo(1000);
  assert.equal(
    bench.sent.map((s) => [s.flags, s.seq, s.ack]),
    [
      ['S', ISN, 0],
      ['A', ISN + 1, (SERVER_ISN + 1) >>> 0],
      ['A', ISN + 1, (SERVER_ISN + 1) >>> 0],
      ['A', ISN + 1, (SERVER_ISN + 4) >>> 0],
    ],
  );
  assert.equal(bench.outcomes(), { sent: 1, synacks_received: 2, connected: 1, held: 1 });
});

test('a hold ends in one RST; what comes later meets another, and a RST of the server ends it too', () => {
  const bench = benchOfConnections({ untilNs: 2e9, holdNs: 3e9 });
  bench.runTo(1);
  bench.answer(0, 'SA', ISN + 1);
  bench.answer(1, 'SA', ISN + 1);
  bench.runTo(2);
  bench.answer(1, 'R', ISN + 1);
  bench.runTo(10);
  assert.equal(bench.takeSent(), ['0s S', '1s S', '1s A', '1s A', '4s R']);
  bench.answer(0, 'PA', ISN + 1, { length: 1 });
  bench.runTo(10);
  assert.equal(bench.takeSent(), ['10s R']);
  assert.equal(bench.outcomes(), {
    sent: 2,
    synacks_received: 2,
    connected: 2,
    resets_received: 1,
    resets_sent: 2,
  });
});

test('full handshakes fill the accept queue, whether held or reset at once; SYN cookies do not help (E2.3, E2.4, B7.2)', () => {
  for (const hold of ['none', '0s']) {
    const value = run(
      `  botnet: { kind: connection-flood, arrivals: periodic(10/s), rtt: 50ms, hold: ${hold} }\n` +
        '  users: { kind: clients, arrivals: periodic(1/s), start: 10.05s, rtt: 50ms, speaks: false }\n',
      LINUX(64, 1, '{ mode: never }'),
    );
    assert.is(value('botnet.connected'), 65, hold);
    assert.is(value('botnet.held'), hold === 'none' ? 65 : 0);
    assert.is(value('users.connected'), 0);
    assert.is(value('listener.TcpExtTCPReqQFullDoCookies'), 0);
    assert.is(value('listener.accept_queue.end'), 65);
  }
});

// --- ACKs

test('ACKs have random numbers and new 4-tuples, or those of a pool; RSTs are counted', () => {
  const bench = benchOfAcks({ pool: 2 });
  bench.runTo(4);
  assert.equal(
    bench.sent.map((s) => [s.atS, s.peer, s.flags]),
    [0, 1, 2, 3, 4].map((atS) => [atS, atS % 2, 'A']),
  );
  assert.is(new Set(bench.sent.flatMap((s) => [s.seq, s.ack])).size, 10);
  bench.answer(0, 'R', 0);
  bench.answer(0, 'A', 0);
  assert.equal(bench.outcomes(), { sent: 5, resets_received: 1 });
  assert.is(bench.source.synsSent, 0);
});

test('bogus cookies are looked at only behind a listener that has sent cookies of late (E2.5, B6.1)', () => {
  const acks = '  bogus: { kind: ack-flood, arrivals: periodic(100/s) }\n';
  const flood = '  flood: { kind: syn-flood, arrivals: burst(40), start: 30s }\n';
  const calm = run(acks, LINUX(16, 1, '{ mode: never }'));
  assert.equal(
    [calm('bogus.acks_sent'), calm('bogus.resets_received'), calm('listener.TcpExtSyncookiesFailed')],
    [6001, 6001, 0],
  );
  const mixed = run(acks + flood, LINUX(16, 1, '{ mode: never }'));
  assert.equal([mixed('bogus.resets_received'), mixed('listener.TcpExtSyncookiesSent')], [6001, 23]);
  assert.ok(Math.abs((mixed('listener.TcpExtSyncookiesFailed') ?? 0) - 3000) <= 1);
});

// --- SYNs

test('a mixture: the same share of addresses answers every time', () => {
  const bench = benchOfFlood({ resetAfterNs: 1e6, liveShare: 0.3, arrivals: { kind: 'burst', count: 1000 } });
  const answered = (): number => {
    for (let peer = 0; peer < 1000; peer++) bench.answer(peer, 'SA', 2);
    bench.runTo(bench.loop.nowNs / 1e9 + 0.01);
    return bench.takeSent().filter((line) => line.endsWith('R')).length;
  };
  bench.runTo(0);
  bench.takeSent();
  const first = answered();
  assert.ok(Math.abs(first - 300) <= 2, `${first}`);
  assert.is(answered(), first);
});

test('a refreshed SYN is the same again, until the end', () => {
  const bench = benchOfFlood({ refreshNs: 0.7e9, untilNs: 2e9, isnStep: 5 });
  bench.runTo(100);
  assert.equal(
    bench.sent.map((s) => [s.atS, s.peer, s.seq]),
    [
      [0, 0, 1],
      [0.7, 0, 1],
      [1, 1, 6],
      [1.4, 0, 1],
      [1.7, 1, 6],
    ],
  );
  assert.is(bench.count('sent'), 5);
});

test('refreshed every 700 ms requests never expire; others are gone after 63 s (E2.8, B3.1)', () => {
  const left = (refresh: string): number | null | undefined =>
    run(
      `  flood: { kind: syn-flood, arrivals: burst(10), refresh: ${refresh} }\n`,
      LINUX(128, 0, '{ mode: never }'),
      '100s',
    )('listener.syn_queue.end');
  assert.equal([left('none'), left('700ms'), left('1.5s')], [0, 10, 10]);
});

test('a low mean rate in pulses fills what the same rate spread out does not', () => {
  const refused = (arrivals: string): number | null | undefined =>
    run(
      `  flood: { kind: syn-flood, arrivals: "${arrivals}" }\n`,
      LINUX(128, 0, '{ mode: never }'),
      '60s',
    )('flood.refused');
  assert.is(refused('pulse(10kpps, 20ms, 100s)'), 71);
  assert.is(refused('periodic(2/s)'), 0);
});

test('what cannot be is refused, with its place', () => {
  const refusal = (entry: string): string => {
    try {
      parseScenario(`duration: 1s\nserver: { stack: linux-6.18 }\ntraffic:\n  a: ${entry}\n`, 's.yaml');
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  };
  const flood = 'kind: syn-flood, arrivals: burst(1)';
  assert.match(
    refusal(`{ ${flood}, sources: mixed, reset_after: 1ms }`),
    /^s\.yaml:4:6: expected a share between 0 and 1, with sources: mixed, received none/,
  );
  assert.match(refusal(`{ ${flood}, live: 30% }`), /expected this key with sources: mixed only/);
  assert.match(
    refusal(`{ ${flood}, sources: mixed, live: 30% }`),
    /expected a duration, with sources: mixed, received never/,
  );
  assert.match(refusal(`{ ${flood}, refresh: 0s }`), /^s\.yaml:4:\d+: expected a time above 0, or none, received 0s/);
  assert.match(refusal(`{ ${flood}, refresh: 1s, pool: 7 }`), /expected SYNs of 4-tuples of their own/);
  assert.match(
    refusal('{ kind: connection-flood, arrivals: "closed(3, think 1s)" }'),
    /expected arrivals that do not wait for answers/,
  );
  assert.match(refusal('{ kind: ack-flood, arrivals: burst(1), pool: 0.5 }'), /expected a whole number of 4-tuples/);
  assert.match(refusal('{ kind: syn-flood, arrivals: "pulse(10/s, 2s, 1s)" }'), /a period that is no shorter/);
  assert.match(refusal('{ kind: ack-fluud, arrivals: burst(1) }'), /ack-flood/);
});

test.run();
