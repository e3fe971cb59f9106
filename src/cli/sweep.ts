/** `halfopen sweep`: the points of a grid, each with its means and confidence intervals; goes on where it was cut short. */
import { join } from 'node:path';
import { collect, InputError, type Issue } from '../engine/errors.ts';
import { axesOf, Grid, POINTS_MAX, scenariosAlong } from '../experiment/grid.ts';
import { metricIssue, metricsOf, type PointPlan } from '../experiment/point.ts';
import { sweep } from '../experiment/sweep.ts';
import { assertWritable } from '../report/files.ts';
import { formatSweep, sweepJson, type SweepReport } from '../report/sweep.ts';
import { SweepRows } from '../report/sweep-rows.ts';
import type { BaseText, ScenarioBase } from '../scenario/base.ts';
import { scenarioHash, shortHash, textHash } from '../scenario/hash.ts';
import { captureFilesOf } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioData } from '../scenario/serialize.ts';
import { type Captures, readCaptures } from '../simulation/simulate.ts';
import type { Metric } from '../simulation/result.ts';
import { VERSION } from '../version.ts';
import { readCaptureFiles, resultFolderOf } from './input-files.ts';
import { loadBase } from './load-base.ts';
import { Exit, reportCutCapture, terminalWidth } from './messages.ts';
import { countOf, type ScenarioOptions, seedOf, settingsOf, threadsOf } from './options.ts';
import { dropProblems, PointsFile } from './points-file.ts';
import { Progress } from './progress.ts';
import { outOf } from './result-folder.ts';
import { lockFolder, POINTS_FILE, prepareFolder, SWEEP_FILE, type SweepManifest } from './sweep-folder.ts';
import { planOf } from './sweep-options.ts';
import { type Helpers, openPoints } from './sweep-helpers.ts';

export interface SweepCommandOptions extends ScenarioOptions {
  readonly vary?: readonly string[];
  readonly sample?: string;
  readonly replications?: string;
  readonly until?: readonly string[];
  readonly show?: string;
  readonly threads?: string;
  readonly out?: string;
  readonly restart?: boolean;
  readonly retryProblems?: boolean;
  /** Also writes report.html beside the CSV. */
  readonly report?: boolean;
  readonly redis?: string;
}

/** Values of one path that manifest.json spells out. */
const SPELT_OUT_MAX = 200;
/** Exit codes of a process that was told to end. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Everything that decides what the points are and what they give. */
interface Plan {
  readonly base: ScenarioBase;
  readonly text: BaseText;
  readonly grid: Grid;
  readonly plan: PointPlan;
  readonly captures: Captures;
  /** Of the scenario and of all captures. */
  readonly hash: string;
  /** Columns. */
  readonly metrics: readonly Omit<Metric, 'value'>[];
}

