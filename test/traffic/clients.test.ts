import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NEVER_NS } from '../../src/engine/time.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { CLIENT_ISN } from '../../src/traffic/client-session.ts';
import type { Clients } from '../../src/traffic/clients.ts';
import { counts } from '../support/counts.ts';
import { benchOfClients, SERVER_ISN, type SourceBench, stackNamed } from './source-bench.ts';

const REQUEST_BYTES = 5;
const SYN_ACKED = CLIENT_ISN + 1;
const REQUEST_ACKED = SYN_ACKED + REQUEST_BYTES;
const FIN_ACKED = REQUEST_ACKED + 1;
const SERVER_FIRST = (SERVER_ISN + 1) >>> 0; // sequence number of the server's first byte

/** A client whose SYN was answered at 0 s. */
function connected(changes: Parameters<typeof benchOfClients>[0] = {}): SourceBench<Clients> {
  const bench = benchOfClients(changes);
  bench.runTo(0);
  bench.answer(0, 'SA', SYN_ACKED);
  bench.runTo((changes.answerNs ?? 0) / 1e9);
  return bench;
}

/** The same, with the request acknowledged and the log emptied. */
function settled(changes: Parameters<typeof benchOfClients>[0] = {}): SourceBench<Clients> {
  const bench = connected(changes);
  bench.answer(0, 'A', changes.speaks === false ? SYN_ACKED : REQUEST_ACKED);
  bench.takeSent();
  return bench;
}

const test = suite('Clients');

// --- connecting

test('a client that speaks first answers SYN-ACK with ACK and request; one that waits, with ACK alone', () => {
  const speaking = connected();
  assert.equal(speaking.sent, [
    { atS: 0, peer: 0, flags: 'S', seq: CLIENT_ISN, ack: 0, length: 0, window: 8000 },
    { atS: 0, peer: 0, flags: 'A', seq: SYN_ACKED, ack: SERVER_FIRST, length: 0, window: 8000 },
    { atS: 0, peer: 0, flags: 'PA', seq: SYN_ACKED, ack: SERVER_FIRST, length: REQUEST_BYTES, window: 8000 },
  ]);
  const waiting = connected({ speaks: false });
  waiting.runTo(1e5);
  assert.equal(waiting.takeSent(), ['0s S', '0s A']);
  assert.equal(waiting.outcomes(), { started: 1, connected: 1 });
});

test('a client takes its own time to answer, for ACK and request alike', () => {
  assert.equal(connected({ answerNs: 0.25e9 }).takeSent(), ['0s S', '0.25s A', '0.25s PA']);
});

test('a SYN-ACK ends the SYN schedule; each further one draws one ACK and no second request', () => {
  const bench = settled();
  for (const atS of [1, 2]) {
    bench.runTo(atS);
    bench.answer(0, 'SA', SYN_ACKED);
    bench.runTo(atS);
  }
  bench.runTo(200);
  assert.equal(bench.takeSent(), ['1s A', '2s A']);
  assert.equal(bench.told, ['started 0', 'connected 0 after 0s']);
  assert.equal(bench.count('syns_sent'), 1);
});

test('the time to connect runs from the first SYN', () => {
  const bench = benchOfClients();
  bench.runTo(3.5);
  bench.answer(0, 'SA', SYN_ACKED);
  assert.equal(bench.told, ['started 0', 'connected 0 after 3.5s']);
});

test('a SYN-ACK that acknowledges something else draws a RST with that number, and the client goes on', () => {
  const bench = benchOfClients();
  bench.runTo(0);
  bench.answer(0, 'SA', 77);
  bench.runTo(1);
  assert.equal(bench.takeSent(), ['0s S', '0s R', '1s S']);
  assert.equal(bench.outcomes(), { started: 1 });
});

test('RST in answer to a SYN: refused at once, and silent from then on', () => {
  const bench = benchOfClients();
  bench.runTo(1);
  bench.answer(0, 'RA', SYN_ACKED);
  bench.runTo(200);
  assert.equal(bench.takeSent(), ['0s S', '1s S']);
  assert.equal(bench.outcomes(), { started: 1, refused: 1 });
  assert.equal(bench.told, ['started 0', 'failed 0 Refused']);
});

