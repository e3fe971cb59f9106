/**
 * CSV: UTF-8, LF, header first, RFC 4180 quoting, the point as decimal sign, empty = not defined.
 * The library drops what has no column and turns booleans into 1 and '': rows are checked and cast here first.
 */
import { stringify } from 'csv-stringify/sync';
import { InvariantError } from '../engine/errors.ts';
import { formatNumber } from './format-number.ts';

export type Cell = string | number | null;

/** @param rows each as long as `columns`. @throws InvariantError on a ragged row. O(cells). */
export function toCsv(columns: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const cells: string[][] = [];
  for (const row of rows) {
    if (row.length !== columns.length) throw new InvariantError('a CSV row is not as long as its header');
    cells.push(row.map((cell) => (typeof cell === 'string' ? cell : formatNumber(cell))));
  }
  return stringify([[...columns], ...cells], { record_delimiter: 'unix' });
}
