import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCEPT_QUEUE } from '../../../src/listeners/listener.ts';
import { counts } from '../../support/counts.ts';
import { Host, isnOf, ONE_BUCKET } from './host.ts';

const ECONNRESET = -104;
const EPIPE = -32;
const EAGAIN = -11;

/** Connections that a queue takes. */
function capacity(backlog: number, name = 'freebsd-14', sysctl: Record<string, number> = {}): number {
  const host = new Host(name, sysctl);
  host.stack.listen(backlog);
  for (let peer = 0; host.count('listen_queue_overflows') === 0; peer++) host.connect(peer);
  return host.stack.gauges.levelOf(ACCEPT_QUEUE);
}

const test = suite('FreeBSD: accept queue and connections');

test('C4.2: the queue takes half more than the backlog, and one', () => {
  assert.equal(
    [0, 1, 2, 50, 100, 127, 128].map((backlog) => capacity(backlog)),
    [1, 2, 4, 76, 151, 191, 193],
  );
});

test('C4.2: the backlog is cut to soacceptqueue, and a negative one becomes it', () => {
  assert.equal(
    [129, 10_000, -1].map((backlog) => capacity(backlog)),
    [193, 193, 193],
  );
  assert.is(capacity(511, 'freebsd-14', { 'kern.ipc.soacceptqueue': 1024 }), 767);
  assert.is(capacity(511, 'freebsd-9', { 'kern.ipc.somaxconn': 256 }), 385);
});

test('C4.3, H10: who finds the queue full is reset after its handshake, and the entry is gone', () => {
  const host = new Host('freebsd-14', {}, 0);
  host.connect(1, 2);
  assert.equal([host.flagsTo(1), host.flagsTo(2)], [['SA'], ['SA', 'R']]);
  assert.equal([host.count('listen_queue_overflows'), host.count('syncache_aborted'), host.halfOpen], [1, 1, 0]);
  assert.equal(host.losses, { listen_queue_overflow: 1, no_entry: 0 });
  assert.is(host.stack.lossSettingOf(0), 'server.listen.backlog');
  assert.is(host.count('syncache_completed'), 1);
});

test('C4.3: without rst_on_sock_fail the ACK is dropped', () => {
  const host = new Host('freebsd-14', { 'net.inet.tcp.syncache.rst_on_sock_fail': 0 }, 0);
  host.connect(1, 2);
  assert.equal(host.flagsTo(2), ['SA']);
  assert.is(host.halfOpen, 0);
});

test('what bounds the queue is named: the backlog, the sysctl, or both', () => {
  const settingOf = (backlog: number): string | null => new Host('freebsd-14', {}, backlog).stack.lossSettingOf(0);
  const sysctl = 'server.sysctl.kern.ipc.soacceptqueue';
  assert.equal([5, 128, 511].map(settingOf), ['server.listen.backlog', `server.listen.backlog, ${sysctl}`, sysctl]);
});

test('C1.3: a full queue refuses no SYN', () => {
  const host = new Host('freebsd-14', {}, 0);
  host.connect(1);
  host.fill(10, 100);
  assert.is(host.count('syncache_entries_added'), 101);
});

test('data that ends the handshake is taken', () => {
  const host = new Host();
  host.syn(1);
  host.ack(1, { length: 5 });
  assert.equal(host.flagsTo(1), ['SA', 'A']);
  const descriptor = Number(host.accept());
  assert.equal(
    [10, 10].map((bytes) => host.stack.read(descriptor, bytes)),
    [5, EAGAIN],
  );
});

test('B7.2: a child that is reset keeps its place until accept(), which fails', () => {
  const host = new Host('freebsd-14', {}, 0);
  host.connect(1);
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  host.connect(2);
  assert.is(host.count('listen_queue_overflows'), 1);
  assert.is(host.accept(), 'ECONNABORTED');
  host.connect(1);
  assert.ok(Number(host.accept()) >= 0);
});

