/** Rules of one listener from 4.4 on, packet by packet: B2-B7 of the model, R1-R9 as measured. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isnOf, OTHER_PORT } from '../../support/listener-bench.ts';
import { Host, type HostOptions } from './host.ts';

const test = suite('linux: rules');
const NEW = 'linux-6.18';
const off: HostOptions = { settings: { syncookies: 0 } };
const UNREACHABLE = 3;

test('R1, R8: Send-Q is the backlog as cut by somaxconn, read at listen() only', () => {
  const host = new Host(NEW, 5);
  assert.is(host.stack.gauges.levelOf(3), 5);
  host.stack.listen(-1);
  assert.is(host.stack.gauges.levelOf(3), 4096);
  host.stack.setSettings({ somaxconn: 7 });
  assert.is(host.stack.gauges.levelOf(3), 4096);
  host.stack.listen(100);
  assert.is(host.stack.gauges.levelOf(3), 7);
  host.connects(0, 8);
  host.stack.listen(1); // those above the new bound stay
  assert.is(host.acc, 8);
  host.syn(8);
  assert.not(host.hasAnswered(8));
});

test('R3: half-open is min(b + 1, m - floor(m / 4) + 1) without cookies, b + 1 with them', () => {
  for (const [backlog, maxSynBacklog, syncookies, held] of [
    [16, 256, 0, 17],
    [300, 256, 0, 193],
    [300, 256, 1, 301],
    [300, 7, 0, 7],
    [4096, 130, 0, 99],
  ] as const) {
    const host = new Host(NEW, backlog, { settings: { maxSynBacklog, syncookies } });
    host.syns(0, 5000);
    assert.is(host.qlen, held, `${backlog} ${maxSynBacklog} ${syncookies}`);
  }
});

test('R4: the order of checks, and what each counts', () => {
  const host = new Host(NEW, 1, off);
  host.syns(0, 2);
  host.ack(0);
  host.ack(1);
  host.syn(2); // the accept queue is full
  assert.equal([host.count('TcpExtListenOverflows'), host.count('TcpExtListenDrops')], [1, 1]);
  const cookie = new Host(NEW, 1, { settings: { syncookies: 2 } });
  cookie.connects(0, 2);
  cookie.syn(2); // a cookie is wanted, and none goes out
  assert.is(cookie.count('TcpExtTCPReqQFullDoCookies'), 3);
  assert.is(cookie.count('TcpExtSyncookiesSent'), 2);
  assert.is(cookie.count('TcpExtListenOverflows'), 1);
});

test('B3.1: a repeated SYN is answered once in 500 ms, and starts the time-out anew', () => {
  const host = new Host(NEW);
  host.syn(0);
  host.pass(0.9);
  host.syn(0);
  host.syn(0);
  assert.is(host.flagsTo(0).length, 2);
  assert.is(host.count('TcpExtTCPACKSkippedSynRecv'), 1);
  host.pass(0.9);
  assert.is(host.count('TcpExtTCPTimeouts'), 0);
  host.pass(0.1);
  assert.is(host.count('TcpExtTCPTimeouts'), 1);
  assert.equal([host.count('TcpExtTCPSynRetrans'), host.count('TcpRetransSegs')], [2, 2]);
});

test('B3.2-B3.5: bad ACK, out of the window, RST, another SYN, no ACK', () => {
  const host = new Host(NEW);
  host.syns(0, 5);
  host.takeSent();
  host.ack(0, { ack: 1 });
  host.ack(1, { seq: isnOf(1) + 100_000 });
  host.send(2, 'R', { seq: isnOf(2) + 9 });
  host.send(3, 'S', { seq: isnOf(3) + 9 });
  host.send(4, 'F', { seq: isnOf(4) + 1 });
  assert.equal(
    host.takeSent().map(({ peer, flags }) => `${peer} ${flags}`),
    ['0 R', '1 A', '3 RA'],
  );
  assert.is(host.qlen, 3);
  assert.equal(host.moved, { AttemptFails: 2, OutRsts: 2, EmbryonicRsts: 2 });
});

test('B3.7, B5: a dropped final ACK leaves its request, which data, or the answer to a SYN-ACK, revives', () => {
  const host = new Host(NEW, 1);
  host.syns(0, 2);
  host.ack(0);
  host.syn(2);
  host.ack(1);
  host.ack(2);
  assert.equal([host.qlen, host.acc, host.count('TcpExtListenOverflows')], [1, 2, 1]);
  host.ack(2, { length: 5 });
  assert.is(host.count('TcpExtListenOverflows'), 2);
  assert.is(host.stack.accept(0, true) >= 0, true);
  host.ack(2, { length: 5 });
  assert.equal([host.qlen, host.acc], [0, 2]);
  assert.equal(host.acceptAll(), [1, 2]);
});

test('B5.4: an ACK for a request that has expired is answered by RST', () => {
  const host = new Host(NEW);
  host.syn(0);
  host.pass(64);
  host.ack(0, { length: 5 });
  assert.equal(host.flagsTo(0).at(-1), 'R');
  assert.is(host.count('TcpExtSyncookiesFailed'), 0);
});

test('B3.8: ICMP that quotes the right number ends a request', () => {
  const host = new Host(NEW);
  host.syns(0, 3);
  host.stack.onIcmpError(0, 0, 80, UNREACHABLE, 1, host.issOf(0));
  host.stack.onIcmpError(0, 1, 80, UNREACHABLE, 1, host.issOf(1) + 1);
  host.stack.onIcmpError(0, 2, 80, UNREACHABLE, 3, host.issOf(2)); // port unreachable
  assert.equal([host.qlen, host.moved], [2, { ListenDrops: 1, OutOfWindowIcmps: 1 }]);
});

test('B4.7, R6: r = 0 lives 1 s, r = 1 3 s; a changed setting is read at the next time-out', () => {
  for (const [synackRetries, lifeS] of [
    [0, 1],
    [1, 3],
    [2, 7],
    [3, 15],
  ] as const) {
    const host = new Host(NEW, 128, { settings: { synackRetries } });
    host.syn(0);
    host.pass(lifeS - 0.001);
    assert.is(host.qlen, 1);
    host.pass(0.001);
    assert.is(host.qlen, 0);
  }
  const host = new Host(NEW);
  host.syn(0);
  host.pass(2);
  host.stack.setSettings({ synackRetries: 1 });
  host.pass(1);
  assert.is(host.qlen, 0);
});

test('B4.1: tcp_rto_max_ms bounds the time-outs', () => {
  const host = new Host(NEW, 128, { settings: { rtoMaxMs: 1000 } });
  host.syn(0);
  host.pass(10);
  assert.equal(
    host.takeSent().map(({ atS }) => atS),
    [0, 1, 2, 3, 4, 5],
  );
});

test('R9: on a wheel of 250 Hz a request goes 64.3 to 65.6 s after its SYN', () => {
  const host = new Host(NEW, 128, { wheelHz: 250 });
  for (let peer = 0; peer < 20; peer++) {
    host.syn(peer);
    host.pass(0.11);
  }
  host.pass(64);
  const fifth = host
    .takeSent()
    .filter(({ atS }) => atS > 30)
    .map(({ atS, peer }) => atS - 0.11 * peer);
  assert.is(fifth.length, 20);
  assert.ok(
    fifth.every((s) => s > 31.1 && s < 31.7),
    fifth.join(' '),
  );
  const before = host.qlen;
  host.pass(4);
  assert.ok(before > 0 && host.qlen === 0);
});

test('B6.1, B6.2: a stray ACK is looked at as a cookie only after an overflow', () => {
  const host = new Host(NEW, 128, { settings: { syncookies: 2 } });
  host.send(9, 'A', { ack: 5 });
  assert.is(host.count('TcpExtSyncookiesFailed'), 0);
  host.syn(0);
  host.send(9, 'A', { ack: 5 });
  assert.is(host.count('TcpExtSyncookiesFailed'), 1);
  assert.is(host.count('TcpOutRsts'), 2);
  host.pass(100);
  assert.equal(host.flagsTo(0), ['SA']); // B6.6: never sent again
});

test('B6.7: data brings a cookie back as well as the final ACK', () => {
  const host = new Host(NEW, 128, { settings: { syncookies: 2 } });
  host.syn(0);
  host.ack(0, { length: 5 }, 'A');
  assert.equal([host.acc, host.count('TcpPassiveOpens')], [1, 1]);
  const descriptor = host.stack.accept(0, true);
  assert.is(host.stack.read(descriptor, 100), 5);
});

test('B7.2: a child that is reset keeps its place until it is accepted', () => {
  const host = new Host(NEW, 1);
  host.connects(0, 2);
  host.send(0, 'R', { seq: isnOf(0) + 1 });
  assert.is(host.acc, 2);
  host.syn(2);
  assert.not(host.hasAnswered(2));
  const descriptor = host.stack.accept(0, true);
  assert.ok(host.stack.isDead(descriptor));
  assert.is(host.count('TcpEstabResets'), 1);
  assert.is(host.stack.close(descriptor), 0);
  host.stack.checkInvariants();
});

test('B11: every way from ESTABLISHED or CLOSE_WAIT to CLOSE counts as a reset of an established connection', () => {
  const closed = new Host(NEW, 5);
  closed.connects(0, 3);
  closed.ack(1, {}, 'FA'); // CLOSE_WAIT
  closed.stack.closeListener();
  assert.equal([closed.count('TcpOutRsts'), closed.count('TcpEstabResets'), closed.count('TcpCurrEstab')], [3, 3, 0]);
  const silent = new Host(NEW);
  silent.connect(0);
  silent.stack.write(silent.stack.accept(0, true), 3);
  silent.pass(2000);
  assert.equal([silent.count('TcpExtTCPAbortOnTimeout'), silent.count('TcpEstabResets')], [1, 1]);
  const orphan = new Host(NEW); // FIN_WAIT1 counts no more
  orphan.connect(0);
  orphan.stack.close(orphan.stack.accept(0, true));
  orphan.pass(2000);
  assert.equal([orphan.count('TcpExtTCPAbortOnTimeout'), orphan.count('TcpEstabResets')], [1, 0]);
});

test('RFC 5961: a RST or SYN that does not fit draws a challenge ACK', () => {
  const host = new Host(NEW);
  host.connect(0);
  host.takeSent();
  host.send(0, 'R', { seq: isnOf(0) + 50 });
  host.send(0, 'S', { seq: isnOf(0) + 50 });
  assert.equal([host.flagsTo(0), host.acc], [['A', 'A'], 1]);
  assert.equal([host.count('TcpExtTCPChallengeACK'), host.count('TcpExtTCPSYNChallenge')], [2, 1]);
});

test('a connection ends in order: FIN, its ACK, FIN, TIME_WAIT', () => {
  const host = new Host(NEW);
  host.connect(0);
  const descriptor = host.stack.accept(0, true);
  host.stack.write(descriptor, 3);
  host.stack.close(descriptor);
  host.ack(0, { ack: host.issOf(0) + 5 });
  host.ack(0, { ack: host.issOf(0) + 5 }, 'FA');
  host.ack(0, { ack: host.issOf(0) + 5 }, 'FA'); // again: TIME_WAIT answers
  assert.equal(host.flagsTo(0), ['SA', 'A', 'FA', 'A', 'A']);
  host.pass(61);
  host.ack(0, { ack: host.issOf(0) + 5 }, 'FA');
  assert.is(host.flagsTo(0).at(-1), 'R');
  assert.is(host.count('TcpCurrEstab'), 0);
});

/** A host whose connection with peer 0 is in TIME_WAIT, and whose SYN queue is full. */
function withTimeWait(name: string, syncookies: number): Host {
  const host = new Host(name, 2, { settings: { syncookies, maxSynBacklog: 4 } });
  host.connect(0);
  host.stack.close(host.stack.accept(0, true));
  host.ack(0, { ack: host.issOf(0) + 2 });
  host.ack(0, { ack: host.issOf(0) + 2 }, 'FA');
  host.syns(1, 200);
  return host;
}

