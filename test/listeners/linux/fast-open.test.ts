/** TCP Fast Open at a listener, packet by packet: B8 and B11 of the model, and the source that its files name. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FastOpenCookie, Option } from '../../../src/network/segment.ts';
import { isnOf, type SegmentFields } from '../../support/listener-bench.ts';
import { Host, type HostOptions } from './host.ts';

const test = suite('linux: fast open');
const NEW = 'linux-6.18';
const BYTES = 100;

/** A listener that takes Fast Open. */
function hostOf(fastopen: number, options: HostOptions = {}, backlog = 128, name = NEW): Host {
  return new Host(name, backlog, { ...options, fastopen, settings: { fastopen: 3, ...options.settings } });
}

/** A SYN with data and a valid cookie. */
function open(host: Host, peer: number, fields: SegmentFields = {}): void {
  host.send(peer, 'S', { cookie: FastOpenCookie.Valid, length: BYTES, ...fields });
}

/** The ACK of a SYN-ACK that took the data. */
function acknowledge(host: Host, peer: number): void {
  host.ack(peer, { seq: isnOf(peer) + 1 + BYTES });
}

const queue = (host: Host): number => host.stack.gauges.levelOf(host.stack.gauges.names.indexOf('fastopen_queue'));

test('a SYN that asks for a cookie gets one, and a handshake', () => {
  const host = hostOf(5);
  host.send(0, 'S', { cookie: FastOpenCookie.Request, options: Option.SackPermitted });
  assert.equal([host.qlen, host.acc, queue(host)], [1, 0, 0]);
  assert.is(host.sent[0]?.cookie, FastOpenCookie.Valid);
  assert.is(host.sent[0]?.ack, isnOf(0) + 1);
  assert.equal(host.moved, { TCPFastOpenCookieReqd: 1 });
  host.pass(1); // sent again without it
  assert.is(host.sent[1]?.flags, 'SA');
  assert.is(host.sent[1]?.cookie, undefined);
  host.stack.checkInvariants();
});

test('B8.3: a good cookie makes a child that is in the accept queue before the final ACK, with its data', () => {
  const host = hostOf(5);
  open(host, 0);
  assert.equal([host.qlen, host.acc, queue(host)], [0, 1, 1]);
  assert.equal([host.sent[0]?.flags, host.sent[0]?.ack], ['SA', isnOf(0) + 1 + BYTES]);
  assert.equal(host.moved, { PassiveOpens: 1, TCPFastOpenPassive: 1 });
  const descriptor = Number(host.accept());
  assert.is(host.stack.read(descriptor, 1000), BYTES);
  // The answer does not wait for the handshake.
  host.stack.write(descriptor, 10);
  assert.equal(host.flagsTo(0), ['SA', 'A']);
  acknowledge(host, 0);
  assert.equal([queue(host), host.count('TcpCurrEstab')], [0, 1]);
  host.stack.checkInvariants();
});

test('a SYN without data and with a cookie opens, too; one without option is none of it', () => {
  const host = hostOf(5);
  open(host, 0, { length: 0 });
  host.send(1, 'S', { length: BYTES });
  assert.equal([host.acc, host.qlen], [1, 1]);
  assert.equal([host.sent[0]?.ack, host.sent[1]?.ack], [isnOf(0) + 1, isnOf(1) + 1]);
  const free = hostOf(5, { settings: { fastopen: 0x202 } });
  free.send(0, 'S', { length: BYTES });
  free.syn(1);
  assert.equal([free.acc, free.qlen], [1, 1]);
  assert.equal(free.moved, { PassiveOpens: 1, TCPFastOpenPassive: 1 });
});

test('a wrong cookie is told the right one, and has a handshake', () => {
  const host = hostOf(5);
  open(host, 0, { cookie: FastOpenCookie.Forged });
  assert.equal([host.qlen, host.acc, queue(host)], [1, 0, 0]);
  assert.equal([host.sent[0]?.ack, host.sent[0]?.cookie], [isnOf(0) + 1, FastOpenCookie.Valid]);
  assert.equal(host.moved, { TCPFastOpenPassiveFail: 1 });
});

test('who does not listen for it, or whose sysctl is off, answers as if there were no option', () => {
  for (const host of [hostOf(0), hostOf(5, { settings: { fastopen: 1 } }), new Host(NEW, 128, { fastopen: 5 })]) {
    open(host, 0);
    host.send(1, 'S', { cookie: FastOpenCookie.Request });
    assert.equal([host.qlen, host.acc], [2, 0]);
    assert.is(host.sent[1]?.cookie, undefined);
    assert.equal(host.moved, { TCPFastOpenCookieReqd: 1 });
  }
});

test('B8.1: the bound is cut to somaxconn; a bit of the sysctl makes the backlog the bound of every listener', () => {
  const host = hostOf(1000, { settings: { somaxconn: 2 } });
  for (let peer = 0; peer < 3; peer++) open(host, peer);
  assert.equal([queue(host), host.qlen, host.count('TcpExtTCPFastOpenListenOverflow')], [2, 1, 1]);
  const all = hostOf(0, { settings: { fastopen: 0x402 } }, 3);
  for (let peer = 0; peer < 5; peer++) open(all, peer);
  assert.equal([queue(all), all.count('TcpExtTCPFastOpenListenOverflow')], [3, 2]);
});

