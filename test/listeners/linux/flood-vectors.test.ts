/**
 * H3 and H4 of the model: a saturated SYN queue under pruning, with exact timers. The vectors are one run each; here the
 * mean of a few seeds has to agree.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';

const SEEDS = 4;
/** H3: of rates. */
const WITHIN = 0.03;
/** H4: of shares. Between seeds they vary by 0.01 to 0.03. */
const SHARE_WITHIN = 0.03;
/** A client is served in the time of its eleven SYNs, or not at all. */
const LAST_TRY_S = 150;

const test = suite('linux: floods');

interface Flood {
  readonly backlog: number;
  readonly synsPerS: number;
}

function run({ backlog, synsPerS }: Flood, times: string, users: string, replication: number): Map<string, number> {
  const text = `${times}
server:
  stack: linux-6.13
  listen: { backlog: ${backlog} }
  sysctl: { net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_max_syn_backlog: 1000000 }
traffic:
  flood: { kind: syn-flood, arrivals: poisson(${synsPerS}/s) }
  users: { kind: clients, ${users} }`;
  const { metrics } = simulate({ scenario: parseScenario(text), files: new Map(), replication });
  return new Map(metrics.map(({ path, value }) => [path, value ?? 0]));
}

/** What the seeds give for `flood` once it has gone on for 100 s. */
function steady(flood: Flood, durationS: number): Map<string, number>[] {
  const times = `duration: ${durationS}s\nwarmup: 100s`;
  return seeds((seed) => run(flood, times, 'arrivals: burst(1)', seed));
}

/** Clients of `stack`, 20/s for 100 s. When they come was not handed down: from 50 s on; from 100 s on up to 0.04 more get in. */
function withClients(flood: Flood, stack: string): Map<string, number>[] {
  const users = `stack: ${stack}, arrivals: poisson(20/s), start: 50s, until: 150s, rtt: 50ms`;
  return seeds((seed) => run(flood, `duration: ${150 + LAST_TRY_S}s`, users, seed));
}

function seeds<T>(of: (seed: number) => T): T[] {
  return Array.from({ length: SEEDS }, (_, seed) => of(seed));
}

function meanOf(runs: readonly Map<string, number>[], of: (run: (path: string) => number) => number): number {
  return runs.reduce((sum, metrics) => sum + of((path) => metrics.get(path) ?? NaN), 0) / runs.length;
}

test('H3: a saturated queue admits about as many SYNs a second, whatever their rate', () => {
  for (const [backlog, synsPerS, perS] of [
    [128, 1000, 15.6],
    [128, 10_000, 15.6],
    [1024, 1000, 117],
    [1024, 10_000, 117],
    [4096, 10_000, 458],
  ] as const) {
    const rate = meanOf(steady({ backlog, synsPerS }, 300), (of) => of('flood.admitted') / 200);
    assert.ok(Math.abs(rate / perS - 1) <= WITHIN, `${backlog} ${synsPerS}: ${rate}`);
  }
});

test('H3: requests of a saturated queue of 128 live for 8.3 s in the mean', () => {
  const runs = steady({ backlog: 128, synsPerS: 1000 }, 300);
  const lifeS = meanOf(runs, (of) => (of('listener.syn_queue.mean') * 200) / of('flood.admitted'));
  assert.ok(Math.abs(lifeS / 8.3 - 1) <= WITHIN, `${lifeS}`);
});

test('H3: where the flood is a few times what the queue bears, it has two rhythms, and the vector lies between them', () => {
  for (const [backlog, synsPerS, perS, slow, fast] of [
    [128, 100, 15.6, 13.2, 15.9],
    [4096, 1000, 399, 370, 455],
  ] as const) {
    for (const metrics of steady({ backlog, synsPerS }, 300)) {
      const rate = (metrics.get('flood.admitted') ?? NaN) / 200;
      assert.ok(rate >= slow * (1 - WITHIN) && rate <= fast * (1 + WITHIN), `${backlog} ${synsPerS}: ${rate}`);
      assert.ok(perS >= slow && perS <= fast);
    }
  }
});

test('H3: 10 SYNs a second fill a queue of 128 hardly ever, since it is pruned; unpruned, four of five were refused', () => {
  const refused = meanOf(steady({ backlog: 128, synsPerS: 10 }, 1000), (of) => of('flood.refused') / of('flood.sent'));
  assert.ok(refused < 0.002, `${refused}`);
});

test('H4: how many clients get in beside a flood, and when', () => {
  for (const [backlog, synsPerS, before, since, medianBeforeS, medianSinceS] of [
    [128, 50, 0.86, 0.95, null, null],
    [128, 100, 0.62, 0.8, 3.05, 3.05],
    [128, 1000, 0.09, 0.12, null, null],
    [1024, 500, 0.83, 0.96, 3.05, 2.05],
    [1024, 1000, 0.57, 0.83, null, null],
    [4096, 1000, 0.94, 0.999, 1.05, 1.05],
    [4096, 5000, 0.47, 0.69, null, null],
  ] as const) {
    for (const [stack, share, medianS] of [
      ['linux-3.10', before, medianBeforeS],
      ['linux-6.5', since, medianSinceS],
    ] as const) {
      const runs = withClients({ backlog, synsPerS }, stack);
      const served = meanOf(runs, (of) => of('users.served') / of('users.started'));
      const name = `${backlog} slots, ${synsPerS} SYNs/s, ${stack}`;
      assert.ok(Math.abs(served - share) <= SHARE_WITHIN, `${name}: ${served} for ${share}`);
      if (medianS === null) continue; // none was told, or half of the seeds are on either side of two tries
      const medians = runs.map((metrics) => (metrics.get('users.connect_ms.p50') ?? NaN) / 1000);
      const median = medians.toSorted((a, b) => a - b)[SEEDS >> 1] ?? NaN;
      assert.ok(Math.abs(median - medianS) < 0.01, `${name}: ${median} s for ${medianS} s`);
    }
  }
});
test.run();
