/** `halfopen tune`: which value of a setting meets a goal, or which of several settings cost least, and what to paste where. */
import { join } from 'node:path';
import { InputError, type Issue } from '../engine/errors.ts';
import { chooseSettings } from '../experiment/tune/choice.ts';
import { checkChoice } from '../experiment/tune/choice-input.ts';
import { checkSearch } from '../experiment/tune/search-input.ts';
import { searchValue } from '../experiment/tune/tune.ts';
import { choiceCsv, formatChoice } from '../report/choice.ts';
import { assertWritable, writeReportPage, writeResultFiles } from '../report/files.ts';
import { formatDuration } from '../report/format-number.ts';
import type { TuneFacts } from '../report/page/tune-facts.ts';
import type { SummaryStyle } from '../report/summary.ts';
import { formatTune, tuneCsv } from '../report/tune.ts';
import { choiceJson, type TunedScenario, tuneJson } from '../report/tune-json.ts';
import type { ScenarioBase } from '../scenario/base.ts';
import { scenarioHash, shortHash, textHash } from '../scenario/hash.ts';
import { type Captures, readCaptures } from '../simulation/simulate.ts';
import { VERSION } from '../version.ts';
import { resultFolderOf } from './input-files.ts';
import { type LoadedBase, loadBase } from './load-base.ts';
import { Exit, reportCutCapture, reportKernel, terminalWidth, usesColor } from './messages.ts';
import { type ScenarioOptions, seedOf, settingsOf, threadsOf } from './options.ts';
import { outOf, withScenarioText } from './result-folder.ts';
import { type LimitOptions, limitsOf } from './tune-limits.ts';
import { overThreads } from './tune-threads.ts';

export interface TuneOptions extends ScenarioOptions, LimitOptions {
  readonly goal?: string;
  readonly find?: string;
  readonly vary?: readonly string[];
  readonly cost?: string;
  readonly largest?: boolean;
  readonly threads?: string;
  readonly out?: string;
  /** Also writes report.html beside the CSV. */
  readonly report?: boolean;
}

/** A scenario that is tuned, with what the options say of how. */
interface Tuned {
  readonly base: ScenarioBase;
  readonly captures: Captures;
  readonly threads: number;
  readonly options: TuneOptions;
}

/** What an answer becomes. */
interface Told {
  readonly found: boolean;
  readonly csv: string;
  /** What was asked, for manifest.json. */
  readonly question: Readonly<Record<string, unknown>>;
  /** Of the folder, behind `tune-`. */
  readonly name: string;
  readonly json: (tuned: TunedScenario, files: readonly string[]) => string;
  readonly text: (title: string, head: string, files: readonly string[], style: SummaryStyle) => string;
  /** As one page of HTML. */
  readonly page: (facts: TuneFacts) => Promise<string>;
}

const DEFAULT_PATH = 'server.listen.backlog';

/** @returns the exit code. */
export async function tune(path: string, options: TuneOptions, sources: Map<string, string>): Promise<number> {
  const { quiet = false } = options;
  refuseMixtures(options);
  const overrides = settingsOf(options);
  const loaded = loadBase(path, overrides, seedOf(options), sources);
  const { scenario } = loaded.base;
  assertWritable(outOf(options.out, 'tune') ?? 'results');
  const told = await ask(loaded, options, sources);
  const hash = scenarioHash(scenario, loaded.files);
  const manifest = {
    command: 'tune',
    version: VERSION,
    scenario: scenario.name,
    scenario_hash: hash,
    seed: scenario.seed,
    ...told.question,
    settings: Object.fromEntries(overrides.map(({ path: key, value }) => [key, value])),
  };
  const own = join(resultFolderOf(path, scenario.name).folder, shortHash(hash), `tune-${told.name}`);
  const folder = options.out ?? own;
  const file = { name: 'manifest.json', text: JSON.stringify(manifest) };
  const table = { name: 'tune.csv', text: told.csv };
  const written = writeResultFiles(folder, [table, withScenarioText(file, loaded.text.text)]);
  const asked = { scenario: scenario.name, scenarioHash: hash, seed: scenario.seed };
  if (options.report === true) {
    const { factsOf } = await import('./tune-report.ts');
    written.push(...writeReportPage(folder, await told.page(factsOf(scenario, hash, overrides))));
  }
  if (options.json === true) process.stdout.write(told.json(asked, written));
  else if (!quiet) {
    const head = `${scenario.name} · ${scenario.server.stackName} · ${formatDuration(scenario.durationNs)} simulated · seed ${scenario.seed}`;
    const style = { width: terminalWidth(), color: usesColor(process.stdout) };
    process.stdout.write(told.text(scenario.title, head, written, style));
  }
  return told.found ? Exit.Done : Exit.No;
}

