/** `halfopen tune`: which value of a setting meets a goal, and what to paste where. */
import { join } from 'node:path';
import { InputError, type Issue } from '../engine/errors.ts';
import { openPool } from '../experiment/pool.ts';
import type { RunPool } from '../experiment/run-range.ts';
import { makeHere, makeOver } from '../experiment/tune/make-runs.ts';
import { checkSearch } from '../experiment/tune/search-input.ts';
import type { MakeRuns } from '../experiment/tune/trials.ts';
import { searchValue, type TuneLimits } from '../experiment/tune/tune.ts';
import { assertWritable, writeResultFiles } from '../report/files.ts';
import { formatDuration } from '../report/format-number.ts';
import { formatTune, tuneCsv } from '../report/tune.ts';
import { tuneJson } from '../report/tune-json.ts';
import { ScenarioBase } from '../scenario/base.ts';
import { scenarioHash, shortHash } from '../scenario/hash.ts';
import { type Captures, readCaptures } from '../simulation/simulate.ts';
import { VERSION } from '../version.ts';
import { loadScenario, resultFolderOf } from './input-files.ts';
import { Exit, reportCutCapture, reportKernel, terminalWidth, usesColor } from './messages.ts';
import { type ScenarioOptions, seedOf, settingsOf, threadsOf } from './options.ts';
import { Progress } from './progress.ts';

export interface TuneOptions extends ScenarioOptions {
  readonly goal: string;
  readonly find?: string;
  readonly vary?: string;
  readonly largest?: boolean;
  readonly confidence?: string;
  readonly quorum?: string;
  readonly runs?: string;
  readonly budget?: string;
  readonly threads?: string;
  readonly out?: string;
}

const MILLION = 1e6;
const DEFAULT_PATH = 'server.listen.backlog';

/** @returns the exit code. */
export async function tune(path: string, options: TuneOptions, sources: Map<string, string>): Promise<number> {
  const { goal, quiet = false } = options;
  const findOption = options.find === undefined && options.vary !== undefined ? '--vary' : '--find';
  const find = options.find ?? options.vary ?? DEFAULT_PATH;
  const overrides = settingsOf(options);
  const threads = threadsOf(options.threads);
  const { files, scenario, source } = loadScenario(path, overrides, seedOf(options), sources);
  assertWritable(options.out ?? 'results');
  sources.set('--goal', goal);
  sources.set(findOption, find);
  const base = new ScenarioBase(source);
  const captures = readCaptures(scenario, files, reportCutCapture);
  const checked = checkSearch(base, captures, { goal, find, limits: limitsOf(options) }, findOption);
  if (!quiet) reportKernel(scenario.server.stackName);
  const answer = await overThreads(threads, captures, async (makeRuns) => {
    const progress = new Progress(quiet);
    const onProgress = await progress.prepare(checked.options.eventsMax / MILLION, 'million events at most');
    try {
      const watch = ({ events }: { events: number }): void => onProgress(events / MILLION);
      return await searchValue({ base, makeRuns, ...checked, onProgress: watch });
    } finally {
      progress.stop();
    }
  });
  const hash = scenarioHash(scenario, files);
  const manifest = {
    version: VERSION,
    scenario: scenario.name,
    scenario_hash: hash,
    seed: scenario.seed,
    goal: answer.goal,
    find,
    ...checked.options,
    settings: Object.fromEntries(overrides.map(({ path: key, value }) => [key, value])),
  };
  const folder = join(resultFolderOf(path, scenario.name).folder, shortHash(hash), `tune-${answer.find}`);
  const written = writeResultFiles(options.out ?? folder, [
    { name: 'tune.csv', text: tuneCsv(answer) },
    { name: 'manifest.json', text: `${JSON.stringify(manifest, null, 2)}\n` },
  ]);
  const tuned = { scenario: scenario.name, scenarioHash: hash, seed: scenario.seed };
  if (options.json === true) process.stdout.write(tuneJson(answer, tuned, written));
  else if (!quiet) {
    const head = `${scenario.name} · ${scenario.server.stackName} · ${formatDuration(scenario.durationNs)} simulated · seed ${scenario.seed}`;
    const style = { width: terminalWidth(), color: usesColor(process.stdout) };
    process.stdout.write(formatTune(scenario.title, head, answer, checked.goal, written, style));
  }
  return answer.found ? Exit.Done : Exit.No;
}

/** Threads are started when the first runs have shown that it takes a while. */
const ALONE_MS = 300;

async function overThreads<T>(
  threads: number,
  captures: Captures,
  use: (makeRuns: MakeRuns) => Promise<T>,
): Promise<T> {
  const beganMs = performance.now();
  const here = makeHere(captures);
  let pool: RunPool | null = null;
  try {
    return await use((ranges) => {
      if (pool === null && threads > 1 && performance.now() - beganMs > ALONE_MS)
        pool = openPool({ threads, captures });
      return pool === null ? here(ranges) : makeOver(pool, threads)(ranges);
    });
  } finally {
    await (pool as RunPool | null)?.close();
  }
}

/** Texts as numbers; what is wrong with a number is told with the rest. @throws InputError when they are none. */
function limitsOf({ budget, confidence, largest, quorum, runs }: TuneOptions): TuneLimits {
  const issues: Issue[] = [];
  const number = (option: string, text: string | undefined, expected: string): number | undefined => {
    if (text === undefined) return undefined;
    const isPercent = text.endsWith('%');
    const digits = isPercent ? text.slice(0, -1) : text;
    const value = /^\d+(?:\.\d+)?(?:e\d{1,2})?$/i.test(digits) ? Number(digits) / (isPercent ? 100 : 1) : NaN;
    if (Number.isNaN(value)) issues.push({ where: option, expected, received: text === '' ? 'nothing' : text });
    return value;
  };
  const read = {
    confidence: number('--confidence', confidence, 'a share above 50% and below 100%, such as 99%'),
    quorum: number('--quorum', quorum, 'a share between 0% and 100%, such as 95%'),
    runsMax: number('--runs', runs, 'a whole number from 6 to 1000000'),
    eventsMax: number('--budget', budget, 'a number of events, such as 3e8'),
  };
  if (issues.length > 0) throw new InputError(issues);
  const given = Object.entries(read).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), seeks: largest === true ? 'largest' : 'smallest' };
}
