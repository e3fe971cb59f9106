/**
 * What several stacks made of one workload: a table, and one line a stack that says what it does and why it differs from the
 * first, from its drops and counters.
 */
import { createColors } from 'picocolors';
import type { ComparedMetric, Interval, StackRuns } from '../experiment/compare.ts';
import { firstOf, total } from '../experiment/replications.ts';
import { NS_PER_MS } from '../engine/time.ts';
import type { Drop, RunResult } from '../simulation/result.ts';
import { entriesOf } from './answer.ts';
import { toCsv, type Cell } from './csv.ts';
import { formatDuration, formatEstimate, formatForPeople } from './format-number.ts';
import { plain, table, tableWidth, wrap } from './layout.ts';
import type { SummaryStyle } from './summary.ts';

const WIDTH_MIN = 40;
/** Rows of the table: of clients, of floods, of the listener. */
const CLIENT_ROWS = ['served', 'refused', 'timed_out', 'reset', 'pending', 'connect_ms.p50', 'connect_ms.p99'] as const;
const FLOOD_ROWS = ['admitted', 'refused', 'synacks_received'] as const;
const LISTENER_ROWS = ['syn_queue.max', 'accept_queue.max', 'dropped_syns'] as const;
/** A wait this much longer, and by so many ms, is worth a word. */
const SLOWER = 1.5;
const SLOWER_MS = 10;
/** So many counters are named, of those that differ by this share of the larger at least. */
const COUNTERS_NAMED = 2;
const SHARE_MIN = 0.1;

