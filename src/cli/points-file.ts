/**
 * points.csv of a sweep: rows are appended as points finish, and found again after a crash. A row that is not whole (its check
 * says so) counts as not written; what was torn off at the end is cut away.
 * Memory: eight bytes a point of the grid.
 */
import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { NumberedOutcome } from '../experiment/sweep.ts';
import { InputError } from '../engine/errors.ts';
import { reasonOf } from '../report/files.ts';
import type { Extras, SweepRow, SweepRows } from '../report/sweep-rows.ts';

/** What is read at a time; rows have a few kilobytes. */
const WINDOW_BYTES = 1 << 18;
/** No row is longer. */
const LINE_BYTES_MAX = 1 << 26;
const NEWLINE = 0x0a;
const NONE = -1;

export class PointsFile {
  /** Points that are there. */
  done: number;
  /** Rows that were not whole, or there twice. */
  readonly discarded: number;
  private readonly path: string;
  private readonly file: number;
  private readonly rows: SweepRows;
  private readonly offsets: Float64Array; // point → where its row begins, NONE: not there
  private end: number; // of the file, bytes
  private window: Buffer; // part of the file that was read last
  private windowFrom: number; // where it begins

  /**
   * Opens the file, which has its header, and reads what is there. O(bytes).
   * @param points of the grid. @throws InputError when the file cannot be read or written.
   */
  constructor(path: string, rows: SweepRows, points: number) {
    this.path = path;
    this.rows = rows;
    this.offsets = new Float64Array(points).fill(NONE);
    this.window = Buffer.alloc(0);
    this.windowFrom = 0;
    this.done = 0;
    this.file = attempt(path, () => openSync(path, 'r+'));
    this.discarded = attempt(path, () => this.recover());
    this.end = fstatSync(this.file).size;
  }

  isDone(point: number): boolean {
    return this.offsets[point] !== NONE;
  }

  /** Appends rows. @throws InputError when the disk is full. */
  append(outcomes: readonly NumberedOutcome[], valuesOf: (point: number) => readonly string[]): void {
    const lines: Buffer[] = [];
    for (const outcome of outcomes) {
      const line = Buffer.from(this.rows.line(valuesOf(outcome.point), outcome));
      lines.push(line);
      this.offsets[outcome.point] = this.end;
      this.end += line.length;
      this.done++;
    }
    const bytes = Buffer.concat(lines);
    attempt(this.path, () => writeAll(this.file, bytes, this.end - bytes.length));
  }

  /** Rows in the order of the grid. */
  *read(): Generator<SweepRow, void, undefined> {
    for (const line of this.lines()) yield this.rows.read(line);
  }

  /** Writes sweep.csv, whole or not at all. @returns its path. @throws InputError. */
  writeSweep(path: string): string {
    const extras = this.extras();
    writeWhole(path, this.rows.sweepHeader(extras), this.lines(), (line) => this.rows.sweepLine(line, extras));
    return path;
  }

  /** Writes the file anew with the rows that are kept, whole or not at all. This one has to be closed then. @throws InputError. */
  rewrite(isKept: (row: SweepRow) => boolean): void {
    writeWhole(this.path, this.rows.header(), this.lines(), (line) =>
      isKept(this.rows.read(line)) ? `${line}\n` : '',
    );
  }

  /** What has been appended is on the disk, then, whatever happens to the machine. */
  close(): void {
    fsyncSync(this.file);
    closeSync(this.file);
  }

  /** Notes where whole rows begin, and cuts away what follows the last line's end. @returns rows that do not count. */
  private recover(): number {
    const { size } = fstatSync(this.file);
    let discarded = 0;
    let at = this.lineAt(0)?.length ?? size;
    for (at = Math.min(size, at + 1); at < size;) {
      const line = this.lineAt(at);
      if (line === null) break;
      const point = this.rows.pointOf(line.toString('utf8'));
      if (point === null || point >= this.offsets.length || this.isDone(point)) discarded++;
      else {
        this.offsets[point] = at;
        this.done++;
      }
      at += line.length + 1;
    }
    if (at === size) return discarded;
    ftruncateSync(this.file, at);
    this.window = Buffer.alloc(0);
    return discarded + 1;
  }

  private *lines(): Generator<string, void, undefined> {
    for (const offset of this.offsets) {
      if (offset === NONE) continue;
      const line = this.lineAt(offset);
      if (line !== null) yield line.toString('utf8');
    }
  }

  private extras(): Extras {
    const extras = new Map<string, Extras[number]>();
    for (const line of this.lines()) for (const extra of this.rows.extrasOf(line)) extras.set(extra.path, extra);
    return [...extras.values()];
  }

  /** The line that begins at `offset`, without its end; null when it has none. Rows that lie together are read together. */
  private lineAt(offset: number): Buffer | null {
    for (let bytes = WINDOW_BYTES; ; bytes *= 2) {
      const from = offset - this.windowFrom;
      const end = from >= 0 && from < this.window.length ? this.window.indexOf(NEWLINE, from) : -1;
      if (end >= 0) return this.window.subarray(from, end);
      const buffer = Buffer.alloc(bytes);
      const read = readSync(this.file, buffer, 0, bytes, offset);
      this.window = buffer.subarray(0, read);
      this.windowFrom = offset;
      if (!this.window.includes(NEWLINE) && (read < bytes || bytes >= LINE_BYTES_MAX)) return null;
    }
  }
}

/**
 * Takes rows with a problem out of the file, so that their points are missing: all of them or, when it is interrupted, none.
 * @param points of the grid. @returns how many. O(bytes). @throws InputError.
 */
export function dropProblems(path: string, rows: SweepRows, points: number): number {
  const file = new PointsFile(path, rows, points);
  let dropped = 0;
  for (const { problem } of file.read()) if (problem !== '') dropped++;
  if (dropped > 0) file.rewrite(({ problem }) => problem === '');
  file.close();
  return dropped;
}

/** Writes a file line by line, beside it first. */
function writeWhole(path: string, header: string, lines: Iterable<string>, textOf: (line: string) => string): void {
  const temporary = `${path}.${process.pid}.part`;
  attempt(path, () => {
    const file = openSync(temporary, 'w');
    try {
      let text = header;
      for (const line of lines) {
        text += textOf(line);
        if (text.length < WINDOW_BYTES) continue;
        appendFileSync(file, text);
        text = '';
      }
      appendFileSync(file, text);
      fsyncSync(file);
      closeSync(file);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

function attempt<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error && 'code' in error)) throw error;
    const issue = { where: path, expected: 'a file that can be read and written', received: reasonOf(error) };
    throw new InputError([issue], { cause: error });
  }
}
