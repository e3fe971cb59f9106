/** What every benchmark's first call gives at smoke size: test/bench/outcomes.json holds it. */
import { readFileSync } from 'node:fs';
import { benchCases, titleOf } from '../../bench/cases.ts';
import { outcomeOf } from '../../bench/harness.ts';

export const OUTCOMES_FILE = 'test/bench/outcomes.json';

export type Outcomes = Readonly<Record<string, string>>;

export function goldenOutcomes(): Outcomes {
  return JSON.parse(readFileSync(OUTCOMES_FILE, 'utf8')) as Outcomes;
}

/** Runs them. @returns title → outcome, in order. */
export async function benchOutcomes(): Promise<Outcomes> {
  const outcomes: Record<string, string> = {};
  for (const one of benchCases('smoke')) outcomes[titleOf(one)] = await outcomeOf(one);
  return outcomes;
}

/** The text of the file. */
export function outcomesText(outcomes: Outcomes): string {
  return `${JSON.stringify(outcomes, null, 2)}\n`;
}
