/**
 * A choice among settings for people: which costs least and how sure that is, what the others cost and why they were left, what to paste
 * where; and the same as CSV.
 * Leaves out: JSON (tune-json.ts).
 */
import type { ChoiceAnswer, Contender, CostEstimate } from '../experiment/tune/choice.ts';
import { type Cell, toCsv } from './csv.ts';
import { formatEstimate, formatForPeople } from './format-number.ts';
import { table, tableWidth, wrap } from './layout.ts';
import type { SummaryStyle } from './summary.ts';
import { metricText, percent, VERDICTS } from './tune.ts';
import { formatTuned, type TunedText } from './tuned-text.ts';

const ROWS_MAX = 13;
const NAMED_MAX = 3;
const RANKS = { best: 0, equal: 1, close: 2, open: 3, worse: 4, fails: 5, undefined: 6 } as const;
/** In CSV and JSON. */
const STANDINGS = {
  best: 'best',
  equal: 'equal',
  close: 'not cheaper',
  worse: 'costs more',
  fails: 'fails',
  undefined: 'not defined',
  open: 'undecided',
} as const;

/** @param head one line on the scenario. @param files paths that were written. @returns text with a newline at the end. */
export function formatChoice(
  title: string,
  head: string,
  answer: ChoiceAnswer,
  files: readonly string[],
  style: SummaryStyle,
): string {
  const { hints, settings } = answer;
  const [headline, sureness] = [choiceHeadline(answer), choiceSureness(answer)];
  const evidence: TunedText['evidence'] = (width, bold) => [contenderLines(answer, width, bold)];
  return formatTuned({ title, head, headline, sureness, evidence, hints, settings, files }, style);
}

/** The answer as one sentence. */
export function choiceHeadline({ best, contenders, found, goal }: ChoiceAnswer): string {
  const whom = goal === null ? '' : ` of those that meet ${goal}`;
  if (best === null) {
    const isOpen = contenders.some(({ standing }) => standing === 'open');
    const which = `of ${contenders.length} settings`;
    if (!isOpen) return goal === null ? `None ${which} has a defined cost.` : `None ${which} meets ${goal}.`;
    return `Undecided: none ${which} is known to meet ${goal ?? 'the goal'}.`;
  }
  if (found) return `${nameOf(best)} costs least${whom}.`;
  const rivals = contenders.filter(({ standing }) => standing === 'open');
  const named = rivals.slice(0, NAMED_MAX).map(nameOf).join('; ');
  const more = rivals.length > NAMED_MAX ? ` and ${rivals.length - NAMED_MAX} more` : '';
  return `Undecided: ${nameOf(best)} costs least${whom} so far; not settled: ${named}${more}.`;
}

function nameOf({ at }: Contender): string {
  return Object.entries(at)
    .map(([path, value]) => `${path}=${value}`)
    .join(', ');
}

/** How the answer is known. */
export function choiceSureness(answer: ChoiceAnswer): string {
  const { confidence, contenders, cost, difference, found, isExact, isSpent, present, runs } = answer;
  const tried = `${contenders.length} settings were tried in ${formatForPeople(runs)} runs`;
  const zone = `Costs are ${cost}; less than ${formatForPeople(difference)} between two counts as equal.`;
  const equals = contenders.filter(({ standing }) => standing === 'equal').length;
  const tie = equals === 0 ? '' : ` ${equals === 1 ? 'One other is' : `${equals} others are`} as good.`;
  const now =
    present === null
      ? ''
      : ` Now it is ${nameOf(present)}, which ${present === answer.best ? 'is the best' : nowWords(present, answer)}.`;
  if (isExact)
    return `Exact: there is no chance in this scenario, one run tells all of a setting. ${tried}. ${zone}${tie}${now}`;
  const error =
    found && confidence !== null ? `Wrong with a probability of at most ${percent(1 - confidence)} in all. ` : '';
  const more = isSpent ? ' The budget does not decide it: a larger one (--budget) or a larger --difference would.' : '';
  return `${error}${tried}, all with the same random numbers. ${zone}${tie}${now}${more}`;
}

function nowWords(present: Contender, answer: ChoiceAnswer): string {
  const why = whyOf(present, answer);
  return /^(?:costs|fails|has)/.test(why) ? why : `is ${why}`;
}

