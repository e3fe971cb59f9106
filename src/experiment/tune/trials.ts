/**
 * What is known of the values that have been tried: runs of each, and whether they meet the goal. All values see the same random
 * numbers, replication by replication, and are looked at after 2, 3, 5, … of them, however many threads make them.
 * Leaves out: which value to try next (find-edge.ts).
 */
import { CapacityError } from '../../engine/errors.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunResult } from '../../simulation/result.ts';
import type { RunRange } from '../run-range.ts';
import type { RunResults } from '../run-table.ts';
import { hasChance, isSameOutcome } from './chance.ts';
import type { Condition, Goal } from './goal.ts';
import { COUNTS } from './goal-bound.ts';
import { largestNear } from './hidden-jumps.ts';
import { type Assumption, assumptionOf, type Clusters, clustersIn } from './hidden-losses.ts';
import {
  certainVerdict,
  countsOf,
  excessesOf,
  type Miss,
  missOf,
  type Sample,
  type Verdict,
  verdictOf,
  isRest,
} from './verdict.ts';

/** Makes runs, on whatever threads there are; the results in the order of the ranges. */
export type MakeRuns = (ranges: readonly RunRange[]) => Promise<readonly RunResults[]>;

/** One value that is tried. */
export interface Trial {
  readonly scenario: Scenario;
  /** One a condition of the goal, in its order. */
  readonly samples: readonly Sample[];
  /** One of each path in `reads`, in its order: a number a run, NaN where it is not defined. */
  readonly readings: readonly (readonly number[])[];
  readonly runs: number;
  readonly verdict: Verdict;
  /** Of the first run. */
  readonly first: RunResult | null;
  /** There is no chance in it: one run tells all. */
  readonly isCertain: boolean;
}

export interface TrialsOptions {
  readonly goal: Goal;
  readonly scenarioAt: (place: number) => Scenario;
  readonly makeRuns: MakeRuns;
  /** Metrics that are kept beside those of the goal. Default: none. */
  readonly reads?: readonly string[];
  /** Share of runs in which a condition without exceptions holds. */
  readonly quorum: number;
  /** Runs of one value, at most. */
  readonly runsMax: number;
  /** Events of all runs together, at most, about. */
  readonly eventsMax: number;
  readonly onRuns?: (progress: TrialProgress) => void;
}

/** How far a search has come. */
export interface TrialProgress {
  readonly values: number;
  readonly runs: number;
  readonly events: number;
}

const FIRST_LOOK = 2;
const LOOK_FACTOR = 1.5;
/** Runs that have to be the same where there is no chance. */
const CONFIRMING = 3;

/** Numbers of runs after which a value is looked at, up to `runsMax`. */
export function looksUpTo(runsMax: number): number[] {
  const looks: number[] = [];
  for (let n = FIRST_LOOK; n < runsMax; n = Math.ceil(n * LOOK_FACTOR)) looks.push(n);
  return [...looks, runsMax];
}

interface Mutable {
  readonly scenario: Scenario;
  readonly samples: Sample[];
  readonly readings: number[][];
  runs: number;
  events: number;
  verdict: Verdict;
  alpha: number; // of each condition, when the verdict was given
  first: RunResult | null;
  isCertain: boolean;
}

export class Trials {
  private readonly options: TrialsOptions;
  private readonly looks: readonly number[];
  private readonly trials: Map<number, Mutable>;
  private events: number;
  private runs: number;
  /** Two runs of a scenario that has no chance differed: there is some that hides. */
  private isUncertain: boolean;

  constructor(options: TrialsOptions) {
    this.options = options;
    this.looks = looksUpTo(options.runsMax);
    this.trials = new Map();
    this.events = 0;
    this.runs = 0;
    this.isUncertain = false;
  }

  /** Of the events that may be simulated, at 1 no more will be. */
  get spentShare(): number {
    return this.events / this.options.eventsMax;
  }

  get progress(): TrialProgress {
    return { values: this.trials.size, runs: this.runs, events: this.events };
  }

  /** True when no value that was tried has chance in it. */
  get isCertain(): boolean {
    return [...this.trials.values()].every((trial) => trial.isCertain);
  }

  /** Places that were tried, ascending. */
  get places(): number[] {
    return [...this.trials.keys()].toSorted((a, b) => a - b);
  }

  at(place: number): Trial | null {
    return this.trials.get(place) ?? null;
  }

