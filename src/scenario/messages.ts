/**
 * Problems as messages: where in the file, what was expected, what was received; with a suggestion for a
 * misspelt key or word.
 */
import type { Document, LineCounter } from 'yaml';
import { isMap, isScalar } from 'yaml';
import type { z } from 'zod';
import type { Issue } from '../engine/errors.ts';
import type { Problem } from './checks.ts';

type Path = readonly (string | number)[];

const SHOWN_CHARS = 60;

/** Where the values of one scenario came from. */
export class Locator {
  private readonly fileName: string;
  private readonly document: Document;
  private readonly lines: LineCounter;
  private readonly overridden: ReadonlySet<string>;

  /** @param overridden paths that the command line has set. */
  constructor(fileName: string, document: Document, lines: LineCounter, overridden: ReadonlySet<string>) {
    this.fileName = fileName;
    this.document = document;
    this.lines = lines;
    this.overridden = overridden;
  }

  /** `file:line:col` of the value at `path`, or of the nearest thing around it that the file has. */
  whereOf(path: Path): string {
    for (let depth = path.length; depth >= 0; depth--) {
      const part = path.slice(0, depth);
      if (this.overridden.has(part.join('.'))) return `--set ${part.join('.')}`;
      const offset = this.offsetOf(part);
      if (offset !== null) return this.at(offset);
    }
    return `${this.fileName}:1:1`;
  }

  /** `file:line:col` of a key itself. */
  whereOfKey(path: Path, key: string): string {
    const whole = [...path, key].join('.');
    if (this.overridden.has(whole)) return `--set ${whole}`;
    const map = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    if (isMap(map)) {
      for (const pair of map.items) {
        if (isScalar(pair.key) && String(pair.key.value) === key && pair.key.range) return this.at(pair.key.range[0]);
      }
    }
    return this.whereOf(path);
  }

  private offsetOf(path: Path): number | null {
    const node: unknown = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    return range === undefined || range === null ? null : range[0];
  }

  private at(offset: number): string {
    const { line, col } = this.lines.linePos(offset);
    return `${this.fileName}:${Math.max(1, line)}:${Math.max(1, col)}`;
  }
}

/** What zod found wrong, in the order of the file's keys. @param raw the data that was parsed. */
export function issuesOf(error: z.ZodError, raw: unknown, locator: Locator): Issue[] {
  return error.issues.flatMap((issue) => issuesOfOne(issue, raw, locator));
}

export function issueOfProblem(problem: Problem, locator: Locator): Issue {
  return { where: locator.whereOf(problem.path), expected: problem.expected, received: problem.received };
}

function issuesOfOne(issue: z.core.$ZodIssue, raw: unknown, locator: Locator): Issue[] {
  const path = issue.path.map((p) => (typeof p === 'symbol' ? String(p) : p));
  const value = valueAt(raw, path);
  const where = locator.whereOf(path);
  const received = show(value);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(issue, key, path, locator));
    case 'invalid_union':
      return unionIssues(issue, path, raw, locator, where, received);
    case 'invalid_value':
      return [
        {
          where,
          expected: `one of ${issue.values.map(String).join(', ')}${suggestion(String(value), issue.values.map(String))}`,
          received,
        },
      ];
    case 'invalid_type':
      return [
        { where: missing(value) ? locator.whereOf(path) : where, expected: typeName(issue.expected, path), received },
      ];
    case 'too_small':
      return [
        { where, expected: `at least ${String(issue.minimum)}${issue.origin === 'array' ? ' items' : ''}`, received },
      ];
    case 'too_big':
      return [
        { where, expected: `at most ${String(issue.maximum)}${issue.origin === 'array' ? ' items' : ''}`, received },
      ];
    case 'invalid_key':
      return [
        {
          where,
          expected: 'a name of small letters, digits and _, beginning with a letter',
          received: String(path.at(-1)),
        },
      ];
    case 'invalid_format':
      return [{ where, expected: `text of the form ${'pattern' in issue ? issue.pattern : issue.format}`, received }];
    default:
      return [{ where, expected: issue.message, received }];
  }
}

function missing(value: unknown): boolean {
  return value === undefined;
}

function typeName(expected: string, path: Path): string {
  const names: Record<string, string> = {
    object: 'a section of keys',
    record: 'a section of keys',
    int: 'a whole number',
    array: 'a list',
  };
  return `${names[expected] ?? `a ${expected}`} for ${path.join('.') || 'the scenario'}`;
}

/** A union fails with all of its branches: the one that came furthest tells most. */
function unionIssues(
  issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>,
  path: Path,
  raw: unknown,
  locator: Locator,
  where: string,
  received: string,
): Issue[] {
  const branches = issue.errors.filter((errors) => errors.length > 0);
  if (branches.length === 0) {
    const kinds = ['clients', 'syn-flood'];
    return [
      {
        where: locator.whereOf([...path, 'kind']),
        expected: `kind: one of ${kinds.join(', ')}`,
        received: show(valueAt(raw, [...path, 'kind'])),
      },
    ];
  }
  const told = branches.find((errors) => errors.some((e) => e.code !== 'invalid_type' || e.path.length > 0));
  if (told === undefined) return [{ where, expected: `text or a number for ${path.join('.')}`, received }];
  return told.flatMap((inner) => issuesOfOne({ ...inner, path: [...path, ...inner.path] }, raw, locator));
}

function unknownKey(issue: z.core.$ZodIssue, key: string, path: Path, locator: Locator): Issue {
  const known = KEYS.get(
    path
      .map((p, i) =>
        i === 1 && (path[0] === 'traffic' || path[0] === 'links') ? '*' : typeof p === 'number' ? '#' : p,
      )
      .join('.'),
  );
  const expected = known === undefined ? 'a known key' : `a known key${suggestion(key, known)}`;
  void issue;
  return { where: locator.whereOfKey(path, key), expected, received: key };
}

/** Path of a section → its keys; filled by parse.ts from the schema. */
export const KEYS = new Map<string, readonly string[]>();

/** ` (did you mean X?)` for the nearest of `words`, if one is near; the list of them otherwise. */
export function suggestion(word: string, words: readonly string[]): string {
  let best = '';
  let bestDistance = Infinity;
  for (const candidate of words) {
    const d = distance(word.slice(0, SHOWN_CHARS), candidate);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return bestDistance <= Math.max(2, Math.floor(word.length / 3)) ? ` (did you mean ${best}?)` : '';
}

/** Edit distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** A value for a message: short, on one line, printable. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  const line = text.replace(/[^\x20-\x7e]+/g, ' ');
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line || "''";
}
