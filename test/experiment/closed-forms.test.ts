import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { logFactorial, RandomStream } from '../../src/engine/random.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { erlangB, type Exact, md1k, mm1k } from '../support/closed-forms.ts';
import { counts } from '../support/counts.ts';

const SEEDS = 10;
/** Student's t with 9 degrees of freedom at 99.9 %, two-sided: what separates chance from a wrong model. */
const T_9_999 = 4.78;
/** Losses that are rarer than this are not compared: ten runs see too few of them. */
const BLOCKING_MIN = 1e-5;
/** Wire bytes of a SYN: at this rate a link takes 1 ms for it. */
const SYN_BITS = 672;

interface Point {
  readonly id: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly results: Readonly<Record<string, string>>;
}

const POINTS = (JSON.parse(readFileSync('test/golden/formula-points.json', 'utf8')) as { points: Point[] }).points;

/** A closed-form point as a scenario, and where its figures stand among the metrics. */
interface Case {
  readonly name: string;
  readonly exact: Exact;
  readonly yaml: (seed: number) => string;
  readonly refused: readonly string[];
  readonly offered: string;
  readonly occupancy: readonly string[];
  readonly sojournMs: string | null;
}

function numbersOf(point: Point): Record<string, number> {
  return Object.fromEntries(Object.entries(point.params).map(([name, value]) => [name, Number(value)]));
}

/** Warm-up of 20 stays, then as many seconds as `formulaArrivals` arrivals take. */
function head(lambda: number, staySeconds: number): string {
  const warmupMs = Math.ceil(20 * staySeconds * 1000);
  return window(warmupMs, warmupMs + measuredMs(lambda, staySeconds));
}

/** As long as `formulaArrivals` arrivals take; no run is longer than 104 days. */
function measuredMs(lambda: number, staySeconds: number): number {
  return Math.min(8e9, Math.ceil(1000 * Math.max(counts.formulaArrivals / lambda, 20 * staySeconds)));
}

function window(warmupMs: number, durationMs: number): string {
  return `duration: ${durationMs}ms\nwarmup: ${warmupMs}ms\nsample: ${durationMs}ms`;
}

/**
 * Fixed holds keep the pattern of their start for ever when all slots are busy, so a run must start stationary:
 * n from the law of the loss system, and n holds whose rests are independent and uniform. Whoever came at u in
 * [0, hold) has u left at the end of the first hold.
 */
function stationaryStartNs(c: number, lambda: number, hold: number, seed: number): number[] {
  const stream = new RandomStream(`stationary start ${c} ${lambda} ${seed}`);
  const n = truncatedPoisson(stream, lambda * hold, c);
  const atNs = Array.from({ length: n }, () => Math.floor(stream.uniform() * hold * 1e9));
  return atNs.sort((a, b) => a - b);
}

/** A Poisson number, given that it is at most c. */
function truncatedPoisson(stream: RandomStream, mean: number, c: number): number {
  const weights = Array.from({ length: c + 1 }, (_, n) => Math.exp(n * Math.log(mean) - mean - logFactorial(n)));
  let left = stream.uniform() * weights.reduce((a, b) => a + b, 0);
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  );
}

function erlangCase(c: number, lambda: number, hold: number, law: 'fixed' | 'exponential', slots = c): Case {
  const server = `server: { stack: classic, classic: { slots: ${slots}, hold: ${law}(${hold}s) }, listen: { backlog: 1 }, accept: { mode: never } }`;
  return {
    name: `F5 c=${c} lambda=${lambda} hold=${law}(${hold}s)`,
    exact: erlangB(c, lambda * hold),
    yaml: (seed) =>
      law === 'exponential'
        ? `${head(lambda, hold)}\n${server}\ntraffic: { flood: { kind: syn-flood, arrivals: poisson(${lambda}/s) } }`
        : `${window(hold * 1000, hold * 1000 + measuredMs(lambda, hold))}
${server}
traffic:
  present: { kind: syn-flood, arrivals: "schedule(${stationaryStartNs(c, lambda, hold, seed)
    .map((ns) => `${ns}ns`)
    .join(', ')})" }
  flood: { kind: syn-flood, arrivals: poisson(${lambda}/s), start: ${hold}s }`,
    refused: ['flood.refused'],
    offered: 'flood.sent',
    occupancy: ['listener.syn_queue.mean'],
    sojournMs: null,
  };
}

function linkCase(lambda: number, d: number, k: number, queue = k - 1): Case {
  return {
    name: `F3 lambda=${lambda} D=${d} K=${k}`,
    exact: md1k(lambda, d, k),
    yaml: () => `${head(lambda, k * d * 20)}
server: { stack: classic, classic: { slots: 1, hold: fixed(1s) }, listen: { backlog: 1 }, accept: { mode: never } }
links: { line: { rate: ${SYN_BITS / d}bps, delay: 1ms, queue: ${queue} packets } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(${lambda}/s), link: line } }`,
    refused: ['link.line.dropped_queue'],
    offered: 'link.line.sent',
    occupancy: ['link.line.queue.mean'],
    sojournMs: 'link.line.sojourn_ms.mean',
  };
}

