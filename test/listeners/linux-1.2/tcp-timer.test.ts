import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BLOCKED } from '../../../src/network/socket-api.ts';
import { Host, isnOf } from './host.ts';

/** Instants, in seconds, of the SYN-ACKs to `peer`. */
function synAckTimes(host: Host, peer = 1): number[] {
  return host.sent.filter((s) => s.peer === peer && s.flags === 'SA').map((s) => s.atS);
}

const test = suite('linux 1.2: the timers of a child');

test('R44: the time-out doubles from 3 s to 120 s, then stays', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1400);
  const times = synAckTimes(host);
  const gaps = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? 0)) * 100));
  assert.equal(gaps, [301, 601, 1201, 2401, 4801, 9601, ...Array.from({ length: 10 }, () => 12_001)]);
});

test('R42: other clocks: with HZ = 50 a tick is 20 ms, and there is one for each interval', () => {
  const host = new Host(5, { hz: 50 });
  host.syn(1);
  host.pass(10);
  assert.equal(synAckTimes(host), [0, 3.02, 9.04]);
});

test('R42: whatever HZ is, each interval is one tick late, to the rounding of ns, and none is lost', () => {
  for (const hz of [3, 60, 100, 333, 700, 1000, 1024, 10_000]) {
    for (const startNs of [0, 123_456_789]) {
      const host = new Host(5, { hz });
      host.pass(startNs / 1e9);
      const tick = Math.floor((startNs * hz) / 1e9);
      host.syn(1);
      assert.is(host.accept(0, false), 'blocked');
      while (host.woken.length === 0) host.loop.runUntil(host.loop.nextAtNs());
      assert.is(host.resume(), 'ETIMEDOUT', `hz ${hz}`);
      assert.is(host.loop.nowNs, Math.round(((tick + 1389 * hz + 16) * 1e9) / hz), `hz ${hz}`);
      assert.is(host.sent.length, 17, `hz ${hz}`);
      // A time-out of select() is counted in the same ticks.
      const clock = Math.floor((host.loop.nowNs + 0.5) / (1e9 / hz));
      assert.is(host.stack.select(0, 7e9), BLOCKED);
      host.loop.runUntil(host.loop.nextAtNs());
      assert.is(host.loop.nowNs, Math.round(((clock + 7 * hz + 1) * 1e9) / hz), `hz ${hz}`);
    }
  }
});

test('R42: without ticks HZ changes no instant', () => {
  for (const hz of [3, 60, 333, 1024]) {
    const host = new Host(5, { hz, tick: false });
    host.syn(1);
    host.pass(1400);
    assert.equal(synAckTimes(host).slice(0, 4), [0, 3, 9, 21], `hz ${hz}`);
    assert.is(host.queue[0], '1 CLOSE ETIMEDOUT');
  }
});

test('R42: select() counts its time-out from the start of the tick in which it begins', () => {
  const host = new Host(5);
  host.pass(0.0175);
  assert.is(host.stack.select(0, 1e9), BLOCKED);
  host.loop.runUntil(host.loop.nextAtNs());
  assert.equal([host.loop.nowNs, host.woken], [1.02e9, [0]]);
});

test('R45: the 16th retransmission and the time-out behind it move no counter but those of retransmissions', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1389.15);
  const before = host.stack.counters.names.map((name) => host.count(name));
  host.pass(1000);
  const moved = host.stack.counters.names.filter((name, i) => host.count(name) !== before[i]);
  assert.equal(moved, ['retransmits', 'synacks_retransmitted']);
});

test('R49: a corpse sends on the normal schedule, and a late accept() reports ETIMEDOUT instead of ECONNRESET', () => {
  const host = new Host(5);
  host.syn(1, 2);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.pass(1389.15);
  assert.equal(host.queue, ['1 CLOSE ECONNRESET', '2 SYN_RECV']);
  host.pass(0.01);
  assert.equal(synAckTimes(host, 1), synAckTimes(host, 2));
  assert.is(host.accept(0, false), 'ETIMEDOUT');
});

test('R57: TcpCurrEstab goes down again when an established child is reset', () => {
  const host = new Host(5);
  host.connect(1, 2);
  assert.is(host.count('TcpCurrEstab'), 2);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.is(host.count('TcpCurrEstab'), 1);
  host.ack(2, {}, 'FA');
  assert.is(host.count('TcpCurrEstab'), 0);
});

test('G4.2: in-order data does not touch the timer of the SYN-ACK', () => {
  const host = new Host(5);
  host.syn(1);
  for (let i = 0; i < 10; i++) {
    host.send(1, '', { seq: isnOf(1) + 1 + i, length: 1 });
    host.pass(1);
  }
  assert.equal(synAckTimes(host), [0, 3.01, 9.02]);
});

test('G4.2: fired before last transmission + time-out, the timer is set for the rest, and neither rto nor count moves', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(4); // sent at 0 and 3.01; due again 6 s after that
  host.send(1, '', { seq: isnOf(1) + 10, length: 1 });
  host.pass(4); // fires at 7.01
  assert.equal(synAckTimes(host), [0, 3.01]);
  assert.is(host.stack.queue()[0]?.retransmits, 1);
  host.pass(14);
  assert.equal(synAckTimes(host), [0, 3.01, 9.02, 21.03]);
});
test.run();
