/** The files of a run's results, as text: what is in them depends on scenario, seed and version only. */
import { NS_PER_S } from '../engine/time.ts';
import type { Estimates } from '../experiment/estimates.ts';
import { firstOf } from '../experiment/replications.ts';
import type { RunResults } from '../experiment/run-table.ts';
import type { RunResult } from '../simulation/result.ts';
import { VERSION } from '../version.ts';
import { toCsv, type Cell } from './csv.ts';

export interface ResultFile {
  readonly name: string;
  readonly text: string;
}

/** What else is written into manifest.json. */
export interface RunContext {
  readonly scenarioHash: string;
  /** Values set on the command line, as given. */
  readonly settings: readonly { readonly path: string; readonly value: string }[];
  readonly skip: 'auto' | 'off';
}

/**
 * @param results one, or one per replication. The time series is that of the first.
 * @param estimates of several replications; null for one run.
 */
export function resultFiles(
  results: RunResults,
  context: RunContext,
  estimates: Estimates | null = null,
): ResultFile[] {
  const first = firstOf(results);
  return [
    { name: 'summary.csv', text: estimates === null ? summaryOf(first) : summaryOfAll(estimates) },
    { name: 'counters.csv', text: estimates === null ? countersOf(first) : countersOfAll(estimates) },
    { name: 'timeseries.csv', text: seriesOf(first) },
    { name: 'manifest.json', text: manifestOf(first, results.length, context) },
  ];
}

function summaryOf(result: RunResult): string {
  return toCsv(
    ['metric', 'unit', 'value'],
    result.metrics.map((m): Cell[] => [m.path, m.unit, m.value]),
  );
}

function summaryOfAll({ metrics }: Estimates): string {
  return toCsv(
    ['metric', 'unit', 'mean', 'half_width', 'n'],
    metrics.map((e): Cell[] => [e.path, e.unit, e.mean, e.halfWidth, e.n]),
  );
}

function countersOf(result: RunResult): string {
  return toCsv(
    ['counter', 'value'],
    result.counters.map((c): Cell[] => [c.name, c.value]),
  );
}

function countersOfAll({ counters }: Estimates): string {
  return toCsv(
    ['counter', 'mean', 'half_width', 'n'],
    counters.map((e): Cell[] => [e.path, e.mean, e.halfWidth, e.n]),
  );
}

function seriesOf(result: RunResult): string {
  const { columns, timeNs, values } = result.series;
  const rows = Array.from(timeNs, (ns, row): Cell[] => [ns / NS_PER_S, ...values.map((column) => column[row] ?? null)]);
  return toCsv(['time_s', ...columns], rows);
}

function manifestOf(result: RunResult, replications: number, context: RunContext): string {
  const manifest = {
    version: VERSION,
    scenario: result.scenarioName,
    scenario_hash: context.scenarioHash,
    seed: result.seed,
    replications,
    ...(replications === 1 ? {} : { timeseries_replication: result.replication }),
    settings: Object.fromEntries(context.settings.map(({ path, value }) => [path, value])),
    skip: context.skip,
    stopped_by: result.stop?.limit ?? null,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