  verdictAt(place: number): Verdict {
    return this.trials.get(place)?.verdict ?? 'open';
  }

  runsAt(place: number): number {
    return this.trials.get(place)?.runs ?? 0;
  }

  /** The largest excess of its conditions, of their bounds; 0 before the first run. */
  excessAt(place: number): number {
    return this.missAt(place)?.mean ?? 0;
  }

  /** Standard deviation of that in one run. */
  deviationAt(place: number): number {
    return this.missAt(place)?.deviation ?? 0;
  }

  /** Runs that the value could have yet, if it had all of the budget that is left. */
  runsLeftAt(place: number): number {
    const { eventsMax, runsMax } = this.options;
    const trial = this.trials.get(place);
    if (trial === undefined || trial.runs === 0) return runsMax;
    const left = Math.max(0, eventsMax - this.events);
    return Math.min(runsMax - trial.runs, (left * trial.runs) / Math.max(1, trial.events));
  }

  /** Do all that were run give the same for the goal, run by run? */
  areAlike(places: readonly number[]): boolean {
    const trials = places.flatMap((place) => this.trials.get(place) ?? []);
    const [first] = trials;
    return trials.every(({ runs, samples }) =>
      samples.every(({ values }, i) =>
        values
          .slice(0, Math.min(runs, first?.runs ?? 0))
          .every((value, run) => Object.is(value, first?.samples[i]?.values[run])),
      ),
    );
  }

  /** What it rests on beside its runs that the value at `place` meets the goal. O(runs). */
  assumedAt(place: number): Assumption[] {
    const trial = this.trials.get(place);
    if (trial === undefined || trial.isCertain || trial.verdict !== 'meets') return [];
    return this.options.goal.conditions.flatMap((condition, i): Assumption[] => {
      const counts = condition.judgement === 'every-run' ? null : countsOf(condition, trial.samples[i]!);
      if (counts === null) return [];
      const path = isRest(condition) ? `what ${condition.path} leaves out` : condition.path;
      const assumption = assumptionOf(path, counts, this.clustersOf(condition, i), trial.alpha);
      return assumption === null ? [] : [assumption];
    });
  }

  private missAt(place: number): Miss | null {
    const trial = this.trials.get(place);
    if (trial === undefined || trial.runs === 0) return null;
    const { goal, quorum } = this.options;
    const misses = goal.conditions.map((condition, i) => missOf(condition, trial.samples[i]!, quorum));
    return misses.reduce((most, miss) => (miss.mean > most.mean ? miss : most));
  }

  /**
   * Runs the values at `places` until each is decided, has had `cap` runs (or those of the next look), or the budget is spent.
   * @param alpha of either error, of one value. @throws CapacityError when a run stops at a limit of its scenario.
   */
  async decide(places: readonly number[], cap: number, alpha: number): Promise<void> {
    for (const place of places) if (!this.trials.has(place)) this.trials.set(place, this.begin(place));
    const all = places.flatMap((place) => this.trials.get(place) ?? []);
    await this.confirmCertainty(all);
    for (const trial of all) this.judge(trial, alpha);
    for (;;) {
      const open = all.filter((trial) => trial.verdict === 'open' && trial.runs < cap);
      if (open.length === 0 || this.spentShare >= 1) return;
      await this.extend(open.map((trial) => [trial, this.nextLook(trial) - trial.runs]));
      for (const trial of open) this.judge(trial, alpha);
    }
  }

  /** Makes sure that the values at `places` have at least `runs` runs, decided or not: for curves. */
  async extendTo(places: readonly number[], runs: number): Promise<void> {
    const short = [...new Set(places)].flatMap((place): [Mutable, number][] => {
      const trial = this.trials.get(place);
      return trial === undefined || trial.isCertain || trial.runs >= runs ? [] : [[trial, runs - trial.runs]];
    });
    if (short.length > 0 && this.spentShare < 1) await this.extend(short);
  }

  /** The same, and looks whether the goal is met. @param runs a number of runs at which values are looked at, the same for all. */
  async advance(places: readonly number[], runs: number, alpha: number): Promise<void> {
    await this.extendTo(places, runs);
    for (const place of places) {
      const trial = this.trials.get(place);
      if (trial !== undefined) this.judge(trial, alpha);
    }
  }

