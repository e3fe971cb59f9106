/**
 * A run over time, in panels above one axis: the SYN queue, the accept queue, what was dropped and who was served, with attacks and
 * pauses behind them. Levels keep every peak; what is counted is drawn as a rate over windows of some samples, which are named.
 */
import * as Plot from '@observablehq/plot';
import { NS_PER_S } from '../../engine/time.ts';
import type { Drop, DropSeries, RunResult } from '../../simulation/result.ts';
import { formatDuration, formatForPeople } from '../format-number.ts';
import { decimate, type Point, ratesPerS } from './decimate.ts';
import { draw, isNarrow, legend } from './drawing.ts';
import { fateWords } from './flow.ts';
import { type Html, html, htmlTable } from './html.ts';
import { bandsOf, type Mark, MARK_COLORS } from './marks.ts';

export const COLORS = ['var(--c3)', 'var(--c2)', 'var(--c5)', 'var(--c7)', 'var(--c1)', 'var(--c6)'];
export const DASHES = ['', '6 3', '2 3', '9 3 2 3', '12 4', '4 4'];
const SERVED = 'Served clients';
const TABLE_ROWS = 40;
/** Windows of a rate, at most: each is a step of some pixels. */
const WINDOWS = 150;

interface Line {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
  /** A level: of each sample. A rate: of each window. */
  readonly values: ArrayLike<number>;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  /** Instants of a level; of a rate where its windows begin, and where the last one ends. */
  readonly timesS: ArrayLike<number>;
  readonly lines: readonly Line[];
  readonly isRate: boolean;
  /** Lines that are not drawn, because others are larger. */
  readonly more: readonly string[];
}

/** @param clients names of the entries whose served clients are drawn. */
export function overTime(
  first: Pick<RunResult, 'drops' | 'dropSeries' | 'series'>,
  clients: readonly string[],
  marks: readonly Mark[],
): Html {
  const panels = panelsOf(first, clients);
  const endS = (first.series.timeNs.at(-1) ?? NS_PER_S) / NS_PER_S;
  const bands = legend(
    [...new Set(marks.map(({ kind }) => kind))].map((kind) => ({ name: kind, color: MARK_COLORS[kind], isBand: true })),
  );
  const figures = panels.map((panel, i) => {
    const isLast = i === panels.length - 1;
    const peak = panel.lines
      .map((line) => `${line.name} at most ${formatForPeople(highest(line.values))} ${panel.unit}`)
      .join(', ');
    const chart = draw(
      (width) => panelOptions(panel, endS, marks, width, { isFirst: i === 0, isLast }),
      `${panel.title} over time: ${peak}.`,
    );
    const more = panel.more.length === 0 ? '' : `; smaller, and not drawn: ${panel.more.join(', ')}`;
    const isLate = panel.title === SERVED && marks.some(({ kind }) => kind === 'warm-up');
    const warm = isLate ? '; who began in the warm-up is not counted' : '';
    return html`<figure>
      <figcaption><strong>${panel.title}</strong>, ${panel.unit}${windowWords(panel)}${more}${warm}</figcaption>
      ${panel.lines.length > 1 || panel.isRate ? legend(panel.lines) : ''}${chart}
    </figure>`;
  });
  const told = marks.map(({ fromS, kind, name, untilS }) => [
    name,
    kind,
    formatForPeople(fromS, 6),
    formatForPeople(untilS, 6),
  ]);
  return html`${marks.length > 0 ? bands : ''}${figures}
    <details>
      <summary>The same in numbers</summary>
      ${levelsTable(panels)}${ratesTable(panels)}${told.length > 0 ? htmlTable('Attacks, pauses and exits', ['what', 'kind', 'from, s', 'until, s'], told) : ''}
    </details>`;
}

function windowWords({ isRate, timesS }: Panel): string {
  const lapseS = (timesS[1] ?? 0) - (timesS[0] ?? 0);
  return isRate ? `, over windows of ${formatDuration(lapseS * NS_PER_S)}` : '';
}

function panelsOf(first: Pick<RunResult, 'drops' | 'dropSeries' | 'series'>, clients: readonly string[]): Panel[] {
  const { series } = first;
  const timesS = Float64Array.from(series.timeNs, (ns) => ns / NS_PER_S);
  const column = (name: string): Float64Array | null => series.values[series.columns.indexOf(name)] ?? null;
  const level = (title: string, name: string, color: string): Panel[] => {
    const values = column(name);
    const lines = [{ name: title, color, dash: '', values: values ?? [] }];
    return values === null ? [] : [{ title, unit: 'entries', timesS, lines, isRate: false, more: [] }];
  };
  const lost = lossesOf(first).map(({ name, values }) => ({ name, values }));
  const served = clients.flatMap((name) => {
    const values = column(`${name}.served`);
    return values === null ? [] : [{ name, values }];
  });
  return [
    ...level('SYN queue', 'syn_queue', 'var(--c1)'),
    ...level('Accept queue', 'accept_queue', 'var(--c2)'),
    ...ratePanel('Dropped', timesS, lost, 0),
    ...ratePanel(SERVED, timesS, served, 4),
  ];
}

