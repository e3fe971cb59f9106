/**
 * Where every SYN went: from the entries of the traffic to what became of them, in ribbons whose heights add up on both sides.
 * A proxy that connects on behalf of clients is a source of its own, of as many SYNs as it sent.
 */
import * as Plot from '@observablehq/plot';
import type { SynFlow } from '../../simulation/result.ts';
import { formatForPeople } from '../format-number.ts';
import { draw, isNarrow } from './drawing.ts';
import type { Html } from './html.ts';

export interface FlowNode {
  readonly name: string;
  readonly syns: number;
}

export interface FlowSides {
  readonly sources: readonly FlowNode[];
  readonly fates: readonly FlowNode[];
  /** All at least 1; those of a source, and those of a fate, add up to what it has. */
  readonly flows: readonly SynFlow[];
}

const OPENED = 'opened_by_front_end';
export const PROXY = 'front end, for clients';
/** Ends of SYNs that never reach the stack. */
const BEFORE = [
  'lost',
  'dropped_by_link',
  'in_flight',
  'dropped_by_host',
  'dropped_by_front_end',
  'answered_by_front_end',
];
/** Ends that are no refusal, and their colours. */
const COLORS: Readonly<Record<string, string>> = {
  admitted: 'var(--c4)',
  cookie: 'var(--c1)',
  duplicate: 'var(--c6)',
  in_flight: 'var(--c6)',
  in_back_log: 'var(--c6)',
  answered_by_front_end: 'var(--c1)',
};

/** The two sides of `all`. */
export function sidesOf(all: readonly SynFlow[]): FlowSides {
  const opened = new Map(all.filter(({ fate }) => fate === OPENED).map(({ count, source }) => [source, -count]));
  const flows = new Map<string, SynFlow>();
  for (const { count, fate, source } of all) {
    if (fate === OPENED) continue;
    // Behind a proxy all that the stack sees of a source comes from the proxy.
    const from = opened.has(source) && !BEFORE.includes(fate) ? PROXY : source;
    const key = JSON.stringify([from, fate]);
    flows.set(key, { source: from, fate, count: (flows.get(key)?.count ?? 0) + count });
  }
  const list = [...flows.values()].filter(({ count }) => count > 0);
  return { sources: nodes(list, 'source'), fates: nodes(list, 'fate'), flows: list };
}

function nodes(flows: readonly SynFlow[], side: 'source' | 'fate'): FlowNode[] {
  const sums = new Map<string, number>();
  for (const flow of flows) sums.set(flow[side], (sums.get(flow[side]) ?? 0) + flow.count);
  return [...sums].map(([name, syns]) => ({ name, syns }));
}

/** `accept_queue_full` in words. */
export function fateWords(fate: string): string {
  return fate.replaceAll('_', ' ');
}

interface Placed extends FlowNode {
  readonly top: number;
  readonly height: number;
}

/** Nodes below each other, in [0, height], with room for a label each. */
function placed(all: readonly FlowNode[], height: number, gap: number, total: number): Placed[] {
  const room = Math.max(height * 0.3, height - gap * all.length);
  let top = (height - room - gap * (all.length - 1)) / 2;
  return all.map((node) => {
    const one = { ...node, top, height: (node.syns / total) * room };
    top += one.height + gap;
    return one;
  });
}

export function flowChart(sides: FlowSides): Html {
  const total = sides.sources.reduce((sum, { syns }) => sum + syns, 0);
  const rows = Math.max(sides.sources.length, sides.fates.length);
  const label = `Of ${formatForPeople(total)} SYNs: ${sides.fates.map(({ name, syns }) => `${formatForPeople(syns)} ${fateWords(name)}`).join(', ')}.`;
  return draw((width) => flowOptions(sides, total, width, Math.min(900, 120 + rows * 44)), label);
}

function flowOptions(sides: FlowSides, total: number, width: number, height: number): Plot.PlotOptions {
  const gap = isNarrow(width) ? 38 : 30;
  const [left, right] = [placed(sides.sources, height, gap, total), placed(sides.fates, height, gap, total)];
  const offsets = new Map<string, number>();
  const colorOf = (fate: string): string => COLORS[fate] ?? 'var(--c3)';
  const ribbons = sides.flows.flatMap((flow, z) => {
    const ends = [
      [left.find(({ name }) => name === flow.source), `s ${flow.source}`],
      [right.find(({ name }) => name === flow.fate), `f ${flow.fate}`],
    ] as const;
    return ends.map(([node, key], x) => {
      const from = (node?.top ?? 0) + (offsets.get(key) ?? 0);
      const thick = ((node?.height ?? 0) * flow.count) / (node?.syns ?? 1);
      offsets.set(key, (offsets.get(key) ?? 0) + thick);
      return { x, y1: from, y2: from + Math.max(thick, 1.5), z, color: colorOf(flow.fate) };
    });
  });
  const text = (node: FlowNode): string =>
    `${fateWords(node.name)}\n${formatForPeople(node.syns)}${isNarrow(width) ? '' : ' SYNs'} (${formatForPeople((100 * node.syns) / total)} %)`;
  const bars = [
    ...left.map((one) => ({ ...one, x: 0, color: 'var(--c6)' })),
    ...right.map((one) => ({ ...one, x: 1, color: colorOf(one.name) })),
  ];
  const middle = (node: Placed): number => node.top + node.height / 2;
  const margin = isNarrow(width) ? 118 : 190;
  return {
    height: height + 24,
    marginLeft: margin,
    marginRight: margin,
    marginTop: 12,
    marginBottom: 12,
    x: { axis: null, domain: [0, 1] },
    y: { axis: null, domain: [0, height], reverse: true },
    marks: [
      Plot.areaY(ribbons, { x: 'x', y1: 'y1', y2: 'y2', z: 'z', fill: 'color', fillOpacity: 0.4, curve: 'bump-x' }),
      Plot.ruleX(bars, {
        x: 'x',
        y1: 'top',
        y2: (one: Placed) => one.top + Math.max(one.height, 1.5),
        stroke: 'color',
        strokeWidth: 6,
      }),
      Plot.text(left, { x: 0, y: middle, text, textAnchor: 'end', dx: -9, fill: 'currentColor' }),
      Plot.text(right, { x: 1, y: middle, text, textAnchor: 'start', dx: 9, fill: 'currentColor' }),
    ],
  };
}
