import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Classic } from '../../../src/listeners/classic/classic.ts';
import { SYN_QUEUE } from '../../../src/listeners/listener.ts';
import type { ClassicSpec } from '../../../src/listeners/specs.ts';
import { counts } from '../../support/counts.ts';
import { isnOf, ListenerBench, PORT } from '../../support/listener-bench.ts';

const EAGAIN = -11;
const EPIPE = -32;
const ECONNRESET = -104;
const HOLD_S = 63;

function classic(slots: number, backlog: number, spec: Partial<ClassicSpec> = {}): ListenerBench<Classic> {
  const full: ClassicSpec = {
    kind: 'classic',
    slots,
    hold: { kind: 'constant', meanNs: HOLD_S * 1e9 },
    policy: 'tail-drop',
    ...spec,
  };
  return new ListenerBench((env) => new Classic(full, env), backlog, PORT);
}

const test = suite('classic');

test('a SYN takes a half-open slot and is answered; without a slot it is dropped without a word', () => {
  const host = classic(2, 5);
  host.syn(1, 2, 3);
  assert.equal([host.flagsTo(1), host.flagsTo(2), host.flagsTo(3)], [['SA'], ['SA'], []]);
  assert.is(host.count('refused_slots_full'), 1);
});

test('a slot that nobody answers is free at the end of its hold, for a SYN of that instant already', () => {
  const host = classic(1, 5);
  host.syn(1);
  host.pass(HOLD_S - 1e-9);
  host.syn(2);
  assert.is(host.count('refused_slots_full'), 1);
  host.pass(1e-9);
  assert.is(host.count('expired'), 1);
  host.syn(3);
  assert.equal(host.flagsTo(3), ['SA']);
});

test('the third ACK frees the half-open slot and takes a place in the accept queue', () => {
  const host = classic(1, 5);
  host.connect(1, 2, 3);
  assert.is(host.count('admitted'), 3);
  assert.equal(host.acceptAll(), [1, 2, 3]);
  host.pass(2 * HOLD_S);
  assert.is(host.count('expired'), 0);
});

test('the hold of a connection ends with its third ACK: what was accepted outlives it', () => {
  const host = classic(5, 5);
  host.connect(1, 2);
  const descriptor = Number(host.accept());
  host.pass(2 * HOLD_S);
  assert.is(host.stack.write(descriptor, 1), 1);
  assert.equal(host.acceptAll(), [2]);
});

test('accept() goes by the order of the third ACKs', () => {
  const host = classic(5, 5);
  host.syn(1, 2, 3);
  host.ack(3);
  host.ack(1);
  assert.equal(host.acceptAll(), [3, 1]);
});

test('a full accept queue drops SYNs, and keeps those half-open whose third ACK it cannot take', () => {
  const host = classic(10, 1);
  host.syn(1, 2);
  host.ack(1);
  host.ack(2);
  assert.is(host.count('accept_overflows'), 1);
  host.syn(3);
  assert.is(host.count('refused_accept_queue_full'), 1);
  assert.equal(host.acceptAll(), [1]);
  host.ack(2); // the peer's next segment
  assert.equal(host.acceptAll(), [2]);
});

test('a SYN again is answered again while half-open, and takes nothing', () => {
  const host = classic(5, 5);
  host.syn(1, 1);
  assert.equal(host.flagsTo(1), ['SA', 'SA']);
  assert.is(host.count('admitted'), 1);
  assert.is(host.stack.ledger.of(0).valueOf(2), 1);
});

test('an ACK that acknowledges something else is answered by RST, one without a connection too', () => {
  const host = classic(5, 5);
  host.syn(1);
  host.ack(1, { ack: host.issOf(1) + 2 });
  host.send(2, 'A', { ack: 5 });
  assert.equal(host.flagsTo(1), ['SA', 'R']);
  assert.equal(host.flagsTo(2), ['R']);
});

test('another port is closed; a SYN with RST is no request', () => {
  const host = classic(5, 5);
  host.send(1, 'S', { port: 81 });
  assert.equal(host.flagsTo(1), ['RA']);
  host.send(2, 'SR');
  assert.equal(host.flagsTo(2), []);
});

test('a RST frees a half-open slot, takes a queued connection out, and is read on an accepted one', () => {
  const host = classic(5, 5);
  host.syn(1);
  host.connect(2, 3);
  const descriptor = Number(host.accept());
  for (const peer of [1, 2, 3]) host.send(peer, 'R', { seq: isnOf(peer) + 1 });
  assert.is(host.accept(), 'EAGAIN');
  assert.is(host.stack.read(descriptor, 1), ECONNRESET);
  assert.is(host.stack.write(descriptor, 1), EPIPE);
  assert.ok(host.stack.isDead(descriptor));
  assert.is(host.stack.close(descriptor), 0);
  host.stack.checkInvariants();
});

test('data is acknowledged and read; close() sends a FIN, and the connection is forgotten', () => {
  const host = classic(5, 5);
  host.connect(1);
  host.ack(1, { length: 10 });
  const descriptor = Number(host.accept());
  assert.equal(
    [4, 100, 100].map((bytesMax) => host.stack.read(descriptor, bytesMax)),
    [4, 6, EAGAIN],
  );
  host.stack.write(descriptor, 100);
  host.stack.close(descriptor);
  assert.equal(host.flagsTo(1), ['SA', 'A', 'A', 'FA']);
  host.ack(1, { seq: isnOf(1) + 11, ack: host.issOf(1) + 102 }, 'FA');
  host.takeSent();
  host.ack(1);
  assert.equal(host.flagsTo(1), ['R']); // gone
});