test('B8.2: beyond the bound SYNs have a handshake, until one that is pending ends', () => {
  const host = hostOf(2);
  for (let peer = 0; peer < 3; peer++) open(host, peer);
  assert.equal([queue(host), host.qlen], [2, 1]);
  assert.is(host.count('TcpExtTCPFastOpenListenOverflow'), 1);
  assert.is(host.sent[2]?.cookie, undefined);
  acknowledge(host, 0);
  open(host, 3);
  assert.equal([queue(host), host.qlen, host.acc], [2, 1, 3]);
  host.stack.checkInvariants();
});

test('B8.2: one that is reset after it was accepted counts for 60 s; one that still waits does not', () => {
  const host = hostOf(1);
  open(host, 0);
  host.accept();
  host.send(0, 'R', { seq: isnOf(0) + 1 + BYTES });
  assert.is(queue(host), 1);
  host.stack.checkInvariants();
  host.pass(59.9);
  open(host, 1);
  assert.equal([host.qlen, host.count('TcpExtTCPFastOpenListenOverflow')], [1, 1]);
  host.pass(0.1);
  open(host, 2);
  assert.equal([queue(host), host.acc], [1, 1]);
  host.send(2, 'R', { seq: isnOf(2) + 1 + BYTES });
  assert.is(queue(host), 0);
  host.stack.checkInvariants();
});

test('RST, or a SYN that is another one: two functions count the one, one the other, which does no harm', () => {
  const host = hostOf(5);
  open(host, 0);
  host.send(0, 'S', { seq: isnOf(0) + 1 + BYTES });
  assert.equal([host.flagsTo(0), host.count('TcpAttemptFails')], [['SA', 'RA'], 1]);
  assert.is(queue(host), 1);
  host.send(0, 'R', { seq: isnOf(0) + 1 + BYTES });
  assert.is(host.count('TcpAttemptFails'), 3);
  assert.is(host.count('TcpExtEmbryonicRsts'), 0);
  // B7.2: it keeps its place until it is accepted.
  assert.is(host.acc, 1);
  assert.ok(host.stack.isDead(Number(host.accept())));
});

test('the SYN-ACK is sent again once more often than that of a request, and nothing else meanwhile', () => {
  const host = hostOf(5, { settings: { synackRetries: 2 } });
  open(host, 0);
  const descriptor = Number(host.accept());
  host.stack.write(descriptor, 10);
  host.takeSent();
  host.pass(100);
  assert.equal(
    host.takeSent().map(({ atS, flags }) => [atS, flags]),
    [
      [1, 'SA'],
      [3, 'SA'],
      [7, 'SA'],
    ],
  );
  assert.equal([queue(host), host.stack.isDead(descriptor)], [0, true]);
  const counted = ['TCPTimeouts', 'TCPSynRetrans', 'TCPAbortOnTimeout'].map((name) => `TcpExt${name}`);
  assert.equal(
    [...counted, 'TcpRetransSegs', 'TcpAttemptFails'].map((name) => host.count(name)),
    [4, 3, 1, 3, 1],
  );
  host.stack.checkInvariants();
});

test('B3.1: a repeated SYN draws the SYN-ACK again, once in 500 ms, and its data is not taken twice', () => {
  const host = hostOf(5);
  open(host, 0);
  host.syn(0);
  host.syn(0);
  assert.equal(
    host.sent.map(({ ack, flags }) => [flags, ack]),
    [
      ['SA', isnOf(0) + 1 + BYTES],
      ['SA', isnOf(0) + 1 + BYTES],
    ],
  );
  assert.is(host.count('TcpExtTCPACKSkippedSynRecv'), 1);
  assert.is(host.count('TcpExtTCPSynRetrans'), 1);
  // Its timer does not start anew.
  host.pass(1);
  assert.is(host.count('TcpExtTCPTimeouts'), 1);
});

test('an ACK of something else: RST, and the child goes on', () => {
  const host = hostOf(5);
  open(host, 0);
  host.ack(0, { seq: isnOf(0) + 1 + BYTES, ack: host.issOf(0) + 9 });
  assert.equal(host.flagsTo(0), ['SA', 'R']);
  host.ack(0, { seq: isnOf(0) + 70_000 + BYTES }); // out of the window
  assert.equal(host.flagsTo(0), ['SA', 'R', 'A']);
  assert.is(queue(host), 1);
  acknowledge(host, 0);
  assert.is(queue(host), 0);
});

