import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, isnOf, OTHER_PORT, PORT } from './host.ts';

/** A host whose peer 1 is in TIME_WAIT after the application closed first; nobody has the socket any more. */
function hostWithTimeWait(): Host {
  const host = new Host(5);
  host.connect(1);
  const descriptor = host.accept();
  host.stack.close(Number(descriptor));
  host.ack(1, { ack: host.issOf(1) + 2 });
  host.ack(1, { ack: host.issOf(1) + 2 }, 'FA');
  assert.is(host.stack.view(Number(descriptor)).state, 'TIME_WAIT');
  return host;
}

const test = suite('linux 1.2: a segment arrives');

test('R8: every segment counts, and one replayed from the back_log counts again', () => {
  const host = new Host(5);
  host.stack.lock();
  host.syn(1, 2, 3);
  assert.is(host.count('TcpInSegs'), 3);
  host.stack.unlock();
  assert.is(host.count('TcpInSegs'), 6);
});

test('R10: a child that was reset is as good as no socket: RST', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.takeSent();
  host.ack(1, { ack: 77 });
  assert.equal(host.flagsTo(1), ['R']);
});

test('R12: no socket: RST with the ACK number of the segment, or RST|ACK of what it took', () => {
  const host = new Host(5);
  host.send(1, 'S', { port: 81, seq: 100 });
  host.send(1, 'F', { port: 81, seq: 100 });
  host.send(1, 'A', { port: 81, seq: 100, ack: 555 });
  host.send(1, 'R', { port: 81, seq: 100 });
  assert.equal(
    host.sent.map(({ flags, seq, ack }) => [flags, seq, ack]),
    [
      ['RA', 0, 101],
      ['RA', 0, 100],
      ['R', 555, 0],
    ],
  );
  assert.is(host.count('TcpOutSegs'), 3);
});

test('R13: a locked listener keeps any number of segments in its back_log', () => {
  const host = new Host(1);
  host.stack.lock();
  for (let peer = 0; peer < 5000; peer++) host.syn(peer);
  assert.is(host.slots, '0/1');
  assert.equal(host.sent, []);
  host.stack.unlock();
  assert.is(host.slots, '1/1');
  assert.is(host.count('TcpAttemptFails'), 4999);
});

test('R14: without room in the receive buffer a segment is dropped, and nothing is counted', () => {
  const host = new Host(5);
  host.stack.options.rcvbuf = 162;
  host.syn(1);
  assert.equal([host.slots, host.sent.length, host.count('TcpAttemptFails')], ['0/5', 0, 0]);
  host.stack.options.rcvbuf = 163;
  host.syn(1);
  assert.is(host.slots, '1/5');
});

test('R14: a child has its own: its SYN, 162 bytes, and the segment have to stay below it', () => {
  const rcvbuf = 20_000;
  for (const [length, isTaken] of [
    [rcvbuf - 2 * 162 - 1, true],
    [rcvbuf - 2 * 162, false],
  ] as const) {
    const host = new Host(5);
    host.stack.options.rcvbuf = rcvbuf;
    host.syn(1);
    host.stack.options.rcvbuf = 32_767;
    host.takeSent();
    host.ack(1, { length });
    assert.equal(host.queue, [isTaken ? '1 ESTABLISHED' : '1 SYN_RECV'], `${length}`);
    assert.is(host.sent.length, isTaken ? 1 : 0);
    host.stack.checkInvariants();
  }
});

test('R14: what is read is room again', () => {
  const host = new Host(5);
  host.stack.options.rcvbuf = 20_000;
  host.connect(1);
  const descriptor = Number(host.accept());
  host.ack(1, { length: 15_000 });
  host.ack(1, { seq: isnOf(1) + 15_001, length: 5000 }); // no room
  assert.is(host.stack.read(descriptor, 65_000), 15_000);
  host.ack(1, { seq: isnOf(1) + 15_001, length: 5000 });
  assert.is(host.stack.read(descriptor, 65_000), 5000);
});