test('connect() fails: a late SYN-ACK is met with a RST', () => {
  const bench = benchOfClients();
  bench.runTo(127);
  assert.equal(bench.outcomes(), { started: 1, timed_out: 1 });
  bench.takeSent();
  bench.answer(0, 'SA', SYN_ACKED);
  bench.runTo(128);
  assert.equal(bench.takeSent(), ['127s R']);
  assert.equal(bench.sent, []);
});

// --- the application's patience

test('the application gives up while connecting: silence, then RST to a late SYN-ACK', () => {
  const bench = benchOfClients({ timeoutNs: 2e9 });
  bench.runTo(2);
  assert.equal(bench.told, ['started 0', 'failed 0 TimedOut']);
  bench.runTo(60);
  assert.equal(bench.takeSent(), ['0s S', '1s S']);
  bench.answer(0, 'SA', SYN_ACKED);
  bench.runTo(60);
  assert.equal(bench.takeSent(), ['60s R']);
});

test('the application gives up on a connection: FIN, again on the schedule until it is acknowledged', () => {
  const bench = settled({ timeoutNs: 2e9 });
  bench.runTo(6);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, timed_out: 1 });
  bench.answer(0, 'A', REQUEST_ACKED); // not the FIN
  bench.runTo(9);
  bench.answer(0, 'A', FIN_ACKED);
  bench.runTo(60);
  assert.equal(bench.takeSent(), ['2s FA', '3s FA', '5s FA', '9s FA']);
  bench.answer(0, 'PA', FIN_ACKED, { length: 1 });
  bench.runTo(60);
  assert.equal(bench.takeSent(), ['60s R'], 'the connection is forgotten');
});

test('a FIN that nobody acknowledges is sent as often as a SYN, then forgotten', () => {
  const bench = settled({ timeoutNs: 10e9 });
  bench.runTo(1000);
  assert.equal(
    bench.takeSent(),
    [0, 1, 3, 7, 15, 31, 63].map((s) => `${10 + s}s FA`),
  );
  assert.equal(bench.outcomes(), { started: 1, connected: 1, timed_out: 1 });
});

test('patience that ends at the instant of a retransmission: the older timer goes first', () => {
  const bench = benchOfClients({ timeoutNs: 3e9 });
  bench.runTo(100);
  assert.equal(bench.outcomes(), { started: 1, timed_out: 1 });
  assert.equal(bench.takeSent(), ['0s S', '1s S']);
});

// --- the session

test('a request goes out again on the schedule of the stack until it is acknowledged', () => {
  const bench = connected({ stacks: [{ ...stackNamed('bsd-4.4'), data: null }] });
  bench.runTo(29);
  bench.answer(0, 'A', REQUEST_ACKED);
  bench.runTo(1000);
  assert.equal(bench.takeSent(), ['0s S', '0s A', '0s PA', '6s PA']);
  assert.equal(bench.outcomes(), { started: 1, connected: 1 });
});

test('a request that is never acknowledged: timed out when connect() would have failed, counted from the request', () => {
  const bench = benchOfClients();
  bench.runTo(1.5);
  bench.answer(0, 'SA', SYN_ACKED);
  bench.runTo(1.5 + 126.9);
  assert.equal(bench.outcomes(), { started: 1, connected: 1 });
  bench.runTo(1.5 + 127);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, timed_out: 1 });
  assert.equal(bench.sent.filter((s) => s.flags === 'PA').length, 7);
});

test('answer, end and close: the first byte is told once, each is acknowledged, FIN answers FIN', () => {
  const bench = settled();
  bench.runTo(1);
  bench.source.onServed(0);
  bench.answer(0, 'PA', REQUEST_ACKED, { length: 3 });
  bench.runTo(2);
  bench.answer(0, 'FA', REQUEST_ACKED, { seq: (SERVER_FIRST + 3) >>> 0, length: 2 });
  bench.runTo(2.5);
  bench.answer(0, 'A', FIN_ACKED, { seq: (SERVER_FIRST + 6) >>> 0 });
  bench.runTo(100);
  assert.equal(
    bench.sent.map((s) => [s.atS, s.flags, s.seq, s.ack]),
    [
      [1, 'A', REQUEST_ACKED, (SERVER_FIRST + 3) >>> 0],
      [2, 'FA', REQUEST_ACKED, (SERVER_FIRST + 6) >>> 0],
    ],
  );
  assert.equal(bench.told, ['started 0', 'connected 0 after 0s', 'response 0 after 1s']);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, served: 1 });
});

