import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { CsvTable } from '../../src/verify/csv-table.ts';
import { counts } from '../support/counts.ts';

/** Messages of what `make` refuses. */
function refusals(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const test = suite('CSV tables');

test('cells keep their text and place: quotes, commas, CRLF, a byte order mark, empty lines', () => {
  const table = new CsvTable('t.csv', '\ufeffa,b,c\r\n1,"x, ""y""",\r\n\r\n-2.5e1,,"z"', ['a', 'b']);
  const [first, second] = table.rows;
  assert.ok(first !== undefined && second !== undefined && table.rows.length === 2);
  assert.equal([table.text(first, 'b'), table.text(first, 'c'), table.text(first, 'd')], ['x, "y"', '', '']);
  assert.equal([table.number(second, 'a', -100, 0), table.number(second, 'b', 0, 9, 7)], [-25, 7]);
  assert.is(table.word(second, 'c', ['y', 'z']), 'z');
  assert.equal([first.line, second.line, second.columns], [2, 4, [1, 8, 9]]);
  assert.equal([table.has('a'), table.has('d')], [true, false]);
  table.throwIssues();
});

test('what is no table is refused at its place', () => {
  const table = (text: string) => refusals(() => new CsvTable('t.csv', text, ['a', 'b']));
  assert.equal(table(''), ['t.csv:1:1: expected a header with the columns a, b, received none named a, b']);
  assert.equal(table('a,c\n1,2'), ['t.csv:1:1: expected a header with the columns a, b, received none named b']);
  assert.equal(table('a,b\n'), ['t.csv:2:1: expected at least one row, received the end of the file']);
  assert.equal(table('a,b\n1\n1,2,3\n1,2'), [
    't.csv:2:1: expected 2 cells, as the header has, received 1',
    't.csv:3:1: expected 2 cells, as the header has, received 3',
  ]);
  const quote = 'a quoted cell that ends before a comma or at the end of the line';
  assert.equal(table('a,b\n1,"x'), [`t.csv:2:3: expected ${quote}, received "x`]);
  assert.equal(table('a,b\n"1"x,2'), [`t.csv:2:1: expected ${quote}, received "1"x,2`]);
  assert.match(table(`a,b\n1,${'x'.repeat(10_001)}`)[0] ?? '', /^t\.csv:2:3: expected at most 10000 characters/);
  assert.match(table(`a,b${',x'.repeat(500)}\n`)[0] ?? '', /^t\.csv:1:1001: expected at most 500 columns/);
  assert.match(table(`a,b\n${'1,2\n'.repeat(20_001)}`)[0] ?? '', /^t\.csv:20002:1: expected at most 20000 rows/);
});

test('a table of few rows may still be too large', () => {
  const row = `1${',2'.repeat(499)}\n`;
  const messages = refusals(() => new CsvTable('t.csv', row.repeat(8100), ['1']));
  assert.match(messages[0] ?? '', /^t\.csv:8002:1: expected at most 4000000 cells/);
});

test('what is no number or word is noted with its place, all of it at once, twenty at most', () => {
  const table = new CsvTable('t.csv', `a,b\n${'x,1e9\n'.repeat(30)}`, ['a', 'b']);
  const messages = refusals(() => {
    for (const row of table.rows) {
      assert.is(table.number(row, 'a', 3, 5), 3);
      table.number(row, 'b', 0, 10);
      table.word(row, 'a', ['y', 'z']);
    }
    table.throwIssues();
  });
  assert.is(messages.length, 20);
  assert.equal(messages.slice(0, 3), [
    't.csv:2:1: expected a: a number from 3 to 5, received x',
    't.csv:2:3: expected b: a number from 0 to 10, received 1e9',
    't.csv:2:1: expected a: y or z, received x',
  ]);
  for (const text of ['', ' 1', '0x10', 'Infinity', 'NaN', '1e999', '--1', '1_0']) {
    const [row] = new CsvTable('t.csv', `a,b\n${text},1`, ['a']).rows;
    assert.ok(row !== undefined);
    const one = new CsvTable('t.csv', `a,b\n${text},1`, ['a']);
    one.number(one.rows[0] ?? row, 'a', 0, 1e300);
    assert.is(refusals(() => one.throwIssues()).length, 1, text);
  }
});

test('any text is a table or is refused', () => {
  const piece = fc.constantFrom('a', ',', '"', '\n', '\r', '\r\n', '""', '1', '\u0000', '€', 'a,b\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      refusals(() => new CsvTable('t.csv', `a,b\n${pieces.join('')}`, ['a', 'b']));
    }),
    { numRuns: counts.sourceFuzz },
  );
});

test.run();
