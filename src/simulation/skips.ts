/**
 * Whose SYNs may be counted by the number (`skip: auto`): those of floods whose way to the stack takes a constant time
 * and has nobody on it who looks at each.
 * Leaves out: when they are; the stack says so as the run goes (network/segment.ts, Refuser).
 */
import { hasConstantDelay } from '../network/passage.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TrafficSpec } from '../traffic/specs.ts';
import { isCountable } from '../traffic/syn-flood.ts';

/** Whether nothing but the stack, for the whole run, sees a packet: no processor, which each costs time, and no front end. */
export function isBare({ server }: Scenario): boolean {
  return server.cpu === undefined && server.frontEnd === undefined && server.accept.exits === undefined;
}

/** Whether SYNs of `spec`, an entry of the scenario, may be counted by the number. */
export function skips(scenario: Scenario, spec: TrafficSpec): boolean {
  if (scenario.skip === 'off' || spec.kind !== 'syn-flood' || !isCountable(spec)) return false;
  const link = scenario.links.find(({ name }) => name === spec.link);
  return isBare(scenario) && (link === undefined || hasConstantDelay(link));
}
