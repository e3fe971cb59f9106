import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Loop } from '../../src/engine/loop.ts';
import { Phase } from '../../src/engine/time.ts';
import { TimerWheel, wheelExpiryNs } from '../../src/engine/timer-wheel.ts';

const MS = 1e6;
const TICK_NS = 4 * MS;

interface Bench {
  readonly loop: Loop;
  readonly wheel: TimerWheel;
  readonly fired: [atMs: number, slot: number][];
}

function wheelOf(offsetNs = 0, capacity = 64): Bench {
  const loop = new Loop();
  const fired: [number, number][] = [];
  const sink = { onEvent: (_kind: number, slot: number) => void fired.push([loop.nowNs / MS, slot]) };
  return { loop, fired, wheel: new TimerWheel(loop, sink, 7, Phase.Timer, TICK_NS, offsetNs, capacity) };
}

const test = suite('TimerWheel');

test('HZ 250: a timer fires at the next edge of 4, 32, 256 or 2048 ms behind its delay (R9)', () => {
  const expected = [
    [0, 4],
    [4, 8],
    [248, 252], // the last of level 0: 62 ticks
    [252, 256], // level 1: the next multiple of 32 ms
    [1000, 1024],
    [2000, 2016],
    [2012, 2016],
    [2016, 2048], // level 2: the next multiple of 256 ms
    [4000, 4096],
    [16_000, 16_128],
    [16_128, 16_384], // level 3: the next multiple of 2048 ms
    [32_000, 32_768],
    [64_000, 65_536],
  ];
  for (const [delayMs = 0, atMs] of expected) {
    const { fired, loop, wheel } = wheelOf();
    wheel.arm(3, delayMs * MS);
    loop.runUntil(1e12);
    assert.equal(fired, [[atMs, 3]], `a delay of ${delayMs} ms`);
    assert.is(wheelExpiryNs(0, delayMs * MS, TICK_NS, 0), (atMs ?? 0) * MS);
  }
});

test('the phase of the wheel moves the edges, and an edge itself is the next bucket', () => {
  const { fired, loop, wheel } = wheelOf(10 * MS);
  wheel.arm(0, 1000 * MS); // tick 2 + 250 = 252; edge 256 = 1024 ms of the kernel's clock
  wheel.arm(1, 1016 * MS); // tick 2 + 254 = 256, an edge: 264 = 1056 ms
  loop.runUntil(1e10);
  assert.equal(fired, [
    [1014, 0],
    [1046, 1],
  ]);
});

test('a bucket fires in reverse order of arming, and of one tick the higher level first', () => {
  const { fired, loop, wheel } = wheelOf();
  wheel.arm(0, 4000 * MS); // level 2, at 4096 ms
  loop.runUntil(3080 * MS);
  wheel.arm(1, 1000 * MS); // level 1, at 4096 ms
  loop.runUntil(3084 * MS);
  wheel.arm(2, 1000 * MS);
  loop.runUntil(3900 * MS);
  wheel.arm(3, 192 * MS); // level 0, at 4096 ms
  loop.runUntil(1e10);
  assert.equal(fired, [
    [4096, 0],
    [4096, 2],
    [4096, 1],
    [4096, 3],
  ]);
});

test('a timer that is armed anew moves, keeps its place in the same bucket, or is cancelled', () => {
  const { fired, loop, wheel } = wheelOf();
  wheel.arm(0, 1000 * MS);
  wheel.arm(1, 1000 * MS);
  wheel.arm(2, 1000 * MS);
  wheel.arm(0, 1001 * MS); // the same bucket: still the first armed, so the last to fire
  wheel.arm(1, 3000 * MS);
  wheel.cancel(2);
  wheel.cancel(2);
  assert.equal([wheel.isArmed(1), wheel.isArmed(2)], [true, false]);
  loop.runUntil(1e10);
  assert.equal(fired, [
    [1024, 0],
    [3072, 1],
  ]);
});

test('a sink may arm and cancel timers of the bucket that is firing', () => {
  const loop = new Loop();
  const fired: string[] = [];
  const sink = {
    onEvent: (_kind: number, slot: number) => {
      fired.push(`${loop.nowNs / MS} ${slot}`);
      if (slot === 2) wheel.cancel(1);
      if (slot === 2) wheel.arm(2, 0);
    },
  };
  const wheel = new TimerWheel(loop, sink, 0, Phase.Timer, TICK_NS, 0, 4);
  for (let slot = 0; slot < 3; slot++) wheel.arm(slot, 1000 * MS);
  loop.runUntil(1030 * MS);
  assert.equal(fired, ['1024 2', '1024 0', '1028 2']);
});

test('any sequence of arming and cancelling fires what a sorted list fires', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 5000 }),
    slot: fc.integer({ min: 0, max: 5 }),
    delayMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 70_000 })),
    cancels: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 1e10 }), (steps, offsetNs) => {
      const { fired, loop, wheel } = wheelOf(offsetNs, 2);
      wheel.grow(6);
      const due = new Map<number, number>();
      const expected: [number, number][] = [];
      const expire = (): void => {
        for (const [slot, atNs] of due) {
          if (atNs > loop.nowNs) continue;
          expected.push([atNs / MS, slot]);
          due.delete(slot);
        }
      };
      for (const { cancels, delayMs, slot, waitMs } of steps) {
        loop.runUntil(loop.nowNs + waitMs * MS);
        expire();
        if (cancels) wheel.cancel(slot);
        else wheel.arm(slot, delayMs * MS);
        if (cancels) due.delete(slot);
        else due.set(slot, wheelExpiryNs(loop.nowNs, delayMs * MS, TICK_NS, offsetNs));
      }
      loop.runUntil(1e12);
      expire();
      const order = (a: [number, number], b: [number, number]): number => a[0] - b[0] || a[1] - b[1];
      assert.equal(fired.toSorted(order), expected.toSorted(order));
      assert.equal(
        fired.map(([atMs]) => atMs),
        fired.map(([atMs]) => atMs).toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 300 },
  );
});

test.run();
