/**
 * The summary that a person sees in the terminal: answer, who was served, why not, the kernel's counters.
 * Fits the width it is given; colours only where they are asked for.
 */
import { createColors } from 'picocolors';
import type { Changes } from '../experiment/changes.ts';
import type { PredictionCheck } from '../experiment/prediction-check.ts';
import type { Estimates } from '../experiment/estimates.ts';
import { total } from '../experiment/replications.ts';
import type { RunResults } from '../experiment/run-table.ts';
import { NS_PER_MS } from '../engine/time.ts';
import type { Drop, RunResult } from '../simulation/result.ts';
import { answerSentences, entriesOf, valuesOf } from './answer.ts';
import { formatDuration, formatEstimate, formatForPeople, formatInstant } from './format-number.ts';
import { predictionLines } from './prediction.ts';
import { NO_BREAK, plain, table, tableWidth, wrap } from './layout.ts';

export interface SummaryStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

type Values = ReadonlyMap<string, number | null>;

const WIDTH_MIN = 40;
const CLIENT_COLUMNS = ['started', 'served', 'refused', 'timed_out', 'reset', 'pending'] as const;
const FLOOD_COLUMNS = ['sent', 'admitted', 'refused', 'duplicate', 'answered_by_reset'] as const;
const QUEUE_COLUMNS = ['max', 'mean', 'end'] as const;
const LATENCIES = [
  ['connect_ms', 'connect'],
  ['response_ms', 'response'],
] as const;
const QUANTILES = ['p50', 'p90', 'p99', 'max'] as const;
/** Metrics of every run that say nothing about the answer. */
const MACHINERY = /^run\./;

/**
 * @param results one, or one per replication.
 * @param files paths that were written.
 * @param changes what would change the outcome, as tried; null: nothing was tried.
 * @param estimates of several replications; null for one run.
 * @param prediction what a closed form says beside it; null: none fits.
 * @returns text with a newline at the end.
 */
export function formatSummary(
  title: string,
  results: RunResults,
  files: readonly string[],
  style: SummaryStyle,
  changes: Changes | null = null,
  estimates: Estimates | null = null,
  prediction: PredictionCheck | null = null,
): string {
  const c = createColors(style.color);
  const width = Math.max(WIDTH_MIN, style.width);
  const all = total(results);
  const parts: string[] = [];
  if (title !== '') parts.push(c.bold(wrap(plain(title), width)));
  parts.push(c.dim(wrap(headOf(all, results.length), width)), '');
  parts.push(wrap(answerSentences(all, changes, results.length), width), '');
  parts.push(...(estimates === null ? sectionsOf(all, width, c.bold) : [estimateTable(estimates, all, width), '']));
  const drops = results.length === 1 ? (changes?.drops ?? all.drops) : all.drops;
  if (drops.length > 0) parts.push(c.bold('why'), ...drops.map((drop) => dropLine(drop, width)), '');
  if (results.length === 1) parts.push(...listenerSection(all, width, c.bold));
  if (prediction !== null) parts.push(...predictionLines(prediction, width, c.bold), '');
  parts.push(wrap(conservationLine(all), width, 2));
  if (all.skippedSyns > 0) parts.push(wrap(skipLine(all), width, 2));
  if (files.length > 0) parts.push(c.dim(wrap(filesLine(files), width, 2)));
  return `${parts.join('\n')}\n`;
}

function headOf(result: RunResult, replications: number): string {
  const { durationNs, warmupNs } = result;
  const warmup = warmupNs === 0 ? '' : `, the first ${formatDuration(warmupNs)} left out`;
  const runs = replications === 1 ? '' : ` · ${formatForPeople(replications)} replications`;
  return `${plain(result.scenarioName)} · ${result.stackName} · ${formatDuration(durationNs)} simulated${warmup} · seed ${plain(result.seed)}${runs}`;
}

/** Clients and floods of one run. */
function sectionsOf(result: RunResult, width: number, bold: (text: string) => string): string[] {
  const values = valuesOf(result);
  const { clients, floods } = entriesOf(result);
  const parts: string[] = [];
  if (clients.length > 0) parts.push(entryTable('clients', clients, CLIENT_COLUMNS, values, width, bold), '');
  if (floods.length > 0) parts.push(entryTable('SYNs of floods', floods, FLOOD_COLUMNS, values, width, bold), '');
  const waits = latencyTable(clients, values, width, bold);
  return waits === null ? parts : [...parts, waits, ''];
}

function entryTable(
  heading: string,
  names: readonly string[],
  columns: readonly string[],
  values: Values,
  width: number,
  bold: (text: string) => string,
): string {
  const row = (name: string): string[] => [name, ...columns.map((what) => count(values.get(`${name}.${what}`)))];
  const wide = [[heading, ...columns.map((what) => what.replaceAll('_', ' '))], ...names.map((name) => row(name))];
  if (tableWidth(wide) <= width) return headed(table(wide), bold);
  // Too narrow for columns: one line a number.
  return table(
    names.flatMap((name) =>
      row(name)
        .slice(1)
        .map((cell, i) => [`${name}.${columns[i] ?? ''}`, cell]),
    ),
  );
}