function workerCase(lambda: number, mu: number, k: number): Case {
  // How long the queue remembers its start: 1 / the gap of the birth-death chain, and the time to fill it up.
  const root = Math.sqrt(lambda / mu);
  const relaxation = 1 / (mu * ((1 - root) * (1 - root) + 4 * root * Math.sin(Math.PI / (2 * (k + 1))) ** 2));
  const fill = lambda > mu ? k / (lambda - mu) : 0;
  return {
    name: `F1 lambda=${lambda} mu=${mu} K=${k}`,
    exact: mm1k(lambda, mu, k),
    yaml: () => `${head(lambda, relaxation + fill)}
server:
  stack: classic
  classic: { slots: 100000, hold: fixed(1s) }
  listen: { backlog: ${k - 1} }
  accept: { mode: blocking, workers: 1, service: exponential(${1e9 / mu}ns), reply: 100B, close: true }
traffic: { users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(${lambda}/s), rtt: 0s, speaks: false } }`,
    refused: ['users.syns_refused'],
    offered: 'users.syns_sent',
    occupancy: ['listener.accept_queue.mean', 'server.busy_fraction'],
    sojournMs: 'users.response_ms.mean',
  };
}

interface Measured {
  readonly blocking: number;
  readonly occupancy: number;
  readonly sojournS: number | null;
}

function measure(one: Case, seed: number): Measured {
  const scenario = parseScenario(one.yaml(seed), 'point.yaml', [], { seed: String(seed) });
  const result = simulate({ scenario, files: new Map() });
  const values = new Map(result.metrics.map(({ path, value }) => [path, value]));
  const sum = (paths: readonly string[]): number =>
    paths.reduce((total, path) => {
      const value = values.get(path);
      if (typeof value !== 'number') throw new RangeError(`no metric ${path}`);
      return total + value;
    }, 0);
  return {
    blocking: sum(one.refused) / sum([one.offered]),
    occupancy: sum(one.occupancy),
    sojournS: one.sojournMs === null ? null : sum([one.sojournMs]) / 1000,
  };
}

/** Distance of the mean of ten seeds from `exact`, in standard errors; above 4.78 the model is wrong. */
function distance(values: readonly number[], exact: number): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
  return Math.abs(mean - exact) / Math.sqrt(variance / values.length);
}

/** What of `one` disagrees with its formula, in words. */
function disagreements(one: Case): string[] {
  const runs = Array.from({ length: SEEDS }, (_, seed) => measure(one, seed + 1));
  const wrong: string[] = [];
  const compare = (what: string, values: readonly number[], exact: number): void => {
    const errors = distance(values, exact);
    if (!(errors <= T_9_999))
      wrong.push(`${what}: ${values.join(' ')} against ${exact} (${errors.toFixed(2)} standard errors)`);
  };
  const { exact } = one;
  const blocking = runs.map((run) => run.blocking);
  if (exact.blocking >= BLOCKING_MIN) compare('blocking', blocking, exact.blocking);
  else if (blocking.some((share) => share > 10 * BLOCKING_MIN)) wrong.push(`blocking: ${blocking.join(' ')}`);
  compare(
    'occupancy',
    runs.map((run) => run.occupancy),
    exact.occupancy,
  );
  if (exact.sojournS !== null)
    compare(
      'wait',
      runs.map((run) => run.sojournS ?? NaN),
      exact.sojournS,
    );
  return wrong;
}

function near(actual: number, published: string | undefined, what: string): void {
  const expected = Number(published);
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.abs(expected) + 1e-15,
    `${what}: ${actual}, published ${expected}`,
  );
}

const test = suite('closed forms');

test('the formulas of the tests give the published points', () => {
  for (const point of POINTS) {
    const { c = 0, lambda_ = 0, T_hold = 0, mu = 0, K = 0, D = 0 } = numbersOf(point);
    if (point.id === 'F5') {
      const { blocking, occupancy } = erlangB(c, lambda_ * T_hold);
      near(blocking, point.results['P_block'], 'F5 blocking');
      near(occupancy, point.results['mean_occupancy'], 'F5 occupancy');
    } else if (point.id === 'F1' || point.id === 'F3') {
      const { blocking, occupancy, sojournS } = point.id === 'F1' ? mm1k(lambda_, mu, K) : md1k(lambda_, D, K);
      near(blocking, point.results['P_block'], `${point.id} blocking`);
      near(occupancy, point.results['L'], `${point.id} occupancy`);
      near(sojournS ?? NaN, point.results['W_accepted'], `${point.id} wait`);
    }
  }
});

for (const point of POINTS) {
  const { c = 0, lambda_ = 0, T_hold = 0, mu = 0, K = 0, D = 0 } = numbersOf(point);
  const cases: Case[] = [];
  if (point.id === 'F5') {
    for (const law of ['fixed', 'exponential'] as const) cases.push(erlangCase(c, lambda_, T_hold, law));
  }
  if (point.id === 'F3') cases.push(linkCase(lambda_, D, K));
  if (point.id === 'F1') cases.push(workerCase(lambda_, mu, K));
  for (const one of cases) test(`${one.name}: ten seeds agree`, () => assert.equal(disagreements(one), []));
}

test('one packet more in the queue, or one slot more, is noticed', () => {
  assert.ok(disagreements(linkCase(900, 0.001, 10, 10)).length > 0);
  assert.ok(disagreements(erlangCase(8, 0.1, 75, 'fixed', 9)).length > 0);
  assert.ok(disagreements(erlangCase(128, 2, 63, 'exponential', 129)).length > 0);
});
test.run();
