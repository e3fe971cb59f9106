/**
 * The curve of a search: every value that was tried with its interval and its verdict, the line of the goal, the answer or what stayed
 * undecided, and the value that is set now. Once over all values, and once near the answer where there is enough to see.
 */
import * as Plot from '@observablehq/plot';
import type { Evidence } from '../../experiment/tune/evidence.ts';
import type { Condition } from '../../experiment/tune/goal.ts';
import type { TuneAnswer } from '../../experiment/tune/tune.ts';
import { formatForPeople } from '../format-number.ts';
import { valueText } from '../tune.ts';
import { draw, isNarrow, legend, logTicks } from './drawing.ts';
import { type Html, html } from './html.ts';

const MEETS = 'var(--c4)';
const FAILS = 'var(--c3)';
const OPEN = 'var(--c6)';
/** Values within this factor of the answer are near it. */
const NEAR = 1.6;
const NEAR_MIN = 5;
/** Numbers that differ by a larger factor have a logarithmic axis. */
const LOG_FACTOR = 30;

interface Shown {
  readonly value: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Evidence['verdict'];
}

/** @param index of the condition among those of the goal. */
export function evidenceCharts(answer: TuneAnswer, condition: Condition, index: number): Html {
  const points = shownOf(answer.evidence, index);
  if (points.length < 2) return html``;
  const unit = answer.evidence[0]?.metrics[index]?.unit ?? '';
  const bound = valueText(condition.bound, unit);
  const label = `${condition.path} by ${answer.find}: ${points.length} values, of which ${points.filter(({ verdict }) => verdict === 'meets').length} meet the goal; the goal is ${condition.operator} ${bound}.`;
  const center = answer.value ?? answer.interval?.[1] ?? null;
  const isNear = ({ value }: Shown): boolean =>
    center !== null && value <= center * NEAR && value * NEAR >= (answer.interval?.[0] ?? center);
  const near = points.filter(isNear);
  const all = draw((width) => chartOptions(answer, condition, unit, points, width), label);
  const hasDetail = near.length >= NEAR_MIN && near.length < points.length;
  const detail = hasDetail
    ? html`<h4>Near the answer</h4>
        ${draw((width) => chartOptions(answer, condition, unit, near, width), `The same near the answer.`)}`
    : html``;
  return html`<figure>
    <figcaption>
      <strong>${condition.path}</strong> by ${answer.find}: the mean of a value's runs, with its 95 % interval; the goal
      is ${condition.operator} ${bound}. Ticks below are the values that were tried: a grid over the whole range first,
      then halves between two of its values.
    </figcaption>
    ${legend(keysOf(answer))} ${all}${detail}
  </figure>`;
}

function keysOf({ evidence, found, interval, present, text }: TuneAnswer): Parameters<typeof legend>[0] {
  const has = (verdict: Evidence['verdict']): boolean => evidence.some((one) => one.verdict === verdict);
  return [
    ...(has('meets') ? [{ name: 'meets', color: MEETS, mark: 'full' as const }] : []),
    ...(has('fails') ? [{ name: 'fails', color: FAILS, mark: 'hollow' as const }] : []),
    ...(has('open') ? [{ name: 'undecided', color: OPEN, mark: 'cross' as const }] : []),
    { name: 'goal', color: 'currentColor', dash: '6 4' },
    ...(found ? [{ name: `answer: ${text ?? ''}`, color: MEETS }] : []),
    ...(!found && interval !== null ? [{ name: 'where the answer lies', color: OPEN, isBand: true }] : []),
    ...(present === null ? [] : [{ name: `now: ${formatForPeople(present.value)}`, color: 'var(--c5)', dash: '2 3' }]),
  ];
}

function shownOf(evidence: readonly Evidence[], index: number): Shown[] {
  return evidence.flatMap(({ metrics, value, verdict }): Shown[] => {
    const { halfWidth = null, mean = null } = metrics[index] ?? {};
    const half = halfWidth ?? 0;
    return mean === null ? [] : [{ value, mean, low: mean - half, high: mean + half, verdict }];
  });
}

/** Ends and kinds of both axes. */
interface Frame {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly isLogX: boolean;
  readonly isLogY: boolean;
}

function frameOf(points: readonly Shown[], bound: number): Frame {
  const values = points.map(({ value }) => value);
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const isLogX = from > 0 && to > LOG_FACTOR * from;
  const all = [...points.map(({ mean }) => mean), bound];
  const [least, most] = [Math.min(...all), Math.max(bound, ...points.map((one) => one.high))];
  const isLogY = least > 0 && Math.max(...all) > LOG_FACTOR * least;
  const low = isLogY ? least / 1.6 : Math.min(0, ...points.map((one) => one.low));
  const high = most * (isLogY ? 1.6 : 1.06);
  const beside = (to - from) * 0.02;
  return {
    x: isLogX ? [from / 1.1, to * 1.1] : [from - beside, to + beside],
    y: [low, high > low ? high : low + 1],
    isLogX,
    isLogY,
  };
}

