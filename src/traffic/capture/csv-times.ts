/**
 * A CSV with one column of instants: `t_s`, `t_us` or `t_ns`, decimals exact to the ns. LF, CRLF, BOM.
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
const NUMBER = /^(-?)(\d{1,20})(?:\.(\d{1,18}))?$/;
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
  for (let i = 1; i < lines.length; i++) {
    const cell = (lines[i] ?? '').replace(/\r$/, '').trim();
    if (cell === '') continue;
    if (!addTime(cell, digits, collector)) {
      issues.push({
        where: `${fileName}:${i + 1}:1`,
        expected: `a number of ${header.slice(2)}`,
        received: shown(cell),
      });
      if (issues.length === ISSUES_MAX) break;
    }
  }
  if (issues.length > 0) throw new InputError(issues);
}

/** Adds the instant in `cell`. @returns false when it is not a number, or finer than a nanosecond. */
function addTime(cell: string, digits: number, collector: SynCollector): boolean {
  const match = NUMBER.exec(cell);
  if (match === null) return false;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return false;
  // All digits down to the nanosecond, cut into whole seconds and the rest.
  const nanos = (match[2] ?? '') + fraction.padEnd(digits, '0');
  const sign = match[1] === '-' ? -1 : 1;
  const seconds = Number(nanos.slice(0, -UNITS_DIGITS)) * sign;
  if (!Number.isSafeInteger(seconds)) return false;
  collector.packetCount++;
  collector.addTime(seconds, Number(nanos.slice(-UNITS_DIGITS)) * sign);
  return true;
}

function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  const short = printable.length > SHOWN_CHARS ? `${printable.slice(0, SHOWN_CHARS)}…` : printable;
  return short === '' ? 'nothing' : JSON.stringify(short);
}