  private begin(place: number): Mutable {
    const { goal, scenarioAt } = this.options;
    const scenario = scenarioAt(place);
    return {
      scenario,
      samples: goal.conditions.map(() => ({ values: [], wholes: [] })),
      readings: (this.options.reads ?? []).map(() => []),
      runs: 0,
      events: 0,
      verdict: 'open',
      alpha: 0,
      first: null,
      isCertain: !hasChance(scenario),
    };
  }

  /** The first value without chance is run with other random numbers too; the others once. */
  private async confirmCertainty(all: readonly Mutable[]): Promise<void> {
    const fresh = all.filter((trial) => trial.isCertain && trial.runs === 0);
    const [first] = fresh;
    if (first !== undefined && !this.isUncertain && this.trials.size === all.length) {
      const others: RunResult[] = [];
      await this.extend([[first, CONFIRMING]], (result) => others.push(result));
      this.isUncertain = others.some((other) => !isSameOutcome(others[0] ?? other, other));
    }
    if (this.isUncertain) for (const trial of this.trials.values()) trial.isCertain = false;
    const rest = all.filter((trial) => trial.isCertain && trial.runs === 0);
    if (rest.length > 0) await this.extend(rest.map((trial) => [trial, 1]));
  }

  /** Only at these numbers of runs is a value judged: so often is the error shared out. */
  private nextLook(trial: Mutable): number {
    return this.looks.find((n) => n > trial.runs) ?? this.options.runsMax;
  }

  private judge(trial: Mutable, alpha: number): void {
    if (trial.verdict !== 'open' || trial.runs === 0) return;
    const { goal, quorum } = this.options;
    const each = alpha / (this.looks.length * goal.conditions.length);
    trial.alpha = each;
    const verdicts = goal.conditions.map((condition, i): Verdict => {
      const sample = trial.samples[i]!;
      if (trial.isCertain) return certainVerdict(condition, sample);
      const [clusters, largest] = [this.clustersOf(condition, i), this.largestFor(condition, i)];
      return verdictOf(condition, sample, { alpha: each, quorum, clusters, largest });
    });
    if (verdicts.includes('fails')) trial.verdict = 'fails';
    else if (verdicts.every((verdict) => verdict === 'meets')) trial.verdict = 'meets';
  }

  /** What is lost at all values: where there is nothing, nobody knows. */
  private clustersOf(condition: Condition, index: number): Clusters {
    const uncertain = [...this.trials.values()].filter((trial) => !trial.isCertain);
    return clustersIn(uncertain.flatMap(({ samples }) => [countsOf(condition, samples[index]!) ?? []]));
  }

  /** The largest excess that is near; of a count it tells nothing. */
  private largestFor(condition: Condition, index: number): number {
    if (COUNTS.has(condition.unit)) return -Infinity;
    return largestNear(
      [...this.trials.values()].map(({ samples, verdict }) => ({
        values: excessesOf(condition, samples[index]!),
        isOut: verdict === 'fails',
      })),
    );
  }

  private async extend(
    wanted: readonly (readonly [trial: Mutable, runs: number])[],
    onResult: (result: RunResult) => void = () => {},
  ): Promise<void> {
    const ranges = wanted.map(([{ runs: from, scenario }, count]): RunRange => ({ scenario, from, count }));
    const results = await this.options.makeRuns(ranges);
    results.forEach((own, i) => {
      const trial = wanted[i]![0];
      for (const result of own) {
        this.add(trial, result);
        onResult(result);
      }
    });
    this.options.onRuns?.(this.progress);
  }

  private add(trial: Mutable, result: RunResult): void {
    if (result.stop !== null)
      throw new CapacityError(result.stop.limit, `a run with ${trial.scenario.name} stopped before its end`);
    const values = new Map(result.metrics.map(({ path, value }) => [path, value]));
    // An errno that no accept() of a run returned was returned 0 times.
    const read = (path: string): number => values.get(path) ?? (path.startsWith('server.accept_errors.') ? 0 : NaN);
    this.options.goal.conditions.forEach(({ of, path }, i) => {
      const sample = trial.samples[i]!;
      sample.values.push(read(path));
      sample.wholes.push(of.length === 0 ? 1 : of.reduce((sum, name) => sum + read(name), 0));
    });
    this.options.reads?.forEach((path, i) => trial.readings[i]!.push(read(path)));
    trial.first ??= result;
    trial.runs++;
    trial.events += result.eventCount;
    this.events += result.eventCount;
    this.runs++;
  }
}
