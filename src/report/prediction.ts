/** A closed form beside the simulation, as a table, and a warning where they differ by more than chance. */
import type { CheckedFigure, PredictionCheck } from '../experiment/prediction-check.ts';
import { formatDuration, formatForPeople } from './format-number.ts';
import { table, tableWidth, wrap } from './layout.ts';

/** Smaller shares are not written out. */
const SHARE_MIN = 1e-6;

/** @returns lines without colour but `bold` ones. */
export function predictionLines(
  { figures, formula }: PredictionCheck,
  width: number,
  bold: (text: string) => string,
): string[] {
  const rows = figures.map((one) => [
    one.figure,
    formatFigure(one.kind, one.predicted),
    simulatedOf(one),
    intervalOf(one),
    verdictOf(one),
  ]);
  const heading = `closed form: ${formula}`;
  const wide = [['', 'formula', 'simulated', '95 %', ''], ...rows];
  // Too narrow for all columns: the interval goes first.
  const fitting = tableWidth(wide) <= width ? wide : wide.map((row) => [...row.slice(0, 3), ...row.slice(4)]);
  const last = (fitting[0]?.length ?? 1) - 1;
  const differing = figures.filter(({ agrees }) => agrees === false).map(({ figure }) => figure);
  const unknown = figures.filter(({ agrees }) => agrees === null).map(({ why }) => why);
  const warning = `warning: ${differing.join(', ')}: the simulation differs from the closed form by more than chance; a longer warmup may be what it takes`;
  return [
    wrap(bold(heading), width, 2),
    table(fitting, [0, last]),
    ...[...new Set(unknown)].map((why) => wrap(`? ${why}`, width, 2)),
    ...(differing.length === 0 ? [] : [wrap(warning, width, 2)]),
  ];
}

function formatFigure(kind: CheckedFigure['kind'], value: number): string {
  if (kind === 'time') return formatDuration(value * 1e9);
  if (kind === 'share' && value > 0 && value < SHARE_MIN) return `below ${formatForPeople(SHARE_MIN * 100)} %`;
  if (kind === 'share') return `${formatForPeople(value * 100)} %`;
  return formatForPeople(value);
}

/** None is not 0 %: the most that it can be is said. */
function simulatedOf({ interval, kind, simulated }: CheckedFigure): string {
  if (simulated === null) return 'none';
  if (kind === 'share' && simulated === 0)
    return interval === null ? 'none seen' : `none seen, below ${formatFigure(kind, interval.high)}`;
  return formatFigure(kind, simulated);
}

function intervalOf({ interval, kind, simulated }: CheckedFigure): string {
  if (interval === null || (kind === 'share' && simulated === 0)) return '';
  return `${formatFigure(kind, Math.max(0, interval.low))} to ${formatFigure(kind, interval.high)}`;
}

function verdictOf({ agrees }: CheckedFigure): string {
  if (agrees === null) return '?';
  return agrees ? 'agrees' : 'DIFFERS';
}
