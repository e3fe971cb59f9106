import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Counters } from '../../src/engine/counters.ts';
import { CapacityError, formatIssue, InputError } from '../../src/engine/errors.ts';
import { Gauges } from '../../src/engine/gauges.ts';
import { SlotPool } from '../../src/engine/slot-pool.ts';
import { Dice } from '../support/event-queue-suite.ts';

const test = suite('SlotPool');

test('gives every slot once, the one freed last first', () => {
  const pool = new SlotPool(4, 4, 'rows', 0, () => {});
  assert.equal([pool.alloc(), pool.alloc(), pool.alloc(), pool.alloc()], [0, 1, 2, 3]);
  pool.free(1);
  pool.free(2);
  assert.equal([pool.alloc(), pool.alloc()], [2, 1]);
});

test('a full pool is a CapacityError that names what ran out', () => {
  const pool = new SlotPool(1, 1, 'connections', 0, () => {});
  pool.alloc();
  assert.throws(
    () => pool.alloc(),
    (error: unknown) => error instanceof CapacityError && error.limit === 'connections',
  );
});

test('doubles up to its bound, tells its owner first, and counts it', () => {
  const capacities: number[] = [];
  const pool = new SlotPool(2, 5, 'rows', 10, (capacity) => capacities.push(capacity));
  for (let i = 0; i < 5; i++) assert.is(pool.alloc(), i);
  assert.equal(capacities, [4, 5]);
  assert.is(pool.growthCount, 2);
  assert.is(pool.bytes, 5 * 14);
});

test('freeing twice is a bug', () => {
  const pool = new SlotPool(2, 2, 'rows', 0, () => {});
  const slot = pool.alloc();
  pool.free(slot);
  assert.throws(() => pool.free(slot), /not in use/);
});

test('a random walk never gives a slot that is in use', () => {
  const pool = new SlotPool(2, 1000, 'rows', 0, () => {});
  const dice = new Dice(1);
  const inUse = new Set<number>();
  for (let step = 0; step < 20_000; step++) {
    if (inUse.size < 900 && dice.next(2) === 0) {
      const slot = pool.alloc();
      assert.not.ok(inUse.has(slot));
      inUse.add(slot);
    } else {
      const slot = [...inUse][dice.next(Math.max(1, inUse.size))];
      if (slot === undefined) continue;
      pool.free(slot);
      inUse.delete(slot);
      assert.is(pool.isInUse(slot), false);
    }
    assert.is(pool.count, inUse.size);
  }
});
test.run();

const meters = suite('Gauges and Counters');

meters('the mean is weighted by time, exactly; a reset keeps the levels', () => {
  const gauges = new Gauges(['queue']);
  gauges.set(0, 4, 0);
  gauges.set(0, 1, 10);
  assert.is(gauges.meanOf(0, 40), (40 + 30) / 40);
  assert.is(gauges.maxOf(0), 4);
  gauges.reset(40);
  gauges.set(0, 3, 50);
  assert.is(gauges.meanOf(0, 60), (10 + 30) / 20);
  assert.is(gauges.maxOf(0), 3);
});

meters('no time, no mean', () => {
  assert.ok(Number.isNaN(new Gauges(['queue']).meanOf(0, 0)));
});

meters('counters are exact beyond 2^32', () => {
  const counters = new Counters(['a', 'level'], [1]);
  counters.add(0, 2 ** 40);
  counters.add(0, 1);
  assert.is(counters.valueOf(0), 2 ** 40 + 1);
  assert.equal([counters.isLevel(0), counters.isLevel(1)], [false, true]);
});

meters('an input error says all at once: where, what was expected, what was received', () => {
  const issues = [
    { where: 'a.yaml:1:2', expected: 'a duration', received: '5' },
    { where: 'a.yaml:3:4', expected: 'a rate', received: 'x' },
  ];
  assert.is(formatIssue(issues[0]!), 'a.yaml:1:2: expected a duration, received 5');
  assert.is(new InputError(issues).message.split('\n').length, 2);
});
meters.run();
