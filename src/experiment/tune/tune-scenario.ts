/** Tuning for programs: the smallest value of a setting that meets a goal, in one call. */
import { baseOf } from '../../scenario/base.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { readCaptures } from '../../simulation/simulate.ts';
import { makeHere } from './make-runs.ts';
import { checkSearch } from './search-input.ts';
import type { TrialProgress } from './trials.ts';
import { searchValue, type TuneAnswer, type TuneLimits } from './tune.ts';

export interface TuneInput extends TuneLimits {
  /** As parseScenario gives it, or the text of a scenario file. */
  readonly scenario: Scenario | string;
  /** Contents of its captures, by name as written. Default: none. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** `users.unserved <= 0.1%`, `users.connect_ms.p99 <= 1.05s and listener.dropped_syns == 0`. */
  readonly goal: string;
  /** Path and range: `server.listen.backlog=1..4096`; of some paths the range goes without saying. Default `server.listen.backlog`. */
  readonly find?: string;
  /** Called after every few runs. */
  readonly onProgress?: (progress: TrialProgress) => void;
}

/**
 * The smallest (or largest) value of one setting with which a scenario meets a goal: by bisection under common random numbers with
 * sequential tests, so that the answer is wrong with a probability of at most 1 - confidence in all; where the budget does not
 * decide, `found` is false and `interval` says what is left. A goal that is met by some values and missed on both sides of them is
 * told (`isMonotone`).
 * @returns value, confidence, interval, evidence (every value that was tried), lines to paste, hints that were tried too.
 * @throws InputError with every problem of scenario, goal, path and limits; CapacityError when a run stops at a limit of its scenario.
 * Cost: on the caller's thread, 25 to 40 runs where there is no chance in the scenario, else some hundreds to `eventsMax` events.
 */
export async function tune(input: TuneInput): Promise<TuneAnswer> {
  const { confidence, eventsMax, files = new Map(), find, goal, onProgress, quorum, runsMax, seeks } = input;
  const base = baseOf(input.scenario);
  const captures = readCaptures(base.scenario, files);
  const limits = definedOnly({ confidence, eventsMax, quorum, runsMax, seeks });
  const checked = checkSearch(base, captures, { goal, find: find ?? 'server.listen.backlog', limits });
  const progress = onProgress === undefined ? {} : { onProgress };
  return searchValue({ base, makeRuns: makeHere(captures), ...checked, ...progress });
}

type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

function definedOnly(limits: Given<Required<TuneLimits>>): TuneLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
