/** `halfopen run`: one run or several replications, a summary, CSV, a report. */
import { join } from 'node:path';
import { InputError } from '../engine/errors.ts';
import { type Changes, findChanges } from '../experiment/changes.ts';
import type { Estimates } from '../experiment/estimates.ts';
import type { PredictionCheck } from '../experiment/prediction-check.ts';
import { predict } from '../experiment/predictions.ts';
import { firstOf, total } from '../experiment/replications.ts';
import type { RunResults } from '../experiment/run-table.ts';
import { assertWritable, holdsOthers, writeReportPage, writeResultFiles } from '../report/files.ts';
import type { RunPageInput } from '../report/page/run-page.ts';
import { type ResultFile, resultFiles } from '../report/result-files.ts';
import { scenarioHash, shortHash } from '../scenario/hash.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { isScenarioLimit, type RunResult } from '../simulation/result.ts';
import { type Captures, readCaptures } from '../simulation/simulate.ts';
import { liesBesideScenarios, loadScenario, manifestIn, resultFolderOf } from './input-files.ts';
import { Exit, reportCutCapture, reportKernel, reportNotSkipped, terminalWidth, usesColor } from './messages.ts';
import { type CommonOptions, replicationsOf, type ScenarioOptions, seedOf, settingsOf, threadsOf } from './options.ts';
import { checkPacketOptions, type PacketOptions, packetOutputsOf } from './packet-options.ts';
import { Progress } from './progress.ts';
import { outOf, withScenarioText } from './result-folder.ts';
import { simulateAll } from './simulate-all.ts';

export interface RunOptions extends ScenarioOptions, PacketOptions {
  readonly replications?: string;
  readonly threads?: string;
  readonly out?: string;
  /** Also writes report.html beside the CSV files. */
  readonly report?: boolean;
}

/** @returns the exit code. */
export async function run(path: string, options: RunOptions, sources: Map<string, string>): Promise<number> {
  const overrides = settingsOf(options);
  const count = replicationsOf(options.replications);
  const threads = threadsOf(options.threads);
  const packetOutputs = packetOutputsOf(options);
  checkPacketOptions(options, options.json === true, count);
  const loaded = loadScenario(path, overrides, seedOf(options), sources);
  if (options.quiet !== true) reportKernel(loaded.scenario.server.stackName);
  // A folder that cannot be written is found out before the work, not after it.
  assertWritable(outOf(options.out, 'run') ?? 'results');
  const hash = scenarioHash(loaded.scenario, loaded.files);
  if (options.out !== undefined)
    refuseOthers(options.out, hash, count, resultFolderOf(path, loaded.scenario.name).folder);
  const captures = readCaptures(loaded.scenario, loaded.files, reportCutCapture);
  reportNotSkipped(loaded.scenario, packetOutputs);
  const quiet = options.quiet ?? false;
  const { results, files: packetFiles } =
    packetOutputs.length === 0
      ? { results: await simulateAll(loaded.scenario, captures, count, threads, quiet), files: [] }
      : await runWithPackets(loaded.scenario, captures, hash, options);
  const context = { scenarioHash: hash, settings: overrides, skip: loaded.scenario.skip };
  // What only some runs need is loaded when they do: the quantiles of Student, the tables of a summary.
  const estimates = count === 1 ? null : (await import('../experiment/estimates.ts')).estimate(results);
  const files = resultFiles(results, context, estimates);
  const folder = options.out ?? defaultFolder(path, loaded.scenario.name, hash, files, options, count);
  const { folder: beside, isShipped } = resultFolderOf(path, loaded.scenario.name);
  const isBeside = isShipped && folder === beside;
  const written = writeResultFiles(
    folder,
    isBeside ? files : files.map((file) => withScenarioText(file, loaded.source.text)),
  );
  const wantsAnswer = options.json === true || options.quiet !== true || options.report === true;
  const changes = wantsAnswer ? await tryChanges(loaded.scenario, captures, firstOf(results), options) : null;
  const prediction = wantsAnswer ? await checkClosedForm(loaded.scenario, results) : null;
  const { scenario } = loaded;
  const input = { scenario, scenarioHash: hash, settings: overrides, results, estimates, changes };
  const reports = options.report === true ? await writeRunReport(folder, input) : [];
  const outcome = { results, changes, estimates, prediction, files: [...written, ...packetFiles, ...reports] };
  process.stdout.write(await textOf(loaded.scenario.title, hash, outcome, options));
  const { stop } = total(results);
  if (stop === null) return Exit.Done;
  const remedy = isScenarioLimit(stop)
    ? `a higher one can be set with --set ${stop.limit}=…`
    : 'no run can have more of them';
  if (options.json !== true) process.stderr.write(`stopped by ${stop.limit}: ${remedy}\n`);
  return Exit.Mistake;
}

