/**
 * `halfopen query`: SQL over results/, in DuckDB, which reads the CSV files as they are: nothing is kept anywhere else. The package is loaded
 * when it is asked for.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type * as DuckDb from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { InputError } from '../engine/errors.ts';
import { type Cell, toCsvLine } from '../report/csv.ts';
import { reasonOf } from '../report/files.ts';
import { formatForPeople } from '../report/format-number.ts';
import { plainJson } from '../report/json.ts';
import { plain, table } from '../report/layout.ts';
import { Exit } from './messages.ts';
import type { CommonOptions } from './options.ts';

export interface QueryOptions extends CommonOptions {
  readonly in: string;
  readonly csv?: boolean;
}

/** Files that are tables, by the name of both. */
const TABLES = ['summary', 'counters', 'timeseries', 'connections', 'compare', 'sweep', 'tune'] as const;
const ROWS_SHOWN = 200;

/** What a query gives. */
interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** @returns the exit code. */
export async function query(sql: string, options: QueryOptions): Promise<number> {
  const tables = tablesIn(options.in);
  const { columns, rows } = await ask(sql, options.in, tables);
  if (options.json === true) process.stdout.write(plainJson('query', { columns, rows }));
  else if (options.csv === true) for (const row of [columns, ...rows]) process.stdout.write(toCsvLine(row));
  else {
    const shown = rows.slice(0, ROWS_SHOWN).map((row) => row.map(textOf));
    const texts = columns.map((_, i) => i).filter((i) => rows.some((row) => typeof row[i] === 'string'));
    process.stdout.write(`${table([columns, ...shown], texts)}\n`);
    if (rows.length > shown.length)
      process.stdout.write(`… ${rows.length - shown.length} more rows (--csv has them all)\n`);
  }
  return Exit.Done;
}

function textOf(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? formatForPeople(cell, 6) : plain(cell);
}

/** Names of the tables that have a file somewhere in `folder`. @throws InputError when there is none. */
function tablesIn(folder: string): string[] {
  const refuse = (received: string): InputError =>
    new InputError([{ where: folder, expected: `a folder with results (${TABLES.join('.csv, ')}.csv)`, received }]);
  if (/[*?[\]{}]/.test(folder)) throw refuse('a path that DuckDB takes as a pattern');
  try {
    if (!statSync(folder).isDirectory()) throw refuse('a file');
    const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => basename(path)));
    const tables = TABLES.filter((name) => names.has(`${name}.csv`));
    if (tables.length === 0) throw refuse('one without');
    return tables;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw refuse(reasonOf(error));
  }
}

async function ask(sql: string, folder: string, tables: readonly string[]): Promise<Answer> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const name of tables) await connection.run(viewOf(name, folder));
    return await answerOf(connection, sql, tables);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** All files of one name as one table; `result` says which folder a row is from. */
function viewOf(name: string, folder: string): string {
  const root = folder.replace(/\/+$/, '');
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const files = `${root}/**/${name}.csv`;
  const result = `substring(path_, ${root.length + 2}, greatest(0, length(path_) - ${root.length + name.length + 6}))`;
  return `CREATE VIEW ${name} AS SELECT ${result} AS result, * EXCLUDE path_
    FROM read_csv(${quoted(files)}, header = true, union_by_name = true, filename = 'path_', sample_size = -1)`;
}

async function answerOf(connection: DuckDBConnection, sql: string, tables: readonly string[]): Promise<Answer> {
  try {
    const reader = await connection.runAndReadAll(sql);
    return { columns: reader.columnNames(), rows: reader.getRows().map((row) => row.map(cellOf)) };
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const expected = `SQL as DuckDB has it, over ${tables.join(', ')} (names with dots in double quotes)`;
    throw new InputError([{ where: 'SQL', expected, received: plain(first) }], { cause: error });
  }
}

/** Whole numbers that are exact as numbers, and everything else that is no number as text. */
function cellOf(value: DuckDBValue): Cell {
  if (value === null) return null;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : String(value);
}

async function loadDuckDb(): Promise<typeof DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    const expected = 'the package @duckdb/node-api (npm install @duckdb/node-api)';
    throw new InputError([{ where: 'halfopen query', expected, received: 'none that can be found' }]);
  }
}
