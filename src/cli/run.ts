/** `halfopen run`: one run or several replications, a summary, CSV. */
import { join } from 'node:path';
import { estimate } from '../experiment/replications.ts';
import { writeResultFiles } from '../report/files.ts';
import { runJson } from '../report/json.ts';
import { resultFiles } from '../report/result-files.ts';
import { formatEstimates, formatSummary } from '../report/summary.ts';
import { scenarioHash } from '../scenario/hash.ts';
import type { RunResult } from '../simulation/result.ts';
import { simulate } from '../simulation/simulate.ts';
import { loadScenario, type LoadedScenario, resultFolderOf } from './input-files.ts';
import { Exit, terminalWidth, usesColor } from './messages.ts';
import { countOf, overridesOf, type ScenarioOptions } from './options.ts';
import { Progress } from './progress.ts';

export interface RunOptions extends ScenarioOptions {
  readonly replications?: string;
  readonly out?: string;
}

const REPLICATIONS_MAX = 100_000;
const HASH_CHARS = 8;

/** @returns the exit code. */
export async function run(path: string, options: RunOptions, sources: Map<string, string>): Promise<number> {
  const overrides = overridesOf(options.set);
  const count =
    options.replications === undefined ? 1 : countOf('--replications', options.replications, REPLICATIONS_MAX);
  const loaded = loadScenario(path, overrides, options.seed, sources);
  const results = await simulateAll(loaded, count, options.quiet ?? false);
  const hash = scenarioHash(loaded.scenario, loaded.files);
  const { folder, isShipped } = resultFolderOf(path, loaded.scenario.name);
  const isPlain =
    isShipped && overrides.length === 0 && options.seed === undefined && options.replications === undefined;
  const directory = options.out ?? (isPlain ? folder : join(folder, hash.slice(0, HASH_CHARS)));
  const context = { scenarioHash: hash, settings: overrides, skip: loaded.scenario.skip };
  const written = writeResultFiles(directory, resultFiles(results, context));
  process.stdout.write(textOf(loaded, results, hash, written, options));
  const isStopped = results.some((r) => r.stop !== null);
  if (isStopped && !options.json) {
    process.stderr.write(
      `stopped by ${results.find((r) => r.stop !== null)?.stop?.limit ?? ''}: the numbers are partial\n`,
    );
  }
  return isStopped ? Exit.Mistake : Exit.Done;
}

async function simulateAll(
  loaded: LoadedScenario,
  count: number,
  quiet: boolean,
): Promise<[RunResult, ...RunResult[]]> {
  const progress = new Progress(quiet);
  const onProgress = await progress.prepare();
  const runOne = (replication: number): RunResult =>
    simulate({
      scenario: loaded.scenario,
      files: loaded.files,
      replication,
      onProgress: (fraction) => onProgress((replication + fraction) / count),
    });
  try {
    const results: [RunResult, ...RunResult[]] = [runOne(0)];
    for (let replication = 1; replication < count; replication++) results.push(runOne(replication));
    return results;
  } finally {
    progress.stop();
  }
}

function textOf(
  { scenario }: LoadedScenario,
  results: readonly [RunResult, ...RunResult[]],
  hash: string,
  written: readonly string[],
  options: RunOptions,
): string {
  if (options.json === true) return runJson(results, hash, written);
  if (options.quiet === true) return '';
  const style = { width: terminalWidth(), color: usesColor(process.stdout) };
  if (results.length > 1) return formatEstimates(scenario.title, estimate(results), written, style);
  return formatSummary(scenario.title, results[0], written, style);
}
