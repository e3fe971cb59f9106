/**
 * A CSV file as a table of texts that know their place: RFC 4180, with a header row, LF or CRLF.
 * Leaves out: what the columns mean (kernel-runs.ts); writing (report/csv.ts).
 */
import { InputError, type Issue } from '../engine/errors.ts';

const TEXT_CHARS_MAX = 64e6;
const ROWS_MAX = 20_000;
const COLUMNS_MAX = 500;
const TABLE_CELLS_MAX = 4e6;
const CELL_CHARS_MAX = 10_000;
const SHOWN_CHARS = 40;
const ISSUES_MAX = 20;

/** One row of a table. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** Column, from 1 on, at which each cell begins. */
  readonly columns: readonly number[];
}

export class CsvTable {
  readonly file: string;
  readonly rows: readonly CsvRow[];
  private readonly places: ReadonlyMap<string, number>; // name of a column → place in a row
  private readonly issues: Issue[];

  /** @throws InputError with `file:line:col` when the text is no table, or lacks one of the columns `required`. */
  constructor(file: string, text: string, required: readonly string[]) {
    this.file = file;
    this.issues = [];
    const [header, ...rows] = readRows(file, text);
    const names = header?.cells ?? [];
    this.places = new Map(names.map((name, i) => [name, i]));
    const missing = required.filter((name) => !this.places.has(name));
    if (missing.length > 0 || header === undefined) {
      this.refuse(
        `${file}:1:1`,
        `a header with the columns ${required.join(', ')}`,
        `none named ${missing.join(', ')}`,
      );
      throw new InputError(this.issues);
    }
    if (rows.length === 0) this.refuse(`${file}:2:1`, 'at least one row', 'the end of the file');
    for (const { cells, line } of rows) {
      if (cells.length !== names.length)
        this.refuse(`${file}:${line}:1`, `${names.length} cells, as the header has`, String(cells.length));
    }
    this.throwIssues();
    this.rows = rows;
  }

  has(column: string): boolean {
    return this.places.has(column);
  }

  /** The text of a cell; empty where the table has no such column. */
  text(row: CsvRow, column: string): string {
    const place = this.places.get(column);
    return place === undefined ? '' : (row.cells[place] ?? '');
  }

  /** A cell as a number from `min` to `max`; `otherwise` when it is empty. What is none is noted, for `throwIssues`. */
  number(row: CsvRow, column: string, min: number, max: number, otherwise: number | null = null): number {
    const text = this.text(row, column);
    if (text === '' && otherwise !== null) return otherwise;
    const value = /^-?\d+(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    this.refuseCell(row, column, `${column}: a number from ${min} to ${max}`);
    return min;
  }

  /** A cell that is one of `words`. */
  word<T extends string>(row: CsvRow, column: string, words: readonly [T, ...T[]]): T {
    const text = this.text(row, column);
    const word = words.find((known) => known === text);
    if (word === undefined) this.refuseCell(row, column, `${column}: ${words.join(' or ')}`);
    return word ?? words[0];
  }

  /** Notes that a cell is not what was expected. */
  refuseCell(row: CsvRow, column: string, expected: string): void {
    const at = row.columns[this.places.get(column) ?? 0] ?? 1;
    this.refuse(`${this.file}:${row.line}:${at}`, expected, shown(this.text(row, column)));
  }

  /** @throws InputError with everything that was refused so far. */
  throwIssues(): void {
    if (this.issues.length > 0) throw new InputError(this.issues);
  }

  private refuse(where: string, expected: string, received: string): void {
    if (this.issues.length < ISSUES_MAX) this.issues.push({ where, expected, received });
  }
}

function shown(text: string): string {
  if (text === '') return 'nothing';
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** Rows of the text; empty lines are none. */
function readRows(file: string, text: string): CsvRow[] {
  if (text.length > TEXT_CHARS_MAX)
    throw refusal(`${file}:1:1`, `at most ${TEXT_CHARS_MAX} characters`, `${text.length}`);
  const rows: CsvRow[] = [];
  let cells = 0;
  const from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let at = from, line = 1; at < text.length; line++) {
    if (rows.length > ROWS_MAX) throw refusal(`${file}:${line}:1`, `at most ${ROWS_MAX} rows`, 'more');
    if (cells > TABLE_CELLS_MAX) throw refusal(`${file}:${line}:1`, `at most ${TABLE_CELLS_MAX} cells`, 'more');
    const lineEnd = text.indexOf('\n', at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const stop = text.charAt(end - 1) === '\r' ? end - 1 : end;
    if (stop > at) {
      const row = readRow(file, line, text.slice(at, stop));
      cells += row.cells.length;
      rows.push(row);
    }
    at = end + 1;
  }
  return rows;
}

/** Cells of one line: a quoted cell ends in the line in which it begins. */
function readRow(file: string, line: number, text: string): CsvRow {
  const cells: string[] = [];
  const columns: number[] = [];
  for (let at = 0; at <= text.length;) {
    columns.push(at + 1);
    const where = `${file}:${line}:${at + 1}`;
    if (columns.length > COLUMNS_MAX) throw refusal(where, `at most ${COLUMNS_MAX} columns`, 'more');
    const isQuoted = text.charAt(at) === '"';
    const end = isQuoted ? endOfQuoted(text, at) : endOfPlain(text, at);
    if (end < 0 || !(end === text.length || text.charAt(end) === ',')) {
      throw refusal(where, 'a quoted cell that ends before a comma or at the end of the line', shown(text.slice(at)));
    }
    if (end - at > CELL_CHARS_MAX) throw refusal(where, `at most ${CELL_CHARS_MAX} characters`, `${end - at}`);
    cells.push(isQuoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end));
    at = end + 1;
  }
  return { line, cells, columns };
}

function endOfPlain(text: string, at: number): number {
  const comma = text.indexOf(',', at);
  return comma < 0 ? text.length : comma;
}

/** Place behind the quote that closes the one at `at`, -1: none. */
function endOfQuoted(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  while (quote >= 0 && text.charAt(quote + 1) === '"') quote = text.indexOf('"', quote + 2);
  return quote < 0 ? -1 : quote + 1;
}

function refusal(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
