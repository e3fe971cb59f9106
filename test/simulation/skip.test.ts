import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { PoissonSpan } from '../../src/traffic/arrivals/poisson-span.ts';
import { counts } from '../support/counts.ts';

/** Standard deviations that one of some hundred figures may be off (Bonferroni, 99.9 %). */
const Z_MAX = 4.5;
const CAPTURE = 'captures/stopddos-synflood-spoofed.csv';
const FILES = new Map([[CAPTURE, readFileSync(`scenarios/${CAPTURE}`)]]);

const STACKS: Readonly<Record<string, string>> = {
  'linux-1.2': '{ stack: linux-1.2, listen: { backlog: 7 }, linux12: { hz: 100 }, accept: { mode: poll, period: 3s } }',
  'linux-1.2 without ticks, acceptor asleep':
    '{ stack: linux-1.2, listen: { backlog: 7 }, linux12: { tick: false }, accept: { mode: blocking, workers: 2 } }',
  'classic, table full': '{ stack: classic, classic: { slots: 20, hold: exponential(400ms) } }',
  'freebsd, cookies only':
    '{ stack: freebsd-14, sysctl: { net.inet.tcp.syncookies_only: 1 }, listen: { backlog: 3 }, accept: { mode: poll, period: 3s } }',
  'freebsd, paused now and then':
    '{ stack: freebsd-14, sysctl: { net.inet.tcp.syncache.hashsize: 16 }, accept: { service: exponential(300ms) } }',
  'linux-6.18, SYN queue full':
    '{ stack: linux-6.18, sysctl: { net.ipv4.tcp_syncookies: 0 }, listen: { backlog: 16 }, accept: { mode: poll, period: 3s } }',
  'linux-6.18, cookies': '{ stack: linux-6.18, listen: { backlog: 16 }, accept: { service: exponential(300ms) } }',
  'linux-6.18, accept queue full': '{ stack: linux-6.18, listen: { backlog: 3 }, accept: { mode: poll, period: 3s } }',
  'linux-2.4, last quarter':
    '{ stack: linux-2.4, sysctl: { net.ipv4.tcp_max_syn_backlog: 32 }, accept: { mode: never } }',
  'classic, accept queue full':
    '{ stack: classic, classic: { slots: 500 }, listen: { backlog: 3 }, accept: { service: exponential(300ms) } }',
};

function run(stack: string, arrivals: string, skip: string, replication = 0, extra = ''): RunResult {
  const text = `duration: 30s
skip: ${skip}
${extra}
server: ${STACKS[stack] ?? ''}
traffic:
  users: { kind: clients, arrivals: poisson(2/s), rtt: 10ms }
  flood: { kind: syn-flood, arrivals: "${arrivals}", start: 1s }`;
  return simulate({ scenario: parseScenario(text, 'skip.yaml'), files: FILES, replication });
}

/** All that a run counts, but the work of the simulator itself. */
function outcome(result: RunResult): unknown {
  const { drops, conservation, counters, metrics, series } = result;
  return [drops, conservation, counters, metrics.filter(({ path }) => !path.startsWith('run.')), series];
}

/** Every figure of a run that is a number: counters, and metrics of the sources. */
function figures(result: RunResult): Map<string, number> {
  const own = result.metrics.filter(({ path }) => /^(?:users|flood|listener)\./.test(path));
  return new Map(own.flatMap(({ path, value }) => (value === null ? [] : [[path, value] as const])));
}

/**
 * The largest distance between two laws, in standard errors of paired differences: means, and second moments about
 * the mean of the first. @param pairs of figures, one a seed.
 */
function distance(pairs: readonly (readonly [Map<string, number>, Map<string, number>])[]): [number, string] {
  let worst: [number, string] = [0, ''];
  for (const path of pairs[0]?.[0].keys() ?? []) {
    const both = pairs.flatMap(([a, b]) => {
      const [x, y] = [a.get(path), b.get(path)];
      return x === undefined || y === undefined ? [] : [[x, y] as const];
    });
    const mean = both.reduce((sum, [x]) => sum + x, 0) / both.length;
    for (const power of [1, 2] as const) {
      const moment = (x: number): number => (power === 1 ? x : (x - mean) * (x - mean));
      const z = Math.abs(studentized(both.map(([x, y]) => moment(x) - moment(y))));
      if (z > worst[0]) worst = [z, `${path}, moment ${power}`];
    }
  }
  return worst;
}

function studentized(differences: readonly number[]): number {
  const n = differences.length;
  const mean = differences.reduce((a, b) => a + b, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - mean) * (d - mean), 0) / (n - 1);
  return variance === 0 ? 0 : mean / Math.sqrt(variance / n);
}

const RANDOM = ['poisson(800/s)', 'mmpp(2000/s, 50/s; 300ms, 700ms)'];

