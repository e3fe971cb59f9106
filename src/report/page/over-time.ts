/**
 * A run over time, in panels above one axis: the SYN queue, the accept queue, what was dropped and who was served, with attacks and
 * pauses behind them. Drops are those of the kernel's counters, each named with the causes that it counts.
 */
import * as Plot from '@observablehq/plot';
import { NS_PER_S } from '../../engine/time.ts';
import type { Drop, TimeSeries } from '../../simulation/result.ts';
import { formatForPeople } from '../format-number.ts';
import { decimate, type Point, ratesPerS } from './decimate.ts';
import { draw, isNarrow, legend } from './drawing.ts';
import { type Html, html, htmlTable } from './html.ts';
import type { Mark } from './marks.ts';

const COLORS = ['var(--c3)', 'var(--c2)', 'var(--c5)', 'var(--c7)', 'var(--c1)', 'var(--c6)'];
const DASHES = ['', '6 3', '2 3', '9 3 2 3', '12 4', '4 4'];
const TABLE_ROWS = 40;
const MARK_COLORS = { attack: 'var(--band)', pause: 'var(--pause)', 'warm-up': 'var(--c6)' } as const;

interface Line {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
  readonly values: ArrayLike<number>;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

export function overTime(
  series: TimeSeries,
  drops: readonly Drop[],
  clients: readonly string[],
  marks: readonly Mark[],
): Html {
  const timesS = Float64Array.from(series.timeNs, (ns) => ns / NS_PER_S);
  const panels = panelsOf(series, timesS, drops, clients);
  const bands = legend(
    [...new Set(marks.map(({ kind }) => kind))].map((kind) => ({ name: kind, color: MARK_COLORS[kind] })),
  );
  const figures = panels.map((panel, i) => {
    const isLast = i === panels.length - 1;
    const peak = panel.lines
      .map((line) => `${line.name} at most ${formatForPeople(highest(line.values))} ${panel.unit}`)
      .join(', ');
    const chart = draw(
      (width) => panelOptions(panel, timesS, marks, width, isLast),
      `${panel.title} over time: ${peak}.`,
    );
    return html`<figure>
      <figcaption><strong>${panel.title}</strong>, ${panel.unit}</figcaption>
      ${panel.lines.length > 1 ? legend(panel.lines) : ''}${chart}
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
      ${seriesTable(panels, timesS)}${told.length > 0 ? htmlTable('Attacks and pauses', ['what', 'kind', 'from, s', 'until, s'], told) : ''}
    </details>`;
}

function panelsOf(
  series: TimeSeries,
  timesS: Float64Array,
  drops: readonly Drop[],
  clients: readonly string[],
): Panel[] {
  const column = (name: string): Float64Array | null => series.values[series.columns.indexOf(name)] ?? null;
  const level = (title: string, name: string, color: string): Panel[] => {
    const values = column(name);
    return values === null ? [] : [{ title, unit: 'entries', lines: [{ name: title, color, dash: '', values }] }];
  };
  const counters = new Map<string, string[]>();
  for (const { cause, counter } of drops) {
    if (counter !== null) counters.set(counter, [...(counters.get(counter) ?? []), cause.replaceAll('_', ' ')]);
  }
  const dropped = [...counters].flatMap(([counter, causes], i) =>
    line(`${counter} (${causes.join(', ')})`, column(counter), timesS, i),
  );
  const served = clients.flatMap((name, i) => line(name, column(`${name}.served`), timesS, i + 4));
  const rates: Panel[] = [
    { title: 'Dropped', unit: 'per second', lines: dropped },
    { title: 'Served clients', unit: 'per second', lines: served.slice(0, COLORS.length) },
  ];
  return [
    ...level('SYN queue', 'syn_queue', 'var(--c1)'),
    ...level('Accept queue', 'accept_queue', 'var(--c2)'),
    ...rates.filter(({ lines }) => lines.length > 0),
  ];
}

function line(name: string, values: Float64Array | null, timesS: Float64Array, i: number): Line[] {
  if (values === null) return [];
  return [
    {
      name,
      color: COLORS[i % COLORS.length] ?? '',
      dash: DASHES[i % DASHES.length] ?? '',
      values: ratesPerS(timesS, values),
    },
  ];
}

function highest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i] ?? 0);
  return most;
}

function panelOptions(
  panel: Panel,
  timesS: Float64Array,
  marks: readonly Mark[],
  width: number,
  isLast: boolean,
): Plot.PlotOptions {
  const [left, right] = [52, 14];
  const drawn = panel.lines.map((one) => ({ ...one, points: decimate(timesS, one.values, width - left - right) }));
  return {
    height: isLast ? 165 : 130,
    marginLeft: left,
    marginRight: right,
    marginTop: 10,
    marginBottom: isLast ? 44 : 10,
    x: {
      domain: [0, timesS.at(-1) ?? 1],
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
      Plot.rect(marks, { x1: 'fromS', x2: 'untilS', fill: (one: Mark) => MARK_COLORS[one.kind], fillOpacity: 0.22 }),
      // A band that is too thin to be seen has an edge.
      Plot.ruleX(marks, { x: 'fromS', stroke: (one: Mark) => MARK_COLORS[one.kind], strokeDasharray: '2 2' }),
      ...drawn.map(({ color, dash, points }) =>
        Plot.line(points, {
          x: (p: Point) => p.t,
          y: (p: Point) => p.v,
          stroke: color,
          strokeWidth: 1.6,
          strokeDasharray: dash,
          curve: 'linear',
        }),
      ),
      Plot.ruleY([0], { stroke: 'currentColor' }),
    ],
  };
}

/** At most so many rows: of each stretch of time the highest value, so that no peak is missing. */
function seriesTable(panels: readonly Panel[], timesS: Float64Array): Html {
  const step = Math.max(1, Math.ceil(timesS.length / TABLE_ROWS));
  const rows = Array.from({ length: Math.ceil(timesS.length / step) }, (_, row) => {
    const [from, end] = [row * step, Math.min(timesS.length, (row + 1) * step)];
    const cells = panels.flatMap(({ lines }) =>
      lines.map(({ values }) =>
        formatForPeople(highest(Array.from({ length: end - from }, (_unused, i) => values[from + i] ?? 0))),
      ),
    );
    return [formatForPeople(timesS[from] ?? 0, 6), ...cells];
  });
  const caption = step === 1 ? 'Every sample' : `The highest of every ${step} samples`;
  return htmlTable(
    caption,
    [
      'from, s',
      ...panels.flatMap(({ lines, title, unit }) =>
        lines.map(({ name }) =>
          lines.length > 1 || unit !== 'entries' ? `${title}: ${name}, ${unit}` : `${title}, ${unit}`,
        ),
      ),
    ],
    rows,
  );
}
