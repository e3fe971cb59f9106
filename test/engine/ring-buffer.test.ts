import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RingBuffer, type RingKind } from '../../src/engine/ring-buffer.ts';

const test = suite('RingBuffer');

/** One operation, as data: the ring must do what an array does. */
type Operation = {
  readonly do: 'push' | 'shift' | 'remove' | 'insert' | 'clear';
  readonly at: number;
  readonly value: number;
};

const operation: fc.Arbitrary<Operation> = fc.record({
  do: fc.constantFrom('push', 'push', 'push', 'shift', 'shift', 'remove', 'insert', 'clear'),
  at: fc.nat(100),
  value: fc.nat(2 ** 31 - 1),
});

function follow(ring: RingBuffer, model: number[], capacityMax: number, { do: what, at, value }: Operation): void {
  switch (what) {
    case 'push':
      assert.is(ring.tryPush(value), model.length < capacityMax);
      if (model.length < capacityMax) model.push(value);
      break;
    case 'shift':
      if (model.length > 0) assert.is(ring.shift(), model.shift());
      else assert.throws(() => ring.shift(), /empty ring/);
      break;
    case 'remove':
      if (at < model.length) assert.is(ring.removeAt(at), model.splice(at, 1)[0]);
      else assert.throws(() => ring.removeAt(at), /not in the ring/);
      break;
    case 'insert':
      if (at > model.length) {
        assert.throws(() => ring.tryInsertAt(at, value), /outside/);
        break;
      }
      assert.is(ring.tryInsertAt(at, value), model.length < capacityMax);
      if (model.length < capacityMax) model.splice(at, 0, value);
      break;
    case 'clear':
      if (value % 20 > 0) return; // rarely
      ring.clear();
      model.length = 0;
      break;
  }
}

for (const kind of ['u32', 'i32', 'f64'] as RingKind[]) {
  for (const [capacity, capacityMax] of [
    [5, 5],
    [16, 16],
    [1, 50],
  ] as const) {
    test(`${kind}, ${capacity} to ${capacityMax}: does what an array does`, () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
          const ring = new RingBuffer(kind, capacity, capacityMax);
          const model: number[] = [];
          for (const one of operations) {
            follow(ring, model, capacityMax, one);
            ring.checkInvariants();
            assert.is(ring.count, model.length);
            assert.equal(
              model.map((_, i) => ring.at(i)),
              model,
            );
          }
        }),
        { seed: 3, numRuns: 200 },
      );
    });
  }
}

test('each kind keeps its range', () => {
  const kept = (kind: RingKind, value: number): number => {
    const ring = new RingBuffer(kind, 1, 1);
    ring.tryPush(value);
    return ring.shift();
  };
  assert.is(kept('u32', 2 ** 32 - 1), 2 ** 32 - 1);
  assert.is(kept('i32', -5), -5);
  assert.is(kept('f64', 2 ** 53 - 1), 2 ** 53 - 1);
});

test('a growing ring doubles up to its bound, and counts it', () => {
  const ring = new RingBuffer('u32', 2, 10);
  for (let i = 0; i < 10; i++) assert.ok(ring.tryPush(i));
  assert.not.ok(ring.tryPush(10));
  assert.is(ring.growthCount, 3);
  assert.is(ring.bytes, 64);
});

test('a fixed ring refuses at its capacity, also when that is no power of two', () => {
  const ring = new RingBuffer('u32', 5, 5);
  for (let i = 0; i < 5; i++) assert.ok(ring.tryPush(i));
  assert.not.ok(ring.tryPush(5));
  assert.is(ring.growthCount, 0);
});

test('refuses a capacity of nothing, or above its bound', () => {
  for (const [capacity, capacityMax] of [
    [0, 5],
    [6, 5],
    [NaN, 5],
  ] as const) {
    assert.throws(() => new RingBuffer('u32', capacity, capacityMax), /0 < capacity/);
  }
});
test.run();