test('what is out of sequence is acknowledged with what was expected, and not taken', () => {
  const bench = settled();
  bench.answer(0, 'PA', REQUEST_ACKED, { seq: SERVER_FIRST + 9, length: 3 });
  bench.runTo(1);
  assert.equal(
    bench.sent.map((s) => [s.flags, s.ack]),
    [['A', SERVER_FIRST]],
  );
  assert.equal(bench.told, ['started 0', 'connected 0 after 0s']);
});

test('the server ends the connection before it served the client: reset, whether by FIN or by RST', () => {
  for (const flags of ['FA', 'R', 'RA']) {
    const bench = settled();
    bench.answer(0, flags, REQUEST_ACKED);
    assert.equal(bench.outcomes(), { started: 1, connected: 1, reset: 1 }, flags);
    assert.equal(bench.told.at(-1), 'failed 0 Reset');
  }
});

test('served counts once; after the client gave up it is too late, and beside the sum', () => {
  const bench = settled({ timeoutNs: 2e9 });
  bench.source.onServed(0);
  bench.runTo(100);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, served: 1 });
  const late = settled({ timeoutNs: 2e9 });
  late.runTo(3);
  late.source.onServed(0);
  assert.equal(late.outcomes(), { started: 1, connected: 1, timed_out: 1, served_too_late: 1 });
  assert.is(late.source.pending, 0);
});

// --- populations

test('a closed population: each user begins anew its think time after its connection ended, until the end', () => {
  const bench = benchOfClients({
    arrivals: { kind: 'closed', count: 2, thinkNs: 5e9 },
    startNs: 1e9,
    untilNs: 21e9,
  });
  const refuseAll = (atS: number): void => {
    bench.runTo(atS);
    for (const { peer } of bench.sent.splice(0).toReversed()) bench.answer(peer, 'RA', SYN_ACKED);
  };
  bench.runTo(0.999);
  assert.equal(bench.sent, []);
  const started: number[] = [];
  for (let atS = 1; atS < 40; atS++) {
    refuseAll(atS);
    started.push(bench.count('started'));
  }
  // Two at 1 s; refused there and then, they think until 6 s, 11 s and 16 s; 21 s is no longer before the end.
  assert.equal([...new Set(started)], [2, 4, 6, 8]);
  assert.equal([started.indexOf(4), started.indexOf(6), started.indexOf(8)], [5, 10, 15]);
  assert.equal(bench.outcomes(), { started: 8, refused: 8 });
});

test('a closed population never has more connections than users', () => {
  const bench = benchOfClients({ arrivals: { kind: 'closed', count: 3, thinkNs: 0 }, timeoutNs: 7e9 });
  for (let atS = 1; atS <= 70; atS++) {
    bench.runTo(atS);
    assert.is(bench.source.pending, 3);
  }
  assert.equal([bench.count('started'), bench.count('timed_out')], [33, 30]);
});

test('clients of the warm-up are simulated and not counted; their SYNs are', () => {
  const bench = benchOfClients({ arrivals: { kind: 'periodic', ratePerSec: 1 }, untilNs: 3e9 }, 2);
  bench.runTo(2.5);
  for (const peer of [0, 1, 2]) bench.answer(peer, 'SA', SYN_ACKED);
  bench.source.onServed(0);
  bench.source.onServed(2);
  for (const peer of [0, 2]) bench.answer(peer, 'PA', REQUEST_ACKED, { length: 1 });
  bench.answer(1, 'RA', REQUEST_ACKED);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, served: 1 });
  assert.equal(bench.told, ['started 2', 'connected 2 after 0.5s', 'response 2 after 0.5s']);
  assert.equal([bench.count('syns_sent'), bench.count('syns_retransmitted')], [5, 2]);
});

test('a port where nobody listens refuses at once; one where somebody does serves', () => {
  const text = (port: number): string => `
duration: 10s
server: { stack: linux-1.2, listen: { backlog: 5 } }
traffic:
  users: { kind: clients, port: ${port}, arrivals: periodic(1/s), until: 5s, rtt: 100ms }
`;
  const metricsOf = (port: number): Map<string, number | null> => {
    const { metrics } = simulate({ scenario: parseScenario(text(port), 'users.yaml'), files: new Map() });
    return new Map(metrics.map(({ path, value }) => [path, value]));
  };
  const what = ['started', 'refused', 'served', 'syns_sent', 'connect_ms.p50'];
  const row = (port: number) => what.map((metric) => metricsOf(port).get(`users.${metric}`));
  assert.equal(row(81), [5, 5, 0, 5, null]);
  assert.equal(row(80), [5, 0, 5, 5, 100]);
});

