import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Errno } from '../../../src/network/socket-api.ts';
import { Host, isnOf } from './host.ts';

/** R44: seconds after the SYN of all 17 SYN-ACKs, nominal. */
const NOMINAL_S = [0, 3, 9, 21, 45, 93, 189, 309, 429, 549, 669, 789, 909, 1029, 1149, 1269, 1389];
const EMPTY_ACCEPT = 'EAGAIN';

const test = suite('linux 1.2: the life of a half-open child');

test('R42, R44: SYN-ACKs at the nominal instants plus one tick each', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(3000);
  const expected = NOMINAL_S.map((s, i) => Math.round((s + i * 0.01) * 100));
  assert.equal(
    host.sent.map((s) => Math.round(s.atS * 100)),
    expected,
  );
});

test('R42, R44: without ticks, at the nominal instants', () => {
  const host = new Host(5, { tick: false });
  host.syn(1);
  host.pass(3000);
  assert.equal(
    host.sent.map((s) => s.atS),
    NOMINAL_S,
  );
});

test('R42: a timer set inside of a tick counts from the start of that tick', () => {
  const host = new Host(5);
  host.pass(0.0175);
  host.syn(1);
  host.pass(4);
  assert.is(host.sent[1]?.atS, 3.02);
});

test('R43: the 16th retransmission is sent, and the child is closed in the same instant', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1389.15);
  assert.equal([host.sent.length, host.queue], [16, ['1 SYN_RECV']]);
  host.pass(0.01);
  assert.equal([host.sent.length, host.queue], [17, ['1 CLOSE ETIMEDOUT']]);
});

test('R45: at its expiry the sleepers are woken, and nothing else changes for ever', () => {
  const host = new Host(5);
  host.syn(1);
  host.accept(0, false);
  host.pass(1389.155);
  assert.is(host.woken.length, 0);
  host.pass(0.005);
  assert.equal(host.woken, [0]);
  host.pass(100_000);
  assert.equal([host.slots, host.queue, host.stack.sockCount], ['1/5', ['1 CLOSE ETIMEDOUT'], 1]);
});

test('R46: a blocked accept() gets the corpse at once, as ETIMEDOUT, and the slot is free', () => {
  const host = new Host(5);
  host.syn(1);
  host.accept(0, false);
  host.pass(1390);
  assert.equal(host.woken, [0]);
  assert.is(host.resume(), 'ETIMEDOUT');
  assert.is(host.slots, '0/5');
});

test('R46: a polling accept() gets the corpse as a good descriptor', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1390);
  const descriptor = Number(host.accept());
  assert.ok(descriptor >= 0);
  assert.ok(host.stack.isDead(descriptor));
  assert.is(host.slots, '0/5');
});

test('R46, R73: a select() without time-out never frees the dead slot; with one it does', () => {
  const host = new Host(5);
  host.syn(1);
  host.stack.select(0, Infinity);
  host.stack.select(1, 2000e9);
  host.pass(1999);
  assert.equal(host.woken, []);
  host.pass(2);
  assert.equal(host.woken, [1]);
  assert.is(host.stack.resume(1), 1);
});

test('R46: nobody accepts: the slot is taken after 100000 s', () => {
  const host = new Host(1);
  host.syn(1);
  host.pass(100_000);
  host.syn(2);
  assert.is(host.slots, '1/1');
  assert.is(host.count('TcpAttemptFails'), 1);
});

test('R47: a backlog full of corpses refuses every SYN although nothing is half-open', () => {
  const host = new Host(5);
  host.syn(0, 1, 2, 3, 4);
  host.pass(2000);
  assert.is(host.queue.filter((child) => child.endsWith('CLOSE ETIMEDOUT')).length, 5);
  for (let peer = 10; peer < 20; peer++) host.syn(peer);
  assert.is(host.slots, '5/5');
  assert.is(host.count('TcpAttemptFails'), 10);
});

test('R48: a RST counts from ISN + 1 to ISN + 1 + window, and leaves the slot taken', () => {
  for (const [offset, dies] of [
    [0, false],
    [1, true],
    [1 + 14_335, true],
    [2 + 14_335, false],
  ] as const) {
    const host = new Host(5);
    host.syn(1);
    host.accept(0, false);
    host.takeSent();
    host.woken.length = 0;
    host.send(1, 'R', { seq: isnOf(1) + offset });
    assert.equal(host.queue, [dies ? '1 CLOSE ECONNRESET' : '1 SYN_RECV'], `offset ${offset}`);
    assert.equal([host.slots, host.woken.length, host.sent.length], ['1/5', dies ? 1 : 0, 0]);
  }
});

test('R49: a corpse goes on sending its SYN-ACK, and ends as ETIMEDOUT', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.pass(1400);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'SA').length, 17);
  assert.equal(host.queue, ['1 CLOSE ETIMEDOUT']);
});