/** Looks for a value that meets a goal, or for settings of the least cost. @throws InputError with every problem of the options. */
export async function ask(
  { base, files }: LoadedBase,
  options: TuneOptions,
  sources: Map<string, string>,
): Promise<Told> {
  const captures = readCaptures(base.scenario, files, reportCutCapture);
  const tuned = { base, captures, threads: threadsOf(options.threads), options };
  return options.cost === undefined ? find(tuned, sources) : choose(tuned, options.cost, sources);
}

/** One setting with a goal. */
async function find({ base, captures, options, threads }: Tuned, sources: Map<string, string>): Promise<Told> {
  const { goal = '', largest = false, quiet = false } = options;
  const [varied] = options.vary ?? [];
  const findOption = options.find === undefined && varied !== undefined ? '--vary' : '--find';
  const path = options.find ?? varied ?? DEFAULT_PATH;
  sources.set('--goal', goal);
  sources.set(findOption, path);
  const limits = { ...limitsOf(options), seeks: largest ? 'largest' : 'smallest' } as const;
  const checked = checkSearch(base, captures, { goal, find: path, limits }, findOption);
  if (!quiet) reportKernel(base.scenario.server.stackName);
  const { eventsMax } = checked.options;
  const answer = await overThreads(threads, captures, eventsMax, quiet, (makeRuns, onProgress) =>
    searchValue({ base, makeRuns, ...checked, onProgress }),
  );
  return {
    found: answer.found,
    csv: tuneCsv(answer),
    question: { goal: answer.goal, find: path, ...checked.options },
    name: answer.find,
    json: (tuned, files) => tuneJson(answer, tuned, files),
    text: (title, head, files, style) => formatTune(title, head, answer, checked.goal, files, style),
    page: async (facts) => {
      const { tunePage } = await import('../report/page/tune-page.ts');
      return tunePage({ facts, answer, goal: checked.goal, find: path, limits: checked.options });
    },
  };
}

/** The best of several settings under a cost. */
async function choose(
  { base, captures, options, threads }: Tuned,
  cost: string,
  sources: Map<string, string>,
): Promise<Told> {
  const { goal = null, quiet = false, vary = [] } = options;
  sources.set('--cost', cost);
  if (goal !== null) sources.set('--goal', goal);
  const checked = checkChoice(base, captures, { vary, cost, goal, limits: limitsOf(options) });
  if (!quiet) reportKernel(base.scenario.server.stackName);
  const { eventsMax } = checked.options;
  const answer = await overThreads(threads, captures, eventsMax, quiet, (makeRuns, onProgress) =>
    chooseSettings({ base, makeRuns, ...checked, onProgress }),
  );
  const question = {
    cost: answer.cost,
    goal: answer.goal,
    vary: Object.fromEntries(checked.grid.axes.map((axis) => [axis.path, axis.values])),
    ...checked.options,
    difference: answer.difference,
  };
  // Without the option the zone follows from the costs, and the search takes another course than with it.
  const isGiven = checked.options.difference !== undefined;
  return {
    found: answer.found,
    csv: choiceCsv(answer),
    question: { ...question, difference_is_given: isGiven },
    name: `cost-${shortHash(textHash(JSON.stringify(question)))}`,
    json: (tuned, files) => choiceJson(answer, tuned, files),
    text: (title, head, files, style) => formatChoice(title, head, answer, files, style),
    page: async (facts) => {
      const { choicePage } = await import('../report/page/choice-page.ts');
      return choicePage({ facts, answer, axes: checked.grid.axes, limits: checked.options });
    },
  };
}

/** Options that belong to the other question. @throws InputError with every one. */
function refuseMixtures({ cost, difference, find: range, goal, largest, vary = [] }: TuneOptions): void {
  const issues: Issue[] = [];
  const refuse = (where: string, expected: string, received: string): void =>
    void issues.push({ where, expected, received });
  if (cost === undefined) {
    const isChoice = vary.length > 1 || vary.some((text) => /=[^(]*,|\dx\d/.test(text));
    const example = 'what is to be least, such as 1000*users.unserved + 0.01*server.listen.backlog';
    if (isChoice) refuse('--cost', `${example}, to choose among settings`, 'nothing');
    else if (goal === undefined) refuse('--goal', 'a goal, such as users.unserved <= 0.1%', 'nothing');
    if (difference !== undefined) refuse('--difference', 'it together with --cost', 'it alone');
  } else {
    if (range !== undefined) refuse('--find', '--vary PATH=VALUES with --cost', `--find ${range}`);
    if (largest === true) refuse('--largest', 'it with --find: a cost has one best', '--largest');
  }
  if (issues.length > 0) throw new InputError(issues);
}
