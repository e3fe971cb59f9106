/** The JSON document of `halfopen tune` (format 1): additions only. */
import type { Evidence } from '../experiment/tune/evidence.ts';
import type { TuneAnswer } from '../experiment/tune/tune.ts';
import { CONFIDENCE } from '../experiment/statistics/confidence.ts';
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
      metrics: Object.fromEntries(
        one.metrics.map(({ halfWidth, mean, path, unit }) => [
          path,
          { unit, mean, half_width: halfWidth, n: one.runs, confidence: CONFIDENCE },
        ]),
      ),
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

/** Null: undecided. */
function meetsOf(verdict: Evidence['verdict']): boolean | null {
  return verdict === 'open' ? null : verdict === 'meets';
}
