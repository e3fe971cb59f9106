/** What kernels before 4.4 do otherwise: A1-A4 of the model. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, type HostOptions } from './host.ts';
import { isnOf } from '../../support/listener-bench.ts';

const test = suite('linux: 2.2 to 4.3');
const PLENTY = 5000;

/** Requests that a SYN queue of unanswered SYNs holds. */
function held(name: string, backlog: number, options: HostOptions = {}): number {
  const host = new Host(name, backlog, options);
  host.syns(0, PLENTY);
  host.stack.checkInvariants();
  return host.qlen;
}

const max = (maxSynBacklog: number, syncookies = 1): HostOptions => ({ settings: { maxSynBacklog, syncookies } });

test('A1.3: 2.2 holds one request more than tcp_max_syn_backlog, whatever the backlog', () => {
  assert.is(held('linux-2.2', 5), 129);
  assert.is(held('linux-2.2', 128, max(256)), 257);
});

test('A2.2: 2.4 holds a power of two from 64 on, whatever the backlog', () => {
  for (const [m, capacity] of [
    [1, 64],
    [64, 64],
    [65, 128],
    [1000, 1024],
    [1025, 2048],
  ] as const) {
    assert.is(held('linux-2.4.22', 5, max(m)), capacity, `${m}`);
  }
});

test('A4.1: 2.6 to 4.3 hold the power of two above max(8, min(B, M))', () => {
  for (const name of ['linux-2.6.32', 'linux-3.10', 'linux-4.1', 'linux-4.3']) {
    for (const [backlog, m, capacity] of [
      [5, 1024, 16],
      [127, 128, 128],
      [128, 128, 256],
      [128, 1024, 256],
      [128, 20, 32],
    ] as const) {
      assert.is(held(name, backlog, max(m)), capacity, `${name} ${backlog} ${m}`);
    }
  }
});

test('A2.2: a table keeps the size it had at the first listen()', () => {
  const host = new Host('linux-3.10', 5, max(1024));
  host.stack.setSettings({ maxSynBacklog: 8 });
  host.stack.listen(128);
  host.syns(0, PLENTY);
  assert.is(host.qlen, 16);
});

test('A1.1: 2.2 takes listen(0) for listen(1), and cuts at 128', () => {
  for (const [backlog, accepted] of [
    [0, 2],
    [1, 2],
    [5000, 129],
  ] as const) {
    const host = new Host('linux-2.2', backlog, max(PLENTY));
    host.connects(0, 200);
    assert.is(host.acc, accepted);
  }
});

test('A1.4: in 2.2 a full accept queue drops final ACKs without a counter, and admits SYNs all the same', () => {
  const host = new Host('linux-2.2', 1);
  host.connects(0, 5);
  assert.equal([host.acc, host.qlen], [2, 3]);
  assert.equal(host.moved, { PassiveOpens: 2, CurrEstab: 2 });
});

test('A1.9: a request of 2.2 sends at 0, 3, 9, 21, 45, 93, 189, 309 s and goes at 429 s', () => {
  const host = new Host('linux-2.2', 5);
  host.syn(0);
  host.pass(428.9);
  assert.is(host.qlen, 1);
  host.pass(0.1);
  assert.is(host.qlen, 0);
  assert.equal(
    host.takeSent().map(({ atS }) => atS),
    [0, 3, 9, 21, 45, 93, 189, 309],
  );
});

test('A1.10: in 2.2 a request with a long time-out holds up those behind it', () => {
  const host = new Host('linux-2.2', 5);
  host.syn(0); // retransmitted at 3 s: due again at 9 s, and now at the end
  host.pass(2.9);
  host.syn(1); // due at 5.9 s, before it
  host.pass(3.5);
  assert.equal(
    host.takeSent().map(({ atS, peer }) => [peer, atS]),
    [
      [0, 0],
      [1, 2.9],
      [0, 3],
      [1, 6],
    ],
  );
  host.syn(2); // at 6.4 s, due at 9.4 s, behind 0 (9 s) and 1 (12 s): it waits for both
  host.pass(6);
  const late = host.takeSent().filter(({ peer }) => peer === 2);
  assert.equal(
    late.map(({ atS }) => atS),
    [6.4, 12],
  );
});

