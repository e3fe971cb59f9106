/**
 * What a choice among settings comes to: the best, how sure that is, every setting with what it costs and why it is not the best, lines to
 * paste, and what else was found.
 * Leaves out: how they are compared (choose.ts).
 */
import type { Override } from '../../scenario/settings.ts';
import { CONFIDENCE } from '../statistics/confidence.ts';
import { meanInterval } from '../statistics/interval.ts';
import { pairedDifference } from '../statistics/paired.ts';
import { adviseOnChoice } from './choice-hints.ts';
import { type ChoiceSearch, type Contest, holdContest, presentValues, type Standing } from './choose.ts';
import { type EvidenceMetric, metricOf } from './evidence.ts';
import type { Hint } from './hints.ts';
import { type SettingLine, settingLines } from './setting-lines.ts';
import type { Verdict } from './verdict.ts';

/** A mean over runs. */
export interface CostEstimate {
  /** Null: not defined in some run. */
  readonly mean: number | null;
  /** Of the 95 % interval; null of fewer than two runs. */
  readonly halfWidth: number | null;
}

/** One of the settings that were tried. */
export interface Contender {
  /** Path → value, as a scenario writes it. */
  readonly at: Readonly<Record<string, string>>;
  readonly runs: number;
  readonly cost: CostEstimate;
  /** What it costs more than the best, in pairs of runs; null of the best, and when there is none. */
  readonly more: CostEstimate | null;
  /** Of the goal; `meets` where there is none. */
  readonly verdict: Verdict;
  readonly standing: Standing;
  /** Of the cost and of the goal, each once. */
  readonly metrics: readonly EvidenceMetric[];
}

/** The settings that cost least, how sure that is, and what the others cost. */
export interface ChoiceAnswer {
  /** Paths, in the order in which they were given. */
  readonly varied: readonly string[];
  readonly cost: string;
  readonly goal: string | null;
  /** Is one of them known to be the best? */
  readonly found: boolean;
  /** The cheapest that is known to meet the goal, so far if nothing is found; null: none is known to. */
  readonly best: Contender | null;
  /** Probability that no other is cheaper by `difference`, and that the best meets the goal; 1 without chance; null: not found. */
  readonly confidence: number | null;
  /** The indifference zone: costs that differ by less count as equal. */
  readonly difference: number;
  /** All of them, in the order of the grid: the last path varies fastest. */
  readonly contenders: readonly Contender[];
  /** The scenario's own settings, if they are among them. */
  readonly present: Contender | null;
  /** What to paste where, for what the best changes, or for what is the better cure. */
  readonly settings: readonly SettingLine[];
  readonly hints: readonly Hint[];
  readonly isSpent: boolean;
  readonly isExact: boolean;
  readonly runs: number;
  readonly events: number;
}

/** @throws InputError when settings make no scenario; CapacityError when a run stops at a limit of its scenario. */
export async function chooseSettings(search: ChoiceSearch): Promise<ChoiceAnswer> {
  const { base, cost, goal, grid, options } = search;
  const contest = await holdContest(search);
  const { difference, isSettled, leader, trials } = contest;
  const contenders = contest.standings.map((_, place) => contenderAt(search, contest, place));
  const found = isSettled && leader !== null;
  const present = presentPlace(search);
  const advice = await adviseOnChoice(search, contest, present);
  const settings = advice.cure ?? (found ? changedAt(search, leader) : []);
  const isExact = trials.isCertain;
  return {
    varied: grid.axes.map(({ path }) => path),
    cost: cost.text,
    goal: goal.conditions.length === 0 ? null : goal.text,
    found,
    best: leader === null ? null : (contenders[leader] ?? null),
    confidence: found ? (isExact ? 1 : options.confidence) : null,
    difference,
    contenders,
    present: present === null ? null : (contenders[present] ?? null),
    settings: settings.length === 0 ? [] : settingLines(settings, base.with(settings)),
    hints: advice.hints,
    isSpent: !isSettled,
    isExact,
    runs: trials.progress.runs,
    events: trials.progress.events,
  };
}

function contenderAt(search: ChoiceSearch, contest: Contest, place: number): Contender {
  const { cost, goal, grid } = search;
  const { bounds, leader, standings, trials } = contest;
  const trial = trials.at(place);
  const ofCost = cost.metrics.map(({ path, unit }, i): EvidenceMetric => {
    const { halfWidth, mean } = estimateOf(trial?.readings[i] ?? []);
    return { path, unit, mean, halfWidth };
  });
  const ofGoal = goal.conditions
    .map((condition, i) => metricOf(condition, trial?.samples[i] ?? { values: [], wholes: [] }))
    .filter(({ path, unit }) => !ofCost.some((one) => one.path === path && one.unit === unit))
    .map((one) => (ofCost.some(({ path }) => path === one.path) ? { ...one, path: `${one.path} share` } : one));
  return {
    at: Object.fromEntries(grid.settingsOf(place).map(({ path, value }) => [path, value])),
    runs: trials.runsAt(place),
    cost: estimateOf(bounds.costsAt(place)),
    more: leader === null || leader === place ? null : moreOf(bounds.costsAt(place), bounds.costsAt(leader)),
    verdict: trials.verdictAt(place),
    standing: standings[place] ?? 'open',
    metrics: [...ofCost, ...ofGoal],
  };
}

function estimateOf(values: readonly number[]): CostEstimate {
  if (values.length === 0 || values.some((value) => Number.isNaN(value))) return { mean: null, halfWidth: null };
  const { halfWidth, mean } = meanInterval(values, CONFIDENCE);
  return { mean, halfWidth };
}

function moreOf(costs: readonly number[], ofBest: readonly number[]): CostEstimate {
  const n = Math.min(costs.length, ofBest.length);
  const own = costs.slice(0, n);
  if (n === 0 || own.some((value) => Number.isNaN(value))) return { mean: null, halfWidth: null };
  if (n === 1) return { mean: (own[0] ?? 0) - (ofBest[0] ?? 0), halfWidth: null };
  const { halfWidth, mean } = pairedDifference(own, ofBest.slice(0, n), CONFIDENCE);
  return { mean, halfWidth };
}

/** The point of the grid that the scenario is at now; null: none. */
function presentPlace(search: ChoiceSearch): number | null {
  const now = presentValues(search);
  for (let place = 0; place < search.grid.length; place++)
    if (search.grid.valuesOf(place).every((value, i) => value === now[i])) return place;
  return null;
}

/** What a point of the grid changes. */
function changedAt(search: ChoiceSearch, place: number): Override[] {
  const now = presentValues(search);
  return search.grid.settingsOf(place).filter(({ value }, i) => value !== now[i]);
}