test('a FIN is no byte: read() gives what came before it, then the end', () => {
  const host = classic(5, 5);
  host.connect(1, 2);
  host.ack(1, { length: 10 }, 'FA');
  host.ack(2, {}, 'FA');
  const [full, bare] = [Number(host.accept()), Number(host.accept())];
  assert.equal(
    [0, 1, 2].map(() => host.stack.read(full, 100)),
    [10, 0, 0],
  );
  assert.is(host.stack.read(bare, 100), 0);
  assert.equal(
    host.sent.filter((s) => s.flags === 'A').map((s) => s.ack),
    [isnOf(1) + 12, isnOf(2) + 2],
  );
});

test('what is not next in sequence is acknowledged as it stands, and not taken', () => {
  const host = classic(5, 5);
  host.connect(1);
  const descriptor = Number(host.accept());
  host.takeSent();
  host.ack(1, { seq: isnOf(1) + 11, length: 10 }); // a hole before it
  host.ack(1, { length: 10 });
  host.ack(1, { length: 10 }); // again
  assert.equal(
    host.takeSent().map((s) => s.ack - isnOf(1)),
    [1, 11, 11],
  );
  assert.equal(
    [0, 1].map(() => host.stack.read(descriptor, 100)),
    [10, EAGAIN],
  );
});

test('one blocked acceptor is woken for one connection, the longest sleeper first; every selector is', () => {
  const host = classic(5, 5);
  for (const process of [0, 1]) host.accept(process, false);
  host.stack.select(2, Infinity);
  host.stack.select(3, 5e9);
  host.connect(1);
  assert.equal(host.woken, [0, 2, 3]);
  assert.ok(Number(host.resume(0)) >= 0);
  assert.is(host.resume(2), 'blocked');
  assert.is(host.count('wakeups_in_vain'), 1);
});

test('select() times out; a signal interrupts', () => {
  const host = classic(5, 5);
  host.stack.select(0, 1e9);
  host.accept(1, false);
  host.pass(1);
  assert.equal(host.woken, [0]);
  assert.is(host.resume(0), 0);
  host.stack.signal(1);
  assert.is(host.resume(1), 'EINTR');
});

test('closing the listener resets what is queued, and refuses what comes', () => {
  const host = classic(5, 5);
  host.connect(1);
  host.stack.closeListener();
  host.syn(2);
  assert.equal([host.flagsTo(1), host.flagsTo(2)], [['SA', 'RA'], ['RA']]);
});

test('closing the listener forgets what is half-open, and wakes whoever sleeps on it: EINVAL', () => {
  const host = classic(5, 5);
  const descriptorOf = (peer: number): number => (host.connect(peer), Number(host.accept()));
  const descriptor = descriptorOf(1);
  host.syn(2, 3);
  host.accept(0, false);
  host.accept(1, false);
  host.stack.select(2, Infinity);
  assert.is(host.stack.closeListener(), 0);
  assert.equal(host.woken, [0, 1, 2]);
  assert.equal(
    [0, 1, 2].map((process) => host.resume(process)),
    ['EINVAL', 'EINVAL', 'EINVAL'],
  );
  assert.is(host.stack.gauges.levelOf(SYN_QUEUE), 0);
  host.stack.checkInvariants();
  host.ack(2);
  assert.equal(host.flagsTo(2), ['SA', 'R']);
  host.pass(2 * HOLD_S);
  assert.is(host.count('expired'), 0);
  assert.is(host.stack.write(descriptor, 1), 1); // what was accepted goes on
});

test('exponential holds have their mean', () => {
  const host = classic(100_000, 5, { hold: { kind: 'exponential', meanNs: 1e9 } });
  for (let peer = 0; peer < 100_000; peer++) host.syn(peer);
  host.pass(1);
  const alive = 100_000 - host.count('expired');
  assert.ok(Math.abs(alive - 100_000 / Math.E) < 5 * Math.sqrt(100_000 * 0.233), `${alive} alive`);
});

test('invariants and conservation hold after every step of random walks', () => {
  const step = fc.record({
    peer: fc.nat(6),
    flags: fc.constantFrom('S', 'S', 'A', 'A', 'R', 'FA', 'SR', 'accept', 'close', 'close listener', 'pass'),
    ack: fc.constantFrom(0, 1, 1, 1, 2),
    length: fc.constantFrom(0, 0, 5),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const host = classic(3, 2);
      const descriptors: number[] = [];
      let syns = 0;
      for (const { peer, flags, ack, length } of steps) {
        if (flags === 'accept') {
          const descriptor = host.stack.accept(0, true);
          if (descriptor < 0) continue;
          descriptors.push(descriptor);
        } else if (flags === 'close') host.stack.close(descriptors.pop() ?? -1);
        else if (flags === 'close listener') host.stack.closeListener();
        else if (flags === 'pass') host.pass(20);
        else {
          if (flags.startsWith('S')) syns++;
          const fields =
            flags === 'S' ? {} : { seq: isnOf(peer) + 1, ack: host.hasAnswered(peer) ? host.issOf(peer) + ack : 1 };
          host.send(peer, flags, { ...fields, length });
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
