import { stringify } from 'csv-stringify/sync';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { metricsOf } from '../../src/experiment/point.ts';
import { makePoints, unpackPoints } from '../../src/experiment/point-chunk.ts';
import { ScenarioBase } from '../../src/scenario/base.ts';
import { fromCsvLine, toCsvLine } from '../../src/report/csv.ts';
import { SweepRows } from '../../src/report/sweep-rows.ts';

const METRICS = [
  { path: 'users.unserved', unit: 'clients' },
  { path: 'users.connect_ms.p99', unit: 'ms' },
];
const rows = new SweepRows(['a.b', 'c'], METRICS);
const outcome = {
  point: 7,
  replications: 3,
  problem: null,
  metrics: [
    { path: 'users.unserved', unit: 'clients', mean: 1e-7, halfWidth: 0.1 + 0.2, n: 3 },
    { path: 'users.connect_ms.p99', unit: 'ms', mean: null, halfWidth: null, n: 0 },
  ],
};
const VALUES = ['1', 'erlang(2, "1 ms")'];
const test = suite('rows of a sweep');

test('lines are what the library writes, and are read back', () => {
  for (const cells of [['a', 'b,c', 'd"e"', '', ' f ', '"'], ['', ''], ['"",""', '\n', 'x\r'], ['1']]) {
    const line = toCsvLine(cells);
    assert.is(line, stringify([cells], { record_delimiter: 'unix' }), JSON.stringify(cells));
    assert.equal(fromCsvLine(line.slice(0, -1)), cells);
  }
  assert.is(toCsvLine([1.5, null, 1e-7]), '1.5,,0.0000001\n');
});

test('a row of a modern stack has one to three kilobytes, as the plan for ten million points has it', () => {
  const text = `duration: 10s
server: { stack: linux-6.18, accept: { service: exponential(200us) } }
traffic: { users: { kind: clients, arrivals: poisson(500/s), rtt: 20ms } }
`;
  const base = { text, fileName: 'a.yaml', overrides: [], options: {} };
  const metrics = metricsOf(new ScenarioBase(base).scenario, new Map());
  const plan = { replications: 10, until: [] };
  const [made] = unpackPoints(makePoints({ base, plan, points: [[]] }, new Map()));
  const { length } = new SweepRows(['a.b'], metrics).line(['5'], { point: 1, ...made! });
  assert.ok(metrics.length > 70 && length > 1000 && length < 3000, `${metrics.length} metrics, ${length} bytes`);
});

test('a line is known as whole; with any byte changed or lost it is not', () => {
  const line = rows.line(VALUES, outcome).slice(0, -1);
  assert.is(rows.pointOf(line), 7);
  for (let i = 0; i < line.length; i++) {
    assert.is(rows.pointOf(line.slice(0, i)), null);
    const other = String.fromCharCode(line.charCodeAt(i) ^ 1);
    assert.is(rows.pointOf(line.slice(0, i) + other + line.slice(i + 1)), null, `byte ${i}`);
  }
});

test('sweep.csv has the values and metrics, without what only points.csv needs', () => {
  const line = rows.line(VALUES, outcome).slice(0, -1);
  assert.is(rows.sweepLine(line, []), '1,"erlang(2, ""1 ms"")",3,,0.0000001,0.30000000000000004,3,,,0\n');
  assert.is(fromCsvLine(rows.sweepHeader([]).trimEnd()).length, fromCsvLine(rows.sweepLine(line, []).trimEnd()).length);
  assert.equal(rows.read(line).values, VALUES);
  assert.equal(rows.read(line).metrics.get('users.unserved'), ['0.0000001', '0.30000000000000004', '3']);
});

test('metrics beside the columns get columns; what counts calls has counted none elsewhere', () => {
  const more = [
    ...outcome.metrics,
    { path: 'server.accept_errors.EINTR', unit: 'calls', mean: 2, halfWidth: 1, n: 3 },
    { path: 'listener.Other', unit: 'count', mean: 5, halfWidth: null, n: 1 },
  ];
  const [with_ = '', without = ''] = [{ ...outcome, metrics: more }, outcome].map((one) =>
    rows.line(VALUES, one).slice(0, -1),
  );
  assert.is(rows.pointOf(with_), 7);
  const extras = rows.extrasOf(with_);
  assert.equal(
    extras.map(({ path }) => path),
    ['server.accept_errors.EINTR', 'listener.Other'],
  );
  assert.match(rows.sweepLine(with_, extras), /,2,1,3,5,,1\n$/);
  assert.match(rows.sweepLine(without, extras), /,0,0,3,,,\n$/);
  assert.equal(rows.read(with_).metrics.get('listener.Other'), ['5', '', '1']);
});
test.run();
