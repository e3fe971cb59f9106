/** Tuning for programs: the smallest value of a setting that meets a goal, or the best of several settings, in one call. */
import { InputError } from '../../engine/errors.ts';
import { baseOf } from '../../scenario/base.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { readCaptures } from '../../simulation/simulate.ts';
import { type ChoiceAnswer, chooseSettings } from './choice.ts';
import { checkChoice } from './choice-input.ts';
import type { ChoiceLimits } from './choose.ts';
import { makeHere } from './make-runs.ts';
import { checkSearch } from './search-input.ts';
import type { TrialProgress } from './trials.ts';
import { searchValue, type TuneAnswer, type TuneLimits } from './tune.ts';

/** What both kinds of tuning are given. */
interface TunedScenario {
  /** As parseScenario gives it, or the text of a scenario file. */
  readonly scenario: Scenario | string;
  /** Contents of its captures, by name as written. Default: none. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Called after every few runs. */
  readonly onProgress?: (progress: TrialProgress) => void;
}

/** One setting, and a goal. */
export interface TuneInput extends TunedScenario, TuneLimits {
  /** `users.unserved <= 0.1%`, `users.connect_ms.p99 <= 1.05s and listener.dropped_syns == 0`. */
  readonly goal: string;
  /** Path and range: `server.listen.backlog=1..4096`; of some paths the range goes without saying. Default `server.listen.backlog`. */
  readonly find?: string;
}

/** Several settings, and what they cost. */
export interface ChoiceInput extends TunedScenario, ChoiceLimits {
  /** `PATH=a,b,c`, `PATH=lo..hi:step`, `PATH=lo..hixF`, at least one: every combination is tried, at most 1000. */
  readonly vary: readonly string[];
  /** What is to be least: a sum over metrics and varied paths, `1000*users.unserved + 0.01*server.listen.backlog`. Times are in ms. */
  readonly cost: string;
  /** What has to hold besides, as for one setting. Default: nothing. */
  readonly goal?: string;
}

/**
 * The best of several settings: of those that meet the goal, the one that costs least. All see the same random numbers; one is
 * dropped when it fails the goal or surely costs more, and the end is when no other is cheaper by `difference` or more, wrong with a
 * probability of at most 1 - confidence in all. Where the budget does not decide, `found` is false and `best` is what is best so far.
 * @returns the best, confidence, every contender with its cost and standing, lines to paste, hints.
 * @throws InputError with every problem of scenario, paths, values, cost, goal and limits; CapacityError when a run stops at a limit of its
 * scenario. Cost: on the caller's thread, one run of each where there is no chance in the scenario, else some dozens of each to
 * `eventsMax` events.
 */
export function tune(input: ChoiceInput): Promise<ChoiceAnswer>;
/**
 * The smallest (or largest) value of one setting with which a scenario meets a goal: by bisection under common random numbers with
 * sequential tests, so that the answer is wrong with a probability of at most 1 - confidence in all; where the budget does not
 * decide, `found` is false and `interval` says what is left. A goal that is met by some values and missed on both sides of them is
 * told (`isMonotone`).
 * @returns value, confidence, interval, evidence (every value that was tried), lines to paste, hints that were tried too.
 * @throws InputError with every problem of scenario, goal, path and limits; CapacityError when a run stops at a limit of its scenario.
 * Cost: on the caller's thread, 25 to 40 runs where there is no chance in the scenario, else some hundreds to `eventsMax` events.
 */
export function tune(input: TuneInput): Promise<TuneAnswer>;
export async function tune(input: ChoiceInput | TuneInput): Promise<ChoiceAnswer | TuneAnswer> {
  const { files = new Map<string, Uint8Array>(), onProgress } = input;
  const base = baseOf(input.scenario);
  const captures = readCaptures(base.scenario, files);
  const search = { base, makeRuns: makeHere(captures), ...(onProgress === undefined ? {} : { onProgress }) };
  const { confidence, eventsMax, quorum, runsMax } = input;
  const limits = { confidence, eventsMax, quorum, runsMax };
  if (isChoice(input)) {
    const { cost, difference, goal = null, vary } = input;
    const question = { vary, cost, goal, limits: definedOnly<ChoiceLimits>({ ...limits, difference }) };
    return chooseSettings({ ...search, ...checkChoice(base, captures, question) });
  }
  const { find = 'server.listen.backlog', goal, seeks } = input;
  const question = { goal, find, limits: definedOnly<TuneLimits>({ ...limits, seeks }) };
  return searchValue({ ...search, ...checkSearch(base, captures, question) });
}

/** Which question it is. A program without types may give anything. @throws InputError. */
function isChoice(input: ChoiceInput | TuneInput): input is ChoiceInput {
  const { cost, find, vary } = input as { readonly cost?: unknown; readonly find?: unknown; readonly vary?: unknown };
  if (!('cost' in input) && !('vary' in input)) return false;
  const refuse = (where: string, expected: string, received: string): never => {
    throw new InputError([{ where, expected, received }]);
  };
  if (find !== undefined) refuse('find', 'find and a goal, or vary and a cost', 'both');
  if (typeof cost !== 'string') refuse('cost', 'what is to be least, such as users.unserved', 'nothing');
  if (!Array.isArray(vary)) refuse('vary', 'a list of PATH=VALUES', 'nothing');
  return true;
}

type Given<T> = { readonly [K in keyof T]-?: T[K] | undefined };

function definedOnly<T extends object>(limits: Given<T>): T {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as T;
}
