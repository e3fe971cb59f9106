/**
 * Is there chance in a scenario? Where there is none, one run tells all of a value, and nothing has to be tested.
 * Leaves out: chance that hardly ever shows (the phase of cookies and clocks): two more runs have to be the same.
 */
import { NEVER_NS } from '../../engine/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunResult } from '../../simulation/result.ts';
import type { TrafficSpec } from '../../traffic/specs.ts';

/** Arrivals that throw no dice. */
const PLANNED: ReadonlySet<string> = new Set(['periodic', 'burst', 'pulse', 'schedule', 'closed', 'capture']);

/** May two replications of `scenario` differ by more than hidden phases? */
export function hasChance({ links, server, traffic }: Scenario): boolean {
  const { accept, cpu, frontEnd, stack } = server;
  if (frontEnd !== undefined || accept.service.kind !== 'constant') return true;
  if (cpu !== undefined && cpu.wakeup.kind !== 'constant') return true;
  if (links.some(({ jitterNs, loss }) => jitterNs > 0 || loss > 0)) return true;
  if (traffic.some(isRandom)) return true;
  switch (stack.kind) {
    case 'classic':
      return stack.policy !== 'tail-drop' || stack.hold.kind !== 'constant';
    case 'linux':
      return stack.wheelHz > 0 || stack.reuseport > 1;
    case 'freebsd':
      return true;
    case 'linux-1.2':
      return false;
  }
}

function isRandom(entry: TrafficSpec): boolean {
  if (!PLANNED.has(entry.arrivals.kind)) return true;
  if (entry.kind === 'clients') return entry.timers.wheelHz > 0;
  if (entry.kind === 'ack-flood') return true;
  return entry.kind === 'syn-flood' && entry.resetAfterNs < NEVER_NS && entry.liveShare < 1;
}

/** Do two runs give the same, metric by metric? */
export function isSameOutcome(a: RunResult, b: RunResult): boolean {
  return a.metrics.length === b.metrics.length && a.metrics.every(({ value }, i) => value === b.metrics[i]?.value);
}
