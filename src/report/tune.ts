/**
 * The answer of a search for people: the value and how sure it is, the curve, what else was found, what to paste where.
 * Leaves out: JSON (tune-json.ts).
 */
import { NS_PER_MS } from '../engine/time.ts';
import type { Evidence, EvidenceMetric } from '../experiment/tune/evidence.ts';
import type { Goal } from '../experiment/tune/goal.ts';
import type { TuneAnswer } from '../experiment/tune/tune.ts';
import { type Cell, toCsv } from './csv.ts';
import { formatDuration, formatEstimate, formatForPeople } from './format-number.ts';
import { table, wrap } from './layout.ts';
import { plotLines } from './plot.ts';
import type { SummaryStyle } from './summary.ts';
import { formatTuned, type TunedText } from './tuned-text.ts';

const PLOT_WIDTH_MAX = 78;
const PLOT_HEIGHT = 9;
const ROWS_MAX = 13;
const MARKS = { meets: '●', fails: '○', open: '?' } as const;
/** In tables and CSV. */
export const VERDICTS = { meets: 'meets', fails: 'fails', open: 'undecided' } as const;

/** @param head one line on the scenario. @param files paths that were written. @returns text with a newline at the end. */
export function formatTune(
  title: string,
  head: string,
  answer: TuneAnswer,
  goal: Goal,
  files: readonly string[],
  style: SummaryStyle,
): string {
  const { hints, settings } = answer;
  const evidence: TunedText['evidence'] = (width, bold) => [
    curveLines(answer, goal, width, bold),
    evidenceLines(answer, width, bold),
  ];
  return formatTuned(
    { title, head, headline: headline(answer), sureness: sureness(answer), evidence, hints, settings, files },
    style,
  );
}

/** The answer as one sentence. */
export function headline(answer: TuneAnswer): string {
  const { evidence, find, goal, interval, isMonotone, ranges, seeks, text } = answer;
  const textOf = (value: number): string => evidence.find((one) => one.value === value)?.text ?? formatForPeople(value);
  const stretches = ranges.map(([from, to]) => (from === to ? textOf(from) : `${textOf(from)} to ${textOf(to)}`));
  const warning = isMonotone ? '' : 'Not monotone: ';
  if (ranges.length > 1 || (!isMonotone && ranges.length === 1))
    return `${warning}${goal} is met with ${find} from ${stretches.join(', and from ')}, and not on either side.`;
  if (text !== null) return `${find}=${text} is the ${seeks} that meets ${goal}.`;
  if (interval !== null) {
    const [low, high] = interval;
    const least = `the ${seeks} that does lies from ${formatForPeople(low)} to ${formatForPeople(high)}`;
    return `${find}=${textOf(seeks === 'smallest' ? high : low)} meets ${goal}; undecided: ${least}.`;
  }
  const isOpen = evidence.some(({ verdict }) => verdict === 'open');
  const [first, last] = [evidence[0]?.text ?? '', evidence.at(-1)?.text ?? ''];
  const which = `${find} from ${first} to ${last}`;
  return `${warning}${isOpen ? `Undecided: no ${which} is known to meet` : `No ${which} that was tried meets`} ${goal}.`;
}

/** How the answer is known. */
export function sureness(answer: TuneAnswer): string {
  const { confidence, evidence, isExact, isMonotone, isSpent, present, runs } = answer;
  const values = `${evidence.length} values were tried in ${formatForPeople(runs)} runs`;
  const now =
    present === null ? '' : ` Now it is ${formatForPeople(present.value)}, which ${nowWords(present.verdict)}.`;
  const turn = isMonotone ? '' : turnWords(answer);
  if (isExact)
    return `Exact: there is no chance in this scenario, one run tells all of a value. ${values}.${now}${turn}`;
  const error = confidence === null ? '' : `Wrong with a probability of at most ${percent(1 - confidence)} in all. `;
  const more = isSpent ? ' The budget is used up: a larger one (--budget) would tell more.' : '';
  return `${error}${values}, all with the same random numbers.${now}${turn}${more}`;
}

function nowWords(verdict: Evidence['verdict']): string {
  return verdict === 'open' ? 'its runs do not decide' : `${verdict} the goal`;
}

function turnWords({ evidence, turn }: TuneAnswer): string {
  if (turn === null) return '';
  const textAt = (place: number): string => evidence.find((one) => one.place === place)?.text ?? '';
  const [better, worse] = [turn.better, turn.worse].map(([a, b]) => `from ${textAt(a)} to ${textAt(b)}`);
  return ` ${turn.condition.path} comes nearer to the goal ${better}, and goes away from it ${worse}.`;
}

