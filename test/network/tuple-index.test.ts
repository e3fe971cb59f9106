import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Option, SegmentPool } from '../../src/network/segment.ts';
import { TupleIndex } from '../../src/network/tuple-index.ts';
import { Dice } from '../support/event-queue-suite.ts';

const test = suite('TupleIndex');

for (const [name, tuples] of [
  ['crowded: few tuples, much reuse', 50],
  ['wide: thousands of tuples', 5000],
] as const) {
  test(`does what a map does, ${name}`, () => {
    const index = new TupleIndex(4);
    const model = new Map<string, number>();
    const dice = new Dice(tuples);
    for (let step = 0; step < 100_000; step++) {
      const tuple = [dice.next(3), dice.next(tuples) + (dice.next(2) << 31), dice.next(2) + 65_534] as const;
      const [source, peer, port] = [tuple[0], tuple[1] >>> 0, tuple[2]];
      const key = `${source} ${peer} ${port}`;
      switch (dice.next(3)) {
        case 0:
          index.set(source, peer, port, step);
          model.set(key, step);
          break;
        case 1:
          assert.is(index.delete(source, peer, port), model.get(key) ?? -1);
          model.delete(key);
          break;
        default:
          assert.is(index.find(source, peer, port), model.get(key) ?? -1);
      }
      assert.is(index.count, model.size);
    }
    for (const [key, slot] of model) {
      const [source = 0, peer = 0, port = 0] = key.split(' ').map(Number);
      assert.is(index.find(source, peer, port), slot);
    }
  });
}

test('stays at most three quarters full, at 12 bytes a cell', () => {
  const index = new TupleIndex(4);
  for (let peer = 0; peer < 10_000; peer++) index.set(0, peer, 80, peer);
  assert.is(index.bytes, 16_384 * 12);
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