test('A1.5: in 2.2 an old SYN draws a SYN-ACK, a newer one begins anew', () => {
  const host = new Host('linux-2.2', 5);
  host.syn(0);
  host.send(0, 'S', { seq: isnOf(0) - 1 });
  const first = host.issOf(0);
  host.send(0, 'S', { seq: isnOf(0) + 100 });
  assert.equal([host.flagsTo(0), host.qlen], [['SA', 'SA', 'SA'], 1]);
  assert.is.not(host.issOf(0), first);
});

test('A1.6, A1.7: in 2.2 a stray ACK draws RST, and a RST counts on the first two numbers only', () => {
  const host = new Host('linux-2.2', 5);
  host.syn(0);
  host.ack(0, { ack: 7 });
  host.ack(0, { seq: isnOf(0) + 5 });
  assert.equal([host.flagsTo(0), host.qlen], [['SA', 'R', 'R'], 1]);
  host.send(0, 'R', { seq: isnOf(0) + 2 });
  assert.is(host.qlen, 1);
  host.send(0, 'R', { seq: isnOf(0) + 1 });
  assert.is(host.qlen, 0);
  assert.equal(host.moved, { OutRsts: 2, EmbryonicRsts: 1 });
});

test('A3.5: a request of 2.4 lives 189 s, of 3.10 63 s, and is seen up to half a first time-out late each time', () => {
  for (const [name, nominal, latest] of [
    ['linux-2.4.22', [3, 9, 21, 45, 93], 1.5],
    ['linux-2.6.32', [3, 9, 21, 45, 93], 1.5],
    ['linux-3.10', [1, 3, 7, 15, 31], 0.5],
  ] as const) {
    const host = new Host(name, 128);
    host.syn(0);
    host.pass(300);
    const sent = host.takeSent().map(({ atS }) => atS);
    assert.is(sent.length, 6, name);
    nominal.forEach((atS, i) => {
      const late = (sent[i + 1] ?? 0) - atS;
      // A late one makes the next ones late: errors add up.
      assert.ok(late >= 0 && late <= (latest + 0.2) * (i + 1), `${name} ${atS}: ${sent.join(' ')}`);
    });
    assert.is(host.qlen, 0, name);
  }
});

test('A3.3: pruning of a table that is half full leaves two time-outs, and stops when it is less', () => {
  for (const [name, backlog, capacity, gone] of [
    ['linux-3.10', 128, 256, 7],
    ['linux-2.6.32', 128, 256, 21],
    ['linux-4.1', 128, 256, 7],
  ] as const) {
    const host = new Host(name, backlog, max(4096));
    host.syns(0, capacity);
    host.pass(gone - 0.1);
    assert.is(host.qlen, capacity, name);
    host.pass(name === 'linux-2.6.32' ? 5 : 2);
    assert.ok(host.qlen < capacity, name);
    // What is looked at in one sweep goes by one threshold, so more may go than has to.
    assert.ok(host.qlen <= capacity / 2 && host.qlen > 0, `${name}: ${host.qlen}`);
    host.stack.checkInvariants();
  }
});

test('A2.9: in 2.4 a request that was acknowledged is not pruned', () => {
  for (const [name, isPruned] of [
    ['linux-2.4.22', false],
    ['linux-2.6.32', true],
  ] as const) {
    const host = new Host(name, 1, max(64));
    host.syns(0, 10);
    for (let peer = 0; peer < 10; peer++) host.ack(peer); // all but two find no room, and stay
    assert.is(host.count('TcpExtListenOverflows'), 8, name);
    host.stack.listen(128); // a longer queue, for SYNs to get in; nobody accepts
    host.syns(10, 10 + PLENTY);
    host.pass(60);
    const kept = Array.from({ length: 10 }, (_, peer) => host.flagsTo(peer).length).filter((answers) => answers > 4);
    assert.is(kept.length < 8, isPruned, name);
  }
});

test('A2.6: while the accept queue is full two young requests are admitted, and two more when those are old', () => {
  for (const [name, firstRto] of [
    ['linux-2.4.22', 3],
    ['linux-3.10', 1],
    ['linux-4.9', 1],
  ] as const) {
    const host = new Host(name, 5);
    host.connects(0, 6);
    host.syns(6, 50);
    assert.equal([host.qlen, host.young], [2, 2], name);
    host.pass(1.6 * firstRto);
    host.syns(50, 99);
    assert.equal([host.qlen, host.young], [4, 2], name);
  }
});