function curveLines(answer: TuneAnswer, goal: Goal, width: number, bold: (text: string) => string): string[] {
  const [condition] = goal.conditions;
  const [metric] = answer.evidence[0]?.metrics ?? [];
  if (condition === undefined || metric === undefined) return [];
  const points = answer.evidence.flatMap(({ metrics, value, verdict }) => {
    const mean = metrics[0]?.mean ?? null;
    return mean === null ? [] : [{ x: value, y: mean, mark: MARKS[verdict] }];
  });
  if (points.length < 2) return [];
  const bound = condition.bound;
  const formatY = (y: number): string => valueText(y, metric.unit);
  const options = {
    width: Math.min(width, PLOT_WIDTH_MAX),
    height: PLOT_HEIGHT,
    bound,
    formatX: formatForPeople,
    formatY,
  };
  const legend = [
    ['meets', '● meets'],
    ['fails', '○ fails'],
    ['open', '? undecided'],
  ].flatMap(([verdict, text]) => (answer.evidence.some((one) => one.verdict === verdict) ? [text] : []));
  const heading = wrap(`${condition.path} by ${answer.find} (${legend.join(', ')}, · the bound)`, width);
  return [bold(heading), ...plotLines(points, options)];
}

function evidenceLines(answer: TuneAnswer, width: number, bold: (text: string) => string): string[] {
  const rows = shownRows(answer);
  const [first] = rows;
  if (first === undefined) return [];
  const names = first.metrics.map(({ path }) => path);
  const cells = rows.map(({ metrics, runs, text, verdict }) => [
    text,
    formatForPeople(runs),
    ...metrics.map(metricText),
    VERDICTS[verdict],
  ]);
  const [heading = '', ...lines] = table([[last(answer.find), 'runs', ...names, ''], ...cells]).split('\n');
  const left = answer.evidence.length - rows.length;
  return [bold(heading), ...lines, ...(left > 0 ? [wrap(`and ${left} more in tune.csv`, width)] : [])];
}

function last(path: string): string {
  return path.split('.').at(-1) ?? path;
}

/** The ends, what is now, what is near the answer; the rest is in the file. */
function shownRows({ evidence, interval, present, ranges }: TuneAnswer): Evidence[] {
  if (evidence.length <= ROWS_MAX) return [...evidence];
  const edges = [...(interval ?? []), ...ranges.flat()];
  const distance = (value: number): number =>
    Math.min(...edges.map((edge) => Math.abs(Math.log((value + 1) / (edge + 1)))));
  const isEnd = (i: number): boolean => i === 0 || i === evidence.length - 1;
  const ranked = evidence
    .map((one, i) => ({
      one,
      rank: isEnd(i) || one.value === present?.value ? -1 : edges.length === 0 ? i % 2 : distance(one.value),
    }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, ROWS_MAX)
    .map(({ one }) => one);
  return ranked.toSorted((a, b) => a.place - b.place);
}

/** A mean with its half-width, in its unit. */
export function metricText({ halfWidth, mean, unit }: EvidenceMetric): string {
  if (mean === null) return '-';
  if (unit === 'fraction') {
    const { halfWidth: half, mean: share } = formatEstimate(mean * 100, halfWidth === null ? null : halfWidth * 100);
    return `${share}${half === '' || half === '± 0' ? '' : ` ${half}`} %`;
  }
  if (unit === 'ms' && (halfWidth === null || halfWidth === 0)) return formatDuration(mean * NS_PER_MS);
  const { halfWidth: half, mean: value } = formatEstimate(mean, halfWidth);
  return `${value}${half === '' || half === '± 0' ? '' : ` ${half}`}${unit === 'ms' ? ' ms' : ''}`;
}

/** A value of a metric, in its unit. */
export function valueText(value: number, unit: string): string {
  if (unit === 'fraction') return `${formatForPeople(value * 100)} %`;
  return unit === 'ms' ? formatDuration(value * NS_PER_MS) : formatForPeople(value);
}

/** `1 %`, `0.1 %`. */
export function percent(share: number): string {
  return `${formatForPeople(Number((share * 100).toPrecision(6)))} %`;
}

/** Every value that was tried: tune.csv. */
export function tuneCsv({ evidence, find }: TuneAnswer): string {
  const metrics = evidence[0]?.metrics ?? [];
  const columns = metrics.flatMap(({ path }) => [path, `${path} half_width`]);
  return toCsv(
    [find, 'runs', 'verdict', ...columns],
    evidence.map((one): Cell[] => [
      one.text,
      one.runs,
      VERDICTS[one.verdict],
      ...one.metrics.flatMap(({ halfWidth, mean }) => [mean, halfWidth]),
    ]),
  );
}
