import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, isnOf } from './host.ts';

const ECONNRESET = -104;
const EAGAIN = -11;

const test = suite('linux 1.2: the third ACK');

test('R52: out of the window in SYN_RECV: a RST is sent, and the segment is processed all the same', () => {
  const host = new Host(5);
  host.syn(1);
  host.ack(1, { seq: isnOf(1) + 50_000 });
  assert.equal(host.flagsTo(1), ['SA', 'R']);
  assert.equal(host.queue, ['1 ESTABLISHED']);
});

test('R52: the window is from the next expected byte to window bytes beyond it', () => {
  for (const [offset, isIn] of [
    [0, false],
    [1, true],
    [1 + 14_335, true],
    [2 + 14_335, false],
  ] as const) {
    const host = new Host(5);
    host.syn(1);
    host.ack(1, { seq: isnOf(1) + offset });
    assert.equal(host.flagsTo(1), isIn ? ['SA'] : ['SA', 'R'], `offset ${offset}`);
  }
});

test('R53: an ACK above ISS + 1 is answered by RST with that number, and the child stays', () => {
  const host = new Host(5);
  host.syn(1);
  host.ack(1, { ack: host.issOf(1) + 2 });
  assert.is(host.sent[1]?.flags, 'R');
  assert.is(host.sent[1]?.seq, host.issOf(1) + 2);
  assert.equal(host.queue, ['1 SYN_RECV']);
});

test('R54: an ACK of ISS + 1 completes the handshake, and so does one of ISS', () => {
  for (const [offset, state] of [
    [-1, 'SYN_RECV'],
    [0, 'ESTABLISHED'],
    [1, 'ESTABLISHED'],
    [2, 'SYN_RECV'],
  ] as const) {
    const host = new Host(5);
    host.syn(1);
    host.ack(1, { ack: host.issOf(1) + offset });
    assert.equal(host.queue, [`1 ${state}`], `ISS + ${offset}`);
  }
});

test('R55: data with an old ACK is acknowledged, and lost when the real ACK comes', () => {
  const host = new Host(5);
  host.syn(1);
  host.ack(1, { ack: host.issOf(1) - 100, length: 10 });
  assert.equal(host.queue, ['1 SYN_RECV']);
  assert.equal([host.sent[1]?.flags, host.sent[1]?.ack], ['A', isnOf(1) + 11]);
  host.ack(1, { seq: isnOf(1) + 11 });
  assert.is(host.stack.read(Number(host.accept()), 100), EAGAIN);
});

test('R56: a FIN without ACK makes a child that accept() returns: a blind spoofer needs two segments', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'F', { seq: isnOf(1) + 1 });
  assert.equal(host.queue, ['1 CLOSE_WAIT']);
  assert.ok(Number(host.accept(0, false)) >= 0);
  assert.is(host.slots, '0/5');
});

test('R57: the handshake stops the SYN-ACKs and wakes acceptors and select()ors; the queue is not looked at again', () => {
  const host = new Host(1);
  host.syn(1);
  host.stack.listen(0);
  host.accept(0, false);
  host.stack.select(1, Infinity);
  host.woken.length = 0;
  host.ack(1);
  assert.equal(
    host.woken.toSorted((a, b) => a - b),
    [0, 1],
  );
  assert.is(host.count('TcpCurrEstab'), 1);
  assert.equal(host.queue, ['1 ESTABLISHED']);
  host.pass(1400);
  assert.equal(host.flagsTo(1), ['SA']);
});

test('R57: with SO_KEEPALIVE on the listener a probe goes out after 15 minutes', () => {
  const host = new Host(5);
  host.stack.options.keepopen = true;
  host.connect(1);
  host.pass(899);
  assert.equal(host.flagsTo(1), ['SA']);
  host.pass(2);
  assert.equal(host.flagsTo(1), ['SA', 'A']);
  assert.is(host.sent[1]?.seq, host.issOf(1)); // an old number, which the peer must answer
});

test('R57: probes go on every 15 minutes, a tick late each, as long as they are answered', () => {
  const host = new Host(5);
  host.stack.options.keepopen = true;
  host.connect(1);
  host.pass(2800);
  assert.equal(
    host.sent.slice(1).map((s) => [s.atS, s.flags]),
    [
      [900.01, 'A'],
      [1800.02, 'A'],
      [2700.03, 'A'],
    ],
  );
  // An answer to the last one starts the interval anew.
  host.ack(1);
  host.pass(1000);
  assert.is(host.sent.at(-1)?.atS, 3700.01);
});

