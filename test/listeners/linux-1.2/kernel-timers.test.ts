import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Loop } from '../../../src/engine/loop.ts';
import { KernelTimers } from '../../../src/listeners/linux-1.2/kernel-timers.ts';
import { Dice } from '../../support/event-queue-suite.ts';

const TICK_NS = 1e7;

/** Timers that write down when they run. */
function timersWithLog(hasTicks: boolean): { loop: Loop; timers: KernelTimers; log: string[] } {
  const loop = new Loop();
  const log: string[] = [];
  const handler = { onTimer: (timer: number): void => void log.push(`${timer}@${loop.nowNs / TICK_NS}`) };
  return { loop, log, timers: new KernelTimers(loop, handler, 100, hasTicks, 64) };
}

const test = suite('kernel timers');

test('R42: a timer of n ticks runs n + 1 ticks later, and those of one tick run last armed first', () => {
  const { loop, log, timers } = timersWithLog(true);
  timers.set(1, 3);
  timers.set(2, 1);
  timers.set(3, 3);
  timers.set(4, 3);
  timers.touch(1); // armed last now
  assert.ok(timers.delete(3));
  assert.not.ok(timers.delete(3));
  timers.set(2, 3);
  loop.runUntil(TICK_NS * 10);
  assert.equal(log, ['2@4', '1@4', '4@4']);
});

test('without ticks times are nominal, and a timer may be armed for the present instant while it runs', () => {
  const loop = new Loop();
  const log: number[] = [];
  const timers: KernelTimers = new KernelTimers(
    loop,
    {
      onTimer: (timer) => {
        log.push(timer);
        if (timer < 3) timers.set(timer + 1, 0);
      },
    },
    100,
    false,
    8,
  );
  timers.set(0, 2.5);
  loop.runUntil(2.5 * TICK_NS);
  assert.equal(log, [0, 1, 2, 3]);
  timers.set(5, 0);
  loop.runUntil(2.5 * TICK_NS);
  assert.equal(log, [0, 1, 2, 3, 5]);
});

test('they run as a list sorted by expiry does, a new timer before its equals, whatever is armed and disarmed', () => {
  const { loop, log, timers } = timersWithLog(true);
  const dice = new Dice(11);
  const list: { timer: number; expires: number }[] = [];
  const expected: string[] = [];
  const drop = (timer: number): void => {
    const place = list.findIndex((one) => one.timer === timer);
    if (place >= 0) list.splice(place, 1);
  };
  for (let tick = 0; tick < 5000; tick++) {
    loop.runUntil(tick * TICK_NS);
    while (list[0] !== undefined && list[0].expires <= tick) expected.push(`${list.shift()?.timer}@${tick}`);
    for (let i = dice.next(4); i > 0; i--) {
      const timer = dice.next(64);
      drop(timer);
      if (dice.next(4) === 0) {
        timers.delete(timer);
        continue;
      }
      const ticks = dice.next(2) === 0 ? dice.next(4) : dice.next(300);
      timers.set(timer, ticks);
      const expires = tick + ticks + 1;
      const place = list.findIndex((one) => one.expires >= expires);
      list.splice(place < 0 ? list.length : place, 0, { timer, expires });
    }
  }
  assert.equal(log, expected);
  assert.ok(log.length > 1000);
});
test.run();
