/**
 * Stacks beside each other over time: of each measure a panel a stack, all on the same axes, with attacks and pauses behind them.
 * Leaves out: more stacks than there is room for; whoever draws says which.
 */
import * as Plot from '@observablehq/plot';
import { NS_PER_S } from '../../engine/time.ts';
import type { RunResult } from '../../simulation/result.ts';
import { formatForPeople } from '../format-number.ts';
import { decimate, type Point, ratesPerS } from './decimate.ts';
import { highest, steps } from './over-time.ts';
import { type Mark, MARK_COLORS } from './marks.ts';

/** One measure of all stacks. */
export interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly color: string;
  readonly isRate: boolean;
  /** stack → its line; empty: it has none. */
  readonly lines: readonly (readonly Point[])[];
}

/** Windows of a rate in a panel, and points of a level: a panel has a quarter of the page. */
const WINDOWS = 75;
const COLUMNS = 60;
const LETTER = 7.4;

type Drawn = Pick<RunResult, 'dropSeries' | 'series'>;

/** Queues, drops and served clients of runs of the same workload. @param clients names of the entries that are served. */
export function measuresOf(runs: readonly Drawn[], clients: readonly string[]): Measure[] {
  const level = (name: string): Point[][] =>
    runs.map(({ series }) => {
      const values = series.values[series.columns.indexOf(name)];
      return values === undefined ? [] : decimate(secondsOf(series.timeNs), values, COLUMNS);
    });
  const rate = (valuesOf: (run: Drawn) => readonly Float64Array[]): Point[][] =>
    runs.map((run) => {
      const timesS = secondsOf(run.series.timeNs);
      const { edgesS, perS } = ratesPerS(timesS, sumOf(valuesOf(run), timesS.length), WINDOWS);
      return steps(edgesS, perS);
    });
  const served = ({ series }: Drawn): Float64Array[] =>
    clients.flatMap((name) => series.values[series.columns.indexOf(`${name}.served`)] ?? []);
  const measures: Measure[] = [
    { title: 'SYN queue', unit: 'entries', color: 'var(--c1)', isRate: false, lines: level('syn_queue') },
    { title: 'Accept queue', unit: 'entries', color: 'var(--c2)', isRate: false, lines: level('accept_queue') },
    {
      title: 'Dropped, for whatever cause',
      unit: 'per second',
      color: 'var(--c3)',
      isRate: true,
      lines: rate(({ dropSeries }) => dropSeries.map(({ values }) => values)),
    },
    { title: 'Served clients', unit: 'per second', color: 'var(--c4)', isRate: true, lines: rate(served) },
  ];
  return measures.filter(({ lines }) => lines.some((points) => points.some(({ v }) => v > 0)));
}

function secondsOf(timeNs: Float64Array): Float64Array {
  return Float64Array.from(timeNs, (ns) => ns / NS_PER_S);
}

function sumOf(columns: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const column of columns) for (let i = 0; i < length; i++) sum[i]! += column[i] ?? 0;
  return sum;
}

export interface PanelGrid {
  readonly stacks: readonly string[];
  readonly marks: readonly Mark[];
  readonly endS: number;
  readonly columns: number;
  readonly panelHeight: number;
  readonly left: number;
  /** Of all panels of a row, px. */
  readonly width: number;
}

/** Panels of one measure in rows of `columns`, each with the name of its stack and its peak. */
export function panelsOf(measure: Measure, grid: PanelGrid): Plot.PlotOptions {
  const { columns, endS, left, panelHeight, stacks } = grid;
  const rows = Math.ceil(stacks.length / columns);
  return {
    height: 24 + rows * panelHeight + 38,
    marginLeft: left,
    marginRight: 10,
    marginTop: 24,
    marginBottom: 38,
    fx: { axis: null, padding: 0.08, domain: Array.from({ length: Math.min(columns, stacks.length) }, (_, i) => i) },
    fy: { axis: null, padding: 0.24, domain: Array.from({ length: rows }, (_, i) => i) },
    x: {
      domain: [0, endS],
      label: 'simulated time, s',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 3,
      tickFormat: (value: number) => formatForPeople(value),
    },
    y: {
      domain: [0, Math.max(1, ...measure.lines.map(peakOf))],
      label: null,
      grid: true,
      ticks: 3,
      tickFormat: (value: number) => formatForPeople(value),
    },
    marks: panelMarks(measure, grid),
  };
}

function panelMarks(
  { color, isRate, lines }: Measure,
  { columns, left, marks, stacks, width }: PanelGrid,
): Plot.Markish[] {
  const panelPx = ((width - left) / columns) * 0.92;
  const place = (i: number): { fx: number; fy: number } => ({ fx: i % columns, fy: Math.floor(i / columns) });
  const points = lines.flatMap((line, i) => line.map((point) => ({ ...point, ...place(i) })));
  const bands = stacks.flatMap((_, i) => marks.map((mark) => ({ ...mark, ...place(i) })));
  const titles = stacks.map((name, i) => ({ name, most: formatForPeople(peakOf(lines[i] ?? [])), ...place(i) }));
  const letters = Math.max(...titles.map(({ most, name }) => name.length + most.length));
  // The word goes first where there is no room for it.
  const peak = (letters + 6) * LETTER < panelPx ? 'max ' : '';
  const colorOf = (one: Mark): string => MARK_COLORS[one.kind];
  const facet = { fx: 'fx', fy: 'fy' };
  const curve = { ...facet, x: 't', y: 'v', curve: isRate ? ('step-after' as const) : ('linear' as const) };
  const above = { ...facet, dy: -14, fill: 'currentColor' };
  return [
    Plot.rect(bands, { ...facet, x1: 'fromS', x2: 'untilS', fill: colorOf, fillOpacity: 0.22 }),
    Plot.ruleX(bands, { ...facet, x: 'fromS', stroke: colorOf, strokeDasharray: '2 2' }),
    Plot.areaY(points, { ...curve, fill: color, fillOpacity: 0.16 }),
    Plot.line(points, { ...curve, z: null, stroke: color, strokeWidth: 1.4 }),
    Plot.ruleY([0], { stroke: 'currentColor' }),
    Plot.text(titles, { ...above, text: 'name', frameAnchor: 'top-left', fontWeight: 'bold' }),
    Plot.text(titles, {
      ...above,
      text: ({ most }: { readonly most: string }) => peak + most,
      frameAnchor: 'top-right',
      fillOpacity: 0.75,
    }),
  ];
}

function peakOf(line: readonly Point[]): number {
  return highest(line.map(({ v }) => v));
}
