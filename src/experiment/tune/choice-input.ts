/**
 * What a choice among settings is asked, checked: paths and values, cost, goal and limits, every problem at once.
 */
import { collect, InputError, type Issue } from '../../engine/errors.ts';
import type { ScenarioBase } from '../../scenario/base.ts';
import type { Captures } from '../../simulation/simulate.ts';
import { axesOf, Grid } from '../grid.ts';
import { metricsOf } from '../point.ts';
import { parseAxis } from '../vary.ts';
import type { ChoiceLimits, ChoiceSearch } from './choose.ts';
import { parseCost } from './cost.ts';
import { type Goal, parseGoal } from './goal.ts';
import { limitIssues } from './search-input.ts';
import { TUNE_DEFAULTS } from './tune.ts';

export interface ChoiceQuestion {
  /** `PATH=VALUES`, as a sweep has them, at least one. */
  readonly vary: readonly string[];
  readonly cost: string;
  /** Null: none, the cost alone decides. */
  readonly goal: string | null;
  readonly limits: ChoiceLimits;
}

/** More settings than this are a map, not a choice. */
const CHOICES_MAX = 1000;
const NO_GOAL: Goal = { text: '', conditions: [] };

/** @throws InputError with every problem. */
export function checkChoice(
  base: ScenarioBase,
  captures: Captures,
  { cost: costText, goal: goalText, limits, vary }: ChoiceQuestion,
): Pick<ChoiceSearch, 'cost' | 'goal' | 'grid' | 'options'> {
  const issues: Issue[] = [];
  const metrics = metricsOf(base.scenario, captures);
  const axes = collect(issues, () => axesOf(base, vary));
  const named = axes ?? vary.map((text) => parseAxis(text)).filter(({ path }) => path !== '');
  const cost = collect(issues, () => parseCost(costText, metrics, named, (path) => base.pathIssue(path, '') === null));
  const goal = goalText === null ? NO_GOAL : collect(issues, () => parseGoal(goalText, metrics));
  const grid = axes === null ? null : collect(issues, () => new Grid(axes));
  if (grid !== null) issues.push(...sizeIssues(grid, base));
  issues.push(...limitIssues(limits), ...differenceIssues(limits));
  if (issues.length > 0 || grid === null || cost === null || goal === null) throw new InputError(issues);
  const { confidence, eventsMax, quorum, runsMax } = TUNE_DEFAULTS;
  return { cost, goal, grid, options: { confidence, eventsMax, quorum, runsMax, ...limits } };
}

function sizeIssues(grid: Grid, base: ScenarioBase): Issue[] {
  const where = '--vary';
  const received = `${grid.length}`;
  if (grid.length < 2) return [{ where, expected: 'at least two settings to choose from', received }];
  if (grid.length > CHOICES_MAX) {
    const expected = `at most ${CHOICES_MAX} settings to choose from: fewer values, or a map of all with halfopen sweep`;
    return [{ where, expected, received }];
  }
  // A combination of values that each make a scenario may be none.
  for (let place = 0; place < grid.length; place++) {
    const issues = base.issuesWith(grid.settingsOf(place), where);
    if (issues.length > 0) return [...issues];
  }
  return [];
}

function differenceIssues({ difference }: ChoiceLimits): Issue[] {
  if (difference === undefined || (difference > 0 && difference < Infinity)) return [];
  const expected = 'a cost above 0, below which two count as equal, such as 0.5';
  return [{ where: '--difference', expected, received: String(difference) }];
}
