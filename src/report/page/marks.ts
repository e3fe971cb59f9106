/** What happens in a run by plan: attacks, pauses and exits of the application, the warm-up. For pictures over time. */
import * as Plot from '@observablehq/plot';
import { NEVER_NS, NS_PER_S } from '../../engine/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { TimeSeries } from '../../simulation/result.ts';

export interface Mark {
  readonly kind: 'attack' | 'pause' | 'exit' | 'warm-up';
  readonly name: string;
  readonly fromS: number;
  readonly untilS: number;
}

export const MARK_COLORS = {
  attack: 'var(--band)',
  pause: 'var(--pause)',
  exit: 'var(--c7)',
  'warm-up': 'var(--c6)',
} as const;
const PAUSES_MAX = 200;
/** Width of a letter of a mark's name, px, about. */
const LETTER = 6.6;

/** Marks of a run of `scenario`, by kind. An attack lasts while its packets are sent, to the sample. */
export function marksOf(scenario: Scenario, series: TimeSeries): Mark[] {
  const attacks = scenario.traffic.flatMap(({ kind, name }) => (kind === 'clients' ? [] : attackOf(name, series)));
  return [...warmupOf(scenario), ...pausesOf(scenario), ...exitsOf(scenario), ...attacks];
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

function exitsOf({ durationNs, server }: Scenario): Mark[] {
  return (server.accept.exits ?? [])
    .filter(({ atNs }) => atNs < durationNs)
    .map(({ atNs, worker }) => {
      const atS = atNs / NS_PER_S;
      return {
        kind: 'exit',
        name: worker < 0 ? 'the server exits' : `worker ${worker} exits`,
        fromS: atS,
        untilS: atS,
      };
    });
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

/** Marks behind a picture over time, `pixels` wide to `endS`; named above it as far as there is room for names beside each other. */
export function bandsOf(
  marks: readonly Mark[],
  { endS, isNamed, pixels }: { readonly endS: number; readonly isNamed: boolean; readonly pixels: number },
): Plot.Markish[] {
  const color = (one: Mark): string => MARK_COLORS[one.kind];
  return [
    Plot.rect(marks, { x1: 'fromS', x2: 'untilS', fill: color, fillOpacity: 0.22 }),
    // A band that is too thin to be seen has an edge.
    Plot.ruleX(marks, { x: 'fromS', stroke: color, strokeDasharray: '2 2' }),
    ...(isNamed
      ? [
          Plot.text(namedOf(marks, endS, pixels), {
            x: 'fromS',
            text: 'name',
            frameAnchor: 'top-left',
            textAnchor: 'start',
            dy: -14,
            fill: 'currentColor',
          }),
        ]
      : []),
  ];
}

/** Those whose names neither meet one another nor leave the picture; of equal names the first. */
function namedOf(marks: readonly Mark[], endS: number, pixels: number): Mark[] {
  const named: Mark[] = [];
  let freePx = 0;
  for (const mark of marks.toSorted((a, b) => a.fromS - b.fromS)) {
    const fromPx = (mark.fromS / endS) * pixels;
    const endPx = fromPx + mark.name.length * LETTER;
    if (fromPx < freePx || endPx > pixels || named.some(({ name }) => name === mark.name)) continue;
    named.push(mark);
    freePx = endPx + LETTER;
  }
  return named;
}
