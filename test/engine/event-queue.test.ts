import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { argOfWord, typeOfWord, wordOf } from '../../src/engine/event-chunks.ts';
import { EventQueue } from '../../src/engine/event-queue.ts';
import { LadderQueue } from '../../src/engine/ladder-queue.ts';
import { Lanes, LANES_MAX, NO_LANE } from '../../src/engine/lanes.ts';
import { type AdaptedQueue, conform, Dice, PHASES } from '../support/event-queue-suite.ts';

/** Insertions begin here, so that every walk passes 2^32. */
const NEAR_2_32 = 2 ** 32 - 1000;
const LANE_DELAYS = [0, 1, 2, 1e3, 1e6, 5e6, 1e9, 2e9, 3e9, 4e9, 8e9, 16e9, 32e9, 63e9, 64e9, 128e9, 7];

class AdaptedLadder implements AdaptedQueue {
  private readonly ladder = new LadderQueue(Uint16Array.from(PHASES));
  private readonly ids = new Map<number, number>();
  private insertionCount = NEAR_2_32;

  get count(): number {
    return this.ladder.count;
  }
  get headAtNs(): number {
    return this.ladder.headAtNs;
  }
  get bytes(): number {
    return this.ladder.bytes;
  }

  insert(atNs: number, phase: number, arg: number): void {
    const id = this.insertionCount++;
    this.ids.set(arg, id);
    this.ladder.insert(atNs, id, wordOf(PHASES.indexOf(phase as 0), arg));
  }

  cancel = (arg: number): void => {
    this.ladder.cancel(this.ids.get(arg) ?? -1);
  };

  pop(): number {
    const arg = argOfWord(this.ladder.headWord);
    this.ladder.pop();
    return arg;
  }
}

class AdaptedLanes implements AdaptedQueue {
  readonly cancel = null;
  private readonly clock = new Float64Array(1);
  private readonly lanes = new Lanes(this.clock);
  private insertionCount = NEAR_2_32;
  private nowNs = 0;

  get count(): number {
    return this.lanes.count;
  }
  get headAtNs(): number {
    return this.lanes.headAtNs;
  }

  insert(atNs: number, phase: number, arg: number): void {
    if (this.count === 0 && atNs < this.nowNs) this.nowNs = 0;
    const lane = this.lanes.open(atNs - this.nowNs, PHASES.indexOf(phase as 0), phase);
    this.clock[0] = this.nowNs;
    this.lanes.push(lane, this.insertionCount++, arg);
  }

  pop(): number {
    this.nowNs = this.lanes.headAtNs;
    return this.lanes.pop();
  }
}

/** Takes a lane for every delay that has one, the ladder for the others. */
class AdaptedEventQueue implements AdaptedQueue {
  readonly cancel = null;
  private readonly queue = new EventQueue(NEAR_2_32);
  private readonly types = PHASES.map((phase) => this.queue.addType(phase));
  private nowNs = 0;

  get count(): number {
    return this.queue.count;
  }
  get headAtNs(): number {
    return this.queue.headAtNs;
  }

  insert(atNs: number, phase: number, arg: number): void {
    const type = this.types[PHASES.indexOf(phase as 0)] ?? 0;
    if (this.count === 0 && atNs < this.nowNs) this.nowNs = 0;
    const delayNs = atNs - this.nowNs;
    this.queue.clock[0] = this.nowNs;
    if (LANE_DELAYS.includes(delayNs)) this.queue.insertIntoLane(this.queue.openLane(delayNs, type), arg);
    else this.queue.insert(atNs, type, arg);
  }

  pop(): number {
    this.nowNs = this.queue.headAtNs;
    this.queue.pop();
    return this.queue.arg;
  }
}

const wordTest = suite('event words');
wordTest('hold every type and argument', () => {
  for (const type of [0, 1, 2 ** 15 - 1, 2 ** 16 - 1]) {
    for (const arg of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      const word = wordOf(type, arg);
      assert.equal([typeOfWord(word), argOfWord(word)], [type, arg]);
    }
  }
});
wordTest.run();

const ladderTest = suite('LadderQueue');
conform(ladderTest, () => new AdaptedLadder());

ladderTest('sorts a hundred thousand events of every scale, inserted at once', () => {
  const dice = new Dice(7);
  const queue = new AdaptedLadder();
  const atNs = Float64Array.from({ length: 1e5 }, () => dice.next(1e9) * (dice.next(4) === 0 ? 1e6 : 1));
  for (const [arg, at] of atNs.entries()) queue.insert(at, 0, arg);
  const sorted = [...atNs.keys()].toSorted((a, b) => (atNs[a] ?? 0) - (atNs[b] ?? 0) || a - b);
  assert.equal(
    sorted.map(() => queue.pop()),
    sorted,
  );
});