test('R15: on a listener only SYN and SYN|FIN are requests; ACKs are answered by RST, the rest by nothing', () => {
  for (const [flags, answer] of [
    ['S', ['SA']],
    ['SF', ['SFA']],
    ['A', ['R']],
    ['SA', ['R']],
    ['FA', ['R']],
    ['R', []],
    ['RA', []],
    ['F', []],
    ['', []],
    ['SR', []],
  ] as const) {
    const host = new Host(5);
    host.stack.accept(0, false);
    host.send(1, flags, { ack: 9 });
    assert.equal(host.flagsTo(1), answer, `flags ${flags}`);
    assert.is(host.slots, flags === 'S' || flags === 'SF' ? '1/5' : '0/5', `flags ${flags}`);
    assert.is(host.woken.length, flags === 'S' || flags === 'SF' ? 1 : 0, `flags ${flags}`);
    assert.is(host.count('TcpAttemptFails'), 0);
  }
});

test('R16: the ISS is the clock in microseconds', () => {
  const host = new Host(5, { clockUs: 4_294_967_290 });
  host.pass(3e-6);
  host.syn(1);
  assert.is(host.issOf(1), 4_294_967_293);
  host.pass(5e-6);
  host.syn(2);
  assert.is(host.issOf(2), 2);
});

test('R16: data in a SYN is not acknowledged, and never delivered', () => {
  const host = new Host(5);
  host.send(1, 'S', { length: 100 });
  assert.is(host.sent[0]?.ack, isnOf(1) + 1);
  host.ack(1);
  assert.is(host.stack.read(Number(host.accept()), 1000), -11);
});

test('R17: the same SYN again is dropped: no SYN-ACK, no slot, no wake-up, whatever its other flags', () => {
  const host = new Host(5);
  host.syn(1);
  host.takeSent();
  host.stack.accept(0, false);
  for (const flags of ['S', 'SF', 'SA', 'SR']) host.send(1, flags);
  assert.equal([host.slots, host.sent.length, host.woken.length], ['1/5', 0, 0]);
  assert.is(host.count('TcpInSegs'), 5);
});

test('R18: a SYN with another number resets the child: one RST in the window, two outside of it', () => {
  const inWindow = new Host(5);
  inWindow.syn(1);
  inWindow.send(1, 'S', { seq: isnOf(1) + 100 });
  assert.equal(inWindow.flagsTo(1), ['SA', 'RA']);
  assert.equal(inWindow.queue, ['1 CLOSE ECONNRESET']);
  const outside = new Host(5);
  outside.syn(1);
  outside.send(1, 'S', { seq: isnOf(1) + 100_000 });
  assert.equal(outside.flagsTo(1), ['SA', 'RA', 'RA']);
  assert.equal(outside.queue, ['1 CLOSE ECONNRESET']);
});

test('R18: 50 SYNs of one 4-tuple with changing numbers take one slot, and are answered by RST', () => {
  const host = new Host(5);
  for (let i = 0; i < 50; i++) host.send(1, 'S', { seq: isnOf(1) + 10 * i });
  assert.is(host.slots, '1/5');
  assert.is(host.flagsTo(1).filter((flags) => flags === 'SA').length, 1);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'RA').length, 49);
});

test('R19: a later SYN reopens a TIME_WAIT socket that nobody has, with its number plus 128000', () => {
  const host = hostWithTimeWait();
  const last = host.issOf(1) + 2; // SYN and FIN
  host.takeSent();
  host.send(1, 'S', { seq: isnOf(1) + 5000 });
  assert.equal(
    host.sent.map(({ flags, seq }) => [flags, seq]),
    [['SA', last + 128_000]],
  );
  assert.is(host.count('TcpEstabResets'), 1);
  assert.is(host.slots, '1/5');
});

test('R19: the reopening SYN passes by the lock and the receive buffer of the listener', () => {
  const host = hostWithTimeWait();
  host.stack.options.rcvbuf = 170;
  host.stack.lock();
  host.send(1, 'S', { seq: isnOf(1) + 5000 });
  assert.is(host.slots, '1/5');
});

test('R19: after it the listener is unlocked, and what waited in its back_log is processed', () => {
  const host = hostWithTimeWait();
  host.stack.lock();
  host.syn(2);
  assert.is(host.stack.backLogLength, 1);
  host.send(1, 'S', { seq: isnOf(1) + 5000 });
  assert.is(host.stack.backLogLength, 0);
  host.syn(3);
  assert.equal(host.queue, ['1 SYN_RECV', '2 SYN_RECV', '3 SYN_RECV']);
});

test('R19: an earlier SYN does not reopen it', () => {
  const host = hostWithTimeWait();
  host.takeSent();
  host.send(1, 'S', { seq: isnOf(1) - 5000 });
  assert.is(host.slots, '0/5');
  assert.is(host.count('TcpEstabResets'), 0);
});