test('R49: a blocking accept() that returns the error stops it', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.is(host.accept(0, false), 'ECONNRESET');
  host.pass(1400);
  assert.equal(host.flagsTo(1), ['SA']);
});

test('G4.6: one that a non-blocking accept() returned goes on, and hides the listener while it is open', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  const descriptor = Number(host.accept());
  host.pass(100);
  assert.ok(host.flagsTo(1).length > 3);
  host.takeSent();
  host.syn(1);
  assert.equal(host.flagsTo(1), ['RA']);
  host.stack.close(descriptor);
  host.pass(5);
  host.takeSent();
  host.syn(1);
  assert.equal(host.flagsTo(1), ['SA']);
});

test('R50: an ICMP unreachable: net and host mean nothing, a fatal code is an error that waits', () => {
  const host = new Host(5);
  host.syn(1, 2);
  host.accept(0, false);
  for (const code of [0, 1]) host.stack.onIcmpUnreachable(0, 1, 80, code);
  assert.equal(host.queue, ['1 SYN_RECV', '2 SYN_RECV']);
  for (const code of [2, 3, 6, 7, 8, 9, 10]) {
    host.stack.onIcmpUnreachable(0, 2, 80, code);
    assert.ok(/^2 SYN_RECV .+/.test(host.queue[1] ?? ''), `code ${code}`);
  }
  host.stack.onIcmpUnreachable(0, 2, 80, 3);
  assert.equal(host.queue, ['1 SYN_RECV', '2 SYN_RECV ECONNREFUSED']);
  assert.equal([host.slots, host.woken.length], ['2/5', 0]);
  host.ack(2);
  const descriptor = host.stack.resume(0);
  assert.is(host.stack.peerOf(descriptor), 2);
  assert.is(host.stack.read(descriptor, 1), -111);
});

/** ICMP code → errno of the first read; those that are not here are not fatal. */
const FATAL_CODES: ReadonlyMap<number, number> = new Map([
  [2, 92], // protocol: ENOPROTOOPT
  [3, 111], // port: ECONNREFUSED
  [6, 101], // network unknown: ENETUNREACH
  [7, 112], // host unknown: EHOSTDOWN
  [8, 64], // host isolated: ENONET
  [9, 101], // network prohibited: ENETUNREACH
  [10, 113], // host prohibited: EHOSTUNREACH
]);

test('R50: codes 2, 3 and 6 to 10 are fatal, each with its errno; the others, unknown ones too, are not', () => {
  for (let code = 0; code <= 16; code++) {
    const host = new Host(5);
    host.syn(1);
    host.stack.onIcmpUnreachable(0, 1, 80, code);
    host.ack(1);
    const descriptor = host.stack.accept(0, false);
    assert.ok(descriptor >= 0, `code ${code}`);
    assert.is(host.stack.read(descriptor, 1), -(FATAL_CODES.get(code) ?? Errno.EAGAIN), `code ${code}`);
  }
});

test('R51: before accept() a child is in SYN_RECV, ESTABLISHED, CLOSE_WAIT or CLOSE', () => {
  const host = new Host(5);
  host.syn(1, 2, 3, 4);
  host.ack(2);
  host.ack(3, {}, 'FA');
  host.send(4, 'R', { seq: isnOf(4) + 1 });
  assert.equal(host.queue, ['1 SYN_RECV', '2 ESTABLISHED', '3 CLOSE_WAIT', '4 CLOSE ECONNRESET']);
  host.stack.checkInvariants();
});

test('G4.2: out-of-order bytes every 3 s stop the retransmissions, and the time-out, for as long as they come', () => {
  const host = new Host(5);
  host.syn(1, 2);
  for (let s = 0; s < 1500; s += 2.5) {
    host.send(1, '', { seq: isnOf(1) + 10, length: 1 });
    host.pass(2.5);
  }
  assert.equal(host.queue, ['1 SYN_RECV', '2 CLOSE ETIMEDOUT']);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'SA').length, 1);
  assert.is(host.stack.queue()[0]?.retransmits, 0);
});

test('G4.2: an out-of-order byte moves the timer; when it fires, a SYN-ACK that is overdue goes at once', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1);
  host.send(1, '', { seq: isnOf(1) + 10, length: 1 });
  host.pass(5);
  // Moved at 1 s to 4.01 s; the SYN-ACK of 0 s is overdue by then.
  assert.equal(
    host.sent.filter((s) => s.flags === 'SA').map((s) => s.atS),
    [0, 4.01],
  );
});

test('a queue of half-open children has nothing for accept()', () => {
  const host = new Host(5);
  host.syn(1, 2, 3);
  assert.is(host.accept(), EMPTY_ACCEPT);
  assert.is(host.count('accept_visits'), 3);
});
test.run();
