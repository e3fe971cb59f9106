/** What happens in a run by plan: attacks, pauses of the application, the warm-up. For pictures over time. */
import { NEVER_NS, NS_PER_S } from '../../engine/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { TimeSeries } from '../../simulation/result.ts';

export interface Mark {
  readonly kind: 'attack' | 'pause' | 'warm-up';
  readonly name: string;
  readonly fromS: number;
  readonly untilS: number;
}

const PAUSES_MAX = 200;

/** Marks of a run of `scenario`, by kind. An attack lasts while its packets are sent, to the sample. */
export function marksOf(scenario: Scenario, series: TimeSeries): Mark[] {
  const attacks = scenario.traffic.flatMap(({ kind, name }) => (kind === 'clients' ? [] : attackOf(name, series)));
  return [...warmupOf(scenario), ...pausesOf(scenario), ...attacks];
}

function warmupOf({ warmupNs }: Scenario): Mark[] {
  return warmupNs === 0 ? [] : [{ kind: 'warm-up', name: 'warm-up', fromS: 0, untilS: warmupNs / NS_PER_S }];
}

function pausesOf({ durationNs, server }: Scenario): Mark[] {
  const { pauses, startNs } = server.accept;
  const marks: Mark[] = startNs === 0 ? [] : [pause('before the first accept()', 0, Math.min(startNs, durationNs))];
  for (const { atNs, everyNs, forNs, worker } of pauses) {
    const name = worker < 0 ? 'accept() pauses' : `worker ${worker} pauses`;
    const step = everyNs === NEVER_NS ? Infinity : everyNs;
    for (let from = atNs; from < durationNs && marks.length < PAUSES_MAX; from += step)
      marks.push(pause(name, from, Math.min(from + forNs, durationNs)));
  }
  return marks;
}

function pause(name: string, fromNs: number, untilNs: number): Mark {
  return { kind: 'pause', name, fromS: fromNs / NS_PER_S, untilS: untilNs / NS_PER_S };
}

function attackOf(name: string, { columns, timeNs, values }: TimeSeries): Mark[] {
  const column = values[columns.findIndex((one) => one === `${name}.sent` || one === `${name}.acks_sent`)];
  const last = column?.at(-1) ?? 0;
  if (column === undefined || last === 0) return [];
  const first = Math.max(0, column.findIndex((count) => count > 0) - 1);
  const end = column.indexOf(last);
  return [{ kind: 'attack', name, fromS: (timeNs[first] ?? 0) / NS_PER_S, untilS: (timeNs[end] ?? 0) / NS_PER_S }];
}
