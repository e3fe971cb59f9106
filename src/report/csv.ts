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
    cells.push(row.map(textOf));
  }
  return stringify([[...columns], ...cells], { record_delimiter: 'unix' });
}

/** One row, with its line's end, as `toCsv` has it. A sweep writes ten thousand of them a second, which is beyond the library. O(cells). */
export function toCsvLine(row: readonly Cell[]): string {
  return `${row.map((cell) => (typeof cell === 'string' ? quoted(cell) : formatNumber(cell))).join(',')}\n`;
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : formatNumber(cell);
}

/** The cells of a line that `toCsvLine` wrote, without its end. O(line). */
export function fromCsvLine(line: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length;) {
    let end = at;
    if (line.charAt(at) === '"') {
      // A quote inside is doubled, so the one that closes is followed by a comma or the end.
      for (end = line.indexOf('"', at + 1); line.charAt(end + 1) === '"';) end = line.indexOf('"', end + 2);
      if (end < 0) return [...cells, line.slice(at)];
      cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 2;
    } else {
      end = line.indexOf(',', at);
      cells.push(line.slice(at, end < 0 ? line.length : end));
      at = (end < 0 ? line.length : end) + 1;
    }
  }
  return cells;
}
