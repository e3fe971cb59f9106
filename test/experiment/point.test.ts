import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { estimate } from '../../src/experiment/estimates.ts';
import { metricIssue, metricsOf, runPoint } from '../../src/experiment/point.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { runScenario } from '../../src/simulation/simulate.ts';
import { GOOD } from '../support/scenario.ts';

const scenario = parseScenario(GOOD.replace('poisson(1/s)', 'poisson(20/s)'));
const captures = new Map<string, Float64Array>();
const runs = (count: number) =>
  Array.from({ length: count }, (_, replication) => runScenario({ scenario, captures, replication }));
const test = suite('one point of an experiment');

test('a fixed number of replications gives their estimates', () => {
  const point = runPoint(scenario, captures, { replications: 5, until: [] });
  assert.equal(point, { metrics: estimate(runs(5)).metrics, replications: 5, stoppedBy: null });
});

test('until a metric is known: not before ten replications, no sooner and no later than it is', () => {
  const until = (relative: number) =>
    runPoint(scenario, captures, { replications: 200, until: [{ metric: 'users.started', relative }] });
  const started = (count: number) => estimate(runs(count)).metrics.find(({ path }) => path === 'users.started')!;
  const isPrecise = (count: number, relative: number): boolean => {
    const { halfWidth, mean } = started(count);
    return halfWidth! <= (relative / (1 + relative)) * mean!;
  };
  assert.is(until(0.5).replications, 10);
  const { replications } = until(0.02);
  assert.ok(replications > 10 && replications < 200, String(replications));
  assert.ok(isPrecise(replications, 0.02) && !isPrecise(replications - 1, 0.02));
});

test('a metric that is never known ends at the bound', () => {
  const until = [{ metric: 'users.nothing', relative: 0.1 }];
  assert.is(runPoint(scenario, captures, { replications: 12, until }).replications, 12);
});

test('a limit is told, and what was done until then counts', () => {
  const stopping = { ...scenario, limits: { ...scenario.limits, events: 50 } };
  const { metrics, stoppedBy } = runPoint(stopping, captures, { replications: 2, until: [] });
  assert.is(stoppedBy, 'limits.events');
  assert.is(metrics.find(({ path }) => path === 'users.started')?.n, 2);
});

test('the metrics of a scenario are those that its runs have', () => {
  const known = metricsOf(scenario, captures);
  assert.equal(
    known,
    runs(1)[0]!.metrics.map(({ path, unit }) => ({ path, unit })),
  );
});

test('a metric that is none is told of with the one that was meant', () => {
  const issue = (name: string): string => {
    const found = metricIssue(metricsOf(scenario, captures), name, '--until');
    return found === null ? 'fine' : `${found.where}: expected ${found.expected}, received ${found.received}`;
  };
  assert.is(issue('users.unserved'), 'fine');
  assert.is(issue('server.accept_errors.EINTR'), 'fine');
  assert.match(issue('users.unservd'), /^--until: expected .*did you mean users\.unserved\?/);
  assert.match(issue('unserved'), /did you mean users\.unserved\?/);
  assert.match(issue('users.connect_ms'), /one metric: users\.connect_ms\.p50, .*p99/);
  assert.match(issue(''), /received nothing$/);
});
test.run();
