import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCEPT_QUEUE, SYN_QUEUE } from '../../../src/listeners/listener.ts';
import { Sel, tcpListenSelect } from '../../../src/listeners/linux-1.2/tcp-accept.ts';
import { ListenSocket } from '../../../src/listeners/linux-1.2/listen-socket.ts';
import type { Kernel } from '../../../src/listeners/linux-1.2/kernel.ts';
import { Errno } from '../../../src/network/socket-api.ts';
import { Host, isnOf, OTHER_PORT } from './host.ts';

const test = suite('linux 1.2: closing the listener');

test('R74: a listener is never writable and never has an exception', () => {
  const host = new Host(5);
  host.connect(1);
  const listener = new ListenSocket(80, 1000);
  // Neither question looks at the host at all.
  for (const what of [Sel.Out, Sel.Ex]) assert.not.ok(tcpListenSelect({} as Kernel, listener, what));
  assert.is(host.stack.select(0, 0), 1);
});

test('R75: the last close wakes the sleepers; from then on SYNs are answered by RST', () => {
  const host = new Host(5);
  host.accept(0, false);
  assert.is(host.stack.closeListener(), 0);
  assert.equal(host.woken, [0]);
  host.syn(1);
  assert.equal(host.flagsTo(1), ['RA']);
  assert.is(host.stack.closeListener(), -Errno.EBADF);
});

test('R75: SYNs in the back_log are answered by RST', () => {
  const host = new Host(5);
  host.stack.lock();
  host.syn(1, 2);
  host.stack.closeListener();
  assert.equal([...host.flagsTo(1), ...host.flagsTo(2)], ['RA', 'RA']);
});

test('R75: closing half-open children makes the accept queue no longer than it was', () => {
  const host = new Host(5);
  host.syn(1, 2, 3);
  host.connect(4);
  host.stack.closeListener();
  const { gauges } = host.stack;
  assert.equal([gauges.maxOf(SYN_QUEUE), gauges.maxOf(ACCEPT_QUEUE)], [4, 1]);
  assert.equal([gauges.levelOf(SYN_QUEUE), gauges.levelOf(ACCEPT_QUEUE)], [0, 0]);
});

test('R76: half-open: FIN_WAIT1 and a FIN; the SYN-ACK goes on to its end, then 60 s of TIME_WAIT', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(10);
  host.stack.closeListener();
  assert.equal(host.flagsTo(1), ['SA', 'SA', 'SA', 'FA']);
  host.pass(2000);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'SA').length, 17);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'FA').length, 1);
  assert.is(host.stack.sockCount, 0);
});

test('R76: established: a FIN, and later data is answered by RST', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.closeListener();
  assert.equal(host.flagsTo(1), ['SA', 'FA']);
  host.ack(1, { ack: host.issOf(1) + 2, length: 10 });
  assert.ok(host.flagsTo(1).at(-1)?.startsWith('R'));
});

test('R76: CLOSE_WAIT: LAST_ACK and a FIN, sent 16 times more when nobody answers', () => {
  const host = new Host(5);
  host.connect(1);
  host.ack(1, {}, 'FA');
  host.stack.closeListener();
  host.pass(3000);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'FA').length, 17);
  assert.is(host.stack.sockCount, 0);
});

test('R76: dead: nothing is sent, and it is gone within two ticks', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.takeSent();
  host.stack.closeListener();
  host.pass(0.02);
  assert.equal([host.sent.length, host.stack.sockCount], [0, 0]);
});

test('R77: orphans keep the port from bind() without SO_REUSEADDR; with it the old listener does for some ticks', () => {
  const host = new Host(5);
  host.syn(1);
  assert.is(host.stack.bindAgain(true), -Errno.EADDRINUSE);
  host.stack.closeListener();
  assert.is(host.stack.bindAgain(true), -Errno.EADDRINUSE);
  host.pass(0.03);
  assert.is(host.stack.bindAgain(true), 0);
  assert.is(host.stack.bindAgain(false), -Errno.EADDRINUSE);
  host.pass(1389);
  assert.is(host.stack.bindAgain(false), -Errno.EADDRINUSE);
  host.pass(200);
  assert.is(host.stack.bindAgain(false), 0);
});

test('R77: sockets of other ports do not keep a port from bind()', () => {
  const host = new Host(5);
  host.send(9, 'S', { port: OTHER_PORT });
  host.stack.closeListener();
  host.pass(0.03);
  assert.is(host.stack.sockCount, 1);
  assert.is(host.stack.bindAgain(false), 0);
});

test('R78: while another process shares the listener, close() does nothing', () => {
  const host = new Host(5);
  host.stack.file.references = 2;
  host.syn(1);
  assert.is(host.stack.closeListener(), 0);
  host.syn(2);
  assert.is(host.slots, '2/5');
  assert.is(host.stack.closeListener(), 0);
  host.syn(3);
  assert.equal(host.flagsTo(3), ['RA']);
});
test.run();
