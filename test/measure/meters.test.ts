import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Counters } from '../../src/engine/counters.ts';
import { Gauges } from '../../src/engine/gauges.ts';
import { Loop } from '../../src/engine/loop.ts';
import { Baseline } from '../../src/measure/baseline.ts';
import { accountForSyns } from '../../src/measure/conservation.ts';
import { Latency } from '../../src/measure/latency.ts';
import { Series } from '../../src/measure/series.ts';
import { SynTransit } from '../../src/network/syn-transit.ts';
import { COMMON_GAUGES } from '../../src/listeners/listener.ts';
import { SynFate, SynLedger } from '../../src/listeners/syn-ledger.ts';
import { Dice } from '../support/event-queue-suite.ts';

const test = suite('meters');

test('latency: quantiles to 1/2048, exact mean and maximum, from 1 ns to hours', () => {
  const dice = new Dice(4);
  const latency = new Latency();
  const values: number[] = [];
  for (let i = 0; i < 50_000; i++) {
    let scale = 1;
    for (let decade = dice.next(9); decade > 0; decade--) scale *= 10;
    values.push((1 + dice.next(9999)) * scale);
  }
  for (const value of values) latency.record(value);
  const sorted = values.toSorted((a, b) => a - b);
  for (const percent of [1, 10, 50, 90, 99, 99.9, 100]) {
    const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
    const measured = latency.quantileNs(percent) ?? 0;
    assert.ok(Math.abs(measured / exact - 1) <= 1 / 2048, `p${percent}: ${measured} for ${exact}`);
  }
  assert.is(latency.maxNs(), sorted.at(-1));
  assert.is(latency.meanNs(), values.reduce((a, b) => a + b, 0) / values.length);
});

test('latency: no quantile is below the minimum or above the maximum', () => {
  for (const onlyNs of [1_000_001, 1_000_999, 10_004_999_999, 3 * 2 ** 40 + 1]) {
    const latency = new Latency();
    latency.record(onlyNs);
    for (const percent of [0.001, 50, 100]) assert.is(latency.quantileNs(percent), onlyNs);
    latency.record(onlyNs * 4);
    for (const percent of [0.001, 50, 100]) {
      const quantileNs = latency.quantileNs(percent) ?? NaN;
      assert.ok(quantileNs >= onlyNs && quantileNs <= onlyNs * 4, `p${percent} ${quantileNs}`);
    }
  }
});

test('latency: more than 256 equal durations do not wrap a bucket; nothing gives null', () => {
  const latency = new Latency();
  assert.equal([latency.quantileNs(50), latency.meanNs(), latency.maxNs()], [null, null, null]);
  for (let i = 0; i < 100_000; i++) latency.record(i < 60_000 ? 5 : 7_000_000);
  const isSeven = (percent: number): boolean => Math.abs((latency.quantileNs(percent) ?? 0) / 7e6 - 1) <= 1 / 2048;
  assert.equal([latency.quantileNs(59.9), isSeven(60.1)], [5, true]);
  latency.record(0);
  assert.equal([latency.quantileNs(0.0001), isSeven(100)], [0, true]);
});

test('series: a row at every multiple of the interval, after everything else of that instant', () => {
  const loop = new Loop();
  const gauges = new Gauges(['queue']);
  const counters = new Counters(['seen', 'late']);
  const series = new Series(loop, 10);
  series.addGauges('', gauges);
  series.addCounters('x.', counters, (index) => (index === 1 ? 7 : 0));
  series.start();
  const type = loop.eventType(
    { onEvent: (_kind, arg) => (gauges.set(0, arg, loop.nowNs), counters.add(0, 1), counters.add(1, 1)) },
    0,
    60_000,
  );
  for (const [atNs, level] of [
    [10, 3],
    [15, 9],
    [20, 4],
  ] as const) {
    loop.schedule(atNs, type, level);
  }
  loop.runUntil(10_000);
  const { columns, timeNs, values } = series.result();
  assert.equal(columns, ['queue', 'x.seen', 'x.late']);
  assert.equal([...timeNs.subarray(0, 4)], [0, 10, 20, 30]);
  assert.equal([...(values[0]?.subarray(0, 4) ?? [])], [0, 3, 4, 4]);
  assert.equal([...(values[1]?.subarray(0, 4) ?? [])], [0, 1, 3, 3]);
  // What is 7 ns late counts at 17 ns what belongs to 10 ns: the events of 10 ns and of 15 ns.
  assert.equal([...(values[2]?.subarray(0, 4) ?? [])], [0, 2, 3, 3]);
  assert.is(series.rowCount, 1001);
  counters.add(1, 5);
  const asked: [number, number][] = [];
  series.finish((lateNs, atNs) => asked.push([lateNs, atNs]));
  assert.equal(asked, [[7, 10_007]]);
  assert.is(series.result().values[2]?.at(-1), 8);
});

test('baseline: what was counted since; levels as they are', () => {
  const counters = new Counters(['count', 'level'], [1]);
  const baseline = new Baseline();
  counters.add(0, 5);
  counters.add(1, 5);
  assert.is(baseline.since(counters, 0), 5);
  baseline.take(counters);
  counters.add(0, 2);
  counters.add(1, -2);
  assert.equal([baseline.since(counters, 0), baseline.since(counters, 1)], [2, 3]);
});

test('conservation: each source must balance for itself, and one SYN too few or too many is noticed', () => {
  const transit = new SynTransit(2);
  const cause = { cause: 'full', text: '', counter: null, setting: null, rule: '' };
  const ledger = new SynLedger(2, [cause], new Gauges(COMMON_GAUGES));
  transit.lose(0);
  transit.drop(0);
  transit.enter(0);
  ledger.record(0, SynFate.Admitted, 1);
  ledger.record(0, SynLedger.refusal(0), 2);
  ledger.record(1, SynFate.Duplicate, 3);
  const account = accountForSyns([5, 1], transit, ledger, false);
  assert.ok(account.ok);
  assert.equal(
    Object.fromEntries(account.terms.filter(({ count }) => count > 0).map(({ name, count }) => [name, count])),
    { lost: 1, dropped_by_link: 1, in_flight: 1, admitted: 1, duplicate: 1, full: 1 },
  );
  assert.not.ok(accountForSyns([4, 2], transit, ledger, false).ok);
  assert.not.ok(accountForSyns([6, 1], transit, ledger, false).ok);
  // Cut short inside an event: one SYN may be under way, not two.
  const cut = accountForSyns([6, 1], transit, ledger, true);
  const inFlight = (a: typeof account): number | undefined => a.terms.find((t) => t.name === 'in_flight')?.count;
  assert.equal([cut.ok, inFlight(cut)], [true, (inFlight(account) ?? NaN) + 1]);
  assert.not.ok(accountForSyns([6, 2], transit, ledger, true).ok);
});
test.run();
