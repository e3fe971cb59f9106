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

/** Rates of a counter over windows of equal length, each of whole samples. */
export interface Rates {
  /** Where each window begins, s, and behind them where the last one ends. */
  readonly edgesS: readonly number[];
  /** Per second, one a window. */
  readonly perS: readonly number[];
}

/**
 * What a counter grew by, per second: over at most so many windows, since from one sample to the next a few events more or less are
 * chance and no rate. @param timesS ascending. O(length).
 */
export function ratesPerS(timesS: ArrayLike<number>, values: ArrayLike<number>, windows: number): Rates {
  const last = timesS.length - 1;
  const step = Math.max(1, Math.ceil(last / windows));
  const edgesS: number[] = [timesS[0] ?? 0];
  const perS: number[] = [];
  for (let from = 0; from < last; from += step) {
    const to = Math.min(last, from + step);
    const lapseS = (timesS[to] ?? 0) - (timesS[from] ?? 0);
    edgesS.push(timesS[to] ?? 0);
    perS.push(lapseS > 0 ? ((values[to] ?? 0) - (values[from] ?? 0)) / lapseS : 0);
  }
  return { edgesS, perS };
}