test('R58: an ACK with data completes the handshake, and the data can be read', () => {
  const host = new Host(5);
  host.syn(1);
  host.ack(1, { length: 10 });
  assert.is(host.stack.read(Number(host.accept()), 100), 10);
});

test('R58: after a retransmission the doubled time-out stays', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(10); // SYN-ACKs at 0, 3.01, 9.02: the time-out is 12 s now
  host.ack(1);
  const descriptor = Number(host.accept());
  host.takeSent();
  host.stack.write(descriptor, 10);
  host.pass(13);
  assert.equal(
    host.sent.map((s) => s.atS),
    [10, 22.01],
  );
});

test('R59: a handshake wakes a blocked acceptor twice: at the SYN, and once for all calls at the ACK', () => {
  const host = new Host(5);
  host.accept(0, false);
  host.syn(1);
  assert.is(host.resume(), 'blocked');
  host.ack(1);
  assert.equal(host.woken, [0, 0]);
});

test('R59: SIGIO comes at the SYN, at a dropped one too, and never at the ACK', () => {
  const host = new Host(1);
  host.stack.options.async = true;
  host.connect(1);
  assert.is(host.count('sigio_sent'), 1);
  host.syn(2);
  assert.is(host.count('sigio_sent'), 2);
  assert.is(host.count('TcpAttemptFails'), 1);
});

test('R60: a child that is reset before accept() is ECONNRESET, in CLOSE_WAIT EPIPE', () => {
  const host = new Host(5);
  host.connect(1, 2);
  host.ack(2, {}, 'FA');
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.send(2, 'R', { seq: isnOf(2) + 2 });
  assert.equal(host.queue, ['1 CLOSE ECONNRESET', '2 CLOSE EPIPE']);
  assert.is(host.accept(0, false), 'ECONNRESET');
  assert.is(host.accept(0, false), 'EPIPE');
});

test('G4.3: a segment without ACK, FIN and data is answered by an ACK; out of the window by RST and ACK', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, '', { seq: isnOf(1) + 1 });
  assert.equal(host.flagsTo(1), ['SA', 'A']);
  host.send(1, '', { seq: isnOf(1) + 50_000 });
  assert.equal(host.flagsTo(1), ['SA', 'A', 'RA', 'A']);
});

test('G4.4: a FIN with the number of the SYN still closes; one beyond waits until the hole is filled', () => {
  const old = new Host(5);
  old.syn(1);
  old.send(1, 'F', { seq: isnOf(1) });
  assert.equal(old.queue, ['1 CLOSE_WAIT']);
  const beyond = new Host(5);
  beyond.connect(1);
  beyond.ack(1, { seq: isnOf(1) + 11 }, 'FA');
  assert.equal(beyond.queue, ['1 ESTABLISHED']);
  beyond.ack(1, { length: 10 });
  assert.equal(beyond.queue, ['1 CLOSE_WAIT']);
});

test('G4.5: a child in CLOSE_WAIT through a blind FIN sends its SYN-ACK on, also after accept()', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'F', { seq: isnOf(1) + 1 });
  host.accept();
  host.pass(25);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'SA').length, 4);
});

test('G4.7: data and FIN for a queued child wake the acceptors', () => {
  const host = new Host(5);
  host.syn(1);
  host.accept(0, false);
  host.send(1, '', { seq: isnOf(1) + 10, length: 1 });
  assert.is(host.woken.length, 1);
  host.resume();
  host.pass(3.5); // the acknowledgment that was put off
  assert.is(host.woken.length, 2);
});

test('G4.8: in ESTABLISHED an ACK of what was never sent is dropped, and one out of the window is answered by an ACK', () => {
  const host = new Host(5);
  host.connect(1);
  host.takeSent();
  host.ack(1, { ack: host.issOf(1) + 2 });
  assert.equal(host.flagsTo(1), []);
  host.ack(1, { seq: isnOf(1) + 50_000 });
  host.send(1, 'S', { seq: isnOf(1) - 5 });
  assert.equal(host.flagsTo(1), ['A', 'A']);
  assert.equal(host.queue, ['1 ESTABLISHED']);
});

test('a reset connection that the application holds reads ECONNRESET once', () => {
  const host = new Host(5);
  host.connect(1);
  const descriptor = Number(host.accept());
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.is(host.stack.read(descriptor, 1), ECONNRESET);
  assert.is(host.stack.read(descriptor, 1), 0);
});
test.run();
