import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Option, SegmentPool } from '../../src/network/segment.ts';
import { endpointOf, TupleIndex } from '../../src/network/tuple-index.ts';
import { Dice } from '../support/event-queue-suite.ts';

const test = suite('TupleIndex');

for (const [name, tuples] of [
  ['crowded: few tuples, much reuse', 50],
  ['wide: thousands of tuples', 5000],
] as const) {
  test(`does what a map does, ${name}`, () => {
    const slots = 20 * tuples;
    const index = new TupleIndex(slots);
    const model = new Map<string, number>();
    const taken = new Set<number>();
    const dice = new Dice(tuples);
    for (let step = 0; step < 100_000; step++) {
      const endpoint = endpointOf(dice.next(3), dice.next(2) + 65_534);
      const peer = (dice.next(tuples) + (dice.next(2) << 31)) >>> 0;
      const key = `${endpoint} ${peer}`;
      const known = model.get(key) ?? -1;
      assert.is(index.find(endpoint, peer), known);
      if (known >= 0 && dice.next(2) === 0) {
        assert.is(index.delete(known), true);
        assert.is(index.delete(known), false, 'what is gone is not found again');
        model.delete(key);
        taken.delete(known);
      } else if (known < 0 && dice.next(2) === 0) {
        let slot = dice.next(slots);
        while (taken.has(slot)) slot = (slot + 1) % slots;
        index.add(slot, endpoint, peer);
        model.set(key, slot);
        taken.add(slot);
      }
      assert.is(index.count, model.size);
    }
    for (const [key, slot] of model) {
      const [endpoint = 0, peer = 0] = key.split(' ').map(Number);
      assert.is(index.find(endpoint, peer), slot);
    }
  });
}

test('stays at most half full, at 4 bytes a cell and 8 a slot', () => {
  const index = new TupleIndex(8192);
  for (let slot = 0; slot < 8192; slot++) index.add(slot, endpointOf(0, 80), slot);
  assert.is(index.bytes, 16_384 * 4 + 8192 * 8);
});

test('makes room for more slots, and remembers the tuples', () => {
  const index = new TupleIndex(1);
  index.add(0, endpointOf(3, 80), 2);
  index.grow(2);
  index.add(1, endpointOf(4, 443), 2 ** 32 - 1);
  assert.equal([index.find(endpointOf(3, 80), 2), index.find(endpointOf(4, 443), 2 ** 32 - 1)], [0, 1]);
  assert.equal([index.sourceOf(1), index.portOf(1), index.peerOf(1)], [4, 443, 2 ** 32 - 1]);
  assert.is(index.endpointOf(0), endpointOf(3, 80));
});

test('source and port are one number', () => {
  assert.is(endpointOf(0xffff, 0xfffe), 0xfffffffe);
});
test.run();

const segments = suite('SegmentPool');

segments('a copy is a segment of its own', () => {
  const pool = new SegmentPool();
  const original = pool.open(1, 2, 3, 4, 5, 6);
  pool.setWindow(original, 7);
  pool.setLength(original, 8);
  pool.setMss(original, 9);
  pool.setOptions(original, Option.WindowScale | Option.Timestamps);
  const copy = pool.copy(original);
  pool.free(original);
  pool.open(0, 0, 0, 0, 0, 0);
  const fields = [pool.sourceOf(copy), pool.peerOf(copy), pool.portOf(copy), pool.flagsOf(copy), pool.seqOf(copy)];
  assert.equal(fields, [1, 2, 3, 4, 5]);
  const more = [pool.ackOf(copy), pool.windowOf(copy), pool.lengthOf(copy), pool.mssOf(copy), pool.optionsOf(copy)];
  assert.equal(more, [6, 7, 8, 9, Option.WindowScale | Option.Timestamps]);
});

segments('sequence numbers wrap at 2^32, and a row that is used again is clean', () => {
  const pool = new SegmentPool(1);
  const first = pool.open(0, 0, 0, 0, 2 ** 32 + 5, 2 ** 32 - 1);
  assert.equal([pool.seqOf(first), pool.ackOf(first)], [5, 2 ** 32 - 1]);
  pool.setWindow(first, 100);
  pool.setMss(first, 100);
  pool.free(first);
  const second = pool.open(0, 0, 0, 0, 0, 0);
  assert.equal([second, pool.windowOf(second), pool.mssOf(second), pool.lengthOf(second)], [first, 0, 0, 0]);
});
segments.run();
