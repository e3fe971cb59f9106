import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, isnOf } from './host.ts';

const EAGAIN = -11;

const test = suite('linux 1.2: data and FIN for a child');

test('R55: a FIN with an old ACK is acted on, and does not complete the handshake', () => {
  const host = new Host(5);
  host.syn(1);
  host.ack(1, { ack: host.issOf(1) - 100 }, 'FA');
  assert.equal(host.queue, ['1 CLOSE_WAIT']);
  assert.is(host.count('TcpCurrEstab'), 0);
});

test('R56: blind data makes no child that accept() returns; the FIN behind it does, and the data can be read', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, '', { seq: isnOf(1) + 1, length: 10 });
  assert.is(host.accept(), 'EAGAIN');
  host.send(1, 'F', { seq: isnOf(1) + 11 });
  const descriptor = Number(host.accept());
  assert.equal([host.stack.read(descriptor, 100), host.stack.read(descriptor, 100)], [10, 0]);
});

test('R58: a third ACK that was lost is made good by the first data', () => {
  const host = new Host(5);
  host.syn(1);
  host.pass(1);
  host.ack(1, { length: 10 });
  host.pass(100);
  assert.equal(host.flagsTo(1), ['SA', 'A']);
  assert.is(host.stack.read(Number(host.accept()), 100), 10);
});

test('R66: the memory of the SYN is the child’s while it is queued, and room for its window after', () => {
  const windowAfter = (isAccepted: boolean): number | undefined => {
    const host = new Host(5);
    host.connect(1);
    if (isAccepted) host.accept();
    host.ack(1, { length: 1000 });
    return host.sent.at(-1)?.window;
  };
  assert.is(windowAfter(false), Math.floor((32_767 - 162 - 1162) / 2) - 2048);
  assert.is(windowAfter(true), Math.floor((32_767 - 1162) / 2) - 2048);
});

test('G4.4: a FIN from before the SYN is acted on, and acknowledges nothing new', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'F', { seq: isnOf(1) - 5 });
  assert.equal(host.queue, ['1 CLOSE_WAIT']);
  assert.equal(host.flagsTo(1), ['SA', 'RA', 'A']); // out of the window, and processed all the same (R52)
  assert.is(host.sent.at(-1)?.ack, isnOf(1) + 1);
});

test('G4.4: an old FIN of an ESTABLISHED child is out of the window: an ACK, and nothing else', () => {
  const host = new Host(5);
  host.connect(1);
  host.ack(1, { seq: isnOf(1) - 5 }, 'FA');
  assert.equal([host.queue, host.flagsTo(1)], [['1 ESTABLISHED'], ['SA', 'A']]);
});

test('G4.5: read() on an accepted child whose SYN-ACK is still sent moves the next one', () => {
  const timesWith = (reads: boolean): number[] => {
    const host = new Host(5);
    host.syn(1);
    host.send(1, '', { seq: isnOf(1) + 1, length: 10 });
    host.send(1, 'F', { seq: isnOf(1) + 11 });
    const descriptor = Number(host.accept());
    host.pass(2);
    if (reads) assert.is(host.stack.read(descriptor, 100), 10);
    host.pass(4);
    return host.sent.filter((s) => s.flags === 'SA').map((s) => s.atS);
  };
  assert.equal(timesWith(false), [0, 3.01]);
  assert.equal(timesWith(true), [0, 5.01]);
});

test('G4.5: a good ACK after accept() ends it', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'F', { seq: isnOf(1) + 1 });
  const descriptor = Number(host.accept());
  host.ack(1, { seq: isnOf(1) + 2 });
  host.pass(100);
  assert.is(host.flagsTo(1).filter((flags) => flags === 'SA').length, 1);
  assert.is(host.stack.read(descriptor, 1), 0);
});

test('G4.8: an ACK above ISS + 1 takes its data with it: nothing to read', () => {
  const host = new Host(5);
  host.connect(1);
  host.takeSent();
  host.ack(1, { ack: host.issOf(1) + 2, length: 10 });
  assert.equal(host.sent, []);
  assert.is(host.stack.read(Number(host.accept()), 100), EAGAIN);
});
test.run();