/** Why a setting is not the best, or that it is. */
export function whyOf({ more, standing }: Contender, { difference, goal }: ChoiceAnswer): string {
  const by = more === null || more.mean === null ? '' : ` ${estimateText({ ...more, mean: Math.abs(more.mean) })}`;
  const zone = formatForPeople(difference);
  switch (standing) {
    case 'best':
      return 'best';
    case 'equal':
      return `as good within ${zone}`;
    case 'close':
      return `not cheaper by ${zone}`;
    case 'worse':
      return `costs${by} more`;
    case 'fails':
      return `fails ${goal ?? 'the goal'}`;
    case 'undefined':
      return 'has no defined cost in some run';
    case 'open':
      return 'undecided';
  }
}

/** A cost with its half-width. */
export function estimateText({ halfWidth, mean }: CostEstimate): string {
  if (mean === null) return '-';
  const { halfWidth: half, mean: value } = formatEstimate(mean, halfWidth);
  return `${value}${half === '' || half === '± 0' ? '' : ` ${half}`}`;
}

/** The best first, then what is as good, then by what they cost. */
export function ranked({ contenders }: ChoiceAnswer): Contender[] {
  const costOf = ({ cost }: Contender): number => cost.mean ?? Infinity;
  const byCost = (a: Contender, b: Contender): number => (costOf(a) === costOf(b) ? 0 : costOf(a) - costOf(b));
  return contenders.toSorted((a, b) => RANKS[a.standing] - RANKS[b.standing] || byCost(a, b));
}

function contenderLines(answer: ChoiceAnswer, width: number, bold: (text: string) => string): string[] {
  const rows = ranked(answer).slice(0, ROWS_MAX);
  const metrics = rows[0]?.metrics ?? [];
  const names = answer.varied.map((path) => lastName(path, answer.varied));
  const cellsOf = (columns: number): string[][] => [
    [...names, 'runs', 'cost', ...metrics.slice(0, columns).map(({ path }) => path), ''],
    ...rows.map((one) => [
      ...Object.values(one.at),
      formatForPeople(one.runs),
      estimateText(one.cost),
      ...one.metrics.slice(0, columns).map(metricText),
      whyOf(one, answer),
    ]),
  ];
  // As many metrics as there is room for; all of them are in the file.
  let columns = metrics.length;
  while (columns > 0 && tableWidth(cellsOf(columns)) > width) columns--;
  const cells = cellsOf(columns);
  const [heading = '', ...lines] = table(cells, [0, (cells[0]?.length ?? 1) - 1]).split('\n');
  const left = answer.contenders.length - rows.length;
  return [bold(heading), ...lines, ...(left > 0 ? [wrap(`and ${left} more in tune.csv`, width)] : [])];
}

/** The last word of a path, or as many as tell it from the others. */
function lastName(path: string, all: readonly string[]): string {
  const words = path.split('.');
  for (let count = 1; count < words.length; count++) {
    const name = words.slice(-count).join('.');
    if (all.every((other) => other === path || !other.endsWith(`.${name}`))) return name;
  }
  return path;
}

/** Every setting that was tried, in the order of the grid: tune.csv. */
export function choiceCsv(answer: ChoiceAnswer): string {
  const { contenders, varied } = answer;
  const metrics = contenders[0]?.metrics ?? [];
  const columns = metrics.flatMap(({ path }) => [path, `${path} half_width`]);
  return toCsv(
    [...varied, 'runs', 'goal', 'standing', 'cost', 'cost half_width', 'more', 'more half_width', ...columns],
    contenders.map((one): Cell[] => [
      ...Object.values(one.at),
      one.runs,
      answer.goal === null ? '' : VERDICTS[one.verdict],
      STANDINGS[one.standing],
      one.cost.mean,
      one.cost.halfWidth,
      one.more?.mean ?? null,
      one.more?.halfWidth ?? null,
      ...one.metrics.flatMap(({ halfWidth, mean }) => [mean, halfWidth]),
    ]),
  );
}

/** For programs. */
export function standingOf({ standing }: Contender): string {
  return STANDINGS[standing];
}
