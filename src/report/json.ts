/** The JSON documents that outsiders build on (format 1): additions only. */
import type { Issue } from '../engine/errors.ts';
import { NS_PER_S } from '../engine/time.ts';
import type { Changes } from '../experiment/changes.ts';
import type { ComparedMetric, StackRuns } from '../experiment/compare.ts';
import type { PredictionCheck } from '../experiment/prediction-check.ts';
import type { Estimates } from '../experiment/estimates.ts';
import { firstOf, total } from '../experiment/replications.ts';
import type { RunResults } from '../experiment/run-table.ts';
import { CONFIDENCE } from '../experiment/statistics/confidence.ts';
import type { FileReport } from '../verify/collected.ts';
import { VERSION } from '../version.ts';
import { answerOf } from './answer.ts';
import { differencesOf } from './compare.ts';

const FORMAT = 1;

function document(command: string, fields: Record<string, unknown>): string {
  return `${JSON.stringify({ format: FORMAT, command, version: VERSION, ...fields })}\n`;
}

/**
 * `halfopen run --json`.
 * @param results one, or one per replication: drops and conservation are then those of all together.
 * @param estimates of several replications; null for one run.
 */
export function runJson(
  results: RunResults,
  scenarioHash: string,
  files: readonly string[],
  changes: Changes | null = null,
  estimates: Estimates | null = null,
  prediction: PredictionCheck | null = null,
): string {
  const first = firstOf(results);
  const metrics: Record<string, unknown> = {};
  if (estimates === null) {
    for (const { path, unit, value } of first.metrics) metrics[path] = { unit, value };
  } else {
    for (const { path, unit, mean, halfWidth, n } of estimates.metrics) {
      metrics[path] = { unit, mean, half_width: halfWidth, n, confidence: CONFIDENCE };
    }
  }
  const all = total(results);
  const terms = Object.fromEntries(all.conservation.terms.map((t) => [t.name, t.count]));
  return document('run', {
    scenario: first.scenarioName,
    scenario_hash: scenarioHash,
    seed: first.seed,
    replications: results.length,
    stack: first.stackName,
    duration_s: first.durationNs / NS_PER_S,
    answer: answerOf(all, changes, results.length),
    metrics,
    drops: (results.length === 1 ? (changes?.drops ?? all.drops) : all.drops).map((drop) => ({
      cause: drop.cause,
      count: drop.count,
      first_at_s: drop.firstAtNs === null ? null : drop.firstAtNs / NS_PER_S,
      setting: drop.setting,
      rule: drop.rule,
    })),
    changes:
      changes?.changes.map(({ settings, words, served, started, refusedSyns }) => ({
        settings,
        words,
        served,
        started,
        refused_syns: refusedSyns,
      })) ?? null,
    closed_form: prediction === null ? null : predictionFields(prediction),
    conservation: { syns_sent: all.conservation.synsSent, ...terms, ok: all.conservation.ok },
    skipped_syns: all.skippedSyns,
    stopped_by: all.stop?.limit ?? null,
    files,
  });
}

/** Shares, entries and seconds, as the unit says. */
function predictionFields({ figures, formula }: PredictionCheck): Record<string, unknown> {
  const units = { share: 'fraction', level: 'entries', time: 's' } as const;
  return {
    formula,
    figures: figures.map(({ agrees, figure, interval, kind, predicted, simulated, why }) => ({
      figure,
      unit: units[kind],
      expected: predicted,
      value: simulated,
      interval: interval === null ? null : [interval.low, interval.high],
      confidence: CONFIDENCE,
      agrees,
      why,
    })),
  };
}

