/** A curve as characters: points that meet a goal and points that do not, and the bound between them. Fits the width it is given. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** One character. */
  readonly mark: string;
}

export interface PlotOptions {
  /** Columns, labels included. */
  readonly width: number;
  readonly height: number;
  /** A line across the plot. */
  readonly bound: number;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

const LINE = '·';
/** Ends so many times apart are drawn by factors. */
const LOGARITHMIC_FROM = 20;

/** @param points at least one. @returns lines: the plot, an axis, its labels. */
export function plotLines(points: readonly PlotPoint[], options: PlotOptions): string[] {
  const { bound, formatX, formatY, height, width } = options;
  const ys = [...points.map(({ y }) => y), bound];
  const [low, high] = [Math.min(...ys, 0), Math.max(...ys)];
  const labels = [formatY(high), formatY(bound), formatY(low)];
  const margin = Math.max(...labels.map((label) => label.length)) + 1;
  const columns = Math.max(10, width - margin - 2);
  const row = (y: number): number =>
    high === low ? height - 1 : Math.round(((high - y) / (high - low)) * (height - 1));
  const grid = Array.from({ length: height }, () => Array.from({ length: columns }, () => ' '));
  grid[row(bound)]?.fill(LINE);
  const xs = points.map(({ x }) => x);
  const column = columnOf(Math.min(...xs), Math.max(...xs), columns);
  for (const { mark, x, y } of points) grid[row(y)]!.splice(column(x), 1, mark);
  const label = (index: number): string => {
    if (index === row(bound)) return formatY(bound);
    if (index === row(high)) return formatY(high);
    return index === row(low) ? formatY(low) : '';
  };
  const [first, last] = [formatX(Math.min(...xs)), formatX(Math.max(...xs))];
  const gap = Math.max(1, columns - first.length - last.length);
  return [
    ...grid.map((cells, i) => `${label(i).padStart(margin)} │${cells.join('')}`.trimEnd()),
    `${' '.repeat(margin + 1)}└${'─'.repeat(columns)}`,
    `${' '.repeat(margin + 2)}${first}${' '.repeat(gap)}${last}`,
  ];
}

function columnOf(low: number, high: number, columns: number): (x: number) => number {
  const floor = Math.max(low, Math.min(1, high / 1000));
  const isLogarithmic = high / floor >= LOGARITHMIC_FROM;
  return (x) => {
    if (high === low) return 0;
    const share = isLogarithmic
      ? Math.log(Math.max(x, floor) / floor) / Math.log(high / floor)
      : (x - low) / (high - low);
    return Math.round(share * (columns - 1));
  };
}
