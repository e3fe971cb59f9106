import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeRuns } from '../../src/experiment/run-range.ts';
import { RunTable } from '../../src/experiment/run-table.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

/** Runs whose shapes differ: other drops, other errors of accept(), some that stop. */
const TEXT = `duration: 30s
server: { stack: linux-1.2, listen: { backlog: 2 }, accept: { close: false } }
limits: { events: 1300 }
links: { wan: { loss: 30% } }
traffic:
  users: { kind: clients, arrivals: poisson(2/s), link: wan }
  flood: { kind: syn-flood, arrivals: poisson(1/s), until: 3s }
`;
const scenario = parseScenario(TEXT, 'test.yaml');
const runs = Array.from({ length: 20 }, (_, replication) => simulate({ scenario, files: new Map(), replication }));

/** As a table keeps them: the time series and such of the first alone. */
function kept(results: readonly RunResult[]): RunResult[] {
  const series = { columns: [], timeNs: new Float64Array(0), values: [] };
  return results.map((result, i) =>
    i === 0 ? result : { ...result, series, dropSeries: [], flows: [], latencies: [] },
  );
}

const test = suite('run table');

test('gives back what it was given', () => {
  assert.ok(runs.some(({ stop }) => stop !== null) && runs.some(({ stop }) => stop === null));
  assert.ok(new Set(runs.map(({ drops }) => drops.length)).size > 1);
  const table = new RunTable();
  for (const result of runs) table.add(result);
  assert.is(table.length, runs.length);
  assert.ok(isDeepStrictEqual([...table], kept(runs)));
  // And again: looking at it changes nothing.
  assert.ok(isDeepStrictEqual([...table], kept(runs)));
});

test('tables packed elsewhere are one table here', () => {
  const table = new RunTable();
  for (const result of runs.slice(0, 2)) table.add(result);
  table.addPacked(makeRuns([{ scenario, from: 2, count: 7 }], new Map(), () => {}));
  const other = new RunTable();
  other.addPacked(makeRuns([{ scenario, from: 9, count: 11 }], new Map(), () => {}));
  table.addPacked(structuredClone(other.packed()));
  assert.ok(isDeepStrictEqual([...table], kept(runs)));
});

test('the first run brings its time series along', () => {
  const table = new RunTable();
  table.addPacked(makeRuns([{ scenario, from: 0, count: 2, wantsSeries: true }], new Map(), () => {}));
  assert.ok(isDeepStrictEqual([...table], kept(runs.slice(0, 2))));
  const without = new RunTable();
  without.addPacked(makeRuns([{ scenario, from: 0, count: 1 }], new Map(), () => {}));
  assert.is([...without][0]?.series.columns.length, 0);
});

test('several scenarios may share a table', () => {
  const other = parseScenario(
    TEXT.replace('linux-1.2', 'classic').replace('wan:', 'lan:').replace('link: wan', 'link: lan'),
  );
  const packed = makeRuns(
    [
      { scenario, from: 0, count: 1, wantsSeries: true },
      { scenario: other, from: 4, count: 1 },
    ],
    new Map(),
    () => {},
  );
  const table = new RunTable();
  table.addPacked(packed);
  const second = simulate({ scenario: other, files: new Map(), replication: 4 });
  assert.ok(isDeepStrictEqual([...table], kept([runs[0] ?? second, second])));
});

test('an empty table has nothing', () => {
  assert.equal([...new RunTable()], []);
});
test.run();