/** How long those that got through had to wait; null when nobody did. */
function latencyTable(
  clients: readonly string[],
  values: Values,
  width: number,
  bold: (text: string) => string,
): string | null {
  const rows = clients.flatMap((name) =>
    LATENCIES.flatMap(([what, words]) => {
      const at = QUANTILES.map((q) => values.get(`${name}.${what}.${q}`) ?? null);
      return at[0] === null ? [] : [[`${name}: ${words}`, ...at.map((ms) => formatDuration((ms ?? 0) * NS_PER_MS))]];
    }),
  );
  if (rows.length === 0) return null;
  const heading = 'time from the first SYN';
  const wide = [[heading, ...QUANTILES], ...rows];
  if (tableWidth(wide) <= width) return headed(table(wide), bold);
  // Too narrow for columns: one line a number.
  const lines = rows.flatMap(([name = '', ...cells]) =>
    cells.map((cell, i) => [`${name} ${QUANTILES[i] ?? ''}`, cell]),
  );
  return `${bold(heading)}\n${table(lines)}`;
}

function dropLine(drop: Drop, width: number): string {
  const first = drop.firstAtNs === null ? '' : `, first at ${formatInstant(drop.firstAtNs)}`;
  const setting = drop.setting === null ? 'none' : drop.setting;
  const unit = drop.count === 1 ? drop.unit.replace(/s$/, '') : drop.unit;
  const what = `${formatForPeople(drop.count)} ${unit}: ${drop.text}`;
  return wrap(`  ${what} (${drop.cause}, ${drop.rule})${first}; setting: ${setting}`, width, 4);
}

function listenerSection(result: RunResult, width: number, bold: (text: string) => string): string[] {
  const values = valuesOf(result);
  const of = (name: string, column: string): number => values.get(`listener.${name}.${column}`) ?? 0;
  const queues = result.metrics
    .filter((m) => m.path.startsWith('listener.') && m.path.endsWith('.max'))
    .map((m) => m.path.slice('listener.'.length, -'.max'.length))
    .map((name) => [name, ...QUEUE_COLUMNS.map((column) => formatForPeople(of(name, column)))]);
  const isKernels = (name: string): boolean => /^[A-Z]/.test(name);
  const moved = result.counters.filter((counter) => counter.value !== 0);
  const lines = [headed(table([['listener', 'max', 'mean', 'at the end'], ...queues]), bold)];
  for (const [heading, counters] of [
    ['counters:', moved.filter((counter) => isKernels(counter.name))],
    ['work:', moved.filter((counter) => !isKernels(counter.name))],
  ] as const) {
    const items = counters.map(({ name, value }) => `${name}${NO_BREAK}${formatForPeople(value)}`);
    if (items.length > 0) lines.push(wrap(`${heading} ${items.join(', ')}`, width, 2));
  }
  return [...lines, wrap(acceptLine(result, values), width, 2), ''];
}

/** What accept() returned. */
function acceptLine(result: RunResult, values: Values): string {
  const value = (what: string): number => values.get(`server.${what}`) ?? 0;
  const returned: (readonly [count: number, what: string])[] = [
    [value('accepted'), 'connections'],
    [value('eagain'), 'EAGAIN'],
    ...result.metrics
      .filter((m) => m.path.startsWith('server.accept_errors.'))
      .map((m) => [m.value ?? 0, m.path.split('.').at(-1) ?? ''] as const),
  ];
  const items = returned
    .filter(([n]) => n > 0)
    .map(([n, what]) => `${formatForPeople(n)} ${n === 1 ? what.replace(/ections$/, 'ection') : what}`);
  const dead = value('accepted_dead');
  const aside = dead > 0 ? ` (${formatForPeople(dead)} of them dead already)` : '';
  return `accept() returned: ${items.join(', ') || 'nothing'}${aside}`;
}

function conservationLine({ conservation, warmupNs }: RunResult): string {
  const terms = conservation.terms
    .filter((t) => t.count > 0)
    .map((t) => `${formatForPeople(t.count)} ${t.name.replaceAll('_', ' ')}`.replaceAll(' ', NO_BREAK));
  const when = warmupNs > 0 ? ' from the start, warm-up included' : '';
  return `${formatForPeople(conservation.synsSent)} SYNs sent${when} = ${terms.join(' + ') || '0'}`;
}

function skipLine({ skippedSyns }: RunResult): string {
  return `${formatForPeople(skippedSyns)} of them were counted, not simulated one by one, while the stack refused everything (skip: auto)`;
}

/** Mean and half-width of what matters: no counters of the kernel, no machinery. */
function estimateTable({ metrics }: Estimates, result: RunResult, width: number): string {
  const counters = new Set(result.counters.map((counter) => `listener.${counter.name}`));
  const rows = metrics
    .filter((e) => e.mean !== null && e.mean !== 0 && !MACHINERY.test(e.path) && !counters.has(e.path))
    .map((e): string[] => {
      const { mean, halfWidth } = formatEstimate(e.mean ?? 0, e.halfWidth);
      return [e.path, mean, halfWidth, e.unit];
    });
  const wide = [['metric', 'mean', '95 %', 'unit'], ...rows];
  return table(tableWidth(wide) <= width ? wide : wide.map((row) => row.slice(0, -1)), [0, 3]);
}

/** `wrote out/: summary.csv, counters.csv`. */
function filesLine(files: readonly string[]): string {
  const folders = new Set(files.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  if (folders.size !== 1) return `wrote ${files.join(', ')}`;
  const [folder = ''] = folders;
  return `wrote ${folder === '' ? '' : `${folder}: `}${files.map((path) => path.slice(folder.length)).join(', ')}`;
}

/** The first line of a table stands out. */
function headed(text: string, bold: (text: string) => string): string {
  const end = text.indexOf('\n');
  return end < 0 ? bold(text) : bold(text.slice(0, end)) + text.slice(end);
}

function count(value: number | null | undefined): string {
  return formatForPeople(value ?? 0);
}
