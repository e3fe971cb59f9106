import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Loop } from '../../src/engine/loop.ts';
import { Phase } from '../../src/engine/time.ts';

/** A loop whose events write `kind:arg@now` down. */
function loopWithLog(): { loop: Loop; log: string[]; type: (kind: number, phase: number) => number } {
  const loop = new Loop();
  const log: string[] = [];
  const sink = { onEvent: (kind: number, arg: number): void => void log.push(`${kind}:${arg}@${loop.nowNs}`) };
  return { loop, log, type: (kind, phase) => loop.eventType(sink, kind, phase) };
}

const test = suite('Loop');

test('equal times fire by phase, then in schedule order, lanes and schedule alike', () => {
  const { loop, log, type } = loopWithLog();
  const process = type(2, Phase.Process);
  const timer = type(0, Phase.Timer);
  const lane = loop.lane(10, timer);
  loop.schedule(10, process, 0);
  loop.schedule(10, timer, 1);
  loop.scheduleIn(lane, 2);
  loop.schedule(10, timer, 3);
  loop.runUntil(10);
  assert.equal(log, ['0:1@10', '0:2@10', '0:3@10', '2:0@10']);
});

test('handles what lies at the end instant, stands there, and goes on', () => {
  const { loop, log, type } = loopWithLog();
  const event = type(0, 0);
  loop.schedule(5, event, 1);
  loop.schedule(6, event, 2);
  loop.runUntil(5);
  assert.equal(log, ['0:1@5']);
  assert.is(loop.nextAtNs(), 6);
  loop.runUntil(100);
  assert.is(loop.nowNs, 100);
  assert.is(loop.eventCount, 2);
  assert.is(loop.nextAtNs(), Infinity);
});

test('a cancelled event does not fire', () => {
  const { loop, log, type } = loopWithLog();
  const event = type(0, 0);
  const id = loop.schedule(5, event, 1);
  loop.schedule(5, event, 2);
  loop.cancel(id);
  assert.is(loop.pendingCount, 1);
  loop.runUntil(10);
  assert.equal(log, ['0:2@5']);
});

test('stops at its bound of events if another one is due, says so, and can go on', () => {
  const { loop, log, type } = loopWithLog();
  const event = type(0, 0);
  for (let i = 0; i < 4; i++) loop.schedule(i, event, i);
  assert.is(loop.runUntil(10, 3), false);
  assert.equal([log.length, loop.nowNs], [3, 2]);
  assert.is(loop.runUntil(10, 4), true);
  assert.equal([log.length, loop.nowNs], [4, 10]);
});

test('refuses the past, NaN, and never; what lies beyond the longest run is kept, and does not come', () => {
  const { loop, type } = loopWithLog();
  const event = type(0, 0);
  loop.runUntil(10);
  for (const atNs of [9, NaN, Infinity]) assert.throws(() => loop.schedule(atNs, event, 0), /past/);
  for (const delayNs of [-1, NaN, Infinity]) assert.throws(() => loop.lane(delayNs, event), /past/);
  loop.schedule(2 ** 53 + 1e12, event, 0);
  loop.runUntil(Number.MAX_SAFE_INTEGER);
  assert.is(loop.pendingCount, 1);
});
test('samples come last of their instant, at their own instants, and count as events', () => {
  const { loop, log, type } = loopWithLog();
  const event = type(0, 65_535);
  loop.setMeter({ onSample: () => (log.push(`sample@${loop.nowNs}`), loop.nowNs + 10) }, 0);
  for (const atNs of [0, 10, 15, 20]) loop.schedule(atNs, event, atNs);
  loop.runUntil(25);
  assert.equal(log, ['0:0@0', 'sample@0', '0:10@10', 'sample@10', '0:15@15', '0:20@20', 'sample@20']);
  assert.is(loop.eventCount, 7);
  assert.is(loop.nowNs, 25);
});

test('a sink goes on by itself until something else may come first, a sample, the end or the bound of events', () => {
  const loop = new Loop();
  const advanced: number[] = [];
  const sink = {
    onEvent: (): void => {
      for (let atNs = loop.nowNs + 1; loop.tryAdvance(atNs); atNs++) advanced.push(atNs);
      loop.schedule(loop.nowNs + 1, next, 0);
    },
  };
  const next = loop.eventType(sink, 0, 5);
  const other = loop.eventType({ onEvent: () => void advanced.push(-loop.nowNs) }, 0, 9);
  loop.schedule(1, next, 0);
  loop.schedule(4, other, 0);
  loop.setMeter({ onSample: () => (advanced.push(0.5), Infinity) }, 6);
  loop.runUntil(9);
  assert.equal(advanced, [2, 3, -4, 6, 0.5, 8, 9]);
  assert.is(loop.eventCount, 11); // 9 of the sink, the other, the sample
  assert.is(loop.runUntil(100, 15), false);
  assert.is(loop.eventCount, 15);
});

test('quiet until the next event, or just beyond the end', () => {
  const loop = new Loop();
  const quiet: number[] = [];
  const type = loop.eventType({ onEvent: () => void quiet.push(loop.quietUntilNs()) }, 0, 0);
  for (const atNs of [1, 5, 20]) loop.schedule(atNs, type, 0);
  loop.runUntil(10);
  assert.equal(quiet, [5, 11]);
});
test.run();
