import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLIENT_ISN } from '../../src/traffic/client-session.ts';
import type { Clients } from '../../src/traffic/clients.ts';
import { benchOfClients, type SourceBench, stackNamed } from './source-bench.ts';

const SYN_ACKED = CLIENT_ISN + 1;
const REQUEST_ACKED = SYN_ACKED + 5;
const FIN_ACKED = REQUEST_ACKED + 1;

/** A client whose SYN was answered at 0 s, and whose request is acknowledged. */
function settled(changes: Parameters<typeof benchOfClients>[0]): SourceBench<Clients> {
  const bench = benchOfClients(changes);
  bench.runTo(0);
  bench.answer(0, 'SA', SYN_ACKED);
  bench.runTo(0);
  bench.answer(0, 'A', REQUEST_ACKED);
  bench.takeSent();
  return bench;
}

const test = suite('clients that try again');

// --- requests

test('Linux: a probe after two round trips and 200 ms or the RTO, then the RTO, doubled (R7)', () => {
  // RTO = RTT + max(0.2 s, 2 RTT); the probe at min(2 RTT + 0.2 s, RTO).
  const times = (rttS: number, name = 'linux-6.5'): number[] => {
    const bench = benchOfClients({ stacks: [stackNamed(name)] });
    bench.runTo(rttS);
    bench.answer(0, 'SA', SYN_ACKED);
    bench.runTo(rttS + 8);
    return bench.sent.filter((s) => s.flags === 'PA').map((s) => Math.round((s.atS - rttS) * 1e6) / 1e6);
  };
  assert.equal(times(0), [0, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4]);
  assert.equal(times(0.02), [0, 0.22, 0.44, 0.88, 1.76, 3.52, 7.04]);
  assert.equal(times(0.3), [0, 0.8, 1.7, 3.5, 7.1]);
  assert.equal(times(0.3, 'linux-2.6.32'), [0, 0.9, 2.7, 6.3], 'no probes before 3.10');
  assert.equal(times(0.3, 'freebsd-14'), [0, 1.3, 3.9], 'RFC 6298: at least a second beyond the round trip');
});

test('Linux gives up a request after fifteen time-outs, of at most 120 s', () => {
  const bench = benchOfClients({ stacks: [stackNamed('linux-6.5')] });
  bench.runTo(0);
  bench.answer(0, 'SA', SYN_ACKED);
  // Probe and RTO of 0.2 s, doubled to 102.4 s, then 120 s six times.
  const failsAtS = 0.2 + 0.2 * 1023 + 120 * 6;
  bench.runTo(failsAtS - 0.001);
  assert.equal(bench.outcomes(), { started: 1, connected: 1 });
  bench.runTo(failsAtS);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, timed_out: 1 });
  assert.is(bench.sent.filter((s) => s.flags === 'PA').length, 17);
});

test('a repeated SYN-ACK is answered at most every 500 ms, from Linux 4.0 on', () => {
  const answers = (name: string): number => {
    const bench = settled({ stacks: [stackNamed(name)] });
    for (const atS of [0, 0.499, 0.5, 0.999, 1]) {
      bench.runTo(atS);
      bench.answer(0, 'SA', SYN_ACKED);
    }
    bench.runTo(2);
    return bench.takeSent().length;
  };
  assert.equal([answers('linux-6.5'), answers('linux-3.10'), answers('macos')], [3, 5, 5]);
});

test('Windows sends its SYN again 500 ms after a RST, as often as it has SYNs; others are refused at once', () => {
  const bench = benchOfClients({ stacks: [stackNamed('windows-7')] });
  for (const atS of [0, 0.5, 1]) {
    bench.runTo(atS);
    bench.answer(0, 'RA', SYN_ACKED);
  }
  bench.runTo(100);
  assert.equal(bench.takeSent(), ['0s S', '0.5s S', '1s S']);
  assert.equal(bench.outcomes(), { started: 1, refused: 1 });
  const late = benchOfClients({ stacks: [stackNamed('windows-7')] });
  late.runTo(0.25);
  late.answer(0, 'RA', SYN_ACKED);
  late.runTo(100);
  assert.equal(late.takeSent(), ['0s S', '0.75s S', '6.75s S'], 'the schedule goes on behind the retry');
  assert.equal(late.outcomes(), { started: 1, timed_out: 1 });
});

