/**
 * A cost as text → terms: `1000*users.unserved + 0.01*server.listen.backlog`. A sum over metrics of the runs and over paths that are
 * varied, each times a number; the least is sought. Every problem at once, each with its column.
 * Leaves out: products and quotients of metrics, of which the mean is not that of the means.
 */
import { NS_PER_MS } from '../../engine/time.ts';
import { InputError, type Issue } from '../../engine/errors.ts';
import { NotAQuantity, parseDuration } from '../../scenario/quantities.ts';
import { didYouMean } from '../../scenario/did-you-mean.ts';
import { show } from '../../scenario/messages.ts';
import { metricIssue } from '../point.ts';
import type { Axis } from '../vary.ts';
import type { NamedMetric } from './goal-bound.ts';

export interface CostTerm {
  readonly factor: number;
  /** Of a metric, or one that is varied. */
  readonly path: string;
}

export interface Cost {
  /** Terms with single spaces between them. */
  readonly text: string;
  /** Of what runs give; each path once. */
  readonly metrics: readonly (CostTerm & { readonly unit: string })[];
  /** Of what settings are, as numbers; each path once. */
  readonly settings: readonly CostTerm[];
}

const CHARS_MAX = 2000;
const TERMS_MAX = 32;
const FACTOR_MAX = 1e12;
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d{1,3})?|\.\d+(?:e[+-]?\d{1,3})?)|([A-Za-z_][\w.]*)|(\S))/gy;
const EXAMPLE = '1000*users.unserved + 0.01*server.listen.backlog';

interface Token {
  readonly kind: 'number' | 'name' | 'sign';
  readonly text: string;
  readonly at: number;
}

/** A term, and where its name stands. */
type PlacedTerm = CostTerm & { readonly at: number };
type Refuse = (at: number, expected: string, received: string) => void;

/**
 * @param metrics of a run of the scenario. @param axes paths that are varied, with their values.
 * @param isPath whether a name is that of a setting, for messages.
 * @throws InputError with every problem.
 */
export function parseCost(
  text: string,
  metrics: readonly NamedMetric[],
  axes: readonly Axis[],
  isPath: (path: string) => boolean = () => false,
  where = '--cost',
): Cost {
  const issues: Issue[] = [];
  const refuse: Refuse = (at, expected, received) => {
    issues.push({ where: `${where}:1:${at + 1}`, expected, received: received === '' ? 'nothing' : show(received) });
  };
  if (text.trim() === '') refuse(0, `what is to be least, such as ${EXAMPLE}`, '');
  else if (text.length > CHARS_MAX) refuse(CHARS_MAX, `at most ${CHARS_MAX} characters`, String(text.length));
  if (issues.length > 0) throw new InputError(issues);
  const factors = new Map<string, number>();
  const parts = termsOf(tokensOf(text), refuse);
  if (parts.length > TERMS_MAX) refuse(0, `at most ${TERMS_MAX} terms`, String(parts.length));
  for (const { at, factor, path } of parts) {
    const issue = nameIssue(path, metrics, axes, isPath);
    if (issue !== null) refuse(at, issue.expected, issue.received);
    else if (factors.has(path)) refuse(at, 'each name once', path);
    factors.set(path, factor);
  }
  if (issues.length > 0) throw new InputError(issues);
  const isMetric = (path: string): boolean => !axes.some((axis) => axis.path === path);
  const terms = [...factors].map(([path, factor]): CostTerm => ({ path, factor }));
  return {
    text: terms.map(({ factor, path }, i) => termText(factor, path, i === 0)).join(' '),
    metrics: terms
      .filter(({ path }) => isMetric(path))
      .map((term) => ({ ...term, unit: metrics.find(({ path }) => path === term.path)?.unit ?? 'calls' })),
    settings: terms.filter(({ path }) => !isMetric(path)),
  };
}

function termText(factor: number, path: string, isFirst: boolean): string {
  const size = Math.abs(factor) === 1 ? path : `${Math.abs(factor)}*${path}`;
  if (isFirst) return factor < 0 ? `-${size}` : size;
  return `${factor < 0 ? '-' : '+'} ${size}`;
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match): Token => {
    const [whole, number, name, sign = ''] = match;
    const at = match.index + whole.length - whole.trimStart().length;
    if (number !== undefined) return { kind: 'number', text: number, at };
    return name === undefined ? { kind: 'sign', text: sign, at } : { kind: 'name', text: name, at };
  });
}

