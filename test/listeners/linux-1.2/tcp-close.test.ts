import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Errno } from '../../../src/network/socket-api.ts';
import { OTHER_PORT, Host, isnOf } from './host.ts';

/** The first child of a host lives in the first row. */
const FIRST_CHILD = 0;

/** Instants, in seconds, at which segments with `flags` were sent to `peer`. */
function timesOf(host: Host, peer: number, flags: string): number[] {
  return host.sent.filter((s) => s.peer === peer && s.flags === flags).map((s) => s.atS);
}

const test = suite('linux 1.2: tcp_close of a listener and of what it has queued');

test('R75: children are closed in the order of their SYNs, half-open and established ones alike', () => {
  const host = new Host(5);
  host.syn(3, 1, 4, 2);
  host.ack(4);
  host.ack(1);
  host.takeSent();
  host.stack.closeListener();
  assert.equal(
    host.sent.map((s) => `${s.peer} ${s.flags}`),
    ['3 FA', '1 FA', '4 FA', '2 FA'],
  );
});

test('R75: the queue is empty after, while ack_backlog keeps the length that it had', () => {
  const host = new Host(5);
  host.syn(1, 2, 3);
  host.ack(2);
  host.stack.closeListener();
  assert.equal([host.slots, host.queue], ['3/5', []]);
});

test('R75: the memory of the SYN is given back: it is room for the window again', () => {
  const host = new Host(5);
  host.connect(1);
  host.ack(1, { length: 1000 });
  host.stack.closeListener();
  host.takeSent();
  host.ack(1, { seq: isnOf(1) + 1001, ack: host.issOf(1) + 2 }, 'FA');
  // Half of what is left beside this segment, less 2048; with the SYN's 162 bytes it would be 81 less.
  assert.is(host.sent.at(-1)?.window, Math.floor((32_767 - 162) / 2) - 2048);
});

test('R75: sleepers in select() are not woken, and the listeners of other ports go on', () => {
  const host = new Host(5);
  host.stack.select(0, Infinity);
  host.accept(1, false);
  host.stack.closeListener();
  assert.equal(host.woken, [1]);
  host.send(9, 'S', { port: OTHER_PORT });
  assert.equal(host.flagsTo(9), ['SA']);
});

test('R75: what a closing child does wakes nobody', () => {
  const host = new Host(5);
  host.syn(1);
  host.connect(2);
  host.accept(0, true);
  host.accept(1, false);
  host.stack.closeListener();
  host.woken.length = 0;
  host.resume(1);
  host.ack(1, { ack: host.issOf(1) + 2 });
  host.pass(2000);
  assert.equal(host.woken, []);
});

test('R76: half-open: the time-out of the SYN-ACK is neither reset nor doubled by the close', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(10); // sent at 0, 3.01 and 9.02: the time-out is 12 s now
  host.stack.closeListener();
  host.pass(40);
  assert.equal(timesOf(host, 1, 'SA'), [0, 3.01, 9.02, 22.01, 46.02]);
  assert.equal(timesOf(host, 1, 'FA'), [10]);
});

test('R76: half-open: the 16th retransmission begins 60 s of TIME_WAIT, then it is freed', () => {
  const host = new Host(5);
  host.syn(1);
  host.stack.closeListener();
  host.pass(1389.15);
  assert.is(host.stack.view(FIRST_CHILD).state, 'FIN_WAIT1');
  host.pass(0.01);
  assert.is(host.stack.view(FIRST_CHILD).state, 'TIME_WAIT');
  host.pass(60);
  assert.is(host.stack.view(FIRST_CHILD).state, 'TIME_WAIT');
  host.pass(0.01);
  assert.is(host.stack.view(FIRST_CHILD).state, 'CLOSE');
  host.pass(2.51);
  assert.is(host.stack.sockCount, 0);
});

