/**
 * A goal as text → conditions: `users.unserved <= 0.1% and users.connect_ms.p99 <= 1.05s`. Every problem at once, each with its column.
 * Leaves out: whether runs meet it (verdict.ts).
 */
import { InputError, type Issue } from '../../engine/errors.ts';
import { show } from '../../scenario/messages.ts';
import { metricIssue } from '../point.ts';
import { boundOf, type NamedMetric } from './goal-bound.ts';

/** How a metric is compared with its bound. */
export type Operator = '<=' | '<' | '>=' | '>' | '==';

/**
 * How runs with chance in them are judged: by the mean of the metric, by the mean share of a count, or, where the bound is one that
 * only runs without a single exception reach, run by run.
 */
export type Judgement = 'mean' | 'share' | 'every-run';

/** One condition of a goal. */
export interface Condition {
  /** As written, without spaces around it. */
  readonly text: string;
  readonly path: string;
  /** Of the metric. */
  readonly unit: string;
  readonly operator: Operator;
  /** In the unit of the metric; of a share, a fraction. */
  readonly bound: number;
  /** Metrics whose sum the metric is a share of; empty: the metric itself is compared. */
  readonly of: readonly string[];
  readonly judgement: Judgement;
}

/** All of its conditions are to hold. */
export interface Goal {
  readonly text: string;
  readonly conditions: readonly Condition[];
}

const OPERATORS: readonly string[] = ['<=', '<', '>=', '>', '=='];
/** What people write, and what they mean. */
const MEANT: Readonly<Record<string, string>> = {
  '=': '==',
  '===': '==',
  '=<': '<=',
  '=>': '>=',
  '≤': '<=',
  '≥': '>=',
  '<>': 'one of them, or two conditions',
  '!=': 'one of them',
  '~': 'one of them',
};
const CHARS_MAX = 2000;
const CONDITIONS_MAX = 16;

/** A part of the text, and where it begins. */
interface Part {
  readonly text: string;
  readonly at: number;
}

/**
 * @param metrics of a run of the scenario. @param where the option, for messages: they end with line 1 and a column.
 * @throws InputError with every problem.
 */
export function parseGoal(text: string, metrics: readonly NamedMetric[], where = '--goal'): Goal {
  const issues: Issue[] = [];
  const example = 'a goal, such as users.unserved <= 0.1%';
  const refuse = (at: number, expected: string, received: string): void => {
    issues.push({ where: `${where}:1:${at + 1}`, expected, received });
  };
  if (text.trim() === '') refuse(0, example, 'nothing');
  else if (text.length > CHARS_MAX) refuse(CHARS_MAX, `at most ${CHARS_MAX} characters`, String(text.length));
  if (issues.length > 0) throw new InputError(issues);
  const parts = conditionParts(text, refuse);
  if (parts.length > CONDITIONS_MAX) refuse(0, `at most ${CONDITIONS_MAX} conditions`, String(parts.length));
  const conditions = parts.flatMap((part) => {
    const condition = conditionOf(part, metrics, refuse);
    return condition === null ? [] : [condition];
  });
  if (issues.length === 0) refuseContradictions(parts, conditions, refuse);
  if (issues.length > 0) throw new InputError(issues);
  return { text: conditions.map((one) => one.text).join(' and '), conditions };
}

type Refuse = (at: number, expected: string, received: string) => void;

/** What stands between the words `and`. */
function conditionParts(text: string, refuse: Refuse): Part[] {
  for (const match of text.matchAll(/&&?|\|\|?|\b(?:or|not|xor)\b|[;,](?=\s*[A-Za-z])/gi)) {
    const isAnd = /^(?:&|;|,)/.test(match[0]);
    refuse(match.index, isAnd ? 'and between two conditions' : 'conditions joined by and: all of them hold', match[0]);
  }
  const parts: Part[] = [];
  let from = 0;
  for (const match of [...text.matchAll(/\band\b|&&?|\|\|?|\b(?:or|xor)\b|[;,](?=\s*[A-Za-z])/gi), null]) {
    const to = match?.index ?? text.length;
    const piece = text.slice(from, to);
    const at = from + piece.length - piece.trimStart().length;
    parts.push({ text: piece.trim(), at: piece.trim() === '' ? from : at });
    from = to + (match?.[0].length ?? 0);
  }
  return parts;
}

