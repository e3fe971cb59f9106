import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, isnOf } from './host.ts';

const PORT_UNREACHABLE = 3;
/** Descriptors of a process, less those that it has before it accepts anything. */
const PER_PROCESS = 252;
const PER_MACHINE = 1020;

/** `process` accepts until it holds `amount` descriptors more, from new peers. @returns what accept() returned. */
function fill(host: Host, process: number, amount: number): number[] {
  return Array.from({ length: amount }, (_, i) => {
    host.connect(10_000 * (process + 1) + i);
    return Number(host.accept(process));
  });
}

const test = suite('linux 1.2: the socket layer of accept()');

test('R69 (1): a listener that was closed is no descriptor any more', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.closeListener();
  assert.is(host.accept(0, true), 'EBADF');
  assert.is(host.accept(0, false), 'EBADF');
});

test('R69 (4): without listen() it is EINVAL, before memory (6) and protocol (7) are asked', () => {
  const host = new Host(-1);
  const { faults, file } = host.stack;
  file.protocol = 'udp';
  assert.is(host.accept(), 'EINVAL');
  faults.noSock = true;
  assert.is(host.accept(), 'EINVAL');
  host.stack.listen(5);
  assert.is(host.accept(), 'ENOBUFS');
  faults.noSock = false;
  assert.is(host.accept(), 'EOPNOTSUPP');
});

test('R69 (6): without memory for the dummy socket a connection that is ready stays queued', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.faults.noSock = true;
  assert.is(host.accept(0, false), 'ENOBUFS');
  assert.equal([host.slots, host.queue], ['1/5', ['1 ESTABLISHED']]);
});

test('R69 (11): a blocking call returns ETIMEDOUT, ECONNRESET, EPIPE or what ICMP said, in the order of the SYNs', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1389.16);
  host.syn(2, 3, 4);
  host.send(2, 'R', { seq: isnOf(2) + 1 });
  host.ack(3, {}, 'FA');
  host.send(3, 'R', { seq: isnOf(3) + 2 });
  host.stack.onIcmpUnreachable(0, 4, 80, PORT_UNREACHABLE);
  host.send(4, 'F', { seq: isnOf(4) + 1 }); // CLOSE_WAIT: the error counts although the child is not in CLOSE
  host.takeSent();
  const results = [1, 2, 3, 4].map(() => host.accept(0, false));
  assert.equal(results, ['ETIMEDOUT', 'ECONNRESET', 'EPIPE', 'ECONNREFUSED']);
  assert.equal([host.slots, host.sent.length, host.stack.sockCount], ['0/5', 0, 0]);
});

test('R69 (11): an ESTABLISHED child is returned whatever its error', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.onIcmpUnreachable(0, 1, 80, PORT_UNREACHABLE);
  assert.equal(host.queue, ['1 ESTABLISHED ECONNREFUSED']);
  assert.type(host.accept(0, false), 'number');
});

test('R69 (11): only a blocking call looks at the error: O_NONBLOCK returns the same child as a descriptor', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.type(host.accept(0, true), 'number');
});

test('R69 (12): without a descriptor one connection is lost with each call, in blocking calls too', () => {
  const host = new Host(128);
  fill(host, 0, PER_PROCESS);
  host.connect(1, 2, 3);
  host.takeSent();
  assert.is(host.accept(0, false), 'EINVAL');
  assert.equal([host.slots, host.flagsTo(1), host.flagsTo(2)], ['2/128', ['FA'], []]);
  assert.is(host.accept(0, true), 'EINVAL');
  assert.equal([host.slots, host.flagsTo(2), host.flagsTo(3)], ['1/128', ['FA'], []]);
});

test('R69 (9, 12): the descriptor is looked for after a connection: with none ready it is EAGAIN', () => {
  const host = new Host(128);
  fill(host, 0, PER_PROCESS);
  assert.is(host.accept(0, true), 'EAGAIN');
  assert.is(host.accept(0, false), 'blocked');
});

test('R69 (11, 12): the error of a dead child comes before the missing descriptor; as a descriptor it goes silently', () => {
  const host = new Host(128);
  fill(host, 0, PER_PROCESS);
  host.syn(1, 2);
  for (const peer of [1, 2]) host.send(peer, 'R', { seq: isnOf(peer) + 1 });
  host.takeSent();
  assert.is(host.accept(0, false), 'ECONNRESET');
  assert.is(host.accept(0, true), 'EINVAL');
  host.pass(0.03);
  assert.equal([host.slots, host.sent.length, host.stack.sockCount], ['0/128', 0, PER_PROCESS]);
});

test('R69 (12): each process has its own descriptors, and gets back the one that it closes', () => {
  const host = new Host(128);
  const [, second] = [fill(host, 0, PER_PROCESS), fill(host, 1, PER_PROCESS)];
  host.connect(1, 2, 3);
  host.stack.close(second[0] ?? -1);
  assert.is(host.accept(0), 'EINVAL');
  assert.type(host.accept(1), 'number');
  assert.is(host.accept(1), 'EINVAL');
});

test('R69 (12): a closed descriptor is free for the whole machine', () => {
  const host = new Host(128);
  const first = fill(host, 0, PER_PROCESS);
  for (const process of [1, 2, 3]) fill(host, process, PER_PROCESS);
  fill(host, 4, PER_MACHINE - 4 * PER_PROCESS);
  host.connect(1, 2);
  assert.is(host.accept(5), 'EINVAL');
  host.stack.close(first[0] ?? -1);
  assert.type(host.accept(5), 'number');
});

test('R70: a process in select() holds no socket, and an accept() that is interrupted gives its own back', () => {
  const host = new Host(5);
  host.stack.select(0, Infinity);
  assert.is(host.stack.socketsUsed, 1);
  host.accept(1, false);
  assert.is(host.stack.socketsUsed, 2);
  host.stack.signal(1);
  assert.is(host.resume(1), 'EINTR');
  assert.is(host.stack.socketsUsed, 1);
});

test('R70: an acceptor that was woken holds its socket until its call returns', () => {
  const host = new Host(5);
  for (const process of [0, 1]) host.accept(process, false);
  host.connect(1);
  assert.equal(host.woken, [0, 1]);
  assert.is(host.stack.socketsUsed, 1 + 2);
  assert.type(host.resume(0), 'number');
  assert.is(host.resume(1), 'blocked');
  assert.is(host.stack.socketsUsed, 1 + 1 + 1);
});

test('R71: an accepted connection sleeps on its own queue: its segments wake no acceptor', () => {
  const host = new Host(5);
  host.connect(1, 2);
  host.accept(0, false);
  host.accept(0, true);
  host.accept(0, false);
  host.woken.length = 0;
  host.ack(1, { length: 10 });
  host.ack(1, { seq: isnOf(1) + 11 }, 'FA');
  host.send(2, 'R', { seq: isnOf(2) + 1 });
  assert.equal(host.woken, []);
});

test('R71: an accepted connection that dies waits for nobody: its error is what the next read() returns', () => {
  const host = new Host(5);
  host.connect(1);
  const descriptor = Number(host.accept(0, false));
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.ok(host.stack.isDead(descriptor));
  assert.equal([host.stack.read(descriptor, 1), host.stack.read(descriptor, 1)], [-104, 0]);
});
test.run();
