import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CapacityError, InputError, InvariantError } from '../../src/engine/errors.ts';
import { openPool, type PoolOptions } from '../../src/experiment/pool.ts';
import { Grid } from '../../src/experiment/grid.ts';
import { type NumberedOutcome, sweep } from '../../src/experiment/sweep.ts';
import type { PointPool } from '../../src/experiment/point-chunk.ts';
import { makeRuns, type RunPool, type RunRange } from '../../src/experiment/run-range.ts';
import { packError, unpackError } from '../../src/experiment/thread-messages.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { DeathBy, DEATHS } from '../support/dying-thread.ts';
import { GOOD } from '../support/scenario.ts';

const scenario = parseScenario(GOOD);
const DYING = new URL('../support/dying-thread.js', import.meta.url);
/** Enough to start, and to run a small scenario. */
const SMALL_HEAP = { maxOldGenerationSizeMb: 40, maxYoungGenerationSizeMb: 8 };

function pool(options: PoolOptions): RunPool & PointPool {
  const opened = openPool(options);
  assert.ok(opened !== null);
  return opened;
}

function ranges(count: number): RunRange[][] {
  return Array.from({ length: count }, (_, from) => [{ scenario, from, count: 1 }]);
}

/** Eight tasks over two threads that die `times` over the fifth. */
async function outcomeOf(deathBy: number, times: number): Promise<unknown[]> {
  const captures = new Map([[DEATHS, Float64Array.of(deathBy, times)]]);
  const threads = pool({ threads: 2, captures, program: DYING, resourceLimits: SMALL_HEAP });
  try {
    const settled = await Promise.allSettled(ranges(8).map((range) => threads.run(range)));
    return settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason));
  } finally {
    await threads.close();
  }
}

const EXPECTED = ranges(8).map((range) => makeRuns(range, new Map(), () => {}));
const test = suite('pool of threads');

test('threads give what this one gives, however many tasks wait', async () => {
  const threads = pool({ threads: 3, captures: new Map() });
  try {
    assert.ok(isDeepStrictEqual(await Promise.all(ranges(8).map((range) => threads.run(range))), EXPECTED));
  } finally {
    await threads.close();
  }
});

for (const [name, deathBy] of Object.entries(DeathBy)) {
  test(`a thread that dies (${name}) loses its task alone, and another thread gives the same`, async () => {
    assert.ok(isDeepStrictEqual(await outcomeOf(deathBy, 2), EXPECTED));
  });
}

test('a task over which every thread dies is given up, and no other', async () => {
  for (const [deathBy, type, message] of [
    [DeathBy.Exit, InvariantError, /^a thread ended early, in 3 attempts at replications 5$/],
    [DeathBy.Exception, InvariantError, /^a thread ended early, in 3 attempts at replications 5$/],
    [DeathBy.Memory, CapacityError, /^too little for 3 attempts at replications 5: fewer --threads share it$/],
  ] as const) {
    const outcomes = await outcomeOf(deathBy, 99);
    const [error] = outcomes.splice(5, 1);
    assert.instance(error, type);
    assert.match((error as Error).message, message);
    assert.ok(isDeepStrictEqual(outcomes, EXPECTED.toSpliced(5, 1)));
  }
});

/** A sweep of eight points, two in a chunk, over two threads that die `times` over the value 5. */
async function sweepOutcomes(deathBy: number, times: number): Promise<NumberedOutcome[]> {
  const captures = new Map([[DEATHS, Float64Array.of(deathBy, times)]]);
  const threads = pool({ threads: 2, captures, program: DYING, resourceLimits: SMALL_HEAP });
  const outcomes: NumberedOutcome[] = [];
  try {
    await sweep({
      base: { text: GOOD, fileName: 'a.yaml', overrides: [], options: {} },
      grid: new Grid([{ path: 'server.listen.backlog', values: ['1', '2', '3', '4', '5', '6', '7', '8'] }]),
      plan: { replications: 2, until: [] },
      pool: threads,
      lanes: 2,
      isDone: () => false,
      onOutcomes: (some) => outcomes.push(...some),
      // Every chunk looks as if it took nothing: the next is as large as may be.
      nowMs: () => 0,
    });
  } finally {
    await threads.close();
  }
  return outcomes.toSorted((a, b) => a.point - b.point);
}

for (const [name, deathBy] of Object.entries(DeathBy)) {
  test(`a sweep loses nothing when a thread dies (${name}); a point over which all die is reported, and no other`, async () => {
    const good = await sweepOutcomes(deathBy, 0);
    assert.equal(
      good.map(({ point, problem, replications }) => [point, problem, replications]),
      Array.from({ length: 8 }, (_, point) => [point, null, 2]),
    );
    assert.ok(isDeepStrictEqual(await sweepOutcomes(deathBy, 2), good));
    const [failed, ...others] = (await sweepOutcomes(deathBy, 99)).toSorted((a, b) => a.replications - b.replications);
    assert.equal([failed?.point, failed?.metrics], [4, []]);
    assert.match(failed?.problem ?? '', /^(?:a thread ended early|too little memory of a thread), 3 times$/);
    assert.ok(isDeepStrictEqual(others, good.toSpliced(4, 1)));
  });
}

test('a program that cannot be loaded is told of', async () => {
  const threads = pool({ threads: 2, captures: new Map(), program: new URL('nothing-is-here.js', DYING) });
  try {
    const settled = await Promise.allSettled(ranges(2).map((range) => threads.run(range)));
    for (const one of settled)
      assert.match(String(one.status === 'rejected' && one.reason), /ended early, in 3 attempts/);
  } finally {
    await threads.close();
  }
});

test('a system that has no threads to give is no error', () => {
  // No system has the address space for such a stack.
  assert.is(openPool({ threads: 1, captures: new Map(), resourceLimits: { stackSizeMb: 2 ** 27 } }), null);
});

test('what a run throws comes back as what it was', () => {
  for (const error of [
    new CapacityError('limits.memory', 'more than 7 bytes'),
    new InputError([{ where: 'a.yaml:1:1', expected: 'b', received: 'c' }]),
  ]) {
    const copy = unpackError(structuredClone(packError(error)));
    assert.instance(copy, error.constructor);
    assert.equal(Object.entries(copy), Object.entries(error));
    assert.is(copy.message, error.message);
  }
  const bug = new TypeError('a bug');
  const copy = unpackError(structuredClone(packError(bug)));
  assert.instance(copy, InvariantError);
  assert.equal([copy.message, copy.stack], [bug.message, bug.stack]);
  assert.is(unpackError(packError('thrown')).message, 'thrown');
});

test('what runs are under way is told now and then, and a closed pool keeps no process alive', async () => {
  const long = parseScenario(GOOD.replace('poisson(1/s)', 'poisson(40kpps)').replace('10s', '20s'));
  const heard: number[] = [];
  const threads = pool({ threads: 1, captures: new Map(), onTick: (runs) => heard.push(runs) });
  const run = threads.run([{ scenario: long, from: 0, count: 1000 }]);
  setTimeout(() => void threads.close(), 1500);
  const [outcome] = await Promise.allSettled([run]);
  assert.is(outcome?.status, 'rejected');
  assert.ok(heard.some((runs) => runs > 0 && runs < 1000));
  assert.equal(
    heard,
    heard.toSorted((a, b) => a - b),
  );
});
test.run();
