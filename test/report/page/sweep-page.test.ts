import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { axesOf, axisName, binsOf, isByFactor } from '../../../src/report/page/sweep-axes.ts';
import { cellsOf, shareOf } from '../../../src/report/page/sweep-cells.ts';
import { type SweepFacts, sweepPage } from '../../../src/report/page/sweep-page.ts';
import { readSweepTable, type SweepTable } from '../../../src/report/sweep-table.ts';
import { latinSweep } from './sweep-lines.ts';

const FACTS: SweepFacts = {
  title: 'A <sweep>',
  scenario: 'a',
  scenarioHash: '0',
  stack: 'linux-6.18',
  duration: '9s',
  seed: '1',
  version: '0',
  settings: [],
  vary: [{ path: 'server.listen.backlog', values: ['1', '2'] }],
  sample: null,
  replications: 2,
  until: [],
};
const BYTES_MAX = 600_000;

const table = (rows: readonly string[], shown: readonly string[] = []): SweepTable =>
  readSweepTable(['x,y,replications,problem,m,m.half_width,m.n', ...rows], 'sweep.csv', shown);

const test = suite('sweep page');

test('values are numbers where one number alone differs, and names where they are names', () => {
  const read = (values: readonly string[]) => {
    const one = readSweepTable(
      ['x,replications,problem,m,m.half_width,m.n', ...values.map((value) => `"${value}",1,,1,,1`)],
      'sweep.csv',
      [],
    );
    const [axis] = axesOf(one);
    return axis === undefined ? null : { values: axis.values, numbers: axis.numbers, name: axisName(axis) };
  };
  assert.equal(read(['poisson(9/s)', 'poisson(10/s)']), {
    values: ['poisson(9/s)', 'poisson(10/s)'],
    numbers: [9, 10],
    name: 'x (poisson(…/s))',
  });
  assert.equal(read(['100ms', '20ms']), { values: ['20ms', '100ms'], numbers: [20, 100], name: 'x (…ms)' });
  assert.equal(read(['16', '4096']), { values: ['16', '4096'], numbers: [16, 4096], name: 'x' });
  for (const names of [
    ['linux-4.4', 'linux-4.10'],
    ['1s', '500ms'],
    ['none', '5'],
    ['mmpp(1/s, 2/s; 1s, 2s)', 'mmpp(2/s, 4/s; 1s, 2s)'],
  ])
    assert.is(read(names)?.numbers, null, names.join(' '));
});

test('bins take all values, each once, and their labels say which', () => {
  const one = readSweepTable(
    ['x,replications,problem,m,m.half_width,m.n', ...Array.from({ length: 100 }, (_, i) => `${i},1,,${i},,1`)],
    'sweep.csv',
    [],
  );
  const [axis] = axesOf(one);
  assert.ok(axis !== undefined);
  const bins = binsOf(axis, 7);
  assert.is(bins.labels.length, 7);
  assert.is(bins.labels[0], '0–13');
  assert.is(bins.labels[6], '86–99');
  const counts = bins.labels.map((_, bin) => bins.at.filter((at) => at === bin).length);
  assert.ok(
    counts.every((count) => count === 14 || count === 15),
    counts.join(' '),
  );
  assert.equal([isByFactor([1, 2, 4, 8]), isByFactor([1, 2, 3, 4]), isByFactor([0, 1, 8])], [true, false, false]);
});

