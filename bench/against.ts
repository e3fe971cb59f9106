/**
 * Results held against earlier ones, p50 by p50. Faster or slower is what lies beyond the margins of both and beyond
 * what one process differs from the next anyway. What gives another outcome does something else, and is not compared.
 */
import { plain } from '../src/report/layout.ts';
import { titleOf } from './cases.ts';
import type { BenchResult } from './harness.ts';
import type { BenchHeader } from './header.ts';
import type { EarlierResult, EarlierResults } from './results-file.ts';

export const VERDICTS = ['faster', 'slower', 'same', 'other outcome', 'new'] as const;

export interface Comparison {
  readonly verdict: (typeof VERDICTS)[number];
  /** null where there is nothing to compare with. */
  readonly beforeP50Ns: number | null;
  /** Now divided by before: below 1 is faster. */
  readonly ratio: number | null;
}

/** Percent: two processes that do the same differ by as much. */
export const PROCESS_NOISE = 5;

export function compare(result: BenchResult, earlier: EarlierResults): Comparison {
  const before = earlier.results.find(({ title }) => title === titleOf(result));
  if (before === undefined) return { verdict: 'new', beforeP50Ns: null, ratio: null };
  const beforeP50Ns = before.p50Ns;
  if (before.hash !== result.hash) return { verdict: 'other outcome', beforeP50Ns, ratio: null };
  const ratio = result.p50Ns / beforeP50Ns;
  return { verdict: verdictOf(ratio, noiseOf(result, before)), beforeP50Ns, ratio };
}

/** Percent by which the times may differ when nothing has changed. */
function noiseOf(result: BenchResult, before: EarlierResult): number {
  return Math.max(PROCESS_NOISE, result.margin + (before.margin ?? 0));
}

function verdictOf(ratio: number, noise: number): Comparison['verdict'] {
  const factor = 1 + noise / 100;
  if (ratio > factor) return 'slower';
  return ratio < 1 / factor ? 'faster' : 'same';
}

/** Titles of the file that no case has any more, as far as `isMeant` says that they should. */
export function missingNow(
  earlier: EarlierResults,
  titles: ReadonlySet<string>,
  isMeant: (title: string) => boolean,
): string[] {
  return earlier.results.map(({ title }) => title).filter((title) => isMeant(title) && !titles.has(title));
}

/** What is not as it was, apart from the code: `Node v20.19.0, now v22.12.0`. */
export function differencesOf(earlier: EarlierResults, header: BenchHeader): string[] {
  const keys = ['cpu', 'node'] as const;
  const words = { cpu: 'machine', node: 'Node' };
  return keys
    .filter((key) => earlier.header[key] !== '' && earlier.header[key] !== header[key])
    .map((key) => `${words[key]} ${plain(earlier.header[key])}, now ${header[key]}`);
}