test('an accepted connection that is reset is dead to its owner', () => {
  const host = new Host();
  host.connect(1);
  const descriptor = Number(host.accept());
  host.send(1, 'R', { seq: isnOf(1) + 1 });
  assert.ok(host.stack.isDead(descriptor));
  assert.equal([host.stack.read(descriptor, 1), host.stack.write(descriptor, 1)], [ECONNRESET, EPIPE]);
  assert.is(host.stack.close(descriptor), 0);
});

test('close() sends a FIN and forgets the connection at the other one, or after FIN_WAIT_2', () => {
  const host = new Host();
  host.connect(1, 2, 3);
  const close = (): number => host.stack.close(Number(host.accept()));
  close();
  host.ack(1, { ack: host.issOf(1) + 2 }, 'FA');
  host.ack(2, {}, 'FA');
  close();
  close();
  host.takeSent();
  host.ack(1);
  host.ack(2);
  host.ack(3);
  assert.equal([host.flagsTo(1), host.flagsTo(2), host.flagsTo(3)], [['R'], ['R'], []]);
  host.pass(61);
  host.ack(3);
  assert.equal(host.flagsTo(3), ['R']);
});

test('a SYN of a connection draws an ACK', () => {
  const host = new Host();
  host.connect(1);
  host.syn(1);
  assert.equal(host.flagsTo(1), ['SA', 'A']);
});

test('closing the listener resets its queue; what is half-open meets a closed port', () => {
  const host = new Host();
  host.accept(7, false);
  host.accept(8, false);
  host.connect(1);
  host.syn(2);
  assert.is(host.stack.closeListener(), 0);
  host.ack(2);
  assert.equal(
    [host.flagsTo(1), host.flagsTo(2)],
    [
      ['SA', 'RA'],
      ['SA', 'R'],
    ],
  );
  assert.is(host.resume(8), 'EINVAL');
  host.pass(30);
  host.stack.checkInvariants();
});

test('one acceptor is woken for one connection, the longest sleeper first; every selector is', () => {
  const host = new Host();
  for (const process of [0, 1]) host.accept(process, false);
  host.stack.select(2, Infinity);
  host.connect(1);
  assert.equal(host.woken, [0, 2]);
  assert.ok(Number(host.resume(0)) >= 0);
  assert.is(host.resume(2), 'blocked');
  assert.is(host.count('wakeups_in_vain'), 1);
});

test('invariants and conservation hold after every step of random walks', () => {
  const step = fc.record({
    peer: fc.nat(8),
    flags: fc.constantFrom('S', 'S', 'S', 'A', 'A', 'R', 'FA', 'SR', 'SA', 'accept', 'close', 'close listener', 'pass'),
    ack: fc.constantFrom(0, 1, 1, 1, 2),
    length: fc.constantFrom(0, 0, 5),
  });
  const name = fc.constantFrom('freebsd-9', 'freebsd-10', 'freebsd-14');
  const cookies = fc.constantFrom(0, 1);
  fc.assert(
    fc.property(name, cookies, fc.array(step, { maxLength: 120 }), (release, syncookies, steps) => {
      const sysctl = { ...ONE_BUCKET, 'net.inet.tcp.syncookies': syncookies, 'net.inet.tcp.syncache.cachelimit': 3 };
      const host = new Host(release, sysctl, 2);
      const descriptors: number[] = [];
      let syns = 0;
      for (const { peer, flags, ack, length } of steps) {
        if (flags === 'accept') {
          const descriptor = host.stack.accept(0, true);
          if (descriptor >= 0) descriptors.push(descriptor);
        } else if (flags === 'close') host.stack.close(descriptors.pop() ?? -1);
        else if (flags === 'close listener') host.stack.closeListener();
        else if (flags === 'pass') host.pass(7);
        else {
          if (flags === 'S' || flags === 'SR') syns++;
          const next = host.hasAnswered(peer) ? host.issOf(peer) + ack : 1;
          host.send(peer, flags, { ...(flags === 'S' ? {} : { seq: isnOf(peer) + 1, ack: next }), length });
        }
        host.stack.checkInvariants();
        assert.is(
          host.stack.ledger.of(0).values.reduce((sum, value) => sum + value, 0),
          syns,
        );
        assert.is(host.segments.count, 0);
      }
    }),
    { seed: 4, numRuns: counts.listenerWalks },
  );
});
test.run();
