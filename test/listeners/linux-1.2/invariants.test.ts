import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Kernel } from '../../../src/listeners/linux-1.2/kernel.ts';
import type { ListenSocket } from '../../../src/listeners/linux-1.2/listen-socket.ts';
import { Host, isnOf } from './host.ts';
import { counts } from '../../support/counts.ts';

/** What may happen to a host, as data: fast-check shrinks it. */
type Step =
  | {
      readonly do: 'segment';
      readonly peer: number;
      readonly flags: string;
      readonly seq: number;
      readonly ack: number;
      readonly length: number;
    }
  | { readonly do: 'accept'; readonly nonblock: boolean }
  | { readonly do: 'resume' | 'signal' | 'lock' | 'unlock' | 'select' | 'close' | 'close listener' }
  | { readonly do: 'listen'; readonly backlog: number }
  | { readonly do: 'pass'; readonly seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('segment' as const),
      peer: fc.nat(7),
      flags: fc.constantFrom('S', 'S', 'S', 'A', 'A', 'A', 'R', 'F', 'FA', 'SA', 'SF', 'SR', 'RA', ''),
      seq: fc.constantFrom(0, 1, 1, 1, 2, 11, 50_000),
      ack: fc.constantFrom(-1, 0, 1, 1, 1, 2),
      length: fc.constantFrom(0, 0, 0, 1, 10, 1460),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('accept' as const), nonblock: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('resume', 'signal', 'lock', 'unlock', 'select', 'close' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('close listener' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('listen' as const), backlog: fc.integer({ min: -1, max: 7 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(0.01, 1, 3.02, 60, 1400) }),
  },
);

/** The host with the one process of its application, which is in at most one call. */
class Driver {
  readonly host: Host;
  private readonly boundMax: number;
  private isClosed = false;
  private isAsleep = false;
  private isLocked = false;
  private selects = false;
  private readonly descriptors: number[] = [];
  private synCount = 0;

  constructor(version: string) {
    this.host = new Host(5, { version });
    this.boundMax = version === '1.2.13' ? 128 : 255;
  }

  take(step: Step): void {
    const { host } = this;
    const { stack } = host;
    const before = stack.listening.ackBacklog;
    switch (step.do) {
      case 'segment':
        if (step.flags.includes('S') && !step.flags.includes('A')) this.synCount++;
        host.send(step.peer, step.flags, {
          seq: isnOf(step.peer) + step.seq,
          ack: this.ackOf(step.peer, step.ack),
          length: step.length,
        });
        break;
      case 'accept':
        if (!this.isAsleep) this.returned(stack.accept(0, step.nonblock), false);
        break;
      case 'select':
        if (!this.isAsleep) this.returned(stack.select(0, 5e9), true);
        break;
      case 'resume':
        if (this.isAsleep && host.woken.length > 0) {
          host.woken.length = 0;
          this.isAsleep = false;
          this.returned(stack.resume(0), this.selects);
        }
        break;
      case 'signal':
        stack.signal(0);
        break;
      case 'lock':
        stack.lock();
        this.isLocked = true;
        break;
      case 'unlock':
        if (this.isLocked) stack.unlock();
        this.isLocked = false;
        break;
      case 'close':
        if (this.descriptors.length > 0) stack.close(this.descriptors.pop() ?? 0);
        break;
      case 'close listener':
        stack.closeListener();
        this.isClosed = true;
        break;
      case 'listen':
        stack.listen(step.backlog);
        break;
      case 'pass':
        host.pass(step.seconds);
        break;
    }
    this.check(before, step.do);
  }

  /** Accepting returns a child that was eligible, never one in SYN_RECV. */
  private returned(result: number, selects: boolean): void {
    this.isAsleep = result < -1000;
    this.selects = selects;
    if (result < 0 || selects) return;
    if (this.host.stack.listening.ackBacklog < 0) throw new RangeError('a slot was freed twice');
    this.descriptors.push(result);
    assert.is.not(this.host.stack.view(result).state, 'SYN_RECV');
  }

  private ackOf(peer: number, offset: number): number {
    return this.host.hasAnswered(peer) ? (this.host.issOf(peer) + offset) >>> 0 : 1;
  }

  private check(before: number, did: Step['do']): void {
    const { stack } = this.host;
    stack.checkInvariants();
    const { ackBacklog } = stack.listening;
    // R75: the queue is empty, and ack_backlog what it was.
    if (this.isClosed) assert.equal([stack.queue().length, ackBacklog], [0, before]);
    else assert.is(ackBacklog, stack.queue().length, 'INV1');
    assert.ok(ackBacklog >= 0 && ackBacklog <= this.boundMax, 'INV2');
    const freed = did === 'accept' || did === 'resume';
    if (ackBacklog < before) assert.ok(freed, `a slot was freed by ${did}`);
    const fates = stack.ledger.of(0);
    const recorded = fates.values.reduce((sum, value) => sum + value, 0);
    assert.is(recorded, this.synCount, 'every SYN has one fate');
    const admitted = fates.valueOf(0);
    assert.is(this.host.count('synacks_sent'), admitted, 'first SYN-ACKs are the admitted SYNs');
    assert.is(this.host.segments.count, stack.backLogLength, 'a segment was lost or leaked');
  }
}

/** The state behind the door, which only a test of the invariants disturbs. */
function kernelOf(host: Host): Kernel {
  return (host.stack as unknown as { readonly kernel: Kernel }).kernel;
}
function listenerOf(host: Host): ListenSocket {
  return kernelOf(host).listeners[0]!;
}

const test = suite('linux 1.2: invariants');

test('INV1-INV3, slots and conservation hold after every step of random walks', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('1.2.13', '1.2.10'),
      fc.array(step, { minLength: 1, maxLength: 150 }),
      (version, steps) => {
        const driver = new Driver(version);
        for (const one of steps) driver.take(one);
      },
    ),
    { seed: 12, numRuns: counts.listenerWalks },
  );
});