/** What stands between + and -: a name, a number * a name, or a name * a number. What is none of them is told, and left out. */
function termsOf(tokens: readonly Token[], refuse: Refuse): PlacedTerm[] {
  const groups: { sign: 1 | -1; from: number; tokens: Token[] }[] = [{ sign: 1, from: 0, tokens: [] }];
  tokens.forEach((token, i) => {
    const isSign = token.kind === 'sign' && (token.text === '+' || token.text === '-');
    if (!isSign) groups.at(-1)?.tokens.push(token);
    // A sign before everything is that of the first term.
    else
      groups.splice(i === 0 ? 0 : groups.length, i === 0 ? 1 : 0, {
        sign: token.text === '-' ? -1 : 1,
        from: token.at + 1,
        tokens: [],
      });
  });
  return groups.flatMap(({ from, sign, tokens: own }): PlacedTerm[] => {
    const term = termOf(own, own[0]?.at ?? from, refuse);
    return term === null ? [] : [{ ...term, factor: sign * term.factor }];
  });
}

function termOf(tokens: readonly Token[], at: number, refuse: Refuse): PlacedTerm | null {
  const no = (place: number, expected: string, received: string): null => {
    refuse(place, expected, received);
    return null;
  };
  const stray = tokens.find(({ kind, text }) => kind === 'sign' && text !== '*');
  if (stray !== undefined) return no(stray.at, `numbers, names, +, - and *, such as ${EXAMPLE}`, stray.text);
  const [first, times, second] = tokens;
  if (first === undefined || first.kind === 'sign')
    return no(at, `a metric or a path that is varied, such as in ${EXAMPLE}`, first?.text ?? '');
  if (times !== undefined && times.kind !== 'sign') return no(times.at, '+, - or * between two of them', times.text);
  if (times !== undefined && (second === undefined || second.kind === 'sign'))
    return no(second?.at ?? times.at + 1, 'a number or a name behind *', second?.text ?? '');
  if (tokens.length > 3) return no(tokens[3]?.at ?? at, '+ or - behind a number times a name', tokens[3]?.text ?? '');
  const pair = [first, ...(second === undefined ? [] : [second])];
  const [name, other] = pair.filter(({ kind }) => kind === 'name');
  const number = pair.find(({ kind }) => kind === 'number');
  if (name === undefined) return no(first.at, 'a name behind the number: 1000*users.unserved', first.text);
  if (other !== undefined) return no(other.at, 'a number times a name, not a product of two', other.text);
  const factor = number === undefined ? 1 : Number(number.text);
  if (!(factor > 0 && factor <= FACTOR_MAX))
    return no(number?.at ?? at, `a number above 0, at most ${FACTOR_MAX}`, number?.text ?? '');
  return { factor, path: name.text, at: name.at };
}

/** What is wrong with a name; null when it is a metric, or a varied path of numbers. */
function nameIssue(
  path: string,
  metrics: readonly NamedMetric[],
  axes: readonly Axis[],
  isPath: (path: string) => boolean,
): Pick<Issue, 'expected' | 'received'> | null {
  const axis = axes.find((one) => one.path === path);
  if (axis !== undefined) {
    const odd = axis.values.find((value) => settingNumber(value) === null);
    return odd === undefined ? null : { expected: `numbers or times as values of ${path}`, received: odd };
  }
  const issue = metricIssue(metrics, path, '');
  if (issue === null) return null;
  // A setting that stays as it is costs the same everywhere.
  const paths = axes.map((one) => one.path);
  const hint = isPath(path) ? ` (--vary ${path}=…)` : didYouMean(path, paths);
  const expected = hint === '' ? issue.expected : `a metric such as users.unserved, or a path that is varied${hint}`;
  return { expected, received: issue.received };
}

/** A value of a setting as a number: itself, or a time in ms; null when it is neither. */
function settingNumber(value: string): number | null {
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  try {
    return parseDuration(value) / NS_PER_MS;
  } catch (error) {
    if (error instanceof NotAQuantity) return null;
    throw error;
  }
}

/** What the values of the varied paths cost by themselves. @param settings one value of each. */
export function settingsCost(
  cost: Cost,
  settings: readonly { readonly path: string; readonly value: string }[],
): number {
  return cost.settings.reduce((sum, { factor, path }) => {
    const value = settings.find((one) => one.path === path)?.value ?? '';
    return sum + factor * (settingNumber(value) ?? 0);
  }, 0);
}
