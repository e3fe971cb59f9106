/**
 * Which of several settings costs least and meets a goal: every combination of some values (backlog x cookies x retries), all with the
 * same random numbers, dropped one by one.
 *
 * Method. A setting is dropped when it fails the goal (verdict.ts), or when it surely costs more than one that meets it. The end is
 * when of the others none is cheaper by the indifference zone or more than the cheapest that meets the goal: that one is the answer. Costs are compared in
 * pairs, run by run, at fixed numbers of runs (cost-bounds.ts). All errors together, of goals and of costs, over settings, pairs and
 * looks, have a probability of at most 1 - confidence (Bonferroni). What the budget does not decide is said to be undecided.
 * KN (statistics/selection.ts) takes its variances from a first stage, and normal laws: where losses are rare, ten runs without any have
 * a variance of 0. Here all runs so far count, and what none of them had may still come.
 * Source: S. Andradóttir and S.-H. Kim, Fully sequential procedures for comparing constrained systems via simulation, NRL 57, 2010
 * (goal and cost at the same time); A. M. Law, Simulation Modeling and Analysis, 5th ed., section 10.2 (pairs).
 * Leaves out: values between those that are named.
 */
import type { ScenarioBase } from '../../scenario/base.ts';
import { valueAt } from '../../scenario/messages.ts';
import { scenarioData } from '../../scenario/serialize.ts';
import { keysOf } from '../../scenario/settings.ts';
import type { Grid } from '../grid.ts';
import { type Cost, settingsCost } from './cost.ts';
import { CostBounds } from './cost-bounds.ts';
import type { Goal } from './goal.ts';
import type { TuneLimits } from './tune.ts';
import { isOutOfReach } from './reach.ts';
import { looksUpTo, type MakeRuns, type TrialProgress, Trials } from './trials.ts';

/** What a choice may take, and what it has to hold. */
export interface ChoiceLimits extends Omit<TuneLimits, 'seeks'> {
  /** Costs that differ by less count as equal, > 0. Default: 5 % of the cheapest, or 0.1 % of the median if that is more. */
  readonly difference?: number;
}

export interface ChoiceSearch {
  readonly base: ScenarioBase;
  /** The settings among which to choose, at least two. */
  readonly grid: Grid;
  readonly cost: Cost;
  /** Without conditions: everything meets it. */
  readonly goal: Goal;
  readonly makeRuns: MakeRuns;
  readonly options: Required<Omit<ChoiceLimits, 'difference'>> & Pick<ChoiceLimits, 'difference'>;
  readonly onProgress?: (progress: TrialProgress) => void;
}

/**
 * Where a setting stands in the end: the best; surely within the indifference zone of it; not cheaper by the zone or more, so that it was not
 * run any further; surely more expensive; failing the goal; of no defined cost (nobody connected, say); or not decided.
 */
export type Standing = 'best' | 'equal' | 'close' | 'worse' | 'fails' | 'undefined' | 'open';

/** What a contest has come to. Places are points of the grid. */
export interface Contest {
  readonly trials: Trials;
  readonly bounds: CostBounds;
  /** Place → standing. */
  readonly standings: readonly Standing[];
  /** The cheapest that is known to meet the goal; null: none is. */
  readonly leader: number | null;
  /** Is there nothing left to decide? */
  readonly isSettled: boolean;
  readonly difference: number;
  readonly alpha: number;
}

/** Fewer runs compare nothing. */
const COMPARE_FROM = 8;
/** A batch of runs that would pass the budget by more is not begun. */
const OVERDRAFT = 1.25;

/** Runs the settings until the contest is settled, or the budget is spent. @throws as `searchValue`. */
export async function holdContest(search: ChoiceSearch): Promise<Contest> {
  const { base, cost, goal, grid, makeRuns, onProgress, options } = search;
  const { confidence, eventsMax, quorum, runsMax } = options;
  const trials = new Trials({
    goal,
    scenarioAt: (place) => base.with(grid.settingsOf(place), '--vary'),
    makeRuns,
    reads: cost.metrics.map(({ path }) => path),
    quorum,
    runsMax,
    eventsMax,
    ...(onProgress === undefined ? {} : { onRuns: onProgress }),
  });
  const contest = new RunningContest(search, trials, 1 - confidence);
  await contest.begin();
  const looks = looksUpTo(runsMax);
  for (const runs of looks) {
    if (contest.isSettled || contest.isHopeless || !(await contest.advance(runs))) break;
  }
  return contest.end();
}

class RunningContest {
  isSettled: boolean;
  private readonly search: ChoiceSearch;
  private readonly trials: Trials;
  private readonly bounds: CostBounds;
  private readonly alphaGoal: number;
  private readonly alphaCost: number;
  private readonly standings: Standing[];
  private contenders: number[]; // places that are run further
  private leader: number | null;
  private difference: number;

