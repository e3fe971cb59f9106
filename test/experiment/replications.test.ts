import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Estimate, estimate } from '../../src/experiment/estimates.ts';
import { total } from '../../src/experiment/replications.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Metric, RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const TEXT = `duration: 30s
server: { stack: linux-1.2, listen: { backlog: 2 } }
links: { wan: { loss: 30% } }
traffic:
  users: { kind: clients, arrivals: poisson(2/s), link: wan }
  flood: { kind: syn-flood, arrivals: poisson(1/s) }
`;

function replications(n: number): [RunResult, ...RunResult[]] {
  const scenario = parseScenario(TEXT, 'test.yaml');
  const results = Array.from({ length: n }, (_, replication) => simulate({ scenario, files: new Map(), replication }));
  return results as [RunResult, ...RunResult[]];
}

/** Runs that differ in one metric only. */
function withValues(unit: string, ...values: (number | null | undefined)[]): RunResult[] {
  const [run] = replications(1);
  return values.map((value): RunResult => {
    const metrics: Metric[] = value === undefined ? [] : [{ path: 'x', unit, value }];
    return { ...run, metrics };
  });
}

function metricsOf(results: readonly RunResult[]): readonly Estimate[] {
  return estimate(results).metrics;
}

const test = suite('replications');

test('mean and half-width of the 95 % interval of Student', () => {
  // Mean 2, s = 1, n = 3: 4.302653 (t, 2 degrees of freedom, 0.975) / sqrt(3).
  const [e] = metricsOf(withValues('s', 1, 2, 3));
  assert.equal([e?.mean, e?.n, e?.halfWidth?.toFixed(5)], [2, 3, '2.48414']);
});

test('one value has no interval, none has no mean, and equal ones an interval of 0', () => {
  assert.equal(metricsOf(withValues('s', 7)), [{ path: 'x', unit: 's', mean: 7, halfWidth: null, n: 1 }]);
  assert.equal(metricsOf(withValues('s', null, null)), [{ path: 'x', unit: 's', mean: null, halfWidth: null, n: 0 }]);
  assert.equal(metricsOf(withValues('s', 4, null, 4)), [{ path: 'x', unit: 's', mean: 4, halfWidth: 0, n: 2 }]);
});

test('calls that a run never made count 0 there', () => {
  assert.is(metricsOf(withValues('calls', 3, undefined, undefined))[0]?.mean, 1);
});

test('counters have means too; one that a run lacks counts 0 there', () => {
  const [run] = replications(1);
  const results = [
    { ...run, counters: [{ name: 'x', value: 4 }] },
    { ...run, counters: [] },
  ];
  assert.equal(
    estimate(results).counters.map(({ path, mean, n }) => [path, mean, n]),
    [['x', 2, 2]],
  );
});

test('the total adds clients, SYNs, drops and the SYN account; the first refusal is the earliest', () => {
  const results = replications(4);
  const all = total(results);
  const sum = (read: (result: RunResult) => number): number => results.reduce((s, r) => s + read(r), 0);
  const value = (result: RunResult, path: string): number | null =>
    result.metrics.find((m) => m.path === path)?.value ?? null;
  assert.is(
    value(all, 'users.served'),
    sum((r) => value(r, 'users.served') ?? 0),
  );
  assert.is(value(all, 'users.connect_ms.p50'), null);
  assert.is(
    all.conservation.synsSent,
    sum((r) => r.conservation.synsSent),
  );
  assert.is(
    all.conservation.terms.reduce((s, term) => s + term.count, 0),
    all.conservation.synsSent,
  );
  const [refused] = all.drops.filter((drop) => drop.cause === 'backlog_full');
  const each = results.flatMap((r) => r.drops.filter((drop) => drop.cause === 'backlog_full'));
  assert.is(
    refused?.count,
    each.reduce((s, drop) => s + drop.count, 0),
  );
  assert.is(refused?.firstAtNs, Math.min(...each.map((drop) => drop.firstAtNs ?? Infinity)));
  // Losses to the server and to the clients stay two rows.
  assert.is(all.drops.filter((drop) => drop.cause === 'link_loss').length, 2);
});

test('the total of one run is that run', () => {
  const [run] = replications(1);
  assert.is(total([run]), run);
});
test.run();
