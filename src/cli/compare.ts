/** `halfopen compare`: the same workload, with the same random numbers, on several stacks. */
import { join } from 'node:path';
import { InputError } from '../engine/errors.ts';
import { type ComparedMetric, compareMetrics, type StackRuns } from '../experiment/compare.ts';
import { isStackName, STACK_NAMES } from '../listeners/stacks.ts';
import { compareCsv, formatComparison } from '../report/compare.ts';
import { assertWritable, writeResultFiles } from '../report/files.ts';
import { compareJson } from '../report/json.ts';
import type { ResultFile } from '../report/result-files.ts';
import { scenarioHash, shortHash } from '../scenario/hash.ts';
import { parseForStack } from '../scenario/parse.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { type LoadedScenario, loadScenario, resultFolderOf } from './input-files.ts';
import { Exit, reportCutCapture, reportKernel, terminalWidth, usesColor } from './messages.ts';
import { replicationsOf, type ScenarioOptions, seedOf, settingsOf, threadsOf } from './options.ts';
import { outOf, withScenarioText } from './result-folder.ts';
import { simulateAll } from './simulate-all.ts';
import { VERSION } from '../version.ts';

export interface CompareOptions extends ScenarioOptions {
  readonly stacks: string;
  readonly replications?: string;
  readonly threads?: string;
  readonly out?: string;
  /** Also writes report.html beside the CSV. */
  readonly report?: boolean;
}

const STACKS_MAX = 64;

/** How stacks are compared. */
interface How {
  readonly stacks: readonly string[];
  readonly count: number;
  readonly threads: number;
  readonly quiet: boolean;
}

/** @returns the exit code. */
export async function compare(path: string, options: CompareOptions, sources: Map<string, string>): Promise<number> {
  const stacks = stacksOf(options.stacks);
  const count = replicationsOf(options.replications);
  const threads = threadsOf(options.threads);
  const overrides = settingsOf(options);
  const loaded = loadScenario(path, overrides, seedOf(options), sources);
  const { files, scenario, source } = loaded;
  assertWritable(outOf(options.out, 'compare') ?? 'results');
  const { metrics, runs } = await compareStacks(loaded, { stacks, count, threads, quiet: options.quiet ?? false });
  const hash = scenarioHash(scenario, files);
  const manifest = {
    command: 'compare',
    version: VERSION,
    scenario: scenario.name,
    scenario_hash: hash,
    seed: scenario.seed,
    replications: count,
    stacks,
    settings: Object.fromEntries(overrides.map(({ path: key, value }) => [key, value])),
    left_out: Object.fromEntries(runs.map(({ notes, stack }) => [stack, notes])),
  };
  const folder =
    options.out ??
    join(resultFolderOf(path, scenario.name).folder, shortHash(hash), `compare-${nameOf(stacks, count)}`);
  const file = { name: 'manifest.json', text: JSON.stringify(manifest) };
  const written = writeResultFiles(folder, [compareFile(runs, metrics), withScenarioText(file, source.text)]);
  if (options.report === true) {
    const { writeCompareReport } = await import('./compare-report.ts');
    written.push(...writeCompareReport(folder, { scenario, scenarioHash: hash, settings: overrides, runs, metrics }));
  }
  if (options.json === true) process.stdout.write(compareJson(runs, metrics, written));
  else if (options.quiet !== true) {
    const style = { width: terminalWidth(), color: usesColor(process.stdout) };
    process.stdout.write(formatComparison(scenario.title, runs, metrics, written, style));
  }
  return Exit.Done;
}

/** The workload of a scenario on every stack, and every metric beside each other. @throws InputError. */
export async function compareStacks(
  { files, scenario, source }: LoadedScenario,
  { count, quiet, stacks, threads }: How,
): Promise<{ runs: StackRuns[]; metrics: ComparedMetric[] }> {
  const parsed = stacks.map((stack) => ({
    stack,
    ...parseForStack(source.text, stack, source.fileName, source.overrides, source.options),
  }));
  const captures = readCaptures(scenario, files, reportCutCapture);
  const runs: StackRuns[] = [];
  for (const { notes, scenario: own, stack } of parsed) {
    if (!quiet) reportKernel(stack);
    const results = await simulateAll(own, captures, count, threads, quiet);
    runs.push({ stack, notes, results });
  }
  return { runs, metrics: compareMetrics(runs) };
}

/** compare.csv. */
export function compareFile(runs: readonly StackRuns[], metrics: readonly ComparedMetric[]): ResultFile {
  return { name: 'compare.csv', text: compareCsv(runs, metrics) };
}

/** Names of stacks, separated by commas. @throws InputError. */
export function stacksOf(text: string): string[] {
  const stacks = text.split(',').map((name) => name.trim());
  const refuse = (expected: string, received: string): InputError =>
    new InputError([{ where: '--stacks', expected, received }]);
  for (const stack of stacks) {
    if (!isStackName(stack)) throw refuse(`names such as ${STACK_NAMES.join(', ')}`, stack === '' ? 'nothing' : stack);
  }
  if (stacks.length < 2 || stacks.length > STACKS_MAX)
    throw refuse(`2 to ${STACKS_MAX} stacks, separated by commas`, String(stacks.length));
  if (new Set(stacks).size < stacks.length) throw refuse('each stack once', text);
  return stacks;
}

/** A folder for these stacks: their names, or how many where there are many. */
function nameOf(stacks: readonly string[], count: number): string {
  const names = stacks.join('-');
  return `${names.length > 60 ? `${stacks.length}-stacks` : names}${count === 1 ? '' : `-replications-${count}`}`;
}