/** @returns null, and says why, when the part is no condition. */
function conditionOf({ at, text }: Part, metrics: readonly NamedMetric[], refuse: Refuse): Condition | null {
  if (text === '') {
    refuse(at, 'a condition, such as users.unserved <= 0.1%', 'nothing');
    return null;
  }
  const match = /^([^\s<>=!~≤≥]*)(\s*)([<>=!~≤≥]+)?(\s*)(.*)$/u.exec(text);
  const [, path = '', gap = '', operator = '', space = '', value = ''] = match ?? [];
  const operatorAt = at + path.length + gap.length;
  const valueAt = operatorAt + operator.length + space.length;
  const metric = metricOf(path, at, value, metrics, refuse);
  const isOperator = OPERATORS.includes(operator);
  if (!isOperator) {
    const meant = MEANT[operator];
    const received = operator === '' ? (value === '' ? 'nothing' : value.split(/\s/)[0]) : operator;
    refuse(
      operatorAt,
      `one of ${OPERATORS.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
      show(received),
    );
    if (operator === '') return null;
  }
  if (value === '') {
    refuse(valueAt, `a number behind ${operator}${metric === null ? '' : `, in ${metric.unit}`}`, 'nothing');
    return null;
  }
  if (metric === null) return null;
  const read = boundOf(value, metric, metrics);
  if (!read.ok) {
    refuse(valueAt, read.expected, show(value));
    return null;
  }
  if (!isOperator) return null;
  const { bound, of } = read;
  const sign = operator as Operator;
  const condition = { path, unit: metric.unit, operator: sign, bound, of };
  return { ...condition, text: `${path} ${operator} ${value}`, judgement: judgementOf(condition) };
}

function metricOf(
  path: string,
  at: number,
  value: string,
  metrics: readonly NamedMetric[],
  refuse: Refuse,
): NamedMetric | null {
  const metric = metrics.find((one) => one.path === path);
  if (metric !== undefined) return metric;
  const issue = metricIssue(metrics, path, '');
  // An errno that accept() has not returned yet.
  if (issue === null) return { path, unit: 'calls' };
  const isTurned = /^\d/.test(path) && metrics.some((one) => value.includes(one.path));
  refuse(at, isTurned ? 'the metric first, then its bound' : issue.expected, show(issue.received));
  return null;
}

function judgementOf({ bound, of, operator }: Omit<Condition, 'text' | 'judgement'>): Judgement {
  const isWhole = of.length > 0 && bound === 1 && operator === '>=';
  if (operator === '==' || (bound === 0 && operator === '<=') || isWhole) return 'every-run';
  return of.length > 0 ? 'share' : 'mean';
}

/** Two conditions on one metric that no number meets. */
function refuseContradictions(parts: readonly Part[], conditions: readonly Condition[], refuse: Refuse): void {
  conditions.forEach((condition, i) => {
    const other = conditions.slice(0, i).find((one) => one.path === condition.path && excludes(one, condition));
    if (other !== undefined)
      refuse(parts[i]?.at ?? 0, `a condition that can hold together with ${other.text}`, condition.text);
  });
}

function excludes(a: Condition, b: Condition): boolean {
  if (a.of.length > 0 !== b.of.length > 0) return false;
  const [low, high] = [Math.max(lowOf(a), lowOf(b)), Math.min(highOf(a), highOf(b))];
  if (low !== high) return low > high;
  return [a, b].some(({ bound, operator }) => bound === low && (operator === '<' || operator === '>'));
}

function lowOf({ bound, operator }: Condition): number {
  return operator.startsWith('<') ? -Infinity : bound;
}

function highOf({ bound, operator }: Condition): number {
  return operator.startsWith('>') ? Infinity : bound;
}