function lawDistance(stack: string, arrivals: string): [number, string] {
  const pairs = Array.from({ length: counts.skipSeeds }, (_, seed) => {
    const skipped = run(stack, arrivals, 'auto', seed);
    assert.ok(skipped.skippedSyns > 0 || /asleep/.test(stack));
    return [figures(run(stack, arrivals, 'off', seed)), figures(skipped)] as const;
  });
  return distance(pairs);
}

const test = suite('exact skipping');

for (const stack of Object.keys(STACKS)) {
  for (const arrivals of RANDOM) {
    test(`${stack}: the same law as every packet simulated, ${arrivals}`, () => {
      const [z, path] = lawDistance(stack, arrivals);
      assert.ok(z < Z_MAX, `${path}: ${z} standard errors`);
    });
  }
  const exact = ['periodic(997/s)', 'periodic(1e9/s)', 'batch(poisson(20/s), geometric(40))', `capture(${CAPTURE})`];
  for (const arrivals of [...exact, 'burst(3000)', 'schedule(0s, 0s, 1s, 1s, 2500ms, 2500ms, 3s)']) {
    test(`${stack}: the same to the last count, ${arrivals}`, () => {
      const forS = arrivals === 'periodic(1e9/s)' ? 'limits: { events: 20000 }' : '';
      const [off, auto] = ['off', 'auto'].map((skip) => run(stack, arrivals, skip, 0, forS));
      if (forS === '') assert.equal(outcome(auto as RunResult), outcome(off as RunResult));
    });
  }
}

test('a skip that forgets one SYN in a window is found out', () => {
  const real = Object.getOwnPropertyDescriptor(PoissonSpan.prototype, 'takeTo') ?? {};
  const takeTo = real.value as (this: PoissonSpan, atNs: number) => number;
  try {
    Object.defineProperty(PoissonSpan.prototype, 'takeTo', {
      ...real,
      value(this: PoissonSpan, atNs: number) {
        return Math.max(0, takeTo.call(this, atNs) - 1);
      },
    });
    // A flood that is modulated a little: one that is modulated much varies too much for one SYN a window to show.
    for (const arrivals of ['poisson(800/s)', 'mmpp(900/s, 700/s; 300ms, 700ms)']) {
      assert.ok(lawDistance('classic, table full', arrivals)[0] > 2 * Z_MAX);
    }
  } finally {
    Object.defineProperty(PoissonSpan.prototype, 'takeTo', real);
  }
});

test('counting one by one is simulating one by one: a flood from a huge pool of addresses gives the same', () => {
  for (const stack of [
    'linux-1.2',
    'linux-6.18, SYN queue full',
    'classic, table full',
    'classic, accept queue full',
  ]) {
    for (const arrivals of [...RANDOM, 'periodic(997/s)']) {
      const counted = run(stack, arrivals, 'off');
      const text = `pool: 4000000000`;
      const scenario = parseScenario(
        `duration: 30s\nserver: ${STACKS[stack] ?? ''}
traffic:
  users: { kind: clients, arrivals: poisson(2/s), rtt: 10ms }
  flood: { kind: syn-flood, arrivals: "${arrivals}", start: 1s, ${text} }`,
        'pool.yaml',
      );
      const sent = simulate({ scenario, files: FILES });
      assert.equal(outcome(counted), outcome(sent));
      assert.is(counted.eventCount, sent.eventCount);
    }
  }
});

test('samples change no total, and see a flood grow evenly between them', () => {
  const totals = ['sample: 30s', 'sample: 1s', 'sample: 7ms'].map((sample) => {
    const result = run('classic, table full', 'poisson(800/s)', 'auto', 0, sample);
    return outcome({ ...result, series: { columns: [], timeNs: new Float64Array(0), values: [] } });
  });
  assert.equal(totals[1], totals[0]);
  assert.equal(totals[2], totals[0]);
  const { series } = run('linux-1.2', 'poisson(50kpps)', 'auto', 0, 'sample: 1s');
  const sent = series.values[series.columns.indexOf('flood.sent')] ?? new Float64Array(0);
  for (let row = 3; row < sent.length; row++) {
    const inOneS = (sent[row] ?? 0) - (sent[row - 1] ?? 0);
    assert.ok(Math.abs(inOneS - 50_000) < 5 * Math.sqrt(50_000), `${inOneS} in second ${row}`);
  }
});

test('the first refusal after the warm-up keeps its instant', () => {
  const [auto, off] = ['auto', 'off'].map((skip) => run('linux-1.2', 'periodic(997/s)', skip, 0, 'warmup: 10s'));
  assert.equal(auto?.drops, off?.drops);
});

test('limits: a skipped flood has few events, and a counted one as many as SYNs', () => {
  const limited = (skip: string): RunResult =>
    run('linux-1.2', 'periodic(100kpps)', skip, 0, 'limits: { events: 50000 }');
  assert.is(limited('auto').stop, null);
  const stopped = limited('off');
  assert.is(stopped.stop?.limit, 'limits.events');
  assert.is(stopped.eventCount, 50_000);
  assert.ok(stopped.conservation.ok);
});
test.run();
