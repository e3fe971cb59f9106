/**
 * Which value of one setting meets a goal: the smallest (or largest) one, with the probability that it is wrong, the curve that
 * shows it, and what to paste where. Common random numbers, sequential tests, bisection.
 *
 * Method. A grid over the whole range shows whether the goal is met from one value on; if not, that is said and shown. Between two
 * neighbours of the grid bisection finds the edge. A value is judged by its runs (verdict.ts) until one of both errors is
 * less likely than its share of 1 - confidence; all shares together, over values, looks, conditions and both errors, are 1 - confidence
 * (find-edge.ts). Values that stay open when the budget is spent are said to be undecided; none of them is guessed.
 * Where a scenario has no chance in it, one run tells all, and the answer is exact.
 * Leaves out: dips of the curve between two neighbours of the grid; several settings at once.
 */
import type { ScenarioBase } from '../../scenario/base.ts';
import { valueAt } from '../../scenario/messages.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { scenarioData } from '../../scenario/serialize.ts';
import { keysOf, type Override } from '../../scenario/settings.ts';
import { type Evidence, evidenceOf, type Turn, turnOf } from './evidence.ts';
import { describeCurve, findEdges, type Found } from './find-edge.ts';
import type { Goal } from './goal.ts';
import { giveAdvice, type Hint } from './hints.ts';
import { type SettingLine, settingLines } from './setting-lines.ts';
import { type MakeRuns, type TrialProgress, Trials } from './trials.ts';
import type { ValueScale } from './value-scale.ts';

export interface TuneSearch {
  readonly goal: Goal;
  readonly scale: ValueScale;
  readonly base: ScenarioBase;
  readonly makeRuns: MakeRuns;
  readonly options: Required<TuneLimits>;
  readonly onProgress?: (progress: TrialProgress) => void;
}

/** What a search may take, and what it has to hold. */
export interface TuneLimits {
  /** Default `smallest`. */
  readonly seeks?: 'smallest' | 'largest';
  /** That the answer is right, in (0.5, 1). Default 0.99. */
  readonly confidence?: number;
  /** Share of runs in which a condition without exceptions (`== 0`, `<= 0`) holds, in (0, 1). Default 0.95. */
  readonly quorum?: number;
  /** Runs of one value, at most, >= 6. Default 20 000. */
  readonly runsMax?: number;
  /** Events of all runs, about: 2e8 are a minute of one core. Default 2e8. */
  readonly eventsMax?: number;
}

export const TUNE_DEFAULTS: Required<TuneLimits> = {
  seeks: 'smallest',
  confidence: 0.99,
  quorum: 0.95,
  runsMax: 20_000,
  eventsMax: 2e8,
};

/** The value that was found, how sure it is, and what shows it. */
export interface TuneAnswer {
  /** Path that was varied. */
  readonly find: string;
  readonly goal: string;
  readonly seeks: 'smallest' | 'largest';
  /** Is there one value that is the answer? */
  readonly found: boolean;
  readonly value: number | null;
  /** As the scenario writes it. */
  readonly text: string | null;
  /** Probability that the answer is right; 1 without chance in the scenario; null when there is none, or the curve is not monotone. */
  readonly confidence: number | null;
  /** The answer lies here, both ends included: one value, or those that stayed undecided. Null: nothing meets the goal. */
  readonly interval: readonly [number, number] | null;
  /** False: the goal is met by some values and not by others on both sides, or a metric of it turns. */
  readonly isMonotone: boolean;
  /** Stretches of values that meet the goal, first and last of each, as far as was tried. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly turn: Turn | null;
  readonly evidence: readonly Evidence[];
  /** What to paste where, for the value (where it is undecided, the end of the interval that meets the goal) or for what is the better cure. */
  readonly settings: readonly SettingLine[];
  readonly hints: readonly Hint[];
  /** The scenario's own value and whether it meets the goal; null when it is not on the scale. */
  readonly present: { readonly value: number; readonly verdict: Evidence['verdict'] } | null;
  /** Was the budget used up before everything was decided? */
  readonly isSpent: boolean;
  readonly isExact: boolean;
  readonly runs: number;
  readonly events: number;
}

/** Runs that a point of the curve around the answer has, if they take no more than this share of the budget in all. */
const CURVE_RUNS = 12;
const CURVE_SHARE = 0.05;