interface Counted {
  readonly name: string;
  readonly values: Float64Array;
}

/** What was lost, by cause, the most first, with the counter that shows it. */
function lossesOf({ drops, dropSeries }: Pick<RunResult, 'drops' | 'dropSeries'>): Counted[] {
  return dropSeries
    .toSorted((a, b) => (b.values.at(-1) ?? 0) - (a.values.at(-1) ?? 0))
    .map((one) => ({ name: nameOf(one, dropSeries, drops), values: one.values }));
}

function nameOf({ cause, text }: DropSeries, all: readonly DropSeries[], drops: readonly Drop[]): string {
  // Two links lose for the same cause: their texts differ.
  const words = all.filter((one) => one.cause === cause).length > 1 ? text : fateWords(cause);
  const counter = drops.find((drop) => drop.cause === cause && drop.text === text)?.counter ?? null;
  return `${words} (${counter ?? 'no counter'})`;
}

function ratePanel(title: string, timesS: Float64Array, all: readonly Counted[], color: number): Panel[] {
  const [one] = all;
  if (one === undefined) return [];
  const lines = all.slice(0, COLORS.length).map(({ name, values }, i): Line => ({
    name,
    color: COLORS[(i + color) % COLORS.length] ?? '',
    dash: DASHES[i % DASHES.length] ?? '',
    values: ratesPerS(timesS, values, WINDOWS).perS,
  }));
  const more = all.slice(COLORS.length).map(({ name }) => name);
  const { edgesS } = ratesPerS(timesS, one.values, WINDOWS);
  return [{ title, unit: 'per second', timesS: edgesS, lines, isRate: true, more }];
}

export function highest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i] ?? 0);
  return most;
}

/** Steps of a rate: the last value holds to the end. */
export function steps(edgesS: ArrayLike<number>, values: ArrayLike<number>): Point[] {
  return Array.from({ length: edgesS.length }, (_, i) => ({
    t: edgesS[i] ?? 0,
    v: values[Math.min(i, values.length - 1)] ?? 0,
  }));
}

function panelOptions(
  panel: Panel,
  endS: number,
  marks: readonly Mark[],
  width: number,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): Plot.PlotOptions {
  const [left, right, top] = [52, 14, isFirst && marks.length > 0 ? 24 : 10];
  const drawn = panel.lines.map((one) => ({
    ...one,
    points: panel.isRate ? steps(panel.timesS, one.values) : decimate(panel.timesS, one.values, width - left - right),
  }));
  return {
    height: 120 + top + (isLast ? 35 : 0),
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: isLast ? 44 : 10,
    x: {
      domain: [0, endS],
      label: isLast ? 'simulated time, s' : null,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: isNarrow(width) ? 5 : 10,
      tickFormat: (value: number) => (isLast ? formatForPeople(value) : ''),
    },
    y: {
      domain: [0, Math.max(1, ...drawn.map(({ values }) => highest(values)))],
      label: null,
      grid: true,
      ticks: 4,
      tickFormat: (value: number) => formatForPeople(value),
      zero: true,
    },
    marks: [
      ...bandsOf(marks, { endS, pixels: width - left - right, isNamed: isFirst }),
      ...drawn.map(({ color, dash, points }) =>
        Plot.line(points, {
          x: (p: Point) => p.t,
          y: (p: Point) => p.v,
          stroke: color,
          strokeWidth: 1.6,
          strokeDasharray: dash,
          curve: panel.isRate ? 'step-after' : 'linear',
        }),
      ),
      Plot.ruleY([0], { stroke: 'currentColor' }),
    ],
  };
}

/** At most so many rows: of each stretch of time the highest value, so that no peak is missing. */
function tableOf(panels: readonly Panel[], what: string): Html {
  const [panel] = panels;
  if (panel === undefined) return html``;
  const count = panel.isRate ? panel.timesS.length - 1 : panel.timesS.length;
  const step = Math.max(1, Math.ceil(count / TABLE_ROWS));
  const rows = Array.from({ length: Math.ceil(count / step) }, (_, row) => {
    const [from, end] = [row * step, Math.min(count, (row + 1) * step)];
    const cells = panels.flatMap(({ lines }) =>
      lines.map(({ values }) =>
        formatForPeople(highest(Array.from({ length: end - from }, (_unused, i) => values[from + i] ?? 0))),
      ),
    );
    return [formatForPeople(panel.timesS[from] ?? 0, 6), ...cells];
  });
  const caption = step === 1 ? `Every ${what}` : `The highest of every ${step} ${what}s`;
  const names = panels.flatMap(({ isRate, lines, title, unit }) =>
    lines.map(({ name }) => (isRate ? `${title}: ${name}, ${unit}` : `${title}, ${unit}`)),
  );
  return htmlTable(caption, ['from, s', ...names], rows);
}

function levelsTable(panels: readonly Panel[]): Html {
  return tableOf(
    panels.filter(({ isRate }) => !isRate),
    'sample',
  );
}

function ratesTable(panels: readonly Panel[]): Html {
  return tableOf(
    panels.filter(({ isRate }) => isRate),
    'window',
  );
}
