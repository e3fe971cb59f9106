import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, isnOf } from './host.ts';

const ETIMEDOUT = -110;
const ENOTCONN = -107;
const EINTR = -4;

const test = suite('linux 1.2: accept()');

test('R61: LISTEN is tested at entry only: a sleeper is not told that the listener closed', () => {
  const host = new Host(5);
  host.accept(0, false);
  host.stack.closeListener();
  assert.equal(host.woken, [0]);
  assert.is(host.resume(), 'blocked');
});

test('R62: accept() goes by the order of the SYNs among those that are ready, not of the ACKs', () => {
  const host = new Host(5);
  host.syn(1, 2, 3, 4, 5);
  host.ack(4);
  host.ack(2);
  assert.equal(host.acceptAll(), [2, 4]);
});

test('R62: half-open children are passed over, dead ones are not; the visits are those of the walk', () => {
  const host = new Host(5);
  host.syn(1, 2, 3);
  host.send(2, 'R', { seq: isnOf(2) + 1 });
  host.ack(3);
  assert.equal(host.acceptAll(), [2, 3]);
  assert.is(host.count('accept_visits'), 2 + 2 + 1);
});

test('R63: nothing ready: O_NONBLOCK gives EAGAIN, a blocking call sleeps', () => {
  const host = new Host(5);
  host.syn(1);
  assert.is(host.accept(0, true), 'EAGAIN');
  assert.is(host.stack.listening.err, 11);
  assert.is(host.accept(0, false), 'blocked');
});

test('R63: what waits in the back_log is processed before the call returns or sleeps', () => {
  for (const nonblock of [true, false]) {
    const host = new Host(5);
    host.stack.lock();
    host.syn(1);
    host.accept(0, nonblock);
    assert.equal(host.queue, ['1 SYN_RECV']);
  }
});

test('R63: a signal wins over a connection that became ready in the same wake-up, which stays queued', () => {
  const host = new Host(5);
  host.syn(1);
  host.accept(0, false);
  host.ack(1);
  host.stack.signal(0);
  assert.is(host.resume(), 'EINTR');
  assert.equal(host.queue, ['1 ESTABLISHED']);
});

test('R64: a pending signal does not matter when a child is ready, and ends the sleep at once when none is', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.signal(0);
  assert.ok(Number(host.accept(0, false)) >= 0);
  host.stack.signal(0);
  assert.is(host.accept(0, false), 'EINTR');
});

test('R65: with SA_RESTART the call starts over instead: it sleeps on, or takes what is there', () => {
  const host = new Host(5);
  host.accept(0, false);
  host.stack.signal(0, true);
  assert.is(host.resume(), 'blocked');
  host.connect(1);
  host.stack.signal(0, true);
  assert.ok(Number(host.resume()) >= 0);
});

test('R66: the slot, and the memory of the SYN, are free when accept() returns', () => {
  const host = new Host(1);
  host.connect(1);
  host.accept();
  assert.is(host.slots, '0/1');
  host.syn(2);
  assert.is(host.slots, '1/1');
});

test('R67: every SYN wakes all acceptors, k - 1 of them in vain', () => {
  const host = new Host(5);
  for (const process of [0, 1, 2]) host.accept(process, false);
  host.syn(1);
  assert.equal(host.woken, [0, 1, 2]);
  for (const process of [0, 1, 2]) assert.is(host.resume(process), 'blocked');
  host.ack(1);
  const results = [0, 1, 2].map((process) => host.resume(process));
  assert.is(results.filter((result) => result === 'blocked').length, 2);
  assert.is(host.count('wakeups'), 6);
  assert.is(host.count('wakeups_in_vain'), 5);
});

test('R68: one acceptor is woken by SYN, RST, time-out and data, and not by retransmissions', () => {
  const host = new Host(5);
  const wakesOf = (happens: () => void): number => {
    if (host.count('accept_sleeps') === 0 || host.woken.length > 0) host.resume();
    host.woken.length = 0;
    happens();
    return host.woken.length;
  };
  host.accept(0, false);
  assert.is(
    wakesOf(() => host.syn(1)),
    1,
  );
  assert.is(
    wakesOf(() => host.pass(500)),
    0,
  );
  assert.is(
    wakesOf(() => host.send(1, '', { seq: isnOf(1) + 1, length: 1 })),
    1,
  );
  assert.is(
    wakesOf(() => host.send(1, 'R', { seq: isnOf(1) + 2 })),
    1,
  );
});

test('R69 (1-4): EBADF, ENOTSOCK, EINVAL when connected, EINVAL without listen()', () => {
  const host = new Host(-1);
  const { file } = host.stack;
  assert.is(host.accept(), 'EINVAL'); // 4: not listening
  file.isUnconnected = false;
  assert.is(host.accept(), 'EINVAL'); // 3
  file.isSocket = false;
  assert.is(host.accept(), 'ENOTSOCK'); // 2
  file.isOpen = false;
  assert.is(host.accept(), 'EBADF'); // 1
});