function chartOptions(
  answer: TuneAnswer,
  condition: Condition,
  unit: string,
  points: readonly Shown[],
  width: number,
): Plot.PlotOptions {
  const frame = frameOf(points, condition.bound);
  const { isLogX, isLogY, x, y } = frame;
  return {
    height: isNarrow(width) ? 270 : 320,
    marginLeft: 64,
    marginRight: 20,
    marginTop: 30,
    marginBottom: 50,
    x: {
      type: isLogX ? 'log' : 'linear',
      domain: x,
      label: `${answer.find}${isLogX ? ' (logarithmic)' : ''}`,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: isLogX ? logTicks(...x) : isNarrow(width) ? 4 : 8,
      tickFormat: (value: number) => formatForPeople(value),
    },
    y: {
      type: isLogY ? 'log' : 'linear',
      domain: y,
      label: isLogY ? 'logarithmic' : null,
      labelArrow: 'none',
      grid: true,
      ticks: isLogY ? logTicks(...y) : 5,
      tickFormat: (value: number) => valueText(value, unit),
    },
    marks: [...linesOf(answer, condition, frame), ...dotsOf(points, frame)],
  };
}

/** The goal, the answer or where it lies, and what is set now. */
function linesOf(answer: TuneAnswer, { bound }: Condition, { x: [from, to] }: Frame): Plot.Markish[] {
  const inside = (value: number | null | undefined): number[] =>
    typeof value === 'number' && value >= from && value <= to ? [value] : [];
  const open = openBand(answer, from, to);
  const stroke = { stroke: MEETS, strokeWidth: 1.6 };
  return [
    ...(open === null ? [] : [Plot.rect([open], { x1: 'from', x2: 'to', fill: OPEN, fillOpacity: 0.18 })]),
    Plot.ruleY([bound], { stroke: 'currentColor', strokeDasharray: '6 4' }),
    Plot.ruleX(inside(answer.present?.value), { stroke: 'var(--c5)', strokeDasharray: '2 3', strokeWidth: 1.6 }),
    Plot.ruleX(inside(answer.value), stroke),
    Plot.text(inside(answer.value), {
      x: (value: number) => value,
      text: () => answer.text ?? '',
      frameAnchor: 'top',
      dy: -18,
      fill: 'currentColor',
      fontWeight: 'bold',
    }),
  ];
}

/** Every value with its interval, and a tick below where it is. */
function dotsOf(points: readonly Shown[], { y: [low, high] }: Frame): Plot.Markish[] {
  const colorOf = ({ verdict }: Shown): string => ({ meets: MEETS, fails: FAILS, open: OPEN })[verdict];
  const ofVerdict = (verdict: Evidence['verdict']): Shown[] => points.filter((one) => one.verdict === verdict);
  const clip = (value: number): number => Math.min(high, Math.max(low, value));
  const at = { x: 'value', y: 'mean' };
  return [
    Plot.line(points, { ...at, stroke: 'var(--c6)', strokeOpacity: 0.55 }),
    Plot.ruleX(points, {
      x: 'value',
      y1: (one: Shown) => clip(one.low),
      y2: (one: Shown) => clip(one.high),
      stroke: colorOf,
      strokeWidth: 1.4,
    }),
    Plot.dot(ofVerdict('fails'), { ...at, r: 4, stroke: FAILS, fill: 'var(--bg)', strokeWidth: 1.8 }),
    Plot.dot(ofVerdict('meets'), { ...at, r: 4, fill: MEETS }),
    Plot.dot(ofVerdict('open'), { ...at, r: 5, stroke: OPEN, symbol: 'times', strokeWidth: 2 }),
    Plot.dot(points, { x: 'value', frameAnchor: 'bottom', dy: -4, r: 3, symbol: tick, stroke: colorOf }),
  ];
}

interface Path {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** A short upright line. */
const tick = {
  draw(path: Path, size: number): void {
    const half = Math.sqrt(size);
    path.moveTo(0, -half);
    path.lineTo(0, half);
  },
};

/** Where the answer lies, if that is more than one value, cut to what is drawn. */
function openBand({ interval }: TuneAnswer, from: number, to: number): { from: number; to: number } | null {
  if (interval === null || interval[0] === interval[1] || interval[1] < from || interval[0] > to) return null;
  return { from: Math.max(from, interval[0]), to: Math.min(to, interval[1]) };
}
