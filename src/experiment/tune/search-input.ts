/**
 * What a search is asked, checked: goal, path, range and limits, every problem at once.
 * Leaves out: several settings at once.
 */
import { collect, InputError, type Issue } from '../../engine/errors.ts';
import type { ScenarioBase } from '../../scenario/base.ts';
import type { Captures } from '../../simulation/simulate.ts';
import { metricsOf } from '../point.ts';
import { type Goal, parseGoal } from './goal.ts';
import { TUNE_DEFAULTS, type TuneLimits } from './tune.ts';
import { parseScale, type ValueScale } from './value-scale.ts';

export interface SearchQuestion {
  readonly goal: string;
  /** `server.listen.backlog`, `server.listen.backlog=1..4096`. */
  readonly find: string;
  readonly limits: TuneLimits;
}

export interface CheckedSearch {
  readonly goal: Goal;
  readonly scale: ValueScale;
  readonly options: Required<TuneLimits>;
}

/** @param findOption name of the option that gave the path, for messages. @throws InputError with every problem. */
export function checkSearch(
  base: ScenarioBase,
  captures: Captures,
  { find, goal: goalText, limits }: SearchQuestion,
  findOption = '--find',
): CheckedSearch {
  const issues: Issue[] = [];
  const goal = collect(issues, () => parseGoal(goalText, metricsOf(base.scenario, captures)));
  const scale = collect(issues, () => parseScale(find, findOption));
  const path = pathOf(find);
  const pathIssue = path === '' ? null : base.pathIssue(path, `${findOption}:1:1`);
  if (pathIssue !== null) {
    // A range is nothing to speak of for a path that is none.
    dropRangeIssues(issues, findOption);
    issues.push(pathIssue);
  } else if (scale !== null) {
    const ends = [scale.textAt(0), scale.textAt(scale.count - 1)];
    const [first] = ends.map((value) => base.issuesWith([{ path, value }], findOption)).filter((one) => one.length > 0);
    issues.push(...(first ?? []));
  }
  issues.push(...limitIssues(limits));
  if (issues.length > 0 || goal === null || scale === null) throw new InputError(issues);
  return { goal, scale, options: { ...TUNE_DEFAULTS, ...limits } };
}

function pathOf(find: string): string {
  return (find.split('=')[0] ?? '').trim();
}

function dropRangeIssues(issues: Issue[], option: string): void {
  for (let i = issues.length - 1; i >= 0; i--)
    if (issues[i]?.where.startsWith(`${option}:`) === true) issues.splice(i, 1);
}

const SHARE = 'a share between 0% and 100%, such as 95%';

/** Limits as a program gives them; the command line has read its texts before. */
export function limitIssues(limits: TuneLimits): Issue[] {
  const { confidence, eventsMax, quorum, runsMax } = { ...TUNE_DEFAULTS, ...limits };
  const issues: Issue[] = [];
  const check = (isGood: boolean, where: string, expected: string, received: number): void => {
    if (!isGood) issues.push({ where, expected, received: String(received) });
  };
  check(
    confidence > 0.5 && confidence < 1,
    '--confidence',
    'a share above 50% and below 100%, such as 99%',
    confidence,
  );
  check(quorum > 0 && quorum < 1, '--quorum', SHARE, quorum);
  check(
    Number.isInteger(runsMax) && runsMax >= 6 && runsMax <= 1e6,
    '--runs',
    'a whole number from 6 to 1000000',
    runsMax,
  );
  check(eventsMax >= 1 && eventsMax < Infinity, '--budget', 'a number of events, such as 3e8', eventsMax);
  return issues;
}