test('a replayed capture: each of its connections is one client, each of its SYNs one of a flood', () => {
  const file = 'captures/handshakes.pcap';
  const text = `
duration: 10s
server: { stack: linux-1.2, listen: { backlog: 5 } }
traffic:
  users: { kind: clients, arrivals: capture(${file}) }
  flood: { kind: syn-flood, arrivals: capture(${file}) }
`;
  const files = new Map([[file, readFileSync(`scenarios/${file}`)]]);
  const { metrics } = simulate({ scenario: parseScenario(text, 'replay.yaml'), files });
  const valueOf = (path: string) => metrics.find((metric) => metric.path === path)?.value;
  assert.equal([valueOf('users.started'), valueOf('flood.sent')], [60, 97]);
});

// --- any server

const event = fc.record({
  afterNs: fc.constantFrom(0, 1, 1e6, 1e9, 5e9, 64e9),
  peer: fc.nat(5),
  what: fc.constantFrom('SA', 'SA', 'A', 'PA', 'FA', 'R', 'RA', 'served'),
  ack: fc.constantFrom(SYN_ACKED, REQUEST_ACKED, FIN_ACKED, 0, 77),
  seq: fc.constantFrom(SERVER_ISN, SERVER_FIRST, SERVER_FIRST + 1, 0),
  length: fc.constantFrom(0, 1),
});
const manner = fc.record({
  speaks: fc.boolean(),
  answerNs: fc.constantFrom(0, 1e6),
  timeoutNs: fc.constantFrom(NEVER_NS, 0, 1e9, 3e9),
  arrivals: fc.constantFrom(
    { kind: 'burst' as const, count: 4 },
    { kind: 'periodic' as const, ratePerSec: 1 },
    { kind: 'closed' as const, count: 3, thinkNs: 1e9 },
  ),
  untilNs: fc.constantFrom(NEVER_NS, 6e9),
  stacks: fc.constantFrom(
    [stackNamed('linux-1.2')],
    [stackNamed('linux-6.5'), stackNamed('bsd-4.4'), stackNamed('windows')],
  ),
  timers: fc.constantFrom(
    { wheelHz: 0, isShared: false },
    { wheelHz: 250, isShared: false },
    { wheelHz: 1000, isShared: true },
  ),
  reconnectAfterNs: fc.constantFrom(NEVER_NS, 0, 2e9),
  reconnects: fc.constantFrom(1, 3),
});

test('whatever a server answers, started = served + refused + timed_out + reset + pending, and all ends', () => {
  fc.assert(
    fc.property(manner, fc.array(event, { maxLength: 40 }), (changes, events) => {
      const bench = benchOfClients(changes);
      for (const { ack, afterNs, length, peer, seq, what } of events) {
        bench.loop.runUntil(bench.loop.nowNs + afterNs);
        if (what === 'served') bench.source.onServed(peer);
        else bench.answer(peer, what, ack, { seq, length });
        const { connected = 0, started = 0 } = bench.outcomes();
        assert.ok(bench.source.pending >= 0 && connected <= started);
      }
      const lastSyns = new Map(bench.sent.filter((s) => s.flags === 'S').map((s) => [s.peer, s.atS]));
      for (const { atS, flags, peer } of bench.sent) {
        if (flags === 'PA') assert.ok(atS >= (lastSyns.get(peer) ?? 0), 'no SYN comes after a request');
      }
      const failed = bench.told.filter((line) => line.startsWith('failed')).length;
      assert.is(failed, bench.count('refused') + bench.count('timed_out') + bench.count('reset'));
      if (changes.untilNs === NEVER_NS) return;
      // With no more arrivals only clients that wait for a server's first byte are left, and they send nothing.
      bench.loop.runUntil(bench.loop.nowNs + 5000e9);
      bench.sent.length = 0;
      bench.loop.runUntil(bench.loop.nowNs + 5000e9);
      assert.equal(bench.sent, []);
      assert.is(bench.segments.count, 0);
    }),
    { seed: 13, numRuns: counts.sourceFuzz },
  );
});
test.run();
