/**
 * The conformance suite of pending-event structures: whatever happens, they pop what the sorted array pops.
 * A structure joins through an adapter; the walks differ in how delays, phases, cancels and pops mix.
 */
import * as assert from 'uvu/assert';
import type { Test } from 'uvu';
import { counts } from './counts.ts';
import { SortedEventQueue } from './sorted-event-queue.ts';

export interface AdaptedQueue {
  readonly count: number;
  readonly headAtNs: number;
  /** `arg` is unique. */
  insert(atNs: number, phase: number, arg: number): void;
  /** Null: the structure cannot cancel. */
  cancel: ((arg: number) => void) | null;
  /** @returns the arg. */
  pop(): number;
}

/** Phases that adapters know. */
export const PHASES = [0, 16, 17, 60_000, 65_000] as const;

/** A small generator of its own, so that the suite does not stand on what it tests: xorshift32. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** In [0, below). */
  next(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }
}

interface Walk {
  readonly name: string;
  /** Delay from the present instant, ns. */
  readonly delayNs: (dice: Dice, step: number) => number;
  /** Of each event. */
  readonly phases: number;
  /** In each thousand steps: pops and cancels; the rest are insertions. */
  readonly pops: (step: number) => number;
  readonly cancels: number;
}

const half = (): number => 500;
/** Grows to hundreds of events and runs empty, again and again. */
const tides = (step: number): number => (step % 3000 < 1500 ? 250 : 850);
const decades = (dice: Dice): number => {
  let scale = 1;
  for (let decade = dice.next(13); decade > 0; decade--) scale *= 10;
  return dice.next(1000) * scale;
};
const skewed = (dice: Dice): number => (dice.next(10) === 0 ? 1000 + dice.next(10) : 63e9 + dice.next(1e9));

const WALKS: readonly Walk[] = [
  { name: 'short delays', delayNs: (dice) => dice.next(1000), phases: 1, pops: half, cancels: 0 },
  { name: 'heavy ties', delayNs: (dice) => dice.next(3), phases: 1, pops: tides, cancels: 0 },
  { name: 'heavy ties of all phases', delayNs: (dice) => dice.next(2) * 1e9, phases: 5, pops: tides, cancels: 0 },
  { name: 'one instant', delayNs: () => 0, phases: 5, pops: tides, cancels: 20 },
  { name: 'twelve decades', delayNs: decades, phases: 5, pops: tides, cancels: 0 },
  { name: 'a tenth at 1 us, the rest at 63 s', delayNs: skewed, phases: 1, pops: tides, cancels: 0 },
  { name: 'cancels', delayNs: decades, phases: 3, pops: tides, cancels: 150 },
  { name: 'more cancels than pops', delayNs: (dice) => dice.next(1e9), phases: 2, pops: () => 100, cancels: 380 },
  { name: 'empty after every event', delayNs: decades, phases: 2, pops: (step) => (step % 2) * 1000, cancels: 0 },
];

/** Adds the suite's tests. @param delays null: any; else the delays that the structure is restricted to. */
export function conform(test: Test, make: () => AdaptedQueue, delays: readonly number[] | null = null): void {
  for (const [index, walk] of WALKS.entries()) {
    if (walk.cancels > 0 && make().cancel === null) continue;
    test(`pops as a sorted array does: ${walk.name}`, () => {
      const steps = Math.floor(counts.queueSteps / WALKS.length);
      takeWalk(make(), { ...walk, delayNs: delays === null ? walk.delayNs : among(delays) }, index + 1, steps);
    });
  }
}

function among(delays: readonly number[]): Walk['delayNs'] {
  return (dice) => delays[dice.next(delays.length)] ?? 0;
}

function takeWalk(queue: AdaptedQueue, walk: Walk, seed: number, steps: number): void {
  const dice = new Dice(seed);
  let oracle = new SortedEventQueue();
  let nowNs = 0;
  for (let step = 0; step < steps; step++) {
    const die = dice.next(1000);
    const where = `seed=${seed} step=${step}`;
    if (oracle.count > 0 && die < walk.pops(step)) {
      const expected = oracle.pop();
      nowNs = expected.atNs;
      assert.is(queue.headAtNs, expected.atNs, where);
      assert.is(queue.pop(), expected.arg, where);
    } else if (oracle.count > 0 && queue.cancel !== null && die >= 1000 - walk.cancels) {
      const arg = oracle.args[dice.next(oracle.count)] ?? -1;
      oracle.cancel(arg);
      queue.cancel(arg);
    } else {
      const atNs = nowNs + walk.delayNs(dice, step);
      if (atNs > Number.MAX_SAFE_INTEGER / 2) {
        drain(queue, oracle, where);
        nowNs = 0;
        oracle = new SortedEventQueue();
        continue;
      }
      const phase = PHASES[dice.next(walk.phases)] ?? 0;
      oracle.insert(atNs, phase, step);
      queue.insert(atNs, phase, step);
    }
    assert.is(queue.count, oracle.count, where);
    assert.is(queue.headAtNs, oracle.headAtNs, where);
  }
  drain(queue, oracle, `seed=${seed} at the end`);
}

function drain(queue: AdaptedQueue, oracle: SortedEventQueue, where: string): void {
  while (oracle.count > 0) assert.is(queue.pop(), oracle.pop().arg, where);
  assert.is(queue.count, 0, where);
  assert.is(queue.headAtNs, Infinity, where);
}