test('R76: established: FIN_WAIT1, FIN_WAIT2, and TIME_WAIT for 60 s after the FIN of the peer', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.closeListener();
  const states = [host.stack.view(FIRST_CHILD).state];
  host.ack(1, { ack: host.issOf(1) + 2 });
  states.push(host.stack.view(FIRST_CHILD).state);
  host.pass(30);
  host.ack(1, { ack: host.issOf(1) + 2 }, 'FA');
  states.push(host.stack.view(FIRST_CHILD).state);
  host.pass(60);
  states.push(host.stack.view(FIRST_CHILD).state);
  host.pass(3);
  assert.equal(states, ['FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'TIME_WAIT']);
  assert.is(host.stack.sockCount, 0);
  assert.equal(host.flagsTo(1), ['SA', 'FA', 'A']);
});

test('R76: established: later data resets the connection, and it is gone within some ticks', () => {
  const host = new Host(5);
  host.connect(1);
  host.stack.closeListener();
  host.ack(1, { ack: host.issOf(1) + 2, length: 10 });
  assert.equal(host.flagsTo(1), ['SA', 'FA', 'R']);
  assert.is(host.count('TcpEstabResets'), 1);
  host.pass(3);
  assert.is(host.stack.sockCount, 0);
});

test('R76: CLOSE_WAIT: the ACK of its FIN in LAST_ACK ends it', () => {
  const host = new Host(5);
  host.connect(1);
  host.ack(1, {}, 'FA');
  host.stack.closeListener();
  assert.is(host.stack.view(FIRST_CHILD).state, 'LAST_ACK');
  host.ack(1, { seq: isnOf(1) + 2, ack: host.issOf(1) + 2 });
  host.pass(3);
  assert.is(host.stack.sockCount, 0);
});

test('R76: a dead child whose SYN-ACK was still being sent sends nothing more', () => {
  const host = new Host(5);
  host.syn(1, 2);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.pass(10);
  host.stack.closeListener();
  host.takeSent();
  host.pass(2000);
  assert.equal(host.flagsTo(1), []);
  assert.ok(host.flagsTo(2).length > 0);
});

test('R77: without children the old listener alone keeps the port, for some ticks, with SO_REUSEADDR or not', () => {
  const host = new Host(5);
  host.stack.closeListener();
  for (const reuse of [true, false]) assert.is(host.stack.bindAgain(reuse), -Errno.EADDRINUSE);
  host.pass(0.03);
  for (const reuse of [true, false]) assert.is(host.stack.bindAgain(reuse), 0);
});

test('R77: connections that were accepted keep the port just as orphans do', () => {
  const host = new Host(5);
  host.connect(1);
  const descriptor = Number(host.accept());
  host.stack.closeListener();
  host.pass(5000);
  assert.equal([host.stack.bindAgain(false), host.stack.bindAgain(true)], [-Errno.EADDRINUSE, 0]);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.stack.close(descriptor);
  host.pass(3);
  assert.is(host.stack.bindAgain(false), 0);
});

test('R77: an orphaned half-open child keeps it until its SYN-ACKs and 60 s of TIME_WAIT are over', () => {
  const host = new Host(5);
  host.syn(1);
  host.stack.closeListener();
  host.pass(1389.16 + 60);
  assert.is(host.stack.bindAgain(false), -Errno.EADDRINUSE);
  host.pass(3);
  assert.is(host.stack.bindAgain(false), 0);
});

test('R78: the close of one of three sharing processes wakes nobody and closes nothing', () => {
  const host = new Host(5);
  host.stack.file.references = 3;
  host.syn(1);
  host.accept(2, false);
  assert.equal([host.stack.closeListener(), host.stack.closeListener()], [0, 0]);
  assert.equal([host.woken, host.queue, host.flagsTo(1)], [[], ['1 SYN_RECV'], ['SA']]);
  assert.is(host.stack.closeListener(), 0);
  assert.equal([host.woken, host.flagsTo(1)], [[2], ['SA', 'FA']]);
});
test.run();
