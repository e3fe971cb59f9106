import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clampBacklog } from '../../../src/listeners/linux-1.2/inet.ts';
import { sockReadWrite, sockRecvShutdown } from '../../../src/listeners/linux-1.2/socket.ts';
import { Errno } from '../../../src/network/socket-api.ts';
import { Host } from './host.ts';

const NOT_YET = -1; // no listen() by the host itself
const test = suite('linux 1.2: listen()');

test('R1: a closed descriptor is EBADF, then no socket ENOTSOCK, then a connected one EINVAL', () => {
  const { stack } = new Host(NOT_YET);
  stack.file.isUnconnected = false;
  assert.is(stack.listen(5), -Errno.EINVAL);
  stack.file.isSocket = false;
  assert.is(stack.listen(5), -Errno.ENOTSOCK);
  stack.file.isOpen = false;
  assert.is(stack.listen(5), -Errno.EBADF);
});

test('R1: after the checks listen() returns 0 whatever the protocol says, and the socket accepts', () => {
  const { stack } = new Host(NOT_YET, {}, 0);
  stack.faults.noPort = true;
  assert.is(stack.listen(5), 0);
  assert.ok(stack.file.isAccepting);
});

test('R2: an unbound socket listens on a port of its own', () => {
  const host = new Host(5, {}, 0);
  host.send(1, 'S', { port: 1024 });
  assert.equal(host.flagsTo(1), ['SA']);
});

test('R2: without a free port listen() says 0, and accept() EINVAL', () => {
  const host = new Host(NOT_YET, {}, 0);
  host.stack.faults.noPort = true;
  assert.is(host.stack.listen(5), 0);
  assert.is(host.accept(), 'EINVAL');
});

test('R3: from 1.2.11 on the bound is clamped as unsigned to 128', () => {
  for (const [backlog, bound] of [
    [0, 0],
    [1, 1],
    [5, 5],
    [128, 128],
    [129, 128],
    [-1, 128],
    [2 ** 31, 128],
  ] as const) {
    for (const version of ['1.2.11', '1.2.13']) assert.is(clampBacklog(version, backlog), bound, `${backlog}`);
  }
});

test('R3: up to 1.2.10 the bound is clamped as signed to 5, and listen(-1) gives 255', () => {
  for (const [backlog, bound] of [
    [0, 0],
    [5, 5],
    [6, 5],
    [128, 5],
    [-1, 255],
    [-2, 254],
  ] as const) {
    for (const version of ['1.2.0', '1.2.10']) assert.is(clampBacklog(version, backlog), bound, `${backlog}`);
  }
});

test('R3: listen(-1) of 1.2.10 admits 255 SYNs', () => {
  const host = new Host(NOT_YET, { version: '1.2.10' });
  host.stack.listen(-1);
  for (let peer = 0; peer < 300; peer++) host.syn(peer);
  assert.is(host.slots, '255/255');
});

test('R4: a second listen() changes the bound only, even to below the queue', () => {
  const host = new Host(5);
  host.syn(0, 1, 2, 3);
  host.stack.listen(2);
  assert.is(host.slots, '4/2');
  host.syn(4);
  assert.is(host.slots, '4/2');
  host.stack.listen(6);
  host.syn(5);
  assert.is(host.slots, '5/6');
  assert.equal(
    host.stack.queue().map((child) => child.peer),
    [0, 1, 2, 3, 5],
  );
});

test('R5: listen(0) admits nothing, and each SYN counts as a failed attempt', () => {
  const host = new Host(0);
  host.syn(0, 1, 2);
  assert.is(host.slots, '0/0');
  assert.is(host.count('TcpAttemptFails'), 3);
  assert.equal(host.sent, []);
});

test('R6: listen() succeeds on a UDP socket, and accept() is EOPNOTSUPP', () => {
  const host = new Host(NOT_YET);
  host.stack.file.protocol = 'udp';
  assert.is(host.stack.listen(5), 0);
  assert.is(host.accept(), 'EOPNOTSUPP');
});

test('R7: a listener cannot be read or written (EINVAL), nor recv() or shutdown() (ENOTCONN)', () => {
  const { file } = new Host(5).stack;
  assert.is(sockReadWrite(file), -Errno.EINVAL);
  assert.is(sockRecvShutdown(file), -Errno.ENOTCONN);
  file.isOpen = false;
  assert.is(sockReadWrite(file), -Errno.EBADF);
});
test.run();
