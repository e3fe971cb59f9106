/**
 * A CSV with one column of instants: `t_s`, `t_us` or `t_ns`, decimals (`0.001`, `1e-3`) exact to the ns. LF, CRLF, BOM.
 * Instants need not be in order, but for negative ones: counted from something later than the first row they make sense
 * in ascending order only; anywhere else a minus sign is a slip.
 * Leaves out: quoting, further columns.
 */
import { InputError, type Issue } from '../../engine/errors.ts';
import type { SynCollector } from './syn-collector.ts';

/** Column name → decimal digits of a nanosecond in its unit. */
const COLUMNS: ReadonlyMap<string, number> = new Map([
  ['t_s', 9],
  ['t_us', 3],
  ['t_ns', 0],
]);
const NUMBER = /^(-?)(\d{1,20})(?:\.(\d{1,18}))?(?:[eE]([+-]?\d{1,2}))?$/;
const ISSUES_MAX = 20;
const SHOWN_CHARS = 40;
const UNITS_DIGITS = 9;

/** @throws InputError with line and column, the first 20 problems at once. */
export function readCsvTimes(text: string, fileName: string, collector: SynCollector): void {
  const lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split('\n');
  const header = (lines[0] ?? '').replace(/\r$/, '').trim();
  const digits = COLUMNS.get(header);
  if (digits === undefined) {
    const expected = 'pcap, pcapng, or a CSV with the header t_s, t_us or t_ns';
    throw new InputError([{ where: `${fileName}:1:1`, expected, received: shown(header) }]);
  }
  const issues: Issue[] = [];
  const order = new Order();
  for (let i = 1; i < lines.length; i++) {
    const cell = (lines[i] ?? '').replace(/\r$/, '').trim();
    if (cell === '') continue;
    const time = timeOf(cell, digits);
    if (time !== null) {
      order.note(time, i + 1);
      collector.packetCount++;
      collector.addTime(time.seconds, time.nanos);
      continue;
    }
    issues.push({
      where: `${fileName}:${i + 1}:1`,
      expected: `a number of ${header.slice(2)}`,
      received: shown(cell),
    });
    if (issues.length === ISSUES_MAX) break;
  }
  if (order.hasNegative && order.descendsInLine > 0) {
    issues.push({
      where: `${fileName}:${order.descendsInLine}:1`,
      expected: 'ascending order in a file with negative times',
      received: shown((lines[order.descendsInLine - 1] ?? '').trim()),
    });
  }
  if (issues.length > 0) throw new InputError(issues);
}

/** An instant, both parts of one sign. */
interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

/** Whether instants ascend, and whether any is negative. */
class Order {
  hasNegative = false;
  /** The first line whose instant is before that of the line above; 0 = none. */
  descendsInLine = 0;
  private last: Time = { seconds: -Infinity, nanos: 0 };

  note(time: Time, line: number): void {
    const { seconds, nanos } = time;
    const { last } = this;
    this.last = time;
    if (seconds < 0 || nanos < 0) this.hasNegative = true;
    const isBefore = seconds < last.seconds || (seconds === last.seconds && nanos < last.nanos);
    if (isBefore && this.descendsInLine === 0) this.descendsInLine = line;
  }
}

/** @returns null when `cell` is not a number, or finer than a nanosecond. */
function timeOf(cell: string, digits: number): Time | null {
  const match = NUMBER.exec(cell);
  if (match === null) return null;
  const fraction = match[3] ?? '';
  // All digits down to the nanosecond, cut into whole seconds and the rest.
  const shift = digits + Number(match[4] ?? 0) - fraction.length;
  const nanos = shifted((match[2] ?? '') + fraction, shift);
  if (nanos === null) return null;
  const sign = match[1] === '-' ? -1 : 1;
  const seconds = Number(nanos.slice(0, -UNITS_DIGITS)) * sign;
  if (!Number.isSafeInteger(seconds)) return null;
  return { seconds, nanos: Number(nanos.slice(-UNITS_DIGITS)) * sign };
}

/** Decimal `text` times ten to the `power`; null when that is no whole number. */
function shifted(text: string, power: number): string | null {
  if (power >= 0) return text + '0'.repeat(power);
  const [whole, rest] = [text.slice(0, power), text.slice(power)];
  return /^0*$/.test(rest) ? whole : null;
}

function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  const short = printable.length > SHOWN_CHARS ? `${printable.slice(0, SHOWN_CHARS)}…` : printable;
  return short === '' ? 'nothing' : JSON.stringify(short);
}
