/**
 * The summary that a person sees in the terminal: answer, who was served, why not, the kernel's counters.
 * Fits the width it is given; colours only where they are asked for.
 */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import type { Drop, RunResult } from '../simulation/result.ts';
import type { Estimate } from '../experiment/replications.ts';
import { answerOf, entriesOf, seconds, valuesOf } from './answer.ts';
import { formatForPeople } from './format-number.ts';

export interface SummaryStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

const WIDTH_MIN = 40;
const CLIENT_COLUMNS = ['started', 'served', 'refused', 'timed_out', 'reset', 'pending'] as const;
const FLOOD_COLUMNS = ['sent', 'admitted', 'refused', 'duplicate', 'answered_by_reset'] as const;

/** @param files paths that were written. @returns text with a newline at the end. */
export function formatSummary(title: string, result: RunResult, files: readonly string[], style: SummaryStyle): string {
  const c = createColors(style.color);
  const width = Math.max(WIDTH_MIN, style.width);
  const values = valuesOf(result);
  const { clients, floods } = entriesOf(result);
  const head = `${result.scenarioName} · ${result.stackName} · ${seconds(result.durationNs)} simulated · seed ${result.seed}`;
  const parts: string[] = [];
  if (title !== '') parts.push(c.bold(wrap(title, width)));
  parts.push(c.dim(wrap(head, width)), '', wrap(answerOf(result), width), '');
  if (clients.length > 0) parts.push(entryTable('clients', clients, CLIENT_COLUMNS, values, width), '');
  if (floods.length > 0) parts.push(entryTable('floods (SYNs)', floods, FLOOD_COLUMNS, values, width), '');
  parts.push(...latencyLines(clients, values));
  if (result.drops.length > 0) parts.push(c.bold('why'), ...result.drops.flatMap((drop) => dropLines(drop, width)), '');
  parts.push(c.bold('listener'), ...listenerLines(result, width), '');
  parts.push(wrap(conservationLine(result), width));
  if (files.length > 0) parts.push(c.dim(wrap(`wrote ${files.join(', ')}`, width)));
  return `${parts.join('\n')}\n`;
}

/** With replications: mean and half-width of what matters most. */
export function formatEstimates(
  title: string,
  estimates: readonly Estimate[],
  files: readonly string[],
  style: SummaryStyle,
): string {
  const c = createColors(style.color);
  const rows = estimates
    .filter((e) => e.mean !== null && e.mean !== 0 && !e.path.startsWith('run.'))
    .map((e): string[] => [
      e.path,
      formatForPeople(e.mean ?? 0, 5),
      e.halfWidth === null ? '' : `± ${formatForPeople(e.halfWidth, 3)}`,
      e.unit,
    ]);
  const n = estimates.reduce((most, e) => Math.max(most, e.n), 0);
  const parts = [
    ...(title === '' ? [] : [c.bold(wrap(title, style.width))]),
    c.dim(`${n} replications, 95 % confidence`),
    '',
    plainTable([['metric', 'mean', '', 'unit'], ...rows], Math.max(WIDTH_MIN, style.width)),
    ...(files.length > 0 ? ['', c.dim(wrap(`wrote ${files.join(', ')}`, style.width))] : []),
  ];
  return `${parts.join('\n')}\n`;
}

function entryTable(
  heading: string,
  names: readonly string[],
  columns: readonly string[],
  values: ReadonlyMap<string, number | null>,
  width: number,
): string {
  const row = (name: string): string[] => [
    name,
    ...columns.map((what) => formatForPeople(values.get(`${name}.${what}`) ?? 0)),
  ];
  const wide = [[heading, ...columns.map((what) => what.replaceAll('_', ' '))], ...names.map(row)];
  if (tableWidth(wide) <= width) return plainTable(wide, width);
  // Too narrow for columns: one line a number.
  const tall = names.flatMap((name) =>
    row(name)
      .slice(1)
      .map((cell, i) => [`${name}.${columns[i] ?? ''}`, cell]),
  );
  return plainTable(tall, width);
}

function tableWidth(rows: readonly (readonly string[])[]): number {
  const columns = rows[0]?.length ?? 0;
  let width = 0;
  for (let i = 0; i < columns; i++) width += 2 + Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return width;
}

/** Aligned columns without borders; the first to the left, numbers to the right. */
function plainTable(rows: readonly (readonly string[])[], width: number): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '',
  };
  const table = new Table({
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
    colAligns: (rows[0] ?? []).map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd().slice(0, width))
    .join('\n');
}

function latencyLines(clients: readonly string[], values: ReadonlyMap<string, number | null>): string[] {
  const lines: string[] = [];
  for (const name of clients) {
    for (const what of ['connect_ms', 'response_ms']) {
      const at = (q: string): number | null => values.get(`${name}.${what}.${q}`) ?? null;
      const p50 = at('p50');
      if (p50 === null) continue;
      const shown = (['p50', 'p99', 'max'] as const).map((q) => `${q} ${formatForPeople(at(q) ?? 0)} ms`);
      lines.push(`${name} ${what === 'connect_ms' ? 'connect' : 'response'}: ${shown.join(', ')}`);
    }
  }
  return lines.length > 0 ? [...lines, ''] : [];
}

function dropLines(drop: Drop, width: number): string[] {
  const first = drop.firstAtNs === null ? '' : `, first at ${seconds(drop.firstAtNs)}`;
  const setting = drop.setting === null ? 'no setting' : drop.setting;
  return [
    wrap(
      `  ${formatForPeople(drop.count)} × ${drop.text} (${drop.cause}, ${drop.rule})${first}. Setting: ${setting}`,
      width,
      4,
    ),
  ];
}

function listenerLines(result: RunResult, width: number): string[] {
  const values = valuesOf(result);
  const queues = result.metrics
    .filter((m) => m.path.startsWith('listener.') && m.path.endsWith('.max'))
    .map((m) => m.path.slice('listener.'.length, -'.max'.length))
    .map(
      (name) =>
        `${name} max ${formatForPeople(values.get(`listener.${name}.max`) ?? 0)}, mean ${formatForPeople(values.get(`listener.${name}.mean`) ?? 0)}`,
    );
  const counters = result.counters
    .filter((counter) => counter.value !== 0)
    .map((counter) => `${counter.name} ${formatForPeople(counter.value)}`);
  const lines = [wrap(`  ${queues.join('; ')}`, width, 2)];
  lines.push(counters.length === 0 ? '  no counter moved' : wrap(`  ${counters.join('  ')}`, width, 2));
  const errors = result.metrics
    .filter((m) => m.path.startsWith('server.accept_errors.'))
    .map((m) => `${formatForPeople(m.value ?? 0)} × ${m.path.split('.').at(-1) ?? ''}`);
  if (errors.length > 0) lines.push(wrap(`  accept() failed: ${errors.join(', ')}`, width, 2));
  return lines;
}

function conservationLine(result: RunResult): string {
  const { conservation } = result;
  const terms = conservation.terms
    .filter((t) => t.count > 0)
    .map((t) => `${formatForPeople(t.count)} ${t.name.replaceAll('_', ' ')}`);
  return `${formatForPeople(conservation.synsSent)} SYNs sent = ${terms.join(' + ') || '0'}`;
}

/** Breaks at spaces; continuation lines are indented. */
function wrap(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  const lead = /^ */.exec(text)?.[0] ?? '';
  let line = lead;
  for (const word of text.trim().split(/ (?! )/)) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line += isFirst ? word : ` ${word}`;
    }
  }
  lines.push(line);
  return lines.join('\n');
}
