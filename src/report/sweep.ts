/** A sweep for people: the first points as a table, with the metrics that are asked for most. And as JSON. */
import { CONFIDENCE } from '../experiment/statistics/confidence.ts';
import type { Metric } from '../simulation/result.ts';
import { formatEstimate } from './format-number.ts';
import { plainJson } from './json.ts';
import { plain, table, tableWidth, wrap } from './layout.ts';
import type { SweepRow } from './sweep-rows.ts';

type MetricName = Omit<Metric, 'value'>;

export interface SweepReport {
  readonly title: string;
  /** Paths that vary. */
  readonly paths: readonly string[];
  /** Of the first point, for their units. */
  readonly metrics: readonly MetricName[];
  /** Of the grid. */
  readonly points: number;
  /** Rows of the points, in the order of the grid. */
  readonly rows: () => Iterable<SweepRow>;
  /** Metrics to show; empty: those that are asked for most. */
  readonly shown: readonly string[];
  readonly files: readonly string[];
}

/** Rows of the table: what does not fit on a screen is better read in the file. */
const ROWS_MAX = 24;
const USUAL = [/\.unserved$/, /\.connect_ms\.p99$/, /^listener\.dropped_syns$/, /^listener\.accept_queue\.max$/];

/** The table of a sweep. @param width columns of the terminal. */
export function formatSweep({ files, metrics, paths, points, rows, shown, title }: SweepReport, width: number): string {
  const first: SweepRow[] = [];
  let problems = 0;
  for (const row of rows()) {
    if (first.length < ROWS_MAX) first.push(row);
    if (row.problem !== '') problems++;
  }
  const names = shown.length > 0 ? shown : usualOf(metrics);
  const lines = [
    ...(title === '' ? [] : [wrap(plain(title), width), '']),
    fittingTable(first, paths, names, width, shown.length > 0),
    ...(points > first.length ? [`… ${points - first.length} more points are in sweep.csv`] : []),
    '',
    `${points} points, ${Math.round(CONFIDENCE * 100)} % confidence${problems === 0 ? '' : `, ${problems} with a problem (column problem)`}`,
    ...files.map((file) => `wrote ${file}`),
  ];
  return `${lines.join('\n')}\n`;
}

function usualOf(metrics: readonly MetricName[]): string[] {
  return USUAL.flatMap((usual) => metrics.filter(({ path }) => usual.test(path)).map(({ path }) => path));
}

/** As many metrics as there is room for; all that were asked for. */
function fittingTable(
  rows: readonly SweepRow[],
  paths: readonly string[],
  metrics: readonly string[],
  width: number,
  wantsAll: boolean,
): string {
  const grid = (names: readonly string[]): string[][] => [
    [...paths, ...names].map(twoLines),
    ...rows.map((row) => [...row.values.map(plain), ...names.map((name) => cellOf(row, name))]),
  ];
  const lines = (names: readonly string[]): string[][] =>
    grid(names).flatMap((row) => [
      row.map((cell) => cell.split('\n')[0] ?? ''),
      row.map((cell) => cell.split('\n')[1] ?? ''),
    ]);
  let names = metrics;
  while (!wantsAll && names.length > 1 && tableWidth(lines(names)) > width) names = names.slice(0, -1);
  return table(grid(names), []);
}

/** `server.listen.backlog` takes two lines as a heading. */
function twoLines(path: string): string {
  const parts = path.split('.');
  const half = Math.ceil(parts.length / 2);
  return `${parts.slice(0, half).join('.')}${half < parts.length ? '.' : ''}\n${parts.slice(half).join('.')}`;
}

function cellOf({ metrics, problem }: SweepRow, name: string): string {
  const [mean = '', halfWidth = ''] = metrics.get(name) ?? [];
  if (mean === '') return problem === '' ? '-' : 'problem';
  const { halfWidth: error, mean: text } = formatEstimate(Number(mean), halfWidth === '' ? null : Number(halfWidth));
  return error === '' ? text : `${text} ${error}`;
}

/** `halfopen sweep --json`, piece by piece: a sweep may have more points than fit into one text. */
export function* sweepJson(
  fields: Readonly<Record<string, unknown>>,
  { files, metrics, paths, rows }: SweepReport,
): Generator<string, void, undefined> {
  const units = new Map(metrics.map(({ path, unit }) => [path, unit]));
  const head = plainJson('sweep', { ...fields, varied: paths });
  yield `${head.trimEnd().slice(0, -1)},"points":[`;
  let separator = '';
  for (const row of rows()) {
    const at = Object.fromEntries(row.values.map((value, i) => [paths[i] ?? '', numberOr(value)]));
    const estimates = Object.fromEntries(
      [...row.metrics].map(([path, [mean, halfWidth, n]]) => [
        path,
        {
          unit: units.get(path) ?? null,
          mean: numberOrNull(mean),
          half_width: numberOrNull(halfWidth),
          n: Number(n),
          confidence: CONFIDENCE,
        },
      ]),
    );
    const { problem, replications } = row;
    yield `${separator}${JSON.stringify({ at, replications, problem: problem === '' ? null : problem, metrics: estimates })}`;
    separator = ',';
  }
  yield `],"complete":true,"files":${JSON.stringify(files)}}\n`;
}

function numberOrNull(text: string): number | null {
  return text === '' ? null : Number(text);
}

/** A value as a file would have it: a number, or a text. */
function numberOr(text: string): number | string {
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text) ? Number(text) : text;
}
