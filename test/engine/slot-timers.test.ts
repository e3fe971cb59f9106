import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Loop } from '../../src/engine/loop.ts';
import { SlotTimers } from '../../src/engine/slot-timers.ts';
import { Phase } from '../../src/engine/time.ts';
import { Dice } from '../support/event-queue-suite.ts';

/** Slot timers that write down when they fire. */
function timersWithLog(laneDelayNs: number): { loop: Loop; timers: SlotTimers; fired: [slot: number, atNs: number][] } {
  const loop = new Loop();
  const fired: [number, number][] = [];
  const sink = { onEvent: (_kind: number, slot: number): void => void fired.push([slot, loop.nowNs]) };
  return { loop, timers: new SlotTimers(loop, sink, 0, Phase.Timer, laneDelayNs, 64), fired };
}

const test = suite('SlotTimers');

test('a deadline that moves on fires once, at its last place', () => {
  const { loop, timers, fired } = timersWithLog(Infinity);
  for (const atNs of [10, 20, 30, 25]) timers.set(3, atNs);
  loop.runUntil(100);
  assert.equal(fired, [[3, 25]]);
});

test('a deadline that moves back fires once, at its last place', () => {
  const { loop, timers, fired } = timersWithLog(Infinity);
  for (const atNs of [30, 20, 10]) timers.set(3, atNs);
  loop.runUntil(100);
  assert.equal(fired, [[3, 10]]);
});

test('a cleared timer does not fire, and its slot can be armed again', () => {
  const { loop, timers, fired } = timersWithLog(Infinity);
  timers.set(1, 10);
  timers.clear(1);
  loop.runUntil(5);
  timers.set(1, 40);
  loop.runUntil(100);
  assert.equal(fired, [[1, 40]]);
});

test('a deadline that moves a million times keeps one pending event', () => {
  const { loop, timers } = timersWithLog(1e9);
  for (let i = 1; i <= 1e6; i++) timers.set(0, 1e9 + i);
  assert.is(loop.pendingCount, 1);
});

for (const laneDelayNs of [Infinity, 50]) {
  test(`fires as a table of deadlines does, lane ${laneDelayNs}`, () => {
    const { loop, timers, fired } = timersWithLog(laneDelayNs);
    const dice = new Dice(5);
    const deadlines = new Map<number, number>();
    const expected: [number, number][] = [];
    for (let step = 0; step < 20_000; step++) {
      const slot = dice.next(64);
      const delayNs = dice.next(2) === 0 ? 50 : 1 + dice.next(200);
      if (dice.next(4) === 0) {
        timers.clear(slot);
        deadlines.delete(slot);
      } else {
        timers.set(slot, loop.nowNs + delayNs);
        deadlines.set(slot, loop.nowNs + delayNs);
      }
      const untilNs = loop.nowNs + dice.next(30);
      for (let atNs = loop.nowNs; atNs <= untilNs; atNs++) {
        for (const [due, deadlineNs] of deadlines) {
          if (deadlineNs !== atNs) continue;
          expected.push([due, atNs]);
          deadlines.delete(due);
        }
      }
      loop.runUntil(untilNs);
    }
    // Ties between slots fire in the order in which their events were armed: only the instants are compared.
    const byTime = (a: [number, number], b: [number, number]): number => a[1] - b[1] || a[0] - b[0];
    assert.equal(fired.toSorted(byTime), expected.toSorted(byTime));
  });
}
test.run();
