/** Results of benchmarks as a CSV file, and read back from it or from the JSON document of `halfopen bench --json`. */
import { InputError, type Issue } from '../src/engine/errors.ts';
import { toCsv } from '../src/report/csv.ts';
import type { ResultFile } from '../src/report/result-files.ts';
import { CsvTable } from '../src/verify/csv-table.ts';
import { parseJson } from '../src/verify/json-text.ts';
import { titleOf } from './cases.ts';
import type { BenchResult, Parameters } from './harness.ts';
import type { BenchHeader } from './header.ts';

const COLUMNS = [
  'benchmark',
  'unit',
  'ops_per_s',
  'p50_ns',
  'p99_ns',
  'margin_percent',
  'samples',
  'hash',
  'date',
  'commit',
  'node',
  'cpu',
  'load',
] as const;

/** What the date of the run gives its file. */
export function resultsFile(header: BenchHeader, results: readonly BenchResult[]): ResultFile {
  const { commit, cpu, date, load, node } = header;
  const rows = results.map((r) => [
    titleOf(r),
    r.unit,
    Number(r.opsPerS.toPrecision(5)),
    Number(r.p50Ns.toPrecision(5)),
    Number(r.p99Ns.toPrecision(5)),
    Number(r.margin.toPrecision(3)),
    r.samples,
    r.hash,
    date,
    commit,
    node,
    cpu,
    Number(load.toFixed(2)),
  ]);
  return { name: `${date.replaceAll(/[ :]/g, '-')}.csv`, text: toCsv(COLUMNS, rows) };
}

/** One benchmark as it was. */
export interface EarlierResult {
  readonly title: string;
  readonly p50Ns: number;
  /** How far p50 may be off, percent; null when the file does not say. */
  readonly margin: number | null;
  readonly hash: string;
}

export interface EarlierResults {
  /** What the file says of the machine; empty where it does not. */
  readonly header: Readonly<Record<'date' | 'commit' | 'node' | 'cpu', string>>;
  readonly results: readonly EarlierResult[];
}

const NEEDED = ['benchmark', 'p50_ns', 'hash'] as const;
/** Bounds of what is believed, ns and percent. */
const NS_MIN = 1e-9;
const NS_MAX = 1e18;
const PERCENT_MAX = 1e6;
const TITLE = /^[^\p{Cc}]{1,200}$/u;
const HASH = /^[0-9a-f]{8}$/;
const ISSUES_MAX = 20;
const SHOWN_CHARS = 40;

/** @throws InputError with all that is wrong, the first 20 at most. */
export function readResults(file: string, text: string): EarlierResults {
  return /^\uFEFF?\s*\{/.test(text) ? fromJson(file, text) : fromCsv(file, text);
}

function fromCsv(file: string, text: string): EarlierResults {
  const table = new CsvTable(file, text, NEEDED);
  const titles = new Set<string>();
  const results = table.rows.map((row) => {
    const title = table.text(row, 'benchmark');
    const hash = table.text(row, 'hash');
    if (!TITLE.test(title)) table.refuseCell(row, 'benchmark', 'the name of a benchmark');
    if (titles.has(title)) table.refuseCell(row, 'benchmark', 'each benchmark once');
    if (!HASH.test(hash)) table.refuseCell(row, 'hash', '8 hexadecimal digits');
    titles.add(title);
    const margin = table.number(row, 'margin_percent', 0, PERCENT_MAX, -1);
    return { title, p50Ns: table.number(row, 'p50_ns', NS_MIN, NS_MAX), margin: margin < 0 ? null : margin, hash };
  });
  table.throwIssues();
  const [first] = table.rows;
  const said = (column: keyof EarlierResults['header']): string =>
    first === undefined ? '' : table.text(first, column);
  return { header: { date: said('date'), commit: said('commit'), node: said('node'), cpu: said('cpu') }, results };
}

function fromJson(file: string, text: string): EarlierResults {
  const { command, header, results } = fieldsOf(parseJson(file, text));
  if (command !== 'bench' || !Array.isArray(results) || results.length === 0) {
    const expected = 'the document of halfopen bench --json, with at least one benchmark';
    const received = command === 'bench' ? 'one without' : 'JSON of another kind';
    throw new InputError([{ where: `${file}:1:1`, expected, received }]);
  }
  const issues: Issue[] = [];
  const read = results.map((entry: unknown, i) => resultFrom(fieldsOf(entry), `${file}: results.${i}`, issues));
  if (issues.length > 0) throw new InputError(issues.slice(0, ISSUES_MAX));
  const said = (key: string): string => {
    const value = fieldsOf(header)[key];
    return typeof value === 'string' ? value : '';
  };
  return {
    header: { date: said('date'), commit: said('commit'), node: said('node'), cpu: said('cpu') },
    results: read,
  };
}

/** @param issues gets what is wrong with `fields`. */
function resultFrom(fields: Readonly<Record<string, unknown>>, where: string, issues: Issue[]): EarlierResult {
  const { hash, margin_percent: margin, name, p50_ns: p50Ns, parameters } = fields;
  const refuse = (key: string, expected: string): void => {
    const received = (JSON.stringify(fields[key]) ?? 'nothing').slice(0, SHOWN_CHARS);
    issues.push({ where: `${where}.${key}`, expected, received });
  };
  const title = titleFrom(name, parameters);
  if (!TITLE.test(title)) refuse('name', 'the name of a benchmark, with plain parameters');
  const isTime = isWithin(p50Ns, NS_MIN, NS_MAX);
  if (!isTime) refuse('p50_ns', `a number from ${NS_MIN} to ${NS_MAX}`);
  const isHash = typeof hash === 'string' && HASH.test(hash);
  if (!isHash) refuse('hash', '8 hexadecimal digits');
  const isMargin = isWithin(margin, 0, PERCENT_MAX);
  if (!isMargin && margin !== undefined) refuse('margin_percent', `a number from 0 to ${PERCENT_MAX}`);
  return { title, p50Ns: isTime ? p50Ns : 1, margin: isMargin ? margin : null, hash: isHash ? hash : '' };
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}

/** @returns what a result of that name would be called; '' when it is none. */
function titleFrom(name: unknown, parameters: unknown): string {
  const fields = fieldsOf(parameters);
  const isPlain = Object.values(fields).every((p) => typeof p === 'string' || typeof p === 'number');
  return typeof name === 'string' && isPlain ? titleOf({ name, parameters: fields as Parameters }) : '';
}
