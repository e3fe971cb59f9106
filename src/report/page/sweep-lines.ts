/**
 * A metric along one setting of a sweep, a line for each value of another one, with what surrounds it: of one point its 95 % interval, of
 * several points where the middle 80 % of them lie.
 */
import * as Plot from '@observablehq/plot';
import { formatForPeople } from '../format-number.ts';
import type { SweepMetric } from '../sweep-table.ts';
import { draw, drawOne, isNarrow, legend, logTicks } from './drawing.ts';
import { type Html, html } from './html.ts';
import { COLORS, DASHES } from './over-time.ts';
import { type Axis, axisName, type Bins, binsOf, isByFactor } from './sweep-axes.ts';
import { cellsOf, type SweepCell } from './sweep-cells.ts';

/** Places along a line, at most. */
const PLACES = 24;
/** Points that have a dot and a bar each, at most. */
const DOTS_MAX = 80;
const LOG_FACTOR = 50;
const LETTER = 6.8;
const SMALL = 270;

interface Drawn extends SweepCell {
  readonly at: number | string;
}

/** @param lines null: one line. */
export function sweepLines(metric: SweepMetric, x: Axis, lines: Axis | null, unit: string): Html {
  const [xBins, zBins] = [binsOf(x, PLACES), lines === null ? null : binsOf(lines, COLORS.length)];
  const cells = cellsOf(metric, xBins, zBins).filter(({ mean }) => mean !== null);
  if (cells.length === 0) return html``;
  const label = `${metric.path} along ${x.path}${lines === null ? '' : `, a line for each value of ${lines.path}`}.`;
  const chart = draw((width) => lineOptions(cells, { axis: x, bins: xBins }, width, unit), label);
  const keys = (zBins?.labels ?? []).map((name, i) => ({ name, color: colorOf(i), dash: dashOf(i) }));
  const isOne = cells.every(({ missing, n }) => n + missing === 1);
  const around = isOne
    ? 'Bands are 95 % intervals.'
    : 'Lines are means of the points that share a value, or lie near it; bands are where the middle 80 % of these points lie.';
  const which = lines === null ? html`` : html`, a line for each value of <strong>${axisName(lines)}</strong>`;
  return html`<figure>
    <figcaption>Along <strong>${axisName(x)}</strong>${which}. ${around}</figcaption>
    ${keys.length > 0 ? legend(keys) : html``}${chart}
  </figure>`;
}

/** The same along each setting alone, small: of sweeps with more settings than a map shows. */
export function effects(metric: SweepMetric, axes: readonly Axis[], unit: string): Html {
  const figures = axes.flatMap((axis) => {
    const bins = binsOf(axis, 8);
    const cells = cellsOf(metric, bins, null).filter(({ mean }) => mean !== null);
    if (cells.length === 0) return [];
    const chart = drawOne(
      lineOptions(cells, { axis, bins }, SMALL, unit),
      SMALL,
      `${metric.path} along ${axis.path} alone.`,
    );
    return [
      html`<figure>
        <figcaption>${axisName(axis)}</figcaption>
        ${chart}
      </figure>`,
    ];
  });
  return html`<h4>Each setting alone, over all points</h4>
    <div class="small">${figures}</div>`;
}

function colorOf(line: number): string {
  return COLORS[(line + 4) % COLORS.length] ?? '';
}

function dashOf(line: number): string {
  return DASHES[line % DASHES.length] ?? '';
}

function lineOptions(
  cells: readonly SweepCell[],
  { axis, bins }: { readonly axis: Axis; readonly bins: Bins },
  width: number,
  unit: string,
): Plot.PlotOptions {
  const { centers } = bins;
  const points = cells.map((cell): Drawn => ({ ...cell, at: centers?.[cell.x] ?? bins.labels[cell.x] ?? '' }));
  const lines = [...new Set(points.map(({ z }) => z))].map((z) => ({ z, points: unbroken(points, bins, z) }));
  const means = cells.map(({ mean }) => mean ?? 0);
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const isLog = least > 0 && most > LOG_FACTOR * least;
  const floor = isLog ? least / 2 : Math.min(0, ...cells.map(({ low }) => low));
  const highest = Math.max(...cells.map(({ high }) => high));
  const top = isLog ? highest * 1.2 : highest + (highest - floor) * 0.04;
  const left = 16 + LETTER * Math.max(4, formatForPeople(Math.round(top)).length);
  const room = Math.max(2, Math.floor((width - left) / (LETTER * (2 + longest(bins.labels)))));
  const isSmall = width === SMALL;
  return {
    height: isSmall ? 170 : isNarrow(width) ? 240 : 290,
    marginLeft: left,
    marginRight: 18,
    marginTop: 24,
    marginBottom: 46,
    x: {
      ...(centers === null
        ? { type: 'point' as const, domain: bins.labels, ticks: thinned(bins.labels, room) }
        : {
            type: isByFactor(centers) ? ('log' as const) : ('linear' as const),
            ticks: thinned(centers, room),
            tickFormat: (value: number) => formatForPeople(value),
          }),
      label: isSmall ? null : axisName(axis),
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      type: isLog ? 'log' : 'linear',
      domain: [floor, top === floor ? floor + 1 : top],
      label: `${unit.trim()}${isLog ? `${unit === '' ? '' : ', '}logarithmic` : ''}`,
      labelArrow: 'none',
      grid: true,
      ticks: isLog ? logTicks(floor, top) : isSmall ? 3 : 5,
      tickFormat: (value: number) => formatForPeople(value),
    },
    marks: [
      ...lines.map((line) =>
        Plot.areaY(line.points, {
          x: 'at',
          y1: ({ low }: Drawn) => Math.max(floor, low),
          y2: 'high',
          fill: colorOf(line.z),
          fillOpacity: 0.16,
        }),
      ),
      ...lines.map((line) =>
        Plot.lineY(line.points, {
          x: 'at',
          y: 'mean',
          stroke: colorOf(line.z),
          strokeWidth: 1.8,
          strokeDasharray: dashOf(line.z),
        }),
      ),
      ...(points.length > DOTS_MAX ? [] : dots(points, floor, isSmall ? 2 : 3)),
    ],
  };
}

/** The points of line `z`, with one without a value in every place that has none: the line is not drawn across it. */
function unbroken(points: readonly Drawn[], { centers, labels }: Bins, z: number): Drawn[] {
  const own = new Map(points.filter((one) => one.z === z).map((one) => [one.x, one]));
  return labels.map((label, x): Drawn => {
    const at = centers?.[x] ?? label;
    return own.get(x) ?? { x, z, n: 0, missing: 0, mean: null, low: NaN, high: NaN, at };
  });
}

function dots(points: readonly Drawn[], floor: number, r: number): Plot.Markish[] {
  const color = ({ z }: Drawn): string => colorOf(z);
  const y1 = ({ low }: Drawn): number => Math.max(floor, low);
  return [
    Plot.dot(points, { x: 'at', y: 'mean', r, fill: color }),
    Plot.ruleX(points, { x: 'at', y1, y2: 'high', stroke: color, strokeOpacity: 0.5 }),
  ];
}

function longest(labels: readonly string[]): number {
  return Math.max(...labels.map((one) => one.length));
}

/** At most so many of them, the first and the last included. */
function thinned<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  const step = (values.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => values[Math.round(i * step)]!);
}