test('B2.2: a newer SYN takes over from TIME_WAIT, past a full SYN queue, SYN cookies and the last quarter', () => {
  for (const name of ['linux-2.4', 'linux-4.4', NEW]) {
    for (const syncookies of [0, 1]) {
      const host = withTimeWait(name, syncookies);
      const { qlen } = host;
      const cookies = host.count('TcpExtSyncookiesSent');
      host.send(0, 'S', { seq: isnOf(0) }); // of old
      assert.is(host.qlen, qlen, name);
      host.send(0, 'S', { seq: isnOf(0) + 1000 });
      assert.equal([host.qlen, host.count('TcpExtSyncookiesSent')], [qlen + 1, cookies], `${name} ${syncookies}`);
      host.stack.checkInvariants();
    }
  }
  const always = withTimeWait(NEW, 2);
  always.send(0, 'S', { seq: isnOf(0) + 1000 });
  assert.is(always.qlen, 1);
});

test('B2.2: the accept queue bounds it like any other SYN; Linux 2.2 makes no exception for it', () => {
  const host = withTimeWait(NEW, 1);
  host.connect(500, 501, 502);
  assert.is(host.acc, 3);
  const overflows = host.count('TcpExtListenOverflows');
  const { qlen } = host;
  host.send(0, 'S', { seq: isnOf(0) + 1000 });
  assert.equal([host.qlen, host.count('TcpExtListenOverflows')], [qlen, overflows + 1]);
  const old = withTimeWait('linux-2.2', 0);
  const before = old.qlen;
  old.send(0, 'S', { seq: isnOf(0) + 1000 });
  assert.is(old.qlen, before);
});

test('gauges are those of the port that is served: requests of another port are none of theirs', () => {
  const host = new Host(NEW);
  host.syn(0);
  for (const peer of [1, 2, 3]) host.send(peer, 'S', { port: OTHER_PORT });
  assert.equal([host.qlen, host.young], [1, 1]);
  host.stack.checkInvariants();
  host.pass(1.5);
  assert.equal([host.qlen, host.young], [1, 0]);
  host.pass(70);
  assert.equal([host.qlen, host.young], [0, 0]);
  host.stack.checkInvariants();
});
test.run();