  constructor(search: ChoiceSearch, trials: Trials, alpha: number) {
    const { cost, goal, grid, options } = search;
    const places = grid.length;
    const looks = looksUpTo(options.runsMax).length;
    const shares = goal.conditions.length > 0 ? 2 : 1;
    this.search = search;
    this.trials = trials;
    const fixed = (place: number): number => settingsCost(cost, grid.settingsOf(place));
    this.bounds = new CostBounds(cost, fixed, trials);
    this.alphaGoal = alpha / shares / places;
    this.alphaCost = alpha / shares / (Math.max(1, places - 1) * places * looks);
    this.standings = Array.from({ length: places }, () => 'open');
    this.contenders = this.standings.map((_, place) => place);
    this.leader = null;
    this.isSettled = false;
    this.difference = options.difference ?? 0;
  }

  /** The first runs of all. Where there is no chance they decide everything. */
  async begin(): Promise<void> {
    await this.trials.decide(this.contenders, 2, this.alphaGoal);
    if (this.trials.isCertain) this.judge();
  }

  /** @returns false when the budget does not last for it. */
  async advance(runs: number): Promise<boolean> {
    const { contenders, trials } = this;
    const { events, runs: made } = trials.progress;
    const more = contenders.reduce((sum, place) => sum + Math.max(0, runs - trials.runsAt(place)), 0);
    const share = trials.spentShare * (1 + (more * events) / Math.max(1, made * events));
    if (trials.spentShare >= 1 || share > OVERDRAFT) return false;
    await trials.advance(contenders, runs, this.alphaGoal);
    if (runs >= COMPARE_FROM) this.judge();
    return true;
  }

  /** Can none of those that are left be decided with what is left of the budget? */
  get isHopeless(): boolean {
    const { leader, trials } = this;
    const others = this.contenders.filter((place) => place !== leader);
    if (others.length === 0 || others.some((place) => trials.runsAt(place) < COMPARE_FROM)) return false;
    return others.every((place) => {
      if (trials.verdictAt(place) === 'open' && !isOutOfReach(trials, place)) return false;
      if (leader === null) return true;
      return this.bounds.needsMore(place, leader, this.difference, this.alphaCost, trials.runsLeftAt(place));
    });
  }

  end(): Contest {
    const { bounds, difference, isSettled, leader, standings, trials } = this;
    if (leader !== null) this.nameEquals(leader);
    return { trials, bounds, standings, leader, isSettled, difference, alpha: this.alphaCost };
  }

  private judge(): void {
    const { bounds, standings, trials } = this;
    standings.forEach((standing, place) => {
      if (standing !== 'open') return;
      if (trials.verdictAt(place) === 'fails') standings[place] = 'fails';
      else if (!bounds.isDefined(place)) standings[place] = 'undefined';
    });
    const alive = standings.flatMap((standing, place) => (standing === 'open' ? [place] : []));
    this.difference ||= bounds.usualDifference(alive);
    const able = alive.filter((place) => trials.verdictAt(place) === 'meets');
    this.leader = able.length === 0 ? null : able.reduce((a, b) => (this.isBefore(b, a) ? b : a));
    const { leader } = this;
    if (leader === null) {
      this.contenders = alive;
      this.isSettled = alive.length === 0;
      return;
    }
    const rivals = alive.filter((place) => {
      const least = place === leader ? 0 : bounds.leastMore(place, leader, this.alphaCost);
      if (place !== leader && least > 0) standings[place] = 'worse';
      if (place === leader || least > 0) return false;
      // What seems cheaper may be the better answer, as soon as it is known to meet the goal.
      const isPromising = this.isBefore(place, leader) && !isOutOfReach(trials, place);
      return least <= -this.difference || isPromising;
    });
    this.contenders = rivals.length === 0 ? [] : [leader, ...rivals].toSorted((a, b) => a - b);
    this.isSettled = rivals.length === 0;
  }

  /** Cheaper, or as cheap with fewer values changed. */
  private isBefore(place: number, other: number): boolean {
    const less = this.bounds.meanAt(place) - this.bounds.meanAt(other);
    if (less !== 0) return less < 0;
    return changesAt(this.search, place) < changesAt(this.search, other);
  }

  /** Of those that are left: which are surely as good as the best, and which only not better. */
  private nameEquals(leader: number): void {
    const { alphaCost, bounds, difference, standings } = this;
    standings.forEach((standing, place) => {
      if (place === leader) standings[place] = 'best';
      else if (standing === 'worse' && bounds.mostMore(place, leader, alphaCost) < difference)
        standings[place] = 'equal';
      else if (standing === 'open' && bounds.leastMore(place, leader, alphaCost) > -difference)
        standings[place] = bounds.mostMore(place, leader, alphaCost) < difference ? 'equal' : 'close';
    });
  }
}

/** Values that a point of the grid changes. */
function changesAt(search: ChoiceSearch, place: number): number {
  return search.grid.valuesOf(place).filter((value, axis) => value !== presentValues(search)[axis]).length;
}

/** What the scenario has now at the paths that are varied, as far as it is one value. */
export function presentValues({ base, grid }: ChoiceSearch): string[] {
  const data = scenarioData(base.scenario);
  return grid.axes.map(({ path }) => String(valueAt(data, keysOf(path))));
}