/** Draws the report, and writes it into `folder`. @returns the path. */
export async function writeRunReport(folder: string, input: RunPageInput): Promise<string[]> {
  const { runPage } = await import('../report/page/run-page.ts');
  return writeReportPage(folder, runPage(input));
}

/** One run, with the outputs that tell of every packet. */
async function runWithPackets(
  scenario: Scenario,
  captures: Captures,
  hash: string,
  options: RunOptions,
): Promise<{ results: RunResults; files: readonly string[] }> {
  const { runObserved } = await import('./packet-outputs.ts');
  const comment = `${scenario.title || scenario.name} (scenario ${shortHash(hash)}, seed ${scenario.seed})`;
  const { files, result } = await runObserved(scenario, captures, comment, options, options.quiet ?? false);
  return { results: [result], files };
}

/**
 * results/ mirrors scenarios/. What is not the scenario as it lies there goes into a folder of its hash, and so
 * does what would change results that are there already: the shipped ones are rewritten only on purpose.
 */
function defaultFolder(
  path: string,
  name: string,
  hash: string,
  files: readonly ResultFile[],
  options: RunOptions,
  replications: number,
): string {
  const { folder, isShipped } = resultFolderOf(path, name);
  const isPlain = settingsOf(options).length === 0 && options.seed === undefined && options.replications === undefined;
  if (isShipped && isPlain && !holdsOthers(folder, files)) return folder;
  // The hash is the scenario's, however often it runs.
  return join(folder, shortHash(hash), replications === 1 ? '' : `replications-${replications}`);
}

/**
 * Results beside scenarios/ are those of a scenario there: other ones replace them only where nobody named the folder
 * by accident. @throws InputError.
 */
function refuseOthers(out: string, hash: string, replications: number, ownFolder: string): void {
  if (!liesBesideScenarios(out)) return;
  const manifest = manifestIn(out);
  if (manifest === null || (manifest.scenario_hash === hash && manifest.replications === replications)) return;
  const free = join(ownFolder, shortHash(hash));
  const expected = `a folder without the results of another run, such as ${free}`;
  throw new InputError([{ where: `--out ${out}`, expected, received: 'one with a manifest.json of another run' }]);
}

/** Finds out by further runs what would have served more. */
export async function tryChanges(
  scenario: Scenario,
  captures: Captures,
  result: RunResult,
  options: CommonOptions,
): Promise<Changes | null> {
  const progress = new Progress(options.quiet ?? false);
  const onProgress = await progress.prepare();
  try {
    return findChanges(scenario, captures, result, onProgress);
  } finally {
    progress.stop();
  }
}

/** Holds the closed form of the scenario, if there is one, against the results. */
async function checkClosedForm(scenario: Scenario, results: RunResults): Promise<PredictionCheck | null> {
  const prediction = total(results).stop === null ? predict(scenario) : null;
  if (prediction === null) return null;
  const { checkPrediction } = await import('../experiment/prediction-check.ts');
  return checkPrediction(prediction, results);
}

interface Outcome {
  readonly results: RunResults;
  readonly changes: Changes | null;
  readonly estimates: Estimates | null;
  readonly prediction: PredictionCheck | null;
  /** Paths that were written. */
  readonly files: readonly string[];
}

async function textOf(
  title: string,
  hash: string,
  { changes, estimates, files, prediction, results }: Outcome,
  options: RunOptions,
): Promise<string> {
  if (options.json === true) {
    const { runJson } = await import('../report/json.ts');
    return runJson(results, hash, files, changes, estimates, prediction);
  }
  if (options.quiet === true) return '';
  const { formatSummary } = await import('../report/summary.ts');
  const style = { width: terminalWidth(), color: usesColor(process.stdout) };
  return formatSummary(title, results, files, style, changes, estimates, prediction);
}
