import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenario } from '../../src/cli/input-files.ts';
import { CapacityError } from '../../src/engine/errors.ts';
import { estimate } from '../../src/experiment/estimates.ts';
import { openPool } from '../../src/experiment/pool.ts';
import { replicate, type ReplicateOptions } from '../../src/experiment/replicate.ts';
import { makeRuns, type RunRange } from '../../src/experiment/run-range.ts';
import { resultFiles } from '../../src/report/result-files.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { readCaptures } from '../../src/simulation/simulate.ts';
import { DeathBy, DEATHS } from '../support/dying-thread.ts';
import { GOOD } from '../support/scenario.ts';

/** A clock that goes on by `stepMs` whenever it is looked at. */
function clock(stepMs: number): () => number {
  let ms = 0;
  return () => (ms += stepMs);
}
/** A replication looks as if it took minutes, or nothing. */
const SLOW_MS = 1000;
const FAST_MS = 1e-6;

/** What a pool was asked to do. */
interface Log {
  threads: number;
  ranges: RunRange[];
  isClosed: boolean;
}

/** Options with a pool that works on this thread. @param fails throws for the chunk that begins there. */
function options(
  given: Partial<ReplicateOptions>,
  fails: ReadonlyMap<number, Error> = new Map(),
): ReplicateOptions & { log: Log } {
  const log: Log = { threads: 0, ranges: [], isClosed: false };
  return {
    log,
    scenario: parseScenario(GOOD),
    captures: new Map(),
    count: 10,
    threads: 2,
    nowMs: clock(SLOW_MS),
    onProgress: () => {},
    openPool: async (threads) => {
      log.threads = threads;
      return {
        run: async (ranges) => {
          log.ranges.push(...ranges);
          const error = fails.get(ranges[0]?.from ?? 0);
          // The later a chunk, the sooner it is there.
          for (let turns = 100 - (ranges[0]?.from ?? 0); turns > 0; turns--) await Promise.resolve();
          if (error !== undefined) throw error;
          return makeRuns(ranges, new Map(), () => {});
        },
        close: async () => void (log.isClosed = true),
      };
    },
    ...given,
  };
}

const test = suite('replicate');

test('one thread, few replications and short ones need no pool', async () => {
  for (const given of [{ threads: 1 }, { count: 1 }, { nowMs: clock(FAST_MS) }]) {
    const all = options(given);
    assert.is((await replicate(all)).length, all.count);
    assert.is(all.log.threads, 0);
  }
});

test('replications are handed out in order, each once, and come back in order', async () => {
  for (const stepMs of [SLOW_MS, 0.1]) {
    const all = options({ count: 100, threads: 3, nowMs: clock(stepMs) });
    const table = await replicate(all);
    const { isClosed, ranges, threads } = all.log;
    assert.equal([isClosed, threads], [true, 3]);
    const numbers = ranges.flatMap(({ from, count }) => Array.from({ length: count }, (_, i) => from + i));
    // What this thread has finished before is not made again.
    const [first = 0] = numbers;
    assert.equal(
      numbers,
      Array.from({ length: 100 - first }, (_, i) => first + i),
    );
    const alone = await replicate(options({ count: 100, threads: 1 }));
    assert.ok(isDeepStrictEqual([...table], [...alone]));
  }
});

test('a chunk is worth its message: many replications if they are short, one if they are long', async () => {
  const long = options({ count: 6 });
  await replicate(long);
  assert.equal(new Set(long.log.ranges.map(({ count }) => count)), new Set([1]));
  const short = options({ count: 300, nowMs: clock(0.005) });
  await replicate(short);
  const [first] = short.log.ranges;
  assert.ok((first?.count ?? 0) > 1 && (first?.count ?? 0) < 50, `${first?.count}`);
});

test('there are no more threads than replications', async () => {
  const all = options({ count: 3, threads: 64 });
  await replicate(all);
  assert.is(all.log.threads, 3);
});

test('of several replications that fail the first is told, whichever failed first', async () => {
  const fails = new Map([
    [2, new CapacityError('limits.x', 'the earlier')],
    [3, new CapacityError('limits.x', 'the later')],
  ]);
  const all = options({ threads: 4 }, fails);
  try {
    await replicate(all);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'the earlier');
  }
  assert.is(all.log.isClosed, true);
  assert.ok(all.log.ranges.length < 10, 'nothing more is begun');
});

test('progress counts finished replications and parts of those under way, and never falls', async () => {
  const heard: number[] = [];
  await replicate(options({ threads: 1, count: 3, onProgress: (runs) => heard.push(runs) }));
  assert.equal([heard[0], heard.at(-1)], [1 / 1000, 3]);
  assert.equal(
    heard,
    heard.toSorted((a, b) => a - b),
  );
});

test('where no threads are to be had, this one makes all', async () => {
  const all = await replicate(options({ openPool: async () => null }));
  const alone = await replicate(options({ threads: 1 }));
  assert.ok(isDeepStrictEqual([...all], [...alone]));
});

for (const [name, count] of [
  ['five-syns-select-server', 7],
  ['slow-flood-backlog-128', 3],
  ['replay-recorded-handshakes', 5],
  ['replay-real-flood', 3],
] as const) {
  test(`${name}: the same bytes from one thread, from two, and when threads die`, async () => {
    const { files, scenario } = loadScenario(`scenarios/${name}.yaml`, [], undefined, new Map());
    const captures = readCaptures(scenario, files);
    const texts = async (given: Partial<ReplicateOptions>): Promise<string> => {
      const results = await replicate(options({ scenario, captures, count, ...given }));
      const context = { scenarioHash: '', settings: [], skip: scenario.skip };
      return JSON.stringify(resultFiles(results, context, estimate(results)));
    };
    const alone = await texts({ threads: 1 });
    const openThreads: ReplicateOptions['openPool'] = async (threads) => openPool({ threads, captures });
    assert.ok((await texts({ openPool: openThreads })) === alone, 'two threads');
    const deaths = new Map([...captures, [DEATHS, Float64Array.of(DeathBy.Exit, 2)]]);
    const program = new URL('../support/dying-thread.js', import.meta.url);
    const openDying: ReplicateOptions['openPool'] = async (threads) => openPool({ threads, captures: deaths, program });
    assert.ok((await texts({ openPool: openDying })) === alone, 'threads that die');
  });
}

test('a run that passes a limit in a thread stops as it does here', async () => {
  const scenario = parseScenario(`limits: { events: 100 }\n${GOOD}`);
  const openThreads: ReplicateOptions['openPool'] = async (threads) => openPool({ threads, captures: new Map() });
  const [one, two] = await Promise.all([
    replicate(options({ scenario, threads: 1 })),
    replicate(options({ scenario, openPool: openThreads })),
  ]);
  assert.ok(isDeepStrictEqual([...two], [...one]));
  assert.ok([...two].some(({ stop }) => stop?.limit === 'limits.events'));
});

test.run();
