/** The JSON document of `halfopen tune` (format 1): additions only. */
import type { ChoiceAnswer, Contender } from '../experiment/tune/choice.ts';
import type { Evidence, EvidenceMetric } from '../experiment/tune/evidence.ts';
import type { TuneAnswer } from '../experiment/tune/tune.ts';
import { CONFIDENCE } from '../experiment/statistics/confidence.ts';
import { choiceHeadline, standingOf, whyOf } from './choice.ts';
import { plainJson } from './json.ts';
import { headline } from './tune.ts';

/** Which scenario was searched. */
export interface TunedScenario {
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly seed: string;
}

export function tuneJson(
  answer: TuneAnswer,
  { scenario, scenarioHash, seed }: TunedScenario,
  files: readonly string[],
): string {
  const { confidence, evidence, find, found, goal, hints, interval, isExact, isMonotone, present, ranges, seeks } =
    answer;
  return plainJson('tune', {
    scenario,
    scenario_hash: scenarioHash,
    seed,
    find,
    goal,
    seeks,
    answer: headline(answer),
    found,
    value: answer.value,
    setting: answer.text,
    confidence,
    exact: isExact,
    interval,
    monotone: isMonotone,
    ranges,
    present: present === null ? null : { value: present.value, meets: meetsOf(present.verdict) },
    evidence: evidence.map((one) => ({
      value: one.value,
      setting: one.text,
      runs: one.runs,
      metrics: metricsOf(one.metrics, one.runs),
      meets: meetsOf(one.verdict),
    })),
    settings: answer.settings,
    hints: hints.map(({ text }) => text),
    tried: hints.flatMap(({ settings }) => (settings.length === 0 ? [] : [settings])),
    budget_spent: answer.isSpent,
    runs: answer.runs,
    events: answer.events,
    files,
  });
}

/** The same of a choice among settings. */
export function choiceJson(
  answer: ChoiceAnswer,
  { scenario, scenarioHash, seed }: TunedScenario,
  files: readonly string[],
): string {
  const { best, contenders, hints, present } = answer;
  const fieldsOf = (one: Contender): object => ({
    at: one.at,
    runs: one.runs,
    cost: { mean: one.cost.mean, half_width: one.cost.halfWidth, n: one.runs, confidence: CONFIDENCE },
    more_than_best: one.more === null ? null : { mean: one.more.mean, half_width: one.more.halfWidth },
    meets: meetsOf(one.verdict),
    standing: standingOf(one),
    why: whyOf(one, answer),
    metrics: metricsOf(one.metrics, one.runs),
  });
  return plainJson('tune', {
    scenario,
    scenario_hash: scenarioHash,
    seed,
    varied: answer.varied,
    cost: answer.cost,
    goal: answer.goal,
    answer: choiceHeadline(answer),
    found: answer.found,
    best: best === null ? null : fieldsOf(best),
    confidence: answer.confidence,
    exact: answer.isExact,
    difference: answer.difference,
    present: present === null ? null : fieldsOf(present),
    contenders: contenders.map(fieldsOf),
    settings: answer.settings,
    hints: hints.map(({ text }) => text),
    tried: hints.flatMap(({ settings }) => (settings.length === 0 ? [] : [settings])),
    budget_spent: answer.isSpent,
    runs: answer.runs,
    events: answer.events,
    files,
  });
}

function metricsOf(metrics: readonly EvidenceMetric[], runs: number): object {
  return Object.fromEntries(
    metrics.map(({ halfWidth, mean, path, unit }) => [
      path,
      { unit, mean, half_width: halfWidth, n: runs, confidence: CONFIDENCE },
    ]),
  );
}

/** Null: undecided. */
function meetsOf(verdict: Evidence['verdict']): boolean | null {
  return verdict === 'open' ? null : verdict === 'meets';
}
