/**
 * A metric over two settings of a sweep as a map: the stronger the colour, the more. The number stands in each cell where there is room for it; a cell
 * without a value is crossed out.
 */
import * as Plot from '@observablehq/plot';
import { formatForPeople } from '../format-number.ts';
import { draw, isNarrow } from './drawing.ts';
import { Html, html } from './html.ts';
import { type Axis, axisName, type Bins, binsOf } from './sweep-axes.ts';
import { cellsOf, type SweepCell } from './sweep-cells.ts';
import type { SweepMetric } from '../sweep-table.ts';

/** Columns and rows of the map, at most: on a wide page, on a narrow one. */
const COLUMNS = [14, 6] as const;
const ROWS = [14, 10] as const;
const ROW_HEIGHT = 30;
const LETTER = 6.8;
/** Of the colour: none has the ground's, none hides its number. */
const PALE = 0.06;
const DARK = 0.78;
/** Values that differ by a larger factor have a logarithmic scale. */
const LOG_FACTOR = 50;
const RAMP = 5;

interface Ramp {
  readonly least: number;
  readonly most: number;
  readonly isLog: boolean;
}

/** @param x across. @param y upwards. */
export function heatMap(metric: SweepMetric, x: Axis, y: Axis, unit: string): Html {
  const [wideX, wideY] = [binsOf(x, COLUMNS[0]), binsOf(y, ROWS[0])];
  const cells = cellsOf(metric, wideX, wideY);
  const ramp = rampOf(cells);
  if (ramp === null) return html`<p>${metric.path} has no value at any point.</p>`;
  const range = `from ${formatForPeople(ramp.least)} to ${formatForPeople(ramp.most)}${unit}`;
  const label = `${metric.path} by ${x.path} and ${y.path}: ${range}.`;
  const chart = draw((width) => {
    const [columns, rows] = isNarrow(width) ? [COLUMNS[1], ROWS[1]] : [COLUMNS[0], ROWS[0]];
    return mapOptions(metric, { x, xBins: binsOf(x, columns), yBins: binsOf(y, rows) }, ramp, width);
  }, label);
  const isOne = cells.every(({ missing, n }) => n + missing === 1);
  const what = isOne ? 'the mean of a point' : 'the mean of the points that lie there';
  const crossed = cells.some(({ mean }) => mean === null) ? ' ✕: a problem, or no value.' : '';
  const blank = cells.length < wideX.labels.length * wideY.labels.length ? ' Blank: no point lies there.' : '';
  return html`<figure>
    <figcaption>
      By <strong>${axisName(x)}</strong> (across) and <strong>${axisName(y)}</strong> (up). A cell is ${what}; the
      stronger its colour, the more${ramp.isLog ? ', on a logarithmic scale' : ''}.${crossed}${blank}
    </figcaption>
    ${rampKey(ramp, unit)}${chart}
  </figure>`;
}

function rampOf(cells: readonly SweepCell[]): Ramp | null {
  const means = cells.flatMap(({ mean }) => (mean === null ? [] : [mean]));
  if (means.length === 0) return null;
  const [least, most] = [Math.min(...means), Math.max(...means)];
  return { least, most, isLog: least > 0 && most > LOG_FACTOR * least };
}

/** How strong the colour of a value is. */
function depthOf(value: number, { isLog, least, most }: Ramp): number {
  if (most === least) return PALE;
  const share = isLog ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
  return PALE + (DARK - PALE) * Math.min(1, Math.max(0, share));
}

interface MapAxes {
  readonly x: Axis;
  readonly xBins: Bins;
  readonly yBins: Bins;
}

function mapOptions(metric: SweepMetric, { x, xBins, yBins }: MapAxes, ramp: Ramp, width: number): Plot.PlotOptions {
  const cells = cellsOf(metric, xBins, yBins).map((cell) => ({
    ...cell,
    column: xBins.labels[cell.x] ?? '',
    row: yBins.labels[cell.z] ?? '',
    text: cell.mean === null ? '✕' : formatForPeople(cell.mean),
  }));
  const longest = (labels: readonly string[]): number => Math.max(...labels.map((one) => one.length));
  const left = Math.min(width / 3, 14 + longest(yBins.labels) * LETTER);
  const columnPx = (width - left - 14) / xBins.labels.length;
  const isSlanted = longest(xBins.labels) * LETTER > columnPx;
  const bottom = isSlanted ? Math.min(120, 30 + longest(xBins.labels) * LETTER * 0.72) : 44;
  const hasRoom = cells.every(({ text }) => text.length * LETTER < columnPx);
  const cut = (label: string): string => {
    const most = Math.floor((left - 14) / LETTER);
    return label.length > most ? `${label.slice(0, most - 1)}…` : label;
  };
  return {
    height: 12 + ROW_HEIGHT * yBins.labels.length + bottom,
    marginLeft: left,
    marginRight: 14,
    marginTop: 8,
    marginBottom: bottom,
    padding: 0.04,
    x: {
      type: 'band',
      domain: xBins.labels,
      label: axisName(x),
      labelAnchor: 'center',
      labelArrow: 'none',
      tickRotate: isSlanted ? -40 : 0,
      tickSize: 0,
    },
    y: {
      type: 'band',
      domain: yBins.labels.toReversed(),
      label: null,
      tickFormat: cut,
      tickSize: 0,
    },
    marks: [
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: ({ mean }: SweepCell) => (mean === null ? 'none' : 'var(--c1)'),
        fillOpacity: ({ mean }: SweepCell) => depthOf(mean ?? 0, ramp),
        stroke: 'var(--rule)',
        strokeWidth: 0.5,
      }),
      Plot.text(hasRoom ? cells : cells.filter(({ mean }) => mean === null), {
        x: 'column',
        y: 'row',
        text: 'text',
        fill: 'currentColor',
        stroke: 'var(--bg)',
        strokeWidth: 2.5,
        fontSize: 11.5,
      }),
    ],
  };
}

/** What the shades mean. */
function rampKey(ramp: Ramp, unit: string): Html {
  const { isLog, least, most } = ramp;
  if (most === least) return html``;
  const steps = Array.from({ length: RAMP }, (_, i) => {
    const share = i / (RAMP - 1);
    return isLog ? least * Math.exp(share * Math.log(most / least)) : least + share * (most - least);
  });
  const rects = steps.map(
    (value, i) =>
      `<rect x="${i * 26}" width="26" height="12" fill="var(--c1)" fill-opacity="${depthOf(value, ramp).toFixed(2)}"/>`,
  );
  const shades = new Html(
    `<svg width="${26 * RAMP}" height="12" aria-hidden="true" style="border:1px solid var(--rule)">${rects.join('')}</svg>`,
  );
  return html`<p class="dim ramp">${formatForPeople(least)}${unit} ${shades} ${formatForPeople(most)}${unit}</p>`;
}