test('B3.3: data out of the window draws an ACK each time, and an ACK there one in 500 ms', () => {
  const host = hostOf(5);
  open(host, 0);
  host.takeSent();
  const seq = isnOf(0) + 70_000 + BYTES;
  host.ack(0, { seq });
  host.ack(0, { seq });
  assert.equal([host.takeSent().length, host.count('TcpExtTCPACKSkippedSynRecv')], [1, 1]);
  host.ack(0, { seq, length: 5 });
  host.ack(0, { seq }, 'FA');
  assert.equal([host.takeSent().length, host.count('TcpExtTCPACKSkippedSynRecv')], [2, 1]);
});

test('a child that is closed before its handshake is over sends FIN after what it has sent, and ends in order', () => {
  const host = hostOf(5);
  open(host, 0);
  const descriptor = Number(host.accept());
  host.stack.write(descriptor, 10);
  host.stack.close(descriptor);
  assert.equal(host.flagsTo(0), ['SA', 'A', 'FA']);
  assert.is(queue(host), 1);
  host.pass(1); // the SYN-ACK alone
  assert.equal(host.flagsTo(0), ['SA', 'A', 'FA', 'SA']);
  acknowledge(host, 0);
  assert.equal([queue(host), host.count('TcpCurrEstab')], [0, 0]);
  host.pass(10); // now what is not acknowledged
  assert.ok(host.count('TcpExtTCPLossProbes') === 1);
  host.ack(0, { seq: isnOf(0) + 1 + BYTES, ack: host.issOf(0) + 12 }, 'FA');
  host.stack.checkInvariants();
});

test('RFC 6298 3 (Karn): a SYN-ACK that was sent again times no child, but with time stamps', () => {
  for (const [options, waitsS] of [
    [0, [1, 4]],
    [Option.Timestamps, [1.2, 2.7]],
  ] as const) {
    const host = hostOf(5);
    open(host, 0, { options });
    host.pass(1.5); // sent again after 1 s
    acknowledge(host, 0);
    host.takeSent();
    host.stack.write(Number(host.accept()), 3);
    host.takeSent();
    host.pass(5);
    const resentAtS = host.takeSent().map(({ atS }) => Math.round((atS - 1.5) * 1e6) / 1e6);
    assert.equal(resentAtS, waitsS);
  }
});

test('B2.4, B2.7: a full accept queue and SYN cookies come first', () => {
  const full = hostOf(5, {}, 1);
  for (let peer = 0; peer < 3; peer++) open(full, peer);
  assert.equal([full.acc, queue(full), full.hasAnswered(2)], [2, 2, false]);
  assert.is(full.count('TcpExtListenOverflows'), 1);
  const cookies = hostOf(5, { settings: { syncookies: 2 } });
  open(cookies, 0);
  assert.equal([cookies.acc, cookies.qlen, queue(cookies)], [0, 0, 0]);
  assert.is(cookies.sent[0]?.ack, isnOf(0) + 1);
  assert.is(cookies.sent[0]?.cookie, undefined);
  assert.equal(cookies.moved, { TCPReqQFullDoCookies: 1, SyncookiesSent: 1 });
});

test('up to 4.9 a SYN gets by a full accept queue: its child finds no room, and it has a handshake; up to 3.15 it is dropped', () => {
  const counted = (name: string): [number, Record<string, number>] => {
    const host = hostOf(5, { settings: { syncookies: 1 } }, 1, name);
    open(host, 0);
    open(host, 1);
    open(host, 2);
    return [host.qlen, host.moved];
  };
  const [pending, moved] = counted('linux-4.9');
  assert.is(pending, 1);
  const made = { PassiveOpens: 2, TCPFastOpenPassiveFail: 1, ListenOverflows: 1 };
  assert.equal(moved, { ...made, TCPFastOpenPassive: 2, ListenDrops: 1 });
  const [none, dropped] = counted('linux-3.15');
  assert.is(none, 0);
  assert.equal(dropped, { ...made, TCPFastOpenPassive: 3, ListenDrops: 2 });
});

test('a closed listener resets those that wait, and forgets penalties; one that was accepted goes on', () => {
  const host = hostOf(5);
  open(host, 0);
  const accepted = Number(host.accept());
  open(host, 1);
  open(host, 2);
  host.accept();
  host.send(1, 'R', { seq: isnOf(1) + 1 + BYTES });
  host.stack.closeListener();
  assert.is(host.flagsTo(2).at(-1), 'RA');
  assert.is(queue(host), 1);
  host.stack.checkInvariants();
  acknowledge(host, 0);
  assert.equal([queue(host), host.stack.isDead(accepted)], [0, false]);
});

test('tcp_migrate_req: another member takes over what waits, its handshake and all', () => {
  const host = hostOf(5, { reuseport: 2, settings: { migrateReq: 1 } });
  for (let peer = 0; peer < 8; peer++) open(host, peer);
  const before = queue(host);
  host.stack.closeMember(0);
  assert.equal([queue(host), host.acc], [before, before]);
  host.stack.checkInvariants();
  for (let peer = 0; peer < 8; peer++) if (host.hasAnswered(peer)) acknowledge(host, peer);
  assert.is(queue(host), 0);
  host.stack.checkInvariants();
});
test.run();
