/**
 * Queues and dropped SYNs over time, with the attack and the pauses marked.
 * Leaves out: instants between two samples.
 */
import * as Plot from '@observablehq/plot';
import { useEffect, useRef } from 'preact/hooks';
import type { TimeSeries } from '../../simulation/result.ts';
import type { Band } from '../protocol.ts';

const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;
/** So many points of a line are drawn; of more the least and the most of each stretch. */
const POINTS_MAX = 1200;
const HEIGHT = 220;
const WIDTH_MIN = 260;

interface Point {
  readonly timeS: number;
  readonly level: number;
  readonly queue: string;
}

export interface ChartProps {
  readonly series: TimeSeries;
  readonly bands: readonly Band[];
  readonly durationNs: number;
  /** Upper end of the scale, so that charts beside each other compare. */
  readonly levelMax: number;
  readonly label: string;
  /** The window of the steps. */
  readonly fromNs: number;
  readonly onPick: (atNs: number) => void;
}

export function Chart({ bands, durationNs, fromNs, label, levelMax, onPick, series }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = host.current;
    if (box === null) return undefined;
    const draw = (): void => {
      const width = Math.max(WIDTH_MIN, Math.floor(box.clientWidth));
      box.replaceChildren(plotOf(series, bands, durationNs, levelMax, width, fromNs));
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(box);
    return () => observer.disconnect();
  }, [series, bands, durationNs, levelMax, fromNs]);
  const pick = (event: MouseEvent): void => {
    const svg = host.current?.querySelector('svg');
    if (svg === undefined || svg === null) return;
    const { left, width } = svg.getBoundingClientRect();
    const share = (event.clientX - left - MARGIN_LEFT) / Math.max(1, width - MARGIN_LEFT - MARGIN_RIGHT);
    // To the millisecond: a pixel is no finer.
    onPick(Math.round((Math.min(1, Math.max(0, share)) * durationNs) / NS_PER_MS) * NS_PER_MS);
  };
  return (
    <figure class="chart" onClick={pick}>
      <div ref={host} role="img" aria-label={label} />
      <figcaption>
        <span class="key syn">SYN queue (half-open)</span> <span class="key accept">accept queue</span>
        {bands.some(({ kind }) => kind === 'attack') && <span class="key attack">attack</span>}
        {bands.some(({ kind }) => kind === 'pause') && <span class="key pause">pause of accept()</span>}
        <span class="key window">where the steps below begin</span>
      </figcaption>
    </figure>
  );
}

const MARGIN_LEFT = 46;
const MARGIN_RIGHT = 12;

function plotOf(
  series: TimeSeries,
  bands: readonly Band[],
  durationNs: number,
  levelMax: number,
  width: number,
  fromNs: number,
): Element {
  const points = [...pointsOf(series, 'syn_queue'), ...pointsOf(series, 'accept_queue')];
  const y2 = Math.max(1, levelMax);
  const svg = Plot.plot({
    width,
    height: HEIGHT,
    marginLeft: MARGIN_LEFT,
    marginRight: MARGIN_RIGHT,
    x: { label: 'seconds', domain: [0, durationNs / NS_PER_S], nice: false },
    y: { label: 'connections waiting', domain: [0, y2], nice: true, grid: true, ticks: 5 },
    marks: [
      Plot.rectX(bands, {
        x1: (band: Band) => band.fromNs / NS_PER_S,
        x2: (band: Band) => band.toNs / NS_PER_S,
        fill: (band: Band) => (band.kind === 'attack' ? 'var(--attack-band)' : 'var(--pause-band)'),
      }),
      Plot.lineY(points, {
        x: 'timeS',
        y: 'level',
        z: 'queue',
        stroke: (point: Point) => (point.queue === 'syn_queue' ? 'var(--syn)' : 'var(--accept)'),
        strokeWidth: 2,
        curve: 'step-after',
      }),
      Plot.ruleX([fromNs / NS_PER_S], { stroke: 'var(--ink)', strokeDasharray: '2,3' }),
      Plot.ruleY([0]),
    ],
  });
  // The figure has one label, in words; what Plot calls its parts says nothing.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return svg;
}

function pointsOf({ columns, timeNs, values }: TimeSeries, queue: string): Point[] {
  const column = values[columns.indexOf(queue)];
  if (column === undefined) return [];
  return picked(column).map((row) => ({ timeS: (timeNs[row] ?? 0) / NS_PER_S, level: column[row] ?? 0, queue }));
}

/** Rows to draw, in order. */
function picked(column: Float64Array): number[] {
  if (column.length <= POINTS_MAX) return Array.from(column, (_, row) => row);
  const stretch = (2 * column.length) / POINTS_MAX;
  const rows = new Set<number>([0, column.length - 1]);
  for (let begin = 0; begin < column.length; begin += stretch) {
    const end = Math.min(column.length, Math.floor(begin + stretch));
    let [least, most] = [Math.floor(begin), Math.floor(begin)];
    for (let row = Math.floor(begin); row < end; row++) {
      if ((column[row] ?? 0) < (column[least] ?? 0)) least = row;
      if ((column[row] ?? 0) > (column[most] ?? 0)) most = row;
    }
    rows.add(least).add(most);
  }
  return [...rows].sort((a, b) => a - b);
}