test('R69 (6-8): ENOBUFS before the protocol is asked, EOPNOTSUPP for UDP, EINVAL when TCP does not listen', () => {
  const host = new Host(-1, {}, 0);
  const { faults, file } = host.stack;
  faults.noPort = true;
  host.stack.listen(5);
  assert.is(host.accept(), 'EINVAL'); // 8
  file.protocol = 'udp';
  assert.is(host.accept(), 'EOPNOTSUPP'); // 7
  faults.noSock = true;
  assert.is(host.accept(), 'ENOBUFS'); // 6
});

test('R69 (9, 10): EAGAIN with O_NONBLOCK, EINTR when a signal comes', () => {
  const host = new Host(5);
  assert.is(host.accept(), 'EAGAIN');
  host.accept(0, false);
  host.stack.signal(0);
  assert.is(host.resume(), 'EINTR');
});

test('R69 (11): a blocking call returns the error of a dead child, destroys it, and sends nothing', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.takeSent();
  assert.is(host.accept(0, false), 'ECONNRESET');
  assert.equal([host.slots, host.sent.length, host.stack.sockCount], ['0/5', 0, 0]);
});

test('R69 (12): with 256 descriptors open the connection is taken, closed with a FIN, and lost: EINVAL', () => {
  const host = new Host(128);
  const results: (number | string)[] = [];
  for (let peer = 0; peer < 254; peer++) {
    host.connect(peer);
    results.push(host.accept());
  }
  assert.is(results.filter((result) => typeof result === 'number').length, 252);
  assert.equal(results.slice(252), ['EINVAL', 'EINVAL']);
  assert.is(host.slots, '0/128');
  assert.equal(host.flagsTo(253), ['SA', 'FA']);
  host.stack.close(Number(results[0]));
  host.connect(300);
  assert.ok(Number(host.accept()) >= 0);
});

test('R69 (12): the machine has 1024 files, whatever the process', () => {
  const host = new Host(128);
  let accepted = 0;
  for (let peer = 0; peer < 1100; peer++) {
    host.connect(peer);
    if (host.stack.accept(peer % 8, true) >= 0) accepted++;
  }
  assert.is(accepted, 1020);
});

test('R70: each sleeping accept() holds a socket', () => {
  const host = new Host(5);
  assert.is(host.stack.socketsUsed, 1);
  host.accept(0, false);
  host.accept(1, false);
  assert.is(host.stack.socketsUsed, 3);
  host.connect(1);
  host.resume(0);
  host.resume(1);
  assert.is(host.stack.socketsUsed, 1 + 1 + 1); // listener, connection, the one who sleeps again
});

test('R71: a blocking accept() returns a connected socket; CLOSE_WAIT without an error is a success', () => {
  const host = new Host(5);
  host.connect(1);
  host.ack(1, { length: 3 }, 'FA');
  const descriptor = Number(host.accept(0, false));
  assert.is(host.stack.getpeername(descriptor), 0);
  assert.is(host.stack.read(descriptor, 10), 3);
  assert.is(host.stack.read(descriptor, 10), 0);
});

test('R71a: a non-blocking accept() returns a corpse: its error once, then 0, then ENOTCONN, and no peer name', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1400);
  const descriptor = Number(host.accept());
  assert.is(host.stack.getpeername(descriptor), ENOTCONN);
  const reads = [1, 2, 3].map(() => host.stack.read(descriptor, 10));
  assert.equal(reads, [ETIMEDOUT, 0, ENOTCONN]);
});

test('R72: select() sees what accept() would take; its sleepers are woken by a handshake on any port, by nothing else', () => {
  const host = new Host(5);
  host.stack.select(0, Infinity);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.syn(2);
  host.send(2, 'F', { seq: isnOf(2) + 1 });
  host.syn(3);
  host.pass(1400);
  assert.equal(host.woken, []);
  host.send(9, 'S', { port: 22 });
  host.ack(9, { port: 22 });
  assert.equal(host.woken, [0]);
  assert.is(host.resume(), 1);
});

test('R72: a handshake on another port wakes in vain when nothing is queued', () => {
  const host = new Host(5);
  host.stack.select(0, Infinity);
  host.send(9, 'S', { port: 22 });
  host.ack(9, { port: 22 });
  assert.is(host.resume(), 'blocked');
  assert.is(host.count('select_wakeups_in_vain'), 1);
});

test('R72: select() with a time-out returns 0 after n + 1 ticks, and EINTR at a signal', () => {
  const host = new Host(5);
  host.stack.select(0, 1e9);
  host.pass(1.005);
  assert.equal(host.woken, []);
  host.pass(0.005);
  assert.is(host.stack.resume(0), 0);
  assert.is(host.stack.select(0, 0), 0);
  host.stack.select(0, Infinity);
  host.stack.signal(0);
  assert.is(host.stack.resume(0), EINTR);
});

test('R73: a select() server behind a queue of corpses is freed by a handshake on another port', () => {
  const host = new Host(2);
  host.syn(1, 2);
  host.stack.select(0, Infinity);
  host.pass(5000);
  assert.equal(host.woken, []);
  host.send(9, 'S', { port: 22 });
  host.ack(9, { port: 22 });
  assert.is(host.resume(), 1);
  assert.equal(host.acceptAll(), [1, 2]);
});
test.run();
