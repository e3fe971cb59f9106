/**
 * The settings that a sweep varies, as axes of pictures: their values in order, as numbers where the texts differ in one number alone,
 * and in bins where there are more than a picture has room for.
 */
import { formatForPeople } from '../format-number.ts';
import type { SweepTable } from '../sweep-table.ts';

export interface Axis {
  readonly path: string;
  /** In order: ascending where they are numbers, else as the sweep met them. */
  readonly values: readonly string[];
  /** The number in each value; null: they differ in more than a number. */
  readonly numbers: readonly number[] | null;
  /** What stands before and behind the number. */
  readonly around: readonly [before: string, after: string];
  /** point → which of the values */
  readonly at: Int32Array;
}

/** Values of an axis that share a column of a picture. */
export interface Bins {
  /** Of numbers without what stands around them: it is in the name of the axis. */
  readonly labels: readonly string[];
  /** point → bin */
  readonly at: Int32Array;
  /** Middle of each bin as a number; null where values are none. */
  readonly centers: readonly number[] | null;
  /** Has every bin one value? */
  readonly isWhole: boolean;
}

const NUMBER = /\d+(?:\.\d+)?/g;
/** What a number may stand behind: in `linux-4.4` it is a part of a name. */
const BEFORE = /(?:^|[(,;/ ])$/;

export function axesOf(table: SweepTable): Axis[] {
  return table.paths.map((path, axis) => {
    const met = table.values[axis] ?? [];
    const indices = table.indices[axis] ?? new Int32Array(0);
    const parts = partsOf(met);
    if (parts === null) return { path, values: met, numbers: null, around: ['', ''], at: indices };
    const order = met.map((_, i) => i).toSorted((a, b) => (parts.numbers[a] ?? 0) - (parts.numbers[b] ?? 0));
    const rank = new Int32Array(met.length);
    order.forEach((value, place) => (rank[value] = place));
    return {
      path,
      values: order.map((i) => met[i] ?? ''),
      numbers: order.map((i) => parts.numbers[i] ?? 0),
      around: parts.around,
      at: indices.map((value) => rank[value] ?? 0),
    };
  });
}

/** The number in which all texts differ, and what is the same in all. */
function partsOf(texts: readonly string[]): { numbers: number[]; around: [string, string] } | null {
  const found = texts.map((text) => [...text.matchAll(NUMBER)]);
  const [first = []] = found;
  const differing = first.flatMap((match, i) => (found.some((one) => one[i]?.[0] !== match[0]) ? [i] : []));
  const [place = 0, another] = differing;
  const parts = texts.map((text, i) => {
    const match = found[i]?.[place];
    const from = match?.index ?? -1;
    const digits = match?.[0] ?? '';
    return { before: text.slice(0, from), digits, after: text.slice(from + digits.length) };
  });
  const { after = '', before = '' } = parts[0] ?? {};
  const isSame = parts.every((one) => one.digits !== '' && one.before === before && one.after === after);
  if (another !== undefined || !isSame || !BEFORE.test(before)) return null;
  return { numbers: parts.map(({ digits }) => Number(digits)), around: [before, after] };
}

/** At most `count` bins, as equal in their number of values as can be. */
export function binsOf({ at, numbers, values }: Axis, count: number): Bins {
  const bins = Math.min(count, values.length);
  const binOf = (value: number): number => Math.floor(((value + 0.5) * bins) / values.length);
  const first = Array.from({ length: bins }, (_, bin) => values.findIndex((_value, i) => binOf(i) === bin));
  const last = first.map((_, bin) => (first[bin + 1] ?? values.length) - 1);
  const number = (i: number): string => formatForPeople(numbers?.[i] ?? 0);
  const labels = first.map((from, bin) => {
    const to = last[bin] ?? from;
    if (numbers === null) return from === to ? (values[from] ?? '') : `${values[from] ?? ''} … ${values[to] ?? ''}`;
    return from === to ? number(from) : `${number(from)}–${number(to)}`;
  });
  const centers =
    numbers === null
      ? null
      : first.map((from, bin) => {
          const inside = numbers.slice(from, (last[bin] ?? from) + 1);
          return inside.reduce((sum, one) => sum + one, 0) / inside.length;
        });
  return { labels, at: at.map(binOf), centers, isWhole: bins === values.length };
}

/** What an axis is called: its path, and of values with a unit how they are written: `server.accept.period (…ms)`. */
export function axisName({ around: [before, after], numbers, path }: Axis): string {
  return numbers === null || `${before}${after}` === '' ? path : `${path} (${before}…${after})`;
}

/** Whether steps are more even as factors than as differences: a logarithmic axis shows them better. */
export function isByFactor(numbers: readonly number[]): boolean {
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (numbers.length < 3 || !(first > 0)) return false;
  const place = Math.floor(numbers.length / 2);
  const [middle, share] = [numbers[place] ?? 0, place / (numbers.length - 1)];
  const linear = Math.abs((middle - first) / (last - first) - share);
  const byFactor = Math.abs(Math.log(middle / first) / Math.log(last / first) - share);
  return byFactor < linear;
}
