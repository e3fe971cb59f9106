/**
 * Results as aligned lines that can be printed one by one, while others are still being measured: a line for each
 * case under the name it shares with others, parameters to the left and figures to the right.
 */
import { formatDuration } from '../src/report/format-number.ts';
import { wrap } from '../src/report/layout.ts';
import type { BenchCase } from './harness.ts';

export interface Column {
  readonly label: string;
  /** Characters, at least those of the label. */
  readonly width: number;
}

const GAP = 2;
const PARAMETERS_MIN = 24;
const INDENT = '  ';
/** A line that goes on is indented once more. */
const CONTINUED = 2 * INDENT.length;

/** What a line needs to know of a case. */
export type Titled = Pick<BenchCase, 'name' | 'parameters' | 'unit'>;

export class ResultTable {
  private readonly columns: readonly Column[];
  private readonly parametersWidth: number;
  private name: string;

  /** @param width of the terminal. Parameters that find no room take more than one line. */
  constructor(columns: readonly Column[], cases: readonly Titled[], width: number) {
    const figures = columns.reduce((sum, column) => sum + GAP + column.width, 0);
    const longest = Math.max(PARAMETERS_MIN, ...cases.map(({ parameters }) => textOf(parameters).length));
    this.columns = columns;
    this.parametersWidth = Math.max(PARAMETERS_MIN, Math.min(longest, width - figures));
    this.name = '';
  }

  head(): string {
    return this.line(
      'benchmark',
      this.columns.map(({ label }) => label),
    );
  }

  /** @param cells one for each column. @returns a line, below the case's name when it is the first of that name. */
  row(one: Titled, cells: readonly string[]): string {
    const lines = wrap(textOf(one.parameters), this.parametersWidth, CONTINUED).split('\n');
    // A word that is too long for its column has the line to itself.
    const last = (lines.at(-1) ?? '').length > this.parametersWidth ? '' : (lines.pop() ?? '');
    const heading = one.name === this.name ? [] : [`${one.name}, an operation is one ${one.unit}`];
    this.name = one.name;
    return [...heading, ...lines, this.line(last, cells)].join('\n');
  }

  private line(left: string, cells: readonly string[]): string {
    const figures = cells.map((cell, i) => ' '.repeat(GAP) + cell.padStart(this.columns[i]?.width ?? 0));
    return (left.padEnd(this.parametersWidth) + figures.join('')).trimEnd();
  }
}

function textOf(parameters: Titled['parameters']): string {
  return (
    INDENT +
    Object.entries(parameters)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')
  );
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;
const DIGITS = 3;

/** `24.3 M`: of something a second, to three digits. */
export function formatRate(perSec: number): string {
  let value = perSec;
  let prefix = 0;
  for (; Number(value.toPrecision(DIGITS)) >= 1000 && prefix < PREFIXES.length - 1; prefix++) value /= 1000;
  return `${value >= 1000 ? Math.round(value) : value.toPrecision(DIGITS)} ${PREFIXES[prefix] ?? ''}`.trim();
}

/** `43.1 ns`, `1.20 µs`, `6.02 ps`: to three digits. */
export function formatNs(ns: number): string {
  if (ns < 1) return `${(ns * 1000).toPrecision(DIGITS)} ps`;
  const [, number = '', unit = ''] = /^(\S+) (\S+)$/.exec(formatDuration(ns)) ?? [];
  return number === '' ? formatDuration(ns) : `${withDigits(number)} ${unit}`;
}

/** `43` as `43.0`, so that points stand below each other where they can. */
function withDigits(number: string): string {
  const value = Number(number.replaceAll(',', ''));
  return value >= 100 ? number : value.toPrecision(DIGITS);
}

/** `0.4 %`. */
export function formatPercent(percent: number): string {
  return `${percent >= 10 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}