test('A2.5, A4.3, A4.4: what a dropped SYN and a cookie count', () => {
  const moved = (name: string, syncookies: number): Record<string, number> => {
    const host = new Host(name, 2, { settings: { syncookies, maxSynBacklog: 1_000_000 } });
    const { qlen } = host;
    for (let peer = 0; host.qlen === qlen + peer; peer++) host.syn(peer);
    return host.moved;
  };
  assert.equal(moved('linux-2.6.32', 0), {});
  assert.equal(moved('linux-2.6.32', 1), { SyncookiesSent: 1 });
  assert.equal(moved('linux-3.10', 0), { ListenDrops: 1, TCPReqQFullDrop: 1 });
  assert.equal(moved('linux-3.10', 1), { ListenDrops: 1, TCPReqQFullDoCookies: 1, SyncookiesSent: 1 });
  assert.equal(moved('linux-4.9', 1), { ListenDrops: 1, TCPReqQFullDoCookies: 1, SyncookiesSent: 1 });
  assert.equal(moved('linux-4.10', 1), { TCPReqQFullDoCookies: 1, SyncookiesSent: 1 });
  const old = new Host('linux-2.2', 2);
  old.syns(0, 130);
  assert.equal(old.moved, { AttemptFails: 1 });
});

test('A4.6, A4.7: how long a cookie is good, and what a stray ACK counts', () => {
  for (const [name, window, isGood] of [
    ['linux-2.4.22', 2.9, true],
    ['linux-2.4.22', 3.1, false],
    ['linux-4.1', 2.9, true],
    ['linux-4.1', 3.1, false],
    ['linux-4.3', 59, true],
  ] as const) {
    const host = new Host(name, 0, { settings: { syncookies: 1, maxSynBacklog: 8 } });
    host.syns(0, 70); // a table of 16 or 64
    host.pass(window);
    host.ack(69);
    assert.is(host.acc, isGood ? 1 : 0, `${name} ${window}`);
    assert.is(host.count('TcpExtSyncookiesFailed'), isGood || name === 'linux-4.1' ? 0 : 1, `${name} ${window}`);
  }
});

test('A1.11: in 2.2 an overflow of another port makes a cookie good', () => {
  for (const [name, failed] of [
    ['linux-2.2', 1],
    ['linux-2.4', 1],
    ['linux-4.1', 0],
  ] as const) {
    const host = new Host(name, 5, { settings: { syncookies: 1 } });
    host.send(0, 'A', { ack: 5 });
    assert.equal([host.flagsTo(0), host.count('TcpExtSyncookiesFailed')], [['R'], failed], name);
  }
});

test('A4.8: a repeated SYN starts the time-out anew from 3.10 on, and draws one answer in 500 ms from 4.0 on', () => {
  for (const [name, next, answers] of [
    ['linux-2.6.32', 3, 3],
    ['linux-3.10', 1.9, 3],
    ['linux-3.19', 1.9, 3],
    ['linux-4.0', 1.7, 2],
    ['linux-4.1', 1.7, 2],
  ] as const) {
    const host = new Host(name, 128);
    host.syn(0);
    host.pass(0.7);
    host.syn(0);
    host.pass(0.2);
    host.syn(0);
    assert.is(host.takeSent().length, answers, name);
    host.pass(0.7);
    assert.is(host.takeSent().length, 0, name);
    host.pass(5);
    assert.ok((host.takeSent()[0]?.atS ?? 0) >= next, name);
  }
});

test('A2.10: in 2.4 TCP_DEFER_ACCEPT ends with data only', () => {
  const host = new Host('linux-2.4.22', 128, { deferAcceptNs: 5e9 });
  host.connect(0);
  for (let i = 0; i < 10; i++) {
    host.pass(5);
    if (host.qlen > 0) host.ack(0);
  }
  assert.is(host.acc, 0);
  host.connect(1);
  host.ack(1, { length: 5 });
  assert.is(host.acc, 1);
});

test('B7.4: requests go with their listener up to 4.3, at their next event from 4.4 on', () => {
  for (const [name, left] of [
    ['linux-4.3', 0],
    ['linux-4.4', 3],
  ] as const) {
    const host = new Host(name, 128);
    host.syns(0, 3);
    host.connect(3);
    host.takeSent();
    host.stack.closeListener();
    assert.equal([host.qlen, host.acc], [left, 0], name);
    assert.equal(host.flagsTo(3), ['RA'], name);
    host.pass(1);
    assert.is(host.qlen, 0, name);
    host.stack.checkInvariants();
  }
});
test.run();
