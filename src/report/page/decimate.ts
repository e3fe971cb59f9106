/**
 * A series for a picture: so many columns, and of each its first, lowest, highest and last value. What is drawn from these is what
 * would be drawn from all, peaks included.
 */

export interface Point {
  readonly t: number;
  readonly v: number;
}

/** @param times ascending. @param columns at least 1. @returns at most 4 points a column, all where there are fewer. O(length). */
export function decimate(times: ArrayLike<number>, values: ArrayLike<number>, columns: number): Point[] {
  const count = times.length;
  const point = (i: number): Point => ({ t: times[i] ?? 0, v: values[i] ?? 0 });
  if (count <= 4 * columns) return Array.from({ length: count }, (_, i) => point(i));
  const first = times[0] ?? 0;
  const span = (times[count - 1] ?? 0) - first;
  const points: Point[] = [];
  for (let from = 0, column = 0; column < columns; column++) {
    const end = column === columns - 1 ? Infinity : first + (span * (column + 1)) / columns;
    let [low, high, last] = [from, from, from];
    let i = from;
    for (; i < count && (times[i] ?? 0) < end; i++) {
      if ((values[i] ?? 0) < (values[low] ?? 0)) low = i;
      if ((values[i] ?? 0) > (values[high] ?? 0)) high = i;
      last = i;
    }
    if (i === from) continue;
    for (const index of [...new Set([from, low, high, last])].toSorted((a, b) => a - b)) points.push(point(index));
    from = i;
  }
  return points;
}

/** What a counter grew by, per second, from one sample to the next; 0 at the first. */
export function ratesPerS(timesS: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const rates = new Float64Array(timesS.length);
  for (let i = 1; i < rates.length; i++) {
    const lapseS = (timesS[i] ?? 0) - (timesS[i - 1] ?? 0);
    rates[i] = lapseS > 0 ? ((values[i] ?? 0) - (values[i - 1] ?? 0)) / lapseS : 0;
  }
  return rates;
}
