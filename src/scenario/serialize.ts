import type { Scenario } from './scenario.ts';
export function serializeScenario(_scenario: Scenario): string {
  throw new RangeError('not yet');
}