/** @returns text with a newline at the end. @param files paths that were written. */
export function formatComparison(
  title: string,
  runs: readonly StackRuns[],
  metrics: readonly ComparedMetric[],
  files: readonly string[],
  style: SummaryStyle,
): string {
  const c = createColors(style.color);
  const width = Math.max(WIDTH_MIN, style.width);
  const first = firstOf(runs[0]?.results ?? []);
  const count = runs[0]?.results.length ?? 0;
  const replications = count === 1 ? '' : ` · ${formatForPeople(count)} replications, mean ± 95 %`;
  const head = `${plain(first.scenarioName)} · seed ${plain(first.seed)}${replications} · the same arrivals on every stack`;
  const rows = rowsOf(first, metrics);
  return [
    ...(title === '' ? [] : [c.bold(wrap(plain(title), width))]),
    c.dim(wrap(head, width)),
    '',
    ...tablesOf(runs, rows, width, c.bold),
    c.bold('why'),
    ...differencesOf(runs, metrics).map(({ stack, text }) => wrap(`  ${stack}: ${text}`, width, 4)),
    ...notesOf(runs).map((note) => c.dim(wrap(note, width, 2))),
    '',
    ...(files.length === 0 ? [] : [c.dim(wrap(`wrote ${files.join(', ')}`, width, 2))]),
    '',
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

/** One row a metric and stack; with replications their difference from the first stack, too. */
export function compareCsv(runs: readonly StackRuns[], metrics: readonly ComparedMetric[]): string {
  const isOne = (runs[0]?.results.length ?? 0) === 1;
  const estimated = ['mean', 'half_width', 'n', 'difference', 'difference_half_width'];
  const rows = metrics.flatMap(({ differences, path, unit, values }) =>
    runs.map(({ stack }, i): Cell[] => {
      const value = values[i] ?? null;
      const difference = differences[i] ?? null;
      const mean = value?.mean ?? null;
      const numbers = [
        mean,
        value?.halfWidth ?? null,
        value?.n ?? 0,
        difference?.mean ?? null,
        difference?.halfWidth ?? null,
      ];
      return [path, unit, stack, ...(isOne ? [mean] : numbers)];
    }),
  );
  return toCsv(['metric', 'unit', 'stack', ...(isOne ? ['value'] : estimated)], rows);
}

/** What a stack left out of the scenario. */
function notesOf(runs: readonly StackRuns[]): string[] {
  return runs.flatMap(({ notes, stack }) => (notes.length === 0 ? [] : [`${stack} left out: ${notes.join('; ')}`]));
}

/** Which stack serves most, or admits most of a flood, and which least, as a sentence. */
export function answerOfComparison(runs: readonly StackRuns[], metrics: readonly ComparedMetric[]): string {
  const first = firstOf(runs[0]?.results ?? []);
  const { clients, floods } = entriesOf(first);
  const valuesAt = (what: string, names: readonly string[]): number[] =>
    runs.map((_, i) =>
      names.reduce(
        (sum, name) => sum + (metrics.find(({ path }) => path === `${name}.${what}`)?.values[i]?.mean ?? 0),
        0,
      ),
    );
  const isOfClients = clients.length > 0;
  const names = isOfClients ? clients : floods;
  const counts = valuesAt(isOfClients ? 'served' : 'admitted', names);
  const all = valuesAt(isOfClients ? 'started' : 'sent', names);
  const noun = isOfClients ? 'clients' : 'SYNs of floods';
  const verb = isOfClients ? 'serve' : 'admit';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const named = (count: number): string[] => runs.flatMap(({ stack }, i) => (counts[i] === count ? [stack] : []));
  const of = (count: number): string => `${people(count)} of ${people(all[counts.indexOf(count)] ?? 0)} ${noun}`;
  if (names.length === 0) return 'Nobody comes in this scenario.';
  if (least === most) return `All ${runs.length} stacks ${verb} ${of(most)}.${slowWords(runs, metrics, clients)}`;
  const say = (stacks: readonly string[], count: number): string =>
    `${stacks.join(', ')} ${stacks.length === 1 ? `${verb}s` : verb} ${of(count)}`;
  return `${say(named(most), most)}, the most; ${say(named(least), least)}, the least.${slowWords(runs, metrics, clients)}`;
}

/** Who lets clients wait that others do not: being served is not all. */
function slowWords(runs: readonly StackRuns[], metrics: readonly ComparedMetric[], clients: readonly string[]): string {
  const words = clients.flatMap((name) => {
    const values = metrics.find(({ path }) => path === `${name}.connect_ms.p99`)?.values ?? [];
    const least = Math.min(...values.map((value) => value?.mean ?? Infinity));
    const slow = runs.flatMap(({ stack }, i): string[] => {
      const ms = values[i]?.mean ?? 0;
      const isSlow = ms >= SLOWER * least && ms - least >= SLOWER_MS;
      return isSlow ? [`${formatDuration(ms * NS_PER_MS)} on ${stack}`] : [];
    });
    return slow.length === 0
      ? []
      : [
          ` To have 99 % of ${name} connected, who did connect, took ${slow.join(', ')}; at best ${formatDuration(least * NS_PER_MS)}.`,
        ];
  });
  return words.join('');
}

/** One line a stack: what it does with the workload, and what of it the first one does not do. */
export function differencesOf(
  runs: readonly StackRuns[],
  metrics: readonly ComparedMetric[],
): { readonly stack: string; readonly text: string }[] {
  const totals = runs.map(({ results }) => total(results));
  return runs.map(({ stack }, i) => {
    const [base, own] = [totals[0], totals[i]];
    if (base === undefined || own === undefined) return { stack, text: '' };
    const firstName = i === 0 ? null : (runs[0]?.stack ?? '');
    const clauses = [
      ...outcomeClauses(base, metrics, i),
      ...causeClauses(base, own, firstName),
      ...cookieClauses(base, own, firstName),
      ...counterClauses(base, own, firstName),
    ];
    return { stack, text: clauses.length === 0 ? 'no difference' : clauses.join('; ') };
  });
}

/** Metrics of the table, in their order. */
export function rowsOf(first: RunResult, metrics: readonly ComparedMetric[]): ComparedMetric[] {
  const { clients, floods } = entriesOf(first);
  const paths = [
    ...clients.flatMap((name) => CLIENT_ROWS.map((what) => `${name}.${what}`)),
    ...floods.flatMap((name) => FLOOD_ROWS.map((what) => `${name}.${what}`)),
    ...LISTENER_ROWS.map((what) => `listener.${what}`),
  ];
  return paths.flatMap((path) => metrics.filter((metric) => metric.path === path));
}

/** One table, or several with some of the stacks each where the terminal is narrow. */
function tablesOf(
  runs: readonly StackRuns[],
  rows: readonly ComparedMetric[],
  width: number,
  bold: (text: string) => string,
): string[] {
  const texts: string[] = [];
  for (let from = 0; from < runs.length;) {
    let to = from + 1;
    while (to < runs.length && tableWidth(cellsOf(runs, rows, from, to + 1)) <= width) to++;
    const [head = '', ...lines] = table(cellsOf(runs, rows, from, to)).split('\n');
    texts.push(bold(head), ...lines, '');
    from = to;
  }
  return texts;
}

function cellsOf(runs: readonly StackRuns[], rows: readonly ComparedMetric[], from: number, to: number): string[][] {
  return [
    ['', ...runs.slice(from, to).map(({ stack }) => stack)],
    ...rows.map(({ path, unit, values }) => [path, ...values.slice(from, to).map((value) => cell(value, unit))]),
  ];
}

/** A value with its unit; `-`: not defined. */
export function cell(value: Interval | null, unit: string): string {
  if (value === null) return '-';
  if (unit === 'ms' && value.halfWidth === null) return formatDuration(value.mean * NS_PER_MS);
  const { mean, halfWidth } = formatEstimate(value.mean, value.halfWidth);
  return `${mean}${halfWidth === '' ? '' : ` ${halfWidth}`}${unit === 'ms' ? ' ms' : ''}`;
}

function outcomeClauses(base: RunResult, metrics: readonly ComparedMetric[], index: number): string[] {
  const { clients, floods } = entriesOf(base);
  const at = (path: string): ComparedMetric | null => metrics.find((metric) => metric.path === path) ?? null;
  const valueOf = (path: string, i = index): number | null => at(path)?.values[i]?.mean ?? null;
  const clauses = clients.map((name) => {
    const [served, started] = [valueOf(`${name}.served`), valueOf(`${name}.started`)];
    const head = `serves ${people(served)} of ${people(started)} ${name}`;
    const change = changeOf(at(`${name}.served`), index);
    return `${head}${change}${slowness(valueOf(`${name}.connect_ms.p99`), valueOf(`${name}.connect_ms.p99`, 0), index)}`;
  });
  if (clients.length > 0) return clauses;
  return floods.map((name) => {
    const [admitted, sent] = [valueOf(`${name}.admitted`), valueOf(`${name}.sent`)];
    return `admits ${people(admitted)} of ${people(sent)} SYNs of ${name}${changeOf(at(`${name}.admitted`), index)}`;
  });
}

/** ` (107 fewer)`; of replications only where the interval of the difference leaves 0 out. */
function changeOf(metric: ComparedMetric | null, index: number): string {
  const difference = metric?.differences[index] ?? null;
  if (index === 0 || difference === null) return '';
  const { halfWidth, mean } = difference;
  if (mean === 0 || (halfWidth !== null && Math.abs(mean) <= halfWidth)) return ' (as the first)';
  const { halfWidth: half, mean: size } = formatEstimate(Math.abs(mean), halfWidth);
  return ` (${size}${half === '' ? '' : ` ${half}`} ${mean < 0 ? 'fewer' : 'more'})`;
}

function slowness(ms: number | null, baseMs: number | null, index: number): string {
  if (ms === null || baseMs === null || index === 0) return '';
  const [low, high] = [Math.min(ms, baseMs), Math.max(ms, baseMs)];
  if (high < SLOWER * low || high - low < SLOWER_MS) return '';
  return `, 99 % connected within ${formatDuration(ms * NS_PER_MS)} (${formatDuration(baseMs * NS_PER_MS)})`;
}

/** What it drops more than the first, and what the first drops more: the largest of each, beside the other's number. */
function causeClauses(base: RunResult, own: RunResult, firstName: string | null): string[] {
  const countIn = (drops: readonly Drop[], drop: Drop): number => drops.find((one) => isSame(one, drop))?.count ?? 0;
  const clause = (drop: Drop): string => {
    const count = countIn(own.drops, drop);
    const lost = `${count === 0 ? 'no' : people(count)} ${drop.unit} lost because ${drop.text}`;
    return firstName === null
      ? `${lost} (${drop.rule})`
      : `${lost} (${drop.rule}; ${firstName}: ${people(countIn(base.drops, drop))})`;
  };
  const more = largest(own.drops, (drop) => drop.count - (firstName === null ? 0 : countIn(base.drops, drop)));
  const less = firstName === null ? null : largest(base.drops, (drop) => drop.count - countIn(own.drops, drop));
  return [more, less].flatMap((drop) => (drop === null ? [] : [clause(drop)]));
}

function isSame(a: Drop, b: Drop): boolean {
  return a.cause === b.cause && a.text === b.text;
}

function largest(drops: readonly Drop[], sizeOf: (drop: Drop) => number): Drop | null {
  return drops.reduce<Drop | null>((most, drop) => {
    const size = sizeOf(drop);
    return size > 0 && (most === null || size > sizeOf(most)) ? drop : most;
  }, null);
}

function cookieClauses(base: RunResult, own: RunResult, firstName: string | null): string[] {
  const cookies = ({ conservation }: RunResult): number =>
    conservation.terms.find(({ name }) => name === 'cookie')?.count ?? 0;
  const [sent, before] = [cookies(own), cookies(base)];
  if (firstName === null ? sent === 0 : sent === before) return [];
  const words = `${sent === 0 ? 'no' : people(sent)} SYNs answered by a cookie alone`;
  return [firstName === null ? words : `${words} (${firstName}: ${people(before)})`];
}

/** Counters of the same name that differ most, in relation to their size. */
function counterClauses(base: RunResult, own: RunResult, firstName: string | null): string[] {
  if (firstName === null) return [];
  const before = new Map(base.counters.map(({ name, value }) => [name, value]));
  const differing = own.counters
    .flatMap(({ name, value }) => {
      const was = before.get(name);
      const share = was === undefined ? 0 : Math.abs(value - was) / Math.max(value, was, 1);
      return was === undefined || share < SHARE_MIN ? [] : [{ name, value, was, share }];
    })
    .toSorted((a, b) => b.share - a.share || Math.max(b.value, b.was) - Math.max(a.value, a.was))
    .slice(0, COUNTERS_NAMED);
  const words = differing.map(({ name, value, was }) => `${name} ${people(value)} (${firstName}: ${people(was)})`);
  return words.length === 0 ? [] : [words.join(', ')];
}

function people(value: number | null): string {
  return formatForPeople(value ?? 0);
}
