/**
 * sweep.csv read back for pictures: of every point its values, and mean and half-width of some metrics, as columns of numbers. Lines are
 * read one by one, so a sweep of a million points takes the memory of what is shown of it.
 * Leaves out: where the lines come from (cli/report-folder.ts).
 */
import { InputError } from '../engine/errors.ts';
import { grown } from '../engine/slot-pool.ts';
import { fromCsvLine } from './csv.ts';

export interface SweepMetric {
  readonly path: string;
  /** point → mean; NaN: not defined there, or a problem. */
  readonly mean: Float64Array;
  /** point → half-width; NaN: none. */
  readonly halfWidth: Float64Array;
}

export interface SweepProblem {
  readonly point: number;
  readonly text: string;
}

export interface SweepTable {
  readonly length: number;
  /** Paths that vary. */
  readonly paths: readonly string[];
  /** axis → its values, each once, as they are first met. */
  readonly values: readonly (readonly string[])[];
  /** axis → point → which of them. */
  readonly indices: readonly Int32Array[];
  readonly metrics: readonly SweepMetric[];
  readonly problems: readonly SweepProblem[];
  /** Of the points without a problem, least and most. */
  readonly replications: readonly [number, number];
}

const USUAL = [
  /\.unserved$/,
  /\.connect_ms\.p99$/,
  /^listener\.dropped_syns$/,
  /\.admitted$/,
  /^listener\.accept_queue\.max$/,
  /^listener\.syn_queue\.max$/,
];
const HALF_WIDTH = '.half_width';
const ROWS = 1024;

/** Columns of sweep.csv by what they are. */
interface Header {
  readonly paths: readonly string[];
  /** path → column of its mean */
  readonly metrics: ReadonlyMap<string, number>;
  readonly width: number;
}

/**
 * @param lines of sweep.csv, without their ends. @param file for messages.
 * @param shown metrics; empty: those that are asked for most.
 * @throws InputError when it is no sweep.csv, or has no such metric. O(bytes).
 */
export function readSweepTable(lines: Iterable<string>, file: string, shown: readonly string[]): SweepTable {
  let columns: Columns | null = null;
  let number = 0;
  for (const line of lines) {
    number++;
    if (columns === null) columns = new Columns(headerOf(line, file), file, shown);
    else columns.add(fromCsvLine(line), number);
  }
  if (columns === null) throw refuse(file, 'a sweep.csv', 'an empty file');
  return columns.table();
}

function headerOf(line: string, file: string): Header {
  const names = fromCsvLine(line);
  const at = names.indexOf('replications');
  if (at < 1 || names[at + 1] !== 'problem') throw refuse(`${file}:1`, 'the columns of a sweep.csv', 'other ones');
  const metrics = new Map<string, number>();
  for (let column = at + 2; column < names.length; column += 3) {
    const name = names[column] ?? '';
    if (names[column + 1] !== name + HALF_WIDTH)
      throw refuse(`${file}:1`, `${name}${HALF_WIDTH} behind ${name}`, names[column + 1] ?? 'nothing');
    metrics.set(name, column);
  }
  return { paths: names.slice(0, at), metrics, width: names.length };
}

/** What is kept, row by row. */
class Columns {
  private length: number;
  private readonly header: Header;
  private readonly file: string;
  private readonly known: Map<string, number>[]; // axis → value → its index
  private readonly indices: Int32Array[];
  private readonly shown: string[];
  private numbers: Float64Array[]; // mean and half-width of each metric
  private readonly problems: SweepProblem[];
  private replications: [number, number];

  constructor(header: Header, file: string, shown: readonly string[]) {
    this.length = 0;
    this.header = header;
    this.file = file;
    this.known = header.paths.map(() => new Map());
    this.indices = header.paths.map(() => new Int32Array(ROWS));
    this.shown = [...(shown.length > 0 ? shown : usualOf([...header.metrics.keys()]))];
    const unknown = this.shown.find((name) => !header.metrics.has(name));
    if (unknown !== undefined) throw refuse('--show', `metrics of ${file}`, unknown);
    this.numbers = this.shown.flatMap(() => [new Float64Array(ROWS), new Float64Array(ROWS)]);
    this.problems = [];
    this.replications = [Infinity, 0];
  }

  add(cells: readonly string[], line: number): void {
    const { metrics, paths, width } = this.header;
    const where = `${this.file}:${line}`;
    if (cells.length !== width) throw refuse(where, `${width} cells`, String(cells.length));
    const point = this.length++;
    this.makeRoom();
    paths.forEach((_, axis) => {
      const [text = '', known] = [cells[axis], this.known[axis]];
      if (known !== undefined && !known.has(text)) known.set(text, known.size);
      this.indices[axis]![point] = known?.get(text) ?? 0;
    });
    const problem = cells[paths.length + 1] ?? '';
    if (problem === '') {
      const count = numberOf(cells[paths.length] ?? '', where);
      this.replications = [Math.min(this.replications[0], count), Math.max(this.replications[1], count)];
    } else this.problems.push({ point, text: problem });
    this.shown.forEach((name, i) => {
      const column = metrics.get(name) ?? 0;
      this.numbers[2 * i]![point] = numberOf(cells[column] ?? '', where);
      this.numbers[2 * i + 1]![point] = numberOf(cells[column + 1] ?? '', where);
    });
  }

  table(): SweepTable {
    const { length } = this;
    const column = (i: number): Float64Array => (this.numbers[i] ?? new Float64Array(0)).slice(0, length);
    return {
      length,
      paths: this.header.paths,
      values: this.known.map((values) => [...values.keys()]),
      indices: this.indices.map((one) => one.slice(0, length)),
      metrics: this.shown.map((path, i) => ({ path, mean: column(2 * i), halfWidth: column(2 * i + 1) })),
      problems: this.problems,
      replications: this.replications[1] === 0 ? [0, 0] : this.replications,
    };
  }

  private makeRoom(): void {
    const [first] = this.indices;
    if (first === undefined || this.length <= first.length) return;
    const rows = 2 * first.length;
    this.indices.forEach((one, i) => (this.indices[i] = grown(one, new Int32Array(rows))));
    this.numbers = this.numbers.map((one) => grown(one, new Float64Array(rows)));
  }
}

function usualOf(names: readonly string[]): string[] {
  const usual = USUAL.flatMap((pattern) => names.filter((name) => pattern.test(name)));
  return usual.length > 0 ? usual : names.slice(0, USUAL.length);
}

/** Empty: not defined. */
function numberOf(text: string, where: string): number {
  if (text === '') return NaN;
  const value = Number(text);
  if (!Number.isFinite(value)) throw refuse(where, 'a number', text);
  return value;
}

function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