/** @throws InputError when a value makes no scenario; CapacityError when a run stops at a limit of its scenario. */
export async function searchValue(search: TuneSearch): Promise<TuneAnswer> {
  const { base, goal, makeRuns, onProgress, options, scale } = search;
  const { confidence, eventsMax, quorum, runsMax, seeks } = options;
  const at = (place: number): Override[] => [{ path: scale.path, value: scale.textAt(place) }];
  const trials = new Trials({
    goal,
    scenarioAt: (place) => base.with(at(place), '--find'),
    makeRuns,
    quorum,
    runsMax,
    eventsMax,
    ...(onProgress === undefined ? {} : { onRuns: onProgress }),
  });
  const own = presentPlace(base.scenario, scale);
  const known = own === null ? [] : [own];
  const alpha = 1 - confidence;
  const edges = await findEdges(scale, trials, { runsMax, alpha, known, seeks });
  const interval = intervalOf(describeCurve(trials.places, trials, edges, seeks), trials, seeks);
  const place = interval !== null && interval[0] === interval[1] ? interval[0] : null;
  if (place !== null) await showAround(place, scale, trials, alpha, eventsMax);
  const found = describeCurve(trials.places, trials, edges, seeks);
  const turn = turnOf(goal, trials);
  const isMonotone = found.isMonotone && turn === null;
  const advice = await giveAdvice(search, { trials, place, own, ranges: found.ranges });
  const isExact = trials.isCertain;
  // Where the place is not settled, the end that is known to meet the goal is what can be pasted.
  const safe = interval === null ? null : interval[seeks === 'smallest' ? 1 : 0];
  const settings = advice.cure ?? (safe === null ? [] : at(safe));
  return {
    find: scale.path,
    goal: goal.text,
    seeks,
    found: place !== null,
    value: place === null ? null : scale.valueAt(place),
    text: place === null ? null : scale.textAt(place),
    confidence: place === null || !found.isMonotone ? null : isExact ? 1 : confidence,
    interval: interval === null ? null : [scale.valueAt(interval[0]), scale.valueAt(interval[1])],
    isMonotone,
    ranges: found.ranges.map(({ from, to }) => [scale.valueAt(from), scale.valueAt(to)]),
    turn,
    evidence: evidenceOf(scale, goal, trials),
    settings: settings.length === 0 ? [] : settingLines(settings, base.with(settings)),
    hints: advice.hints,
    present: own === null ? null : { value: scale.valueAt(own), verdict: trials.verdictAt(own) },
    isSpent: trials.spentShare >= 1,
    isExact,
    ...trials.progress,
  };
}

/** Place of what the scenario has now; null: not on the scale. */
function presentPlace(scenario: Scenario, scale: ValueScale): number | null {
  const written = valueAt(scenarioData(scenario), keysOf(scale.path));
  const value = typeof written === 'number' || typeof written === 'string' ? scale.numberIn(String(written)) : null;
  return value === null ? null : scale.placeOf(value);
}

/** First and last place where the answer may be: the same one when it is found, null when nothing is known to meet the goal. */
function intervalOf(
  { edge, ranges }: Found,
  trials: Trials,
  seeks: 'smallest' | 'largest',
): readonly [number, number] | null {
  const { places } = trials;
  const outer = seeks === 'smallest' ? ranges[0]?.from : ranges.at(-1)?.to;
  if (outer === undefined) return null;
  const end = seeks === 'smallest' ? (places[0] ?? 0) : (places.at(-1) ?? 0);
  if (outer === end) return [outer, outer];
  if (edge !== null) return edge.fails < edge.meets ? [edge.fails + 1, edge.meets] : [edge.meets, edge.fails - 1];
  // Nothing beyond it is known to fail: those that were tried there stayed open.
  const fails = places.filter((place) => trials.verdictAt(place) === 'fails');
  if (seeks === 'smallest') return [Math.max(end, ...fails.filter((p) => p < outer).map((p) => p + 1)), outer];
  return [outer, Math.min(end, ...fails.filter((p) => p > outer).map((p) => p - 1))];
}

/** The neighbours of the answer, a tenth and a half to either side: how much it matters. */
async function showAround(
  place: number,
  scale: ValueScale,
  trials: Trials,
  alpha: number,
  eventsMax: number,
): Promise<void> {
  const value = scale.valueAt(place);
  const around = [value / 2, value * 0.9, value * 1.1, value * 2].map((near) => nearest(scale, near));
  const places = [place - 1, place, place + 1, ...around].filter((one) => one >= 0 && one < scale.count);
  const fresh = [...new Set(places)].filter((one) => trials.runsAt(one) === 0);
  const { events, runs } = trials.progress;
  const affordable = Math.floor((CURVE_SHARE * eventsMax * runs) / (events * places.length));
  // Looked at, not decided by: a verdict here takes as little as those of the grid.
  await trials.decide(fresh, Math.min(2, affordable), alpha / 1000);
  await trials.extendTo(places, Math.min(CURVE_RUNS, affordable));
}

function nearest(scale: ValueScale, value: number): number {
  const [low, high] = [scale.valueAt(0), scale.valueAt(scale.count - 1)];
  return Math.round(((value - low) / (high - low)) * (scale.count - 1));
}