ladderTest('keeps what comes behind the last bucket of a rung that was cut from a part of another', () => {
  const queue = new AdaptedLadder();
  const atNs: number[] = [];
  const insert = (at: number): void => {
    queue.insert(at, 0, atNs.length);
    atNs.push(at);
  };
  for (let i = 0; i < 100; i++) insert(i);
  for (let i = 1; i <= 100; i++) insert(10_000 * i);
  assert.is(queue.pop(), 0); // the first bucket of 8192 ns is cut into nanoseconds
  for (const at of [4000, 130, 2000, 50]) insert(at);
  const popped = atNs.slice(1).map(() => atNs[queue.pop()]);
  assert.equal(
    popped,
    atNs.slice(1).toSorted((a, b) => a - b),
  );
});

ladderTest('gives the room of cancelled events back before their time', () => {
  const queue = new AdaptedLadder();
  for (let arg = 0; arg < 1e5; arg++) {
    queue.insert(1e9 + arg, 0, arg);
    if (arg >= 10) queue.cancel(arg - 10);
  }
  assert.is(queue.count, 10);
  assert.ok(queue.bytes < 200_000, `${queue.bytes} bytes`);
});

ladderTest('refuses to cancel an event twice', () => {
  const queue = new AdaptedLadder();
  queue.insert(1, 0, 0);
  queue.insert(2, 0, 1);
  queue.cancel(1);
  assert.throws(() => queue.cancel(1), /cancelled twice/);
});
ladderTest.run();

const lanesTest = suite('Lanes');
// Five phases of each are fewer lanes than there may be.
conform(lanesTest, () => new AdaptedLanes(), LANE_DELAYS.slice(0, 12));

lanesTest('gives the same lane for the same delay and type', () => {
  const lanes = new Lanes(new Float64Array(1));
  assert.is(lanes.open(5, 0, 0), lanes.open(5, 0, 0));
  assert.is.not(lanes.open(5, 0, 0), lanes.open(5, 1, 0));
});

lanesTest('has an end to its lanes', () => {
  const lanes = new Lanes(new Float64Array(1));
  for (let lane = 0; lane < LANES_MAX; lane++) assert.is(lanes.open(lane, 0, 0), lane);
  assert.is(lanes.open(LANES_MAX, 0, 0), NO_LANE);
  assert.is(lanes.open(3, 0, 0), 3);
});
lanesTest.run();

const bothTest = suite('EventQueue');
conform(bothTest, () => new AdaptedEventQueue());
conform(bothTest, () => new AdaptedEventQueue(), [...LANE_DELAYS, 3, 11, 1e9 + 1, 5e9]);

bothTest('keeps the order of insertion between a lane and the ladder when the counter passes 2^32', () => {
  const queue = new EventQueue(2 ** 32 - 2);
  const type = queue.addType(16);
  const lane = queue.openLane(10, type);
  queue.insertIntoLane(lane, 0);
  queue.insert(10, type, 1);
  queue.insertIntoLane(lane, 2);
  queue.insert(10, type, 3);
  const popped = [];
  while (queue.count > 0) {
    queue.pop();
    popped.push(queue.arg);
  }
  assert.equal(popped, [0, 1, 2, 3]);
});

bothTest('keeps the order of phases of event types that come while events wait', () => {
  const queue = new EventQueue();
  const phases = new Map<number, number>();
  for (let i = 0; i < 1000; i++) {
    const phase = (7 * i) % 32;
    const type = queue.addType(phase);
    phases.set(type, phase);
    queue.insert(5, type, i);
  }
  const popped: { phase: number | undefined; arg: number }[] = [];
  while (queue.count > 0) {
    queue.pop();
    popped.push({ phase: phases.get(queue.type), arg: queue.arg });
  }
  assert.is(popped.length, 1000);
  assert.equal(
    popped,
    popped.toSorted((a, b) => (a.phase ?? 0) - (b.phase ?? 0) || a.arg - b.arg),
  );
});

bothTest('keeps the order when there are more constant delays than lanes', () => {
  const queue = new EventQueue();
  const type = queue.addType(16);
  const early = queue.addType(3);
  const delays = 2 * LANES_MAX;
  const lanes = Array.from({ length: delays }, (_, i) => queue.openLane(delays - i, type));
  assert.is(queue.openLane(1, type), lanes[delays - 1]);
  assert.is(new Set(lanes).size, delays);
  lanes.forEach((lane, i) => queue.insertIntoLane(lane, i));
  const last = queue.openLane(0, early);
  queue.insertIntoLane(last, delays);
  const popped: [number, number, number][] = [];
  while (queue.count > 0) {
    const atNs = queue.headAtNs;
    queue.pop();
    popped.push([atNs, queue.type === early ? 3 : 16, queue.arg]);
  }
  const inOrder = [...popped].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  assert.equal(popped, inOrder);
  assert.is(popped.length, delays + 1);
});
bothTest.run();
