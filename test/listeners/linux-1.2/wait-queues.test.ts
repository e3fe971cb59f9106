import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OTHER_PORT, Host, isnOf } from './host.ts';

const EINTR = -4;
const READY = 1;
const TIMED_OUT = 0;

/** A handshake on the other listener of the host. */
function connectElsewhere(host: Host, peer: number): void {
  host.send(peer, 'S', { port: OTHER_PORT });
  host.ack(peer, { port: OTHER_PORT });
}

const test = suite('linux 1.2: signals, select() and its queue');

test('R63, R65: a signal without SA_RESTART ends a sleeping accept(), and is gone then', () => {
  const host = new Host(5);
  host.accept(0, false);
  host.stack.signal(0);
  assert.equal(host.woken, [0]);
  assert.is(host.resume(), 'EINTR');
  assert.is(host.accept(0, false), 'blocked');
});

test('R64: whatever a call returns, a signal that was pending is delivered with it', () => {
  const host = new Host(5);
  for (const call of [() => host.accept(0, true), () => host.stack.select(0, 0)]) {
    host.stack.signal(0);
    call();
    assert.is(host.accept(0, false), 'blocked');
    host.stack.signal(0);
    host.resume();
  }
  host.stack.signal(0);
  host.stack.deliverSignals(0);
  assert.is(host.accept(0, false), 'blocked');
});

test('R65: select() ends with EINTR even if the handler was installed with SA_RESTART', () => {
  const host = new Host(5);
  host.stack.select(0, Infinity);
  host.stack.signal(0, true);
  assert.is(host.stack.resume(0), EINTR);
});

test('R65: a signal is for one process: the others sleep on', () => {
  const host = new Host(5);
  for (const process of [0, 1]) host.accept(process, false);
  host.stack.select(2, Infinity);
  host.stack.signal(1);
  assert.equal(host.woken, [1]);
});

test('R65: an accept() that starts over looks at the descriptor again', () => {
  const host = new Host(5);
  host.accept(0, false);
  host.stack.closeListener();
  host.stack.signal(0, true);
  assert.is(host.resume(), 'EBADF');
});

test('R68: a clean connection costs a prompt acceptor two sleeps, and the one that goes on is one more', () => {
  const host = new Host(5);
  host.accept(0, false);
  for (let peer = 0; peer < 60; peer++) {
    host.syn(peer);
    assert.is(host.resume(), 'blocked');
    host.ack(peer);
    assert.type(host.resume(), 'number');
    assert.is(host.accept(0, false), 'blocked');
  }
  assert.is(host.count('accept_sleeps'), 121);
  assert.is(host.count('wakeups_in_vain'), 60);
});

test('R68: an acceptor is woken by a dropped SYN, by a time-out and by a FIN', () => {
  const host = new Host(1);
  host.syn(1);
  const wakesOf = (happens: () => void): number => {
    if (host.accept(0, false) !== 'blocked') throw new RangeError('the acceptor does not sleep');
    host.woken.length = 0;
    happens();
    return host.woken.length;
  };
  const dropped = wakesOf(() => host.syn(2));
  assert.is(host.resume(), 'blocked');
  host.woken.length = 0;
  host.pass(1389.16);
  const timedOut = host.woken.length;
  assert.is(host.resume(), 'ETIMEDOUT');
  host.syn(3);
  const fin = wakesOf(() => host.send(3, 'F', { seq: isnOf(3) + 1 }));
  assert.equal([dropped, timedOut, fin], [1, 1, 1]);
});

test('R72: a handshake wakes every select()ing process, on its own port and on any other', () => {
  const host = new Host(5);
  for (const process of [0, 1, 2]) host.stack.select(process, Infinity);
  connectElsewhere(host, 9);
  assert.equal(host.woken, [0, 1, 2]);
  for (const process of [0, 1, 2]) assert.is(host.resume(process), 'blocked');
  host.connect(1);
  assert.equal(host.woken, [0, 1, 2, 0, 1, 2]);
  for (const process of [0, 1, 2]) assert.is(host.stack.resume(process), READY);
  assert.is(host.count('select_wakeups'), 6);
  assert.is(host.count('select_wakeups_in_vain'), 3);
});

test('R72: select() changes nothing: what it saw may be gone when accept() comes', () => {
  const host = new Host(5);
  host.connect(1);
  for (const process of [0, 1]) assert.is(host.stack.select(process, 0), READY);
  assert.equal(host.queue, ['1 ESTABLISHED']);
  assert.type(host.accept(0), 'number');
  assert.is(host.accept(1), 'EAGAIN');
});

test('R72: a child that is ready beats a pending signal, and a signal beats the time-out', () => {
  const host = new Host(5);
  host.stack.signal(0);
  assert.is(host.stack.select(0, 0), EINTR);
  host.connect(1);
  host.stack.signal(0);
  assert.is(host.stack.select(0, 0), READY);
});

test('R72: the same holds for a sleeper: ready, then the signal, then the time-out', () => {
  const host = new Host(5);
  host.stack.select(0, 1e9);
  host.pass(1.01);
  host.stack.signal(0);
  assert.is(host.stack.resume(0), EINTR);
  host.stack.select(0, 1e9);
  host.connect(1);
  host.stack.signal(0);
  host.pass(1.01);
  assert.is(host.stack.resume(0), READY);
});

test('R72: a child that is ready at the time-out counts, dead ones too', () => {
  const host = new Host(5);
  host.syn(1);
  host.stack.select(0, 1e9);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.equal(host.woken, []);
  host.pass(1.01);
  assert.is(host.stack.resume(0), READY);
});

test('R72: a wake-up in vain does not move the time-out', () => {
  const host = new Host(5);
  host.stack.select(0, 10e9);
  host.pass(7);
  connectElsewhere(host, 9);
  assert.is(host.resume(), 'blocked');
  host.woken.length = 0;
  host.pass(3);
  assert.equal(host.woken, []);
  host.pass(0.01);
  assert.equal(host.woken, [0]);
  assert.is(host.stack.resume(0), TIMED_OUT);
});

test('R72: the time-out of a select() that has returned does not wake the next one', () => {
  const host = new Host(5);
  host.stack.select(0, 10e9);
  host.pass(2);
  host.stack.signal(0);
  assert.is(host.stack.resume(0), EINTR);
  host.stack.select(0, 10e9);
  host.woken.length = 0;
  host.pass(10);
  assert.equal(host.woken, []);
  host.pass(0.01);
  assert.equal(host.woken, [0]);
});

test('R72: without ticks the time-out is nominal', () => {
  const host = new Host(5, { tick: false });
  host.stack.select(0, 1e9);
  host.pass(1);
  assert.equal(host.woken, [0]);
  assert.is(host.stack.resume(0), TIMED_OUT);
});

test('R73: a queue of corpses is seen again when select() times out or is interrupted', () => {
  for (const ends of ['time-out', 'signal'] as const) {
    const host = new Host(2);
    host.syn(1, 2);
    host.stack.select(0, ends === 'time-out' ? 5000e9 : Infinity);
    host.pass(4999);
    assert.equal(host.woken, []);
    if (ends === 'signal') host.stack.signal(0);
    else host.pass(1.01);
    assert.is(host.stack.resume(0), READY, ends);
    assert.equal(host.acceptAll(), [1, 2]);
  }
});
test.run();
