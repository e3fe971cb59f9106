/**
 * A sweep as rows of CSV. points.csv has one of each point as they come, each ended by a check, so that one which was torn by a crash is
 * known for what it is; sweep.csv has the same cells in the order of the grid. Metrics that the first point does not have (another
 * stack's counters, say) stand in the cell `more` of points.csv and have columns of their own, the last, in sweep.csv.
 * Leaves out: files (cli/points-file.ts).
 */
import type { Estimate } from '../experiment/estimates.ts';
import type { NumberedOutcome } from '../experiment/sweep.ts';
import { textHash } from '../scenario/hash.ts';
import type { Metric } from '../simulation/result.ts';
import { fromCsvLine, toCsvLine } from './csv.ts';
import { formatNumber } from './format-number.ts';

type MetricName = Omit<Metric, 'value'>;

/** A metric beside the columns: its unit, and what its three cells say. */
type More = Readonly<Record<string, readonly [unit: string, mean: string, halfWidth: string, n: string]>>;

/** One row of points.csv as it is read back. */
export interface SweepRow {
  readonly point: number;
  /** Of the varied paths. */
  readonly values: readonly string[];
  readonly replications: number;
  readonly problem: string;
  /** Mean, half-width and n as texts, by metric; those without values are empty. */
  readonly metrics: ReadonlyMap<string, readonly [mean: string, halfWidth: string, n: string]>;
}

/** Metrics beside the columns of all rows, in the order of the grid. */
export type Extras = readonly MetricName[];

/** Units of metrics that count, and that only runs have in which there is something to count (estimates.ts). */
const COUNTED_UNIT = 'calls';

export class SweepRows {
  private readonly paths: readonly string[];
  private readonly metrics: readonly MetricName[];

  /** @param metrics the columns: those of the first point. */
  constructor(paths: readonly string[], metrics: readonly MetricName[]) {
    this.paths = paths;
    this.metrics = metrics;
  }

  /** The first line of points.csv. */
  header(): string {
    return toCsvLine(['point', ...this.columns([]), 'more', 'check']);
  }

  /** A line of points.csv. O(metrics). */
  line(values: readonly string[], outcome: NumberedOutcome): string {
    const { metrics, point, problem, replications } = outcome;
    // As a rule a point has the metrics of the columns, in their order.
    const isUsual =
      metrics.length === this.metrics.length && metrics.every(({ path }, i) => path === this.metrics[i]?.path);
    const head = toCsvLine([point, ...values, replications, problem]).slice(0, -1);
    const text = head + (isUsual ? `${metrics.map(threeCells).join('')},` : this.otherCells(metrics));
    return `${text},${textHash(text)}\n`;
  }

  /** The cells of a point that lacks some of the columns, or has more metrics. */
  private otherCells(metrics: readonly Estimate[]): string {
    const known = new Map(metrics.map((estimate) => [estimate.path, estimate]));
    const cells = this.metrics.map(({ path }) => threeCells(known.get(path)));
    for (const { path } of this.metrics) known.delete(path);
    const more = Object.fromEntries(
      [...known.values()].map((one) => [one.path, [one.unit, ...cellsOf(one).map((cell) => formatNumber(cell))]]),
    );
    const moreText = known.size === 0 ? '' : JSON.stringify(more);
    return cells.join('') + `,${toCsvLine([moreText])}`.slice(0, -1);
  }

  /** The number of a line's point; null when the line is not whole. @param line without its end. */
  pointOf(line: string): number | null {
    const comma = line.lastIndexOf(',');
    if (comma < 0 || textHash(line.slice(0, comma)) !== line.slice(comma + 1)) return null;
    const point = Number(line.slice(0, line.indexOf(',')));
    return Number.isInteger(point) && point >= 0 ? point : null;
  }

  /** Metrics of a line beside the columns. O(line) where there are some, O(1) elsewhere. */
  extrasOf(line: string): Extras {
    return Object.entries(moreOf(line)).map(([path, [unit]]) => ({ path, unit }));
  }

  /** The first line of sweep.csv. */
  sweepHeader(extras: Extras): string {
    return toCsvLine(this.columns(extras));
  }

  /** A line of points.csv as one of sweep.csv. @param line that is whole, without its end. */
  sweepLine(line: string, extras: Extras): string {
    const more = moreOf(line);
    const hasMore = Object.keys(more).length > 0;
    const cells = hasMore || extras.length > 0 ? fromCsvLine(line) : [];
    if (cells.length === 0) return `${line.slice(line.indexOf(',') + 1, line.lastIndexOf(',') - 1)}\n`;
    const replications = Number(cells[1 + this.paths.length]);
    const added = extras.flatMap(({ path, unit }) => more[path]?.slice(1) ?? absent(unit, replications));
    return toCsvLine([...cells.slice(1, -2), ...added]);
  }

  /** @param line that is whole, without its end. */
  read(line: string): SweepRow {
    const cells = fromCsvLine(line);
    const at = 1 + this.paths.length;
    const metrics = new Map<string, readonly [string, string, string]>();
    const three = (from: number): [string, string, string] => [
      cells[from] ?? '',
      cells[from + 1] ?? '',
      cells[from + 2] ?? '',
    ];
    this.metrics.forEach(({ path }, i) => metrics.set(path, three(at + 2 + 3 * i)));
    for (const [path, [, ...texts]] of Object.entries(moreOf(line))) metrics.set(path, texts);
    return {
      point: Number(cells[0]),
      values: cells.slice(1, at),
      replications: Number(cells[at]),
      problem: cells[at + 1] ?? '',
      metrics,
    };
  }

  private columns(extras: Extras): string[] {
    const metrics = [...this.metrics, ...extras].flatMap(({ path }) => [path, `${path}.half_width`, `${path}.n`]);
    return [...this.paths, 'replications', 'problem', ...metrics];
  }
}

/** Mean, half-width and n, each behind a comma. */
function threeCells(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ',,,';
  return `,${formatNumber(estimate.mean)},${formatNumber(estimate.halfWidth)},${formatNumber(estimate.n)}`;
}

function cellsOf(estimate: Estimate): (number | null)[] {
  return [estimate.mean, estimate.halfWidth, estimate.n];
}

/** A point without the metric: what counts has counted nothing there. */
function absent(unit: string, replications: number): string[] {
  if (unit !== COUNTED_UNIT || replications === 0) return ['', '', ''];
  return ['0', replications > 1 ? '0' : '', String(replications)];
}

/** The cell before the check; most lines have nothing in it. */
function moreOf(line: string): More {
  const check = line.lastIndexOf(',');
  if (line.charAt(check - 1) === ',') return {};
  return JSON.parse(fromCsvLine(line).at(-2) ?? '{}') as More;
}
