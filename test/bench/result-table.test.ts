import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { benchCases, titleOf } from '../../bench/cases.ts';
import { formatHeader } from '../../bench/header.ts';
import { formatNs, formatPercent, formatRate, ResultTable } from '../../bench/result-table.ts';

const COLUMNS = [
  { label: 'op/s', width: 7 },
  { label: 'p50', width: 9 },
];

const test = suite('table of results');

test('rates, times and margins are scaled to three digits', () => {
  assert.equal([0, 1, 999.4, 999.6, 12_345, 24_300_000, 1e9, 1.664e11, 7e17].map(formatRate), [
    '0.00',
    '1.00',
    '999',
    '1.00 k',
    '12.3 k',
    '24.3 M',
    '1.00 G',
    '166 G',
    '700 P',
  ]);
  assert.equal([0.00602, 0.166, 1, 7.35, 43, 120.4, 1234, 5.5e6, 2e9].map(formatNs), [
    '6.02 ps',
    '166 ps',
    '1.00 ns',
    '7.35 ns',
    '43.0 ns',
    '120 ns',
    '1.23 µs',
    '5.50 ms',
    '2.00 s',
  ]);
  assert.equal([0, 0.25, 9.94, 10.4, 213].map(formatPercent), ['0.0 %', '0.3 %', '9.9 %', '10 %', '213 %']);
});

test('cases of one name stand below it, figures below each other', () => {
  const cases = [
    { name: 'a/b', parameters: { n: 1 }, unit: 'event' },
    { name: 'a/b', parameters: { n: 1000, law: 'x' }, unit: 'event' },
    { name: 'c/d', parameters: {}, unit: 'SYN' },
  ];
  const table = new ResultTable(COLUMNS, cases, 80);
  assert.equal([table.head(), ...cases.map((one) => table.row(one, ['1.00 M', '1.00 µs']))].join('\n').split('\n'), [
    'benchmark                    op/s        p50',
    'a/b, an operation is one event',
    '  n=1                      1.00 M    1.00 µs',
    '  n=1000 law=x             1.00 M    1.00 µs',
    'c/d, an operation is one SYN',
    '                           1.00 M    1.00 µs',
  ]);
});

test('no line is wider than the terminal, and no parameter is lost', () => {
  const cases = benchCases('real');
  const columns = [7, 9, 9, 6, 8].map((width) => ({ label: 'x', width }));
  for (const width of [80, 120]) {
    const table = new ResultTable(columns, cases, width);
    const text = cases.map((one) => table.row(one, ['9.99 M', '9.99 µs', '9.99 µs', '9.9 %', '01234567'])).join('\n');
    const tooWide = text.split('\n').filter((line) => line.length > width);
    assert.equal(tooWide, []);
    const words = new Set(text.split(/\s+/));
    assert.equal(
      cases.flatMap((one) => titleOf(one).split(' ').slice(1)).filter((word) => !words.has(word)),
      [],
    );
  }
});

test('the header fits too, and says when the machine is busy', () => {
  const header = {
    date: '2025-01-31 12:00:00',
    commit: 'abc1234',
    node: 'v20.0.0',
    cpu: 'Some CPU @ 2.00 GHz x2',
    load: 0,
  };
  const lines = formatHeader(header, 80).split('\n');
  assert.ok(lines.every((line) => line.length <= 80));
  assert.match(
    lines.join('\n'),
    /^2025-01-31 12:00:00 UTC · commit abc1234 · Node v20.0.0 ·\n {2}Some CPU @ 2.00 GHz x2 · load 0.00$/,
  );
  assert.match(formatHeader({ ...header, load: 1e6 }, 80), /busy/);
});
test.run();
