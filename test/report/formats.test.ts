import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toCsv } from '../../src/report/csv.ts';
import { formatForPeople, formatNumber } from '../../src/report/format-number.ts';

const test = suite('report formats');

test('numbers: shortest round trip, never an exponent, empty for what is not defined', () => {
  for (const [value, text] of [
    [null, ''],
    [0, '0'],
    [-0, '0'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [0.1, '0.1'],
    [-2.5e22, '-25000000000000000000000'],
    [2 ** 53, '9007199254740992'],
  ] as const) {
    assert.is(formatNumber(value), text);
  }
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.is(Number(formatNumber(value)), value === 0 ? 0 : value);
      assert.not.match(formatNumber(value), /e/);
    }),
    { seed: 1, numRuns: 2000 },
  );
  assert.throws(() => formatNumber(NaN), /finite/);
  assert.throws(() => formatNumber(Infinity), /finite/);
});

test('for people: thousands grouped, few digits', () => {
  assert.equal(
    [1234567, 0.12345, 99.96, 12345.678, 3].map((value) => formatForPeople(value)),
    ['1,234,567', '0.123', '100', '12,346', '3'],
  );
});

test('CSV: quoted where RFC 4180 wants it, LF, every cell in its column', () => {
  assert.is(
    toCsv(
      ['a', 'b'],
      [
        ['x,"y"', 1.5],
        ['line\nbreak', null],
      ],
    ),
    'a,b\n"x,""y""",1.5\n"line\nbreak",\n',
  );
  assert.throws(() => toCsv(['a'], [[1, 2]]), /as long as its header/);
});
test.run();