test('a cell is its point with its interval, or the mean and the middle of its points', () => {
  const one = table(['1,1,2,,10,3,2', '1,2,2,,20,,1', '2,1,0,too large,,,', '2,2,2,,7,1,2']);
  const [x, y] = axesOf(one);
  const [metric] = one.metrics;
  assert.ok(x !== undefined && y !== undefined && metric !== undefined);
  assert.equal(cellsOf(metric, binsOf(x, 9), binsOf(y, 9)), [
    { x: 0, z: 0, n: 1, missing: 0, mean: 10, low: 7, high: 13 },
    { x: 1, z: 0, n: 0, missing: 1, mean: null, low: 0, high: 0 },
    { x: 0, z: 1, n: 1, missing: 0, mean: 20, low: 20, high: 20 },
    { x: 1, z: 1, n: 1, missing: 0, mean: 7, low: 6, high: 8 },
  ]);
  assert.equal(cellsOf(metric, binsOf(x, 9), null), [
    { x: 0, z: 0, n: 2, missing: 0, mean: 15, low: 10, high: 20 },
    { x: 1, z: 0, n: 1, missing: 1, mean: 7, low: 6, high: 8 },
  ]);
});

test('what moves a metric has its variation, what does not has none', () => {
  const rows: string[] = [];
  for (let x = 0; x < 6; x++)
    for (let y = 0; y < 6; y++) rows.push(`${x},${y},1,,${10 * x + ((7 * x + 5 * y) % 3)},,1`);
  const one = table(rows);
  const [x, y] = axesOf(one);
  const [metric] = one.metrics;
  assert.ok(x !== undefined && y !== undefined && metric !== undefined);
  assert.ok((shareOf(metric, binsOf(x, 6)) ?? 0) > 0.99);
  assert.ok((shareOf(metric, binsOf(y, 6)) ?? 1) < 0.05);
  const still = table(['1,1,1,,4,,1', '2,1,1,,4,,1', '3,1,1,,4,,1']);
  assert.is(shareOf(still.metrics[0]!, binsOf(axesOf(still)[0]!, 3)), null);
});

test('a file that is no sweep.csv, a cell that is no number and a metric that is not there are refused', () => {
  const said = (use: () => unknown): string => {
    try {
      use();
    } catch (error) {
      return (error as { issues: { where: string; received: string }[] }).issues
        .map(({ received, where }) => `${where} ${received}`)
        .join();
    }
    return '';
  };
  assert.match(
    said(() => readSweepTable([], 's.csv', [])),
    /s\.csv an empty file/,
  );
  assert.match(
    said(() => readSweepTable(['metric,unit,value'], 's.csv', [])),
    /s\.csv:1 other ones/,
  );
  assert.match(
    said(() => readSweepTable(['x,replications,problem,m,n'], 's.csv', [])),
    /s\.csv:1 n/,
  );
  assert.match(
    said(() => table(['1,1,1,,<b>,,1'])),
    /sweep\.csv:2 <b>/,
  );
  assert.match(
    said(() => table(['1,1,1,,1'])),
    /sweep\.csv:2 5/,
  );
  assert.match(
    said(() => table(['1,1,1,,1,,1'], ['nothing'])),
    /--show nothing/,
  );
});

test('texts of a sweep stay text, and points with a problem are told, not drawn', () => {
  const page = sweepPage(table(['1,<script>,2,,5,1,2', '2,<script>,0,<img src=x>,,,', '3,<script>,2,,6,1,2']), FACTS);
  assert.not.match(page, /<script|<img/);
  assert.match(page, /&lt;img src=x&gt;/);
  assert.match(page, /3 points of 2 settings, 2 runs each\. 1 of them has a problem/);
  assert.match(page, /least, 5\.0 ± 1\.0, with x=1, y=&lt;script&gt;, and most, 6\.0 ± 1\.0, with x=3/);
});

test('5,000 points of five settings are a page of less than 600 kB, which says what it leaves out', () => {
  const big = readSweepTable(latinSweep(5000), 'sweep.csv', []);
  const page = sweepPage(big, { ...FACTS, sample: 5000 });
  assert.ok(page.length < BYTES_MAX, `${page.length} characters`);
  assert.match(page, /5,000 points of 5 settings, a latin hypercube/);
  assert.match(page, /all 5,000 are in sweep\.csv/);
  assert.match(page, /server\.listen\.backlog moves it most/);
  assert.is(sweepPage(big, { ...FACTS, sample: 5000 }), page);
});
test.run();