test('R20: a SYN is compared with the whole bucket, an ACK down to its child', () => {
  const host = new Host(5);
  host.syn(1, 2, 3);
  assert.is(host.count('lookup_visits'), 1 + 2 + 3);
  const before = host.count('lookup_visits');
  host.ack(3);
  assert.is(host.count('lookup_visits') - before, 1);
  host.ack(1);
  assert.is(host.count('lookup_visits') - before, 1 + 3);
});

test('R21: children stand newest first, and the listener last', () => {
  const host = new Host(5);
  host.syn(1, 2, 3, 4);
  const visits = [4, 3, 2, 1].map((peer) => {
    const before = host.count('lookup_visits');
    host.ack(peer);
    return host.count('lookup_visits') - before;
  });
  assert.equal(visits, [1, 2, 3, 4]);
  const before = host.count('lookup_visits');
  host.syn(9);
  assert.is(host.count('lookup_visits') - before, 5);
});

test('R22: half-open, dead, accepted and TIME_WAIT sockets of every port of the bucket are compared', () => {
  const host = hostWithTimeWait();
  host.connect(2);
  host.accept();
  host.syn(3, 4);
  host.send(4, 'R', { seq: isnOf(4) + 1 });
  const before = host.count('lookup_visits');
  host.send(9, 'S', { port: PORT + 256 });
  assert.is(host.count('lookup_visits') - before, 4 + 1);
  host.send(9, 'S', { port: OTHER_PORT });
  assert.is(host.count('lookup_visits') - before, 4 + 1 + 1);
});

test('R23: a queued corpse hides the listener from its 4-tuple until it is accepted', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1400);
  assert.equal(host.queue, ['1 CLOSE ETIMEDOUT']);
  host.takeSent();
  host.syn(1);
  assert.equal(host.flagsTo(1), ['RA']);
  host.stack.accept(0, false);
  host.syn(1);
  assert.equal(host.flagsTo(1), ['RA', 'SA']);
});

test('R24, R25: the lock turns segments for the listener aside, those for its children pass', () => {
  const host = new Host(5);
  host.syn(1);
  host.stack.lock();
  host.syn(2);
  host.ack(1);
  assert.equal(host.queue, ['1 ESTABLISHED']);
  host.stack.unlock();
  assert.equal(host.queue, ['1 ESTABLISHED', '2 SYN_RECV']);
});

test('R26: the back_log is drained in order', () => {
  const host = new Host(2);
  host.stack.lock();
  host.syn(3, 1, 2);
  host.stack.unlock();
  assert.equal(host.queue, ['3 SYN_RECV', '1 SYN_RECV']);
  assert.is(host.count('TcpAttemptFails'), 1);
});

test('R26: a closed child that nobody has is destroyed after min(2 rtt, 250) ticks', () => {
  const host = new Host(5);
  host.connect(1);
  host.pass(2);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  const descriptor = Number(host.accept());
  assert.is(host.stack.sockCount, 1);
  host.stack.close(descriptor);
  host.pass(5);
  assert.is(host.stack.sockCount, 0);
});

test('R26: 250 ticks are the longest, however long the round trip was', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(2); // 2 rtt would be 400 ticks
  host.ack(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.stack.close(Number(host.accept()));
  host.pass(2.5);
  assert.is(host.stack.sockCount, 1);
  host.pass(0.01);
  assert.is(host.stack.sockCount, 0);
});

test('R27: a replayed segment is looked up again: it may meet the child of the one before it', () => {
  const host = new Host(5);
  host.stack.lock();
  host.syn(1, 1);
  host.send(2, 'A', { ack: 9 });
  host.stack.unlock();
  assert.is(host.slots, '1/5');
  assert.equal(host.flagsTo(1), ['SA']);
  assert.equal(host.flagsTo(2), ['R']);
});

test('R28: a SYN that waits in the back_log takes the slot that accept() frees', () => {
  const host = new Host(2);
  host.connect(1, 2);
  host.stack.lock();
  host.syn(3);
  assert.is(host.accept(), 0);
  assert.equal(host.queue, ['2 ESTABLISHED', '3 SYN_RECV']);
  assert.is(host.count('TcpAttemptFails'), 0);
});
test.run();
