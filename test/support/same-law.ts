/** Whether runs of two kinds have the same law: every figure of a run, paired by seed. */
import type { RunResult } from '../../src/simulation/result.ts';

export type Figures = ReadonlyMap<string, number>;

/** What is counted, and not measured. */
const COUNTERS =
  /^listener\.\w+$|^conservation\.|^link\.\w+(?:\.down)?\.(?:sent|delivered|lost)$|^\w+\.(?:sent|refused|admitted|synacks_received)$/;
/** The work of the simulator itself: it may differ where the outcome does not. */
const WORK = /^run\./;

/** All that a run counts, but the work of the simulator itself. */
export function outcomeOf(result: RunResult): unknown {
  const { conservation, counters, drops, metrics, series } = result;
  return [drops, conservation, counters, metrics.filter(({ path }) => !WORK.test(path)), series];
}

/** Every figure of a run that is a number: metrics, terms of the conservation, first instants of drops. */
export function figuresOf({ conservation, drops, metrics }: RunResult): Figures {
  const figures = new Map<string, number>();
  for (const { path, value } of metrics) if (value !== null && !WORK.test(path)) figures.set(path, value);
  for (const { name, count } of conservation.terms) figures.set(`conservation.${name}`, count);
  for (const { cause, count, firstAtNs, text } of drops) {
    figures.set(`drops.${cause}, ${text}`, count);
    if (firstAtNs !== null) figures.set(`drops.${cause}, ${text}, first`, firstAtNs);
  }
  return figures;
}

export interface Distance {
  /** In standard errors of paired differences. */
  readonly z: number;
  readonly path: string;
}

/**
 * The largest distances of two laws over all figures that both of a pair have: of means, of those of counters alone,
 * and of second moments about the first law's mean.
 */
export function distancesOf(pairs: readonly (readonly [Figures, Figures])[]): {
  means: Distance;
  counters: Distance;
  squares: Distance;
} {
  let means: Distance = { z: 0, path: '' };
  let counters: Distance = { z: 0, path: '' };
  let squares: Distance = { z: 0, path: '' };
  const paths = new Set(pairs.flatMap(([a]) => [...a.keys()]));
  for (const path of paths) {
    const both = pairs.flatMap(([a, b]) => {
      const [x, y] = [a.get(path), b.get(path)];
      return x === undefined || y === undefined ? [] : [[x, y] as const];
    });
    const mean = both.reduce((sum, [x]) => sum + x, 0) / both.length;
    const square = (x: number): number => (x - mean) * (x - mean);
    const first = Math.abs(studentized(both.map(([x, y]) => x - y)));
    const second = Math.abs(studentized(both.map(([x, y]) => square(x) - square(y))));
    if (first > means.z) means = { z: first, path };
    if (first > counters.z && COUNTERS.test(path)) counters = { z: first, path };
    if (second > squares.z) squares = { z: second, path };
  }
  return { means, counters, squares };
}

/** The mean over its standard error; 0 for too few. */
function studentized(differences: readonly number[]): number {
  const n = differences.length;
  if (n < 10) return 0;
  const mean = differences.reduce((a, b) => a + b, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - mean) * (d - mean), 0) / (n - 1);
  if (variance === 0) return mean === 0 ? 0 : Infinity;
  return mean / Math.sqrt(variance / n);
}