/** `halfopen compare --json`. @param runs at least one stack. */
export function compareJson(
  runs: readonly StackRuns[],
  metrics: readonly ComparedMetric[],
  files: readonly string[],
): string {
  const first = firstOf(runs[0]?.results ?? []);
  const count = runs[0]?.results.length ?? 0;
  return document('compare', {
    scenario: first.scenarioName,
    seed: first.seed,
    replications: count,
    stacks: runs.map(({ stack }) => stack),
    rows: metrics.map(({ differences, path, unit, values }) => ({
      metric: path,
      unit,
      values: values.map((value) => value?.mean ?? null),
      ...(count === 1
        ? {}
        : {
            half_widths: values.map((value) => value?.halfWidth ?? null),
            differences: differences.map((one) => one && { mean: one.mean, half_width: one.halfWidth, n: one.n }),
            confidence: CONFIDENCE,
          }),
    })),
    differences: differencesOf(runs, metrics),
    notes: runs.flatMap(({ notes, stack }) => notes.map((text) => ({ stack, text }))),
    files,
  });
}

/** `halfopen verify --json`. */
export function verifyJson(reports: readonly FileReport[]): string {
  return document('verify', {
    ok: reports.every((r) => r.agreed === r.cells),
    files: reports.map((r) => ({
      file: r.file,
      kind: r.kind,
      cells: r.cells,
      agreed: r.agreed,
      cases: r.cases,
      cases_agreed: r.casesAgreed,
      ...(r.zeroCells === 0 ? {} : { zero_cells: r.zeroCells }),
      families: r.families.map((f) => ({
        family: f.family,
        cells: f.cells,
        agreed: f.agreed,
        cases: f.cases,
        cases_agreed: f.casesAgreed,
      })),
      disagreements: r.disagreements.map((d) => ({
        case: d.case,
        field: d.field,
        expected: d.expected ?? null,
        received: d.received ?? null,
        rule: d.rule,
        ...(d.reason === undefined ? {} : { reason: d.reason }),
      })),
    })),
  });
}

/** Commands without a document of their own (check, init): what they did. */
export function plainJson(command: string, fields: Record<string, unknown>): string {
  return document(command, fields);
}

/** Where and when benchmarks ran, and what they gave; the benchmarks themselves are not part of the simulator. */
export interface BenchReport {
  readonly header: Readonly<Record<'date' | 'commit' | 'node' | 'cpu', string>> & { readonly load: number };
  readonly results: readonly {
    readonly name: string;
    readonly parameters: Readonly<Record<string, string | number>>;
    readonly unit: string;
    readonly opsPerS: number;
    readonly p50Ns: number;
    readonly p99Ns: number;
    readonly margin: number;
    readonly samples: number;
    readonly hash: string;
    /** With earlier results of this benchmark; null when none were given. */
    readonly comparison: {
      readonly verdict: string;
      readonly beforeP50Ns: number | null;
      readonly ratio: number | null;
    } | null;
  }[];
  /** The earlier results, and benchmarks among them that are no more; null when none were given. */
  readonly against:
    | (Readonly<Record<'file' | 'date' | 'commit' | 'node' | 'cpu', string>> & {
        readonly missing: readonly string[];
      })
    | null;
}

/** `halfopen bench --json`. */
export function benchJson({ against, header, results }: BenchReport): string {
  return document('bench', {
    header,
    results: results.map(({ comparison, opsPerS, p50Ns, p99Ns, margin, ...rest }) => ({
      name: rest.name,
      parameters: rest.parameters,
      ops_per_s: opsPerS,
      p50_ns: p50Ns,
      p99_ns: p99Ns,
      samples: rest.samples,
      hash: rest.hash,
      unit: rest.unit,
      margin_percent: margin,
      ...(comparison === null
        ? {}
        : { before_p50_ns: comparison.beforeP50Ns, ratio: comparison.ratio, verdict: comparison.verdict }),
    })),
    ...(against === null ? {} : { against }),
  });
}

/** Exit 2. */
export function errorsJson(issues: readonly Issue[]): string {
  return `${JSON.stringify({ errors: issues.map(({ where, expected, received }) => ({ where, expected, received })) })}\n`;
}