/** @returns the exit code. */
export async function sweepCommand(
  path: string,
  options: SweepCommandOptions,
  sources: Map<string, string>,
): Promise<number> {
  const threads = threadsOf(options.threads);
  const plan = readPlan(path, options, sources);
  const shown = (options.show ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  refuseMetrics(plan, shown);
  const manifest = manifestOf(plan, options);
  const { scenario } = plan.base;
  const folder =
    outOf(options.out, 'sweep') ??
    join(
      resultFolderOf(path, scenario.name).folder,
      shortHash(plan.hash),
      `sweep-${shortHash(textHash(JSON.stringify(manifest)))}`,
    );
  assertWritable(folder);
  const unlock = lockFolder(folder);
  try {
    const paths = plan.grid.axes.map((axis) => axis.path);
    const rows = new SweepRows(paths, plan.metrics);
    prepareFolder(folder, manifest, rows.header(), options.restart ?? false);
    const pointsPath = join(folder, POINTS_FILE);
    const retried = options.retryProblems === true ? dropProblems(pointsPath, rows, plan.grid.length) : 0;
    const points = new PointsFile(pointsPath, rows, plan.grid.length);
    if (options.quiet !== true) reportResumed(points, plan.grid.length, retried);
    const helpers = { threads, redis: options.redis ?? null, quiet: options.quiet ?? false };
    await computePoints(plan, points, helpers, folder, unlock);
    const files = [points.writeSweep(join(folder, SWEEP_FILE)), pointsPath, join(folder, 'manifest.json')];
    if (options.report === true) {
      const { writeSweepReport } = await import('./sweep-report.ts');
      files.push(...writeSweepReport(folder, options.show));
    }
    const { metrics } = plan;
    const read = (): Iterable<ReturnType<SweepRows['read']>> => points.read();
    const report = { title: scenario.title, paths, metrics, points: plan.grid.length, rows: read, shown, files };
    const code = await tell(report, plan, options);
    points.close();
    return code;
  } finally {
    unlock();
  }
}

/** Reads and checks all that was given; every problem at once. @throws InputError. */
function readPlan(path: string, options: SweepCommandOptions, sources: Map<string, string>): Plan {
  const issues: Issue[] = [];
  const loaded = loadBase(path, settingsOf(options), seedOf(options), sources);
  const { base, text } = loaded;
  const axes = collect(issues, () => axesOf(base, options.vary ?? []));
  const sample = options.sample;
  const count = collect(issues, () => (sample === undefined ? null : countOf('--sample', sample, POINTS_MAX)));
  const plan = collect(issues, () => planOf(options));
  if (axes === null || plan === null || issues.length > 0) throw new InputError(issues);
  const grid = new Grid(axes, count, base.scenario.seed);
  const variants = axes.flatMap((axis, i) => (axis.path.startsWith('traffic.') ? scenariosAlong(base, axes, i) : []));
  const files = new Map([...loaded.files, ...readCaptureFiles(path, [...new Set(variants.flatMap(captureFilesOf))])]);
  const captures = new Map<string, Float64Array>();
  const cut = new Set<string>();
  for (const variant of [base.scenario, ...variants])
    for (const [key, atNs] of readCaptures(variant, files, (file) => cut.add(file))) captures.set(key, atNs);
  for (const file of cut) reportCutCapture(file);
  const metrics = metricsOf(firstScenario(base, grid), captures);
  return { base, text, grid, plan, captures, hash: scenarioHash(base.scenario, files), metrics };
}

/** Of the first point that is a scenario: its metrics are the columns. */
function firstScenario(base: ScenarioBase, grid: Grid): Scenario {
  for (let point = 0; point < Math.min(grid.length, 1000); point++) {
    const settings = grid.settingsOf(point);
    if (base.issuesWith(settings).length === 0) return base.with(settings);
  }
  return base.scenario;
}

/** @throws InputError with every name that is no metric. */
function refuseMetrics({ metrics, plan }: Plan, shown: readonly string[]): void {
  const issues = [
    ...plan.until.map(({ metric }) => metricIssue(metrics, metric, '--until')),
    ...shown.map((name) => metricIssue(metrics, name, '--show')),
  ];
  const wrong = issues.filter((issue) => issue !== null);
  if (wrong.length > 0) throw new InputError(wrong);
}

function manifestOf({ base: { scenario }, grid, hash, plan }: Plan, options: SweepCommandOptions): SweepManifest {
  const spelt = (values: readonly string[]): unknown =>
    values.length <= SPELT_OUT_MAX
      ? values
      : `${values.length} values from ${values[0]} to ${values.at(-1)} (${textHash(JSON.stringify(values))})`;
  return {
    command: 'sweep',
    version: VERSION,
    scenario: scenario.name,
    scenario_hash: hash,
    seed: scenario.seed,
    settings: Object.fromEntries(settingsOf(options).map(({ path, value }) => [path, value])),
    vary: Object.fromEntries(grid.axes.map(({ path, values }) => [path, spelt(values)])),
    sample: grid.sample,
    replications: plan.replications,
    until: plan.until.map(({ metric, relative }) => `${metric}:${relative}`),
    base: scenarioData(scenario),
  };
}

function reportResumed({ discarded, done }: PointsFile, points: number, retried: number): void {
  const torn = discarded === 0 ? '' : `; ${discarded} torn rows are computed again`;
  const again = retried === 0 ? '' : `; ${retried} with a problem are computed again`;
  if (done + discarded + retried > 0)
    process.stderr.write(`${done} of ${points} points were there already${torn}${again}\n`);
}

/** Computes what is missing. Told to end, the process does so at once: what is done is in the file. */
async function computePoints(
  plan: Plan,
  points: PointsFile,
  helpers: Helpers,
  folder: string,
  unlock: () => void,
): Promise<void> {
  const { captures, grid, plan: pointPlan, text: base } = plan;
  const left = grid.length - points.done;
  if (left === 0) return;
  const progress = new Progress(helpers.quiet);
  const onProgress = await progress.prepare(grid.length, 'points', points.done);
  const end = (signal: keyof typeof SIGNALS): void => {
    progress.stop();
    points.close();
    unlock();
    process.stderr.write(
      `${points.done} of ${grid.length} points are in ${folder}; the same command goes on with the others\n`,
    );
    process.exit(SIGNALS[signal]);
  };
  for (const signal of Object.keys(SIGNALS)) process.once(signal, end);
  const { chunkMs, lanes, pool } = await openPoints(helpers, { text: base, captures }, left, (underWay) =>
    onProgress(points.done + underWay),
  );
  try {
    await sweep({
      base,
      grid,
      plan: pointPlan,
      pool,
      lanes,
      chunkMs,
      isDone: (point) => points.isDone(point),
      onOutcomes: (outcomes) => points.append(outcomes, (point) => grid.valuesOf(point)),
      nowMs: () => performance.now(),
    });
  } finally {
    await pool.close();
    progress.stop();
    for (const signal of Object.keys(SIGNALS)) process.off(signal, end);
  }
}

/** @returns the exit code: a point with a problem makes it a mistake. */
async function tell(report: SweepReport, { base, hash, plan }: Plan, options: SweepCommandOptions): Promise<number> {
  let code: number = Exit.Done;
  for (const { problem } of report.rows()) if (problem !== '') code = Exit.Mistake;
  if (options.json === true) {
    const { name, seed } = base.scenario;
    const fields = { scenario: name, scenario_hash: hash, seed, replications: plan.replications };
    for (const piece of sweepJson(fields, report))
      if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  } else if (options.quiet !== true) process.stdout.write(formatSweep(report, terminalWidth()));
  return code;
}
