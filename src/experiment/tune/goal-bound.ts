/**
 * The bound of a condition: a number in the unit of its metric, a time for times, a percentage of what it is a share of.
 */
import { NS_PER_MS, NS_PER_S } from '../../engine/time.ts';
import type { Metric } from '../../simulation/result.ts';
import { NotAQuantity, parseDuration } from '../../scenario/quantities.ts';

/** A metric that runs of a scenario have. */
export type NamedMetric = Omit<Metric, 'value'>;

export type Bound =
  | { readonly ok: true; readonly bound: number; readonly of: readonly string[] }
  | { readonly ok: false; readonly expected: string };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const TIMES: Readonly<Record<string, number>> = { ms: NS_PER_MS, s: NS_PER_S };

/** @param metrics all of the scenario: a share is one of theirs. */
export function boundOf(text: string, metric: NamedMetric, metrics: readonly NamedMetric[]): Bound {
  const { path, unit } = metric;
  const isTime = TIMES[unit] !== undefined;
  const expected = expectation(metric, metrics);
  const no: Bound = { ok: false, expected };
  if (NUMBER.test(text)) return plain(Number(text), metric, expected);
  if (text.endsWith('%')) {
    const number = text.slice(0, -1).trim();
    if (!NUMBER.test(number)) return no;
    const share = Number(number) / 100;
    if (unit === 'fraction') return plain(share, metric, expected);
    const of = wholeOf(path, metrics);
    if (of.length === 0) return no;
    return share >= 0 && share <= 1
      ? { ok: true, bound: share, of }
      : { ok: false, expected: 'a share from 0% to 100%' };
  }
  if (isTime) return time(text, unit, expected);
  const [, number = '', word] = /^(\S+)\s+([A-Za-z]+)$/.exec(text) ?? [];
  return word === unit && NUMBER.test(number) ? plain(Number(number), metric, expected) : no;
}

function plain(bound: number, { unit }: NamedMetric, expected: string): Bound {
  const isPossible = bound >= 0 && bound < Infinity && (unit !== 'fraction' || bound <= 1);
  return isPossible ? { ok: true, bound, of: [] } : { ok: false, expected };
}

function time(text: string, unit: string, expected: string): Bound {
  try {
    return { ok: true, bound: parseDuration(text) / (TIMES[unit] ?? 1), of: [] };
  } catch (error) {
    if (error instanceof NotAQuantity) return { ok: false, expected };
    throw error;
  }
}

function expectation(metric: NamedMetric, metrics: readonly NamedMetric[]): string {
  const { path, unit } = metric;
  if (TIMES[unit] !== undefined) return `a time for ${path}, such as 1050ms or 1.05s (a bare number is in ${unit})`;
  if (unit === 'fraction') return `a fraction for ${path}, such as 0.9 or 90%`;
  const of = wholeOf(path, metrics);
  const share = of.length === 0 ? '' : `, or a share of ${of.join(' + ')} such as 0.1%`;
  return `a number of at least 0 (${unit}) for ${path}${share}`;
}

/** What the counts of a metric are a share of; empty: of nothing that is counted. */
function wholeOf(path: string, metrics: readonly NamedMetric[]): string[] {
  const has = (name: string): boolean => metrics.some((one) => one.path === name);
  const [first = ''] = path.split('.');
  const isCount = COUNTS.has(metrics.find((one) => one.path === path)?.unit ?? '');
  if (!isCount) return [];
  if (path === 'listener.dropped_syns' || path === 'listener.admitted_syns')
    return metrics.map((one) => one.path).filter((one) => /^(?!link\.)[^.]+\.(?:syns_sent|sent)$/.test(one));
  const candidates = first === 'link' ? [path.replace(/[^.]+$/, 'sent')] : [`${first}.started`, `${first}.sent`];
  return candidates.filter((name) => has(name)).slice(0, 1);
}

/** Units of what is counted one by one. */
export const COUNTS: ReadonlySet<string> = new Set(['clients', 'SYNs', 'connections', 'segments', 'packets']);