// --- connecting again

test('a client that failed connects again from another port, and is one client still', () => {
  const bench = benchOfClients({ reconnectAfterNs: 2e9, reconnects: 2, timeoutNs: 4e9 });
  bench.runTo(0);
  bench.answer(0, 'RA', SYN_ACKED);
  bench.runTo(1.9);
  assert.equal([bench.takeSent(), bench.source.pending], [['0s S'], 1]);
  bench.runTo(6.5); // the second attempt begins at 2 s and lasts 4 s
  assert.equal(
    bench.sent.map((s) => [s.atS, s.peer]),
    [
      [2, 1],
      [3, 1],
      [5, 1],
    ],
  );
  bench.runTo(8);
  bench.answer(2, 'SA', SYN_ACKED);
  bench.source.onServed(2);
  bench.answer(2, 'PA', REQUEST_ACKED, { length: 1 });
  bench.runTo(8.5);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, served: 1, reconnects: 2 });
  assert.equal(bench.told, ['started 0', 'connected 2 after 8s', 'response 2 after 8s']);
});

test('the last failure counts, and the one connection is counted once', () => {
  const bench = benchOfClients({ reconnectAfterNs: 1e9, reconnects: 1 });
  bench.runTo(0);
  bench.answer(0, 'SA', SYN_ACKED);
  bench.runTo(0);
  bench.answer(0, 'R', REQUEST_ACKED);
  bench.runTo(1);
  bench.answer(1, 'SA', SYN_ACKED);
  bench.answer(1, 'R', REQUEST_ACKED);
  bench.runTo(100);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, reset: 1, reconnects: 1 });
  assert.equal(bench.told, ['started 0', 'connected 0 after 0s', 'failed 1 Reset']);
});

test('a connection that its client left behind is closed like any other', () => {
  const bench = settled({ timeoutNs: 2e9, reconnectAfterNs: 1e9, reconnects: 1 });
  bench.runTo(2.5);
  bench.answer(0, 'A', FIN_ACKED);
  bench.runTo(3);
  assert.equal(bench.takeSent(0), ['2s FA']);
  bench.source.onServed(0);
  assert.equal(bench.outcomes(), { started: 1, connected: 1, served_too_late: 1, reconnects: 1 });
});

// --- timers

test('a timer wheel makes retries late, each client by itself or all of them together', () => {
  const syns = (wheel: 'own' | 'shared'): number[][] => {
    const bench = benchOfClients({
      arrivals: { kind: 'periodic', ratePerSec: 1000 },
      untilNs: 0.02e9,
      stacks: [stackNamed('linux-6.5')],
      timers: { wheelHz: 250, isShared: wheel === 'shared' },
    });
    bench.runTo(200);
    assert.equal(bench.outcomes(), { started: 20, timed_out: 20 });
    return Array.from({ length: 20 }, (_, peer) => bench.sent.filter((s) => s.peer === peer).map((s) => s.atS));
  };
  const nominal = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67];
  for (const wheel of ['own', 'shared'] as const) {
    for (const [peer, atS] of syns(wheel).entries()) {
      assert.is(atS.length, nominal.length);
      atS.forEach((s, k) => {
        const lateS = s - peer / 1000 - nominal[k]!;
        // Late by at most a bucket each time: 32 ms six times, 256 ms twice (4 and 8 s), 2.048 s twice.
        assert.ok(
          lateS >= 0 &&
            lateS <= 0.032 * Math.min(k, 6) + (k > 6 ? 0.256 * Math.min(k - 6, 2) : 0) + (k > 8 ? 2.048 * (k - 8) : 0),
        );
      });
    }
  }
  const first = (wheel: 'own' | 'shared'): number => new Set(syns(wheel).map((atS) => atS[1])).size;
  assert.ok(first('shared') <= 2, 'one kernel: 20 ms of arrivals retry in one bucket, or two');
  assert.ok(first('own') > 10, 'twenty kernels: each in its own');
});

test('clients of one kernel retry in reverse order: the one armed last first (R9)', () => {
  const bench = benchOfClients({ arrivals: { kind: 'burst', count: 3 }, timers: { wheelHz: 250, isShared: true } });
  bench.runTo(2);
  assert.equal(
    bench.sent.map((s) => s.peer),
    [0, 1, 2, 2, 1, 0],
  );
});

test.run();