test('INV2: the bound is that of the version, and what a larger one let in may stay', () => {
  for (const [version, bound] of [
    ['1.2.13', 128],
    ['1.2.10', 255],
  ] as const) {
    const host = new Host(-1, { version });
    host.stack.listen(-1);
    for (let peer = 0; peer < 300; peer++) host.syn(peer);
    assert.is(host.slots, `${bound}/${bound}`);
    host.stack.listen(2);
    assert.is(host.slots, `${bound}/2`);
    host.stack.checkInvariants();
    // One more than any listen() of the version allows is told.
    const { receiveQueue } = listenerOf(host);
    const [extra] = [receiveQueue.at(0)];
    if (bound < 255) {
      receiveQueue.tryPush(extra);
      listenerOf(host).ackBacklog++;
      assert.throws(() => host.stack.checkInvariants(), /INV2/);
    }
  }
});

test('INV3: memory that is charged to the wrong socket is told', () => {
  const host = new Host(5);
  host.connect(1);
  host.ack(1, { length: 100 });
  host.stack.checkInvariants();
  const { socks } = kernelOf(host);
  socks.rmemAlloc[0]!++;
  assert.throws(() => host.stack.checkInvariants(), /INV3/);
  socks.rmemAlloc[0]!--;
  socks.synMem[0] = 0;
  assert.throws(() => host.stack.checkInvariants(), /INV3/);
});

test('INV3: the listener is charged nothing between segments: a small buffer takes SYN after SYN', () => {
  const host = new Host(128);
  host.stack.options.rcvbuf = 200;
  for (let peer = 0; peer < 128; peer++) host.syn(peer);
  assert.is(host.slots, '128/128');
});

test('every half-open child that nobody answers is in CLOSE exactly 1389.16 s after its SYN', () => {
  const host = new Host(128);
  for (let peer = 0; peer < 100; peer++) {
    host.syn(peer);
    host.pass(0.07);
  }
  host.pass(1400);
  for (let peer = 0; peer < 100; peer++) {
    const times = host.sent.filter((s) => s.peer === peer).map((s) => s.atS);
    assert.is(Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) * 100), 138_916);
  }
});
test.run();
