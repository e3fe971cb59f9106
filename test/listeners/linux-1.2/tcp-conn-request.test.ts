import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Errno } from '../../../src/network/socket-api.ts';
import { Host, isnOf, PORT } from './host.ts';

const test = suite('linux 1.2: tcp_conn_request');

test('R29: a SYN wakes every acceptor before the queue is looked at, a dropped one too', () => {
  const host = new Host(5);
  for (let peer = 0; peer < 6; peer++) {
    host.accept(0, false);
    host.syn(peer);
    assert.is(host.woken.length, peer + 1);
    assert.is(host.resume(), 'blocked');
  }
  assert.is(host.slots, '5/5');
  assert.is(host.count('TcpAttemptFails'), 1);
});

test('R30: a dead listener would answer with RST; from outside its port is just closed', () => {
  const host = new Host(5);
  host.stack.closeListener();
  host.syn(1);
  assert.equal(host.flagsTo(1), ['RA']);
  assert.is(host.count('TcpAttemptFails'), 0);
});

test('R31: with ack_backlog at max_ack_backlog a SYN is dropped without a word', () => {
  const host = new Host(3);
  host.syn(0, 1, 2, 3, 4);
  assert.is(host.slots, '3/3');
  assert.is(host.count('TcpAttemptFails'), 2);
  assert.equal([...host.flagsTo(3), ...host.flagsTo(4)], []);
});

test('R32: without memory for the child the SYN is dropped, and the listener has no error', () => {
  const host = new Host(5);
  host.stack.faults.noSock = true;
  host.syn(1);
  assert.equal([host.slots, host.sent.length, host.count('TcpAttemptFails')], ['0/5', 0, 1]);
  assert.is(host.stack.listening.err, 0);
  assert.is(host.stack.sockCount, 0);
});

test('R33: a child starts in SYN_RECV with its own numbers, and inherits the receive buffer of its SYN', () => {
  const host = new Host(5);
  host.stack.options.rcvbuf = 20_000;
  host.syn(1);
  host.stack.options.rcvbuf = 32_767;
  host.syn(2);
  assert.equal(host.queue, ['1 SYN_RECV', '2 SYN_RECV']);
  assert.equal(
    host.sent.map((s) => s.window),
    [20_000 / 2 - 2048, 14_335],
  );
});

test('R34, R35: without memory for the SYN-ACK the child is in the hash already, and leaves it within two ticks', () => {
  const host = new Host(5);
  host.stack.faults.noSynAckBuffer = true;
  host.syn(1);
  assert.is(host.stack.sockCount, 1);
  assert.is(host.stack.listening.err, Errno.ENOMEM);
  assert.equal([host.slots, host.sent.length, host.count('TcpAttemptFails')], ['0/5', 0, 1]);
  host.pass(0.02);
  assert.is(host.stack.sockCount, 0);
});

test('R34: while it is there, a SYN walks past that child', () => {
  const host = new Host(5);
  host.stack.faults.noSynAckBuffer = true;
  host.syn(1);
  host.stack.faults.noSynAckBuffer = false;
  const before = host.count('lookup_visits');
  host.syn(2);
  assert.is(host.count('lookup_visits') - before, 2); // the child, then the listener
});

test('R36: without a route the error is negative, nothing is sent, no slot is taken', () => {
  const host = new Host(5);
  host.stack.faults.noRoute = true;
  host.syn(1);
  assert.is(host.stack.listening.err, -Errno.ENETUNREACH);
  assert.equal([host.slots, host.sent.length, host.count('TcpAttemptFails')], ['0/5', 0, 1]);
  host.pass(0.02);
  assert.is(host.stack.sockCount, 0);
  assert.is(host.accept(), 'EAGAIN');
});

test('R37: an admitted SYN is answered: ISS, ISN + 1, window 14335; it takes a slot', () => {
  const host = new Host(5, { clockUs: 77 });
  host.syn(1);
  assert.equal(host.sent, [{ atS: 0, peer: 1, flags: 'SA', seq: 77, ack: isnOf(1) + 1, window: 14_335, length: 0 }]);
  assert.is(host.slots, '1/5');
  assert.is(host.count('TcpOutSegs'), 1);
});

test('R38: no passive opens, no RetransSegs; retransmissions and FINs are not in TcpOutSegs', () => {
  const host = new Host(5);
  host.connect(1);
  host.syn(2);
  assert.is(host.count('TcpCurrEstab'), 1); // at the third ACK, not at accept()
  host.pass(1400);
  host.stack.close(Number(host.accept()));
  assert.is(host.count('retransmits'), 16);
  assert.is(host.count('TcpOutSegs'), 2);
  assert.is(host.count('TcpPassiveOpens'), 0);
  assert.is(host.count('TcpRetransSegs'), 0);
  assert.is(host.count('TcpAttemptFails'), 0);
});

test('R38: a RST in SYN_RECV is no failed attempt', () => {
  const host = new Host(5);
  host.syn(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.is(host.count('TcpAttemptFails'), 0);
});

test('R39: the SYN-ACK is acknowledged by ISS already', () => {
  const host = new Host(5);
  host.syn(1);
  host.ack(1, { ack: host.issOf(1) });
  host.pass(4);
  assert.equal(host.flagsTo(1), ['SA']); // nothing is left to retransmit
});

test('G4.1: SYN|FIN is answered with SYN|ACK|FIN, and so are its retransmissions', () => {
  const host = new Host(5);
  host.send(1, 'SF');
  host.pass(10);
  assert.equal(host.flagsTo(1), ['SFA', 'SFA', 'SFA']);
});

test('the port of another listener has its own queue', () => {
  const host = new Host(1);
  host.syn(1);
  host.send(2, 'S', { port: 22 });
  assert.equal(host.flagsTo(2), ['SA']);
  assert.is(host.slots, '1/1');
  host.send(3, 'S', { port: PORT });
  assert.is(host.count('TcpAttemptFails'), 1);
});
test.run();
