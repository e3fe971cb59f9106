/**
 * Problems as messages: where in the file, what was expected, what was received; with a suggestion for a
 * misspelt key or word.
 */
import type { Document, LineCounter } from 'yaml';
import { isMap, isScalar } from 'yaml';
import type * as z from 'zod';
import { STACK_NAMES } from '../listeners/stacks.ts';
import type { Issue } from '../engine/errors.ts';
import type { Problem } from './checks.ts';
import { didYouMean } from './did-you-mean.ts';
import { examplesAt, keysAt } from './section-keys.ts';

type Path = readonly (string | number)[];

const SHOWN_CHARS = 60;
/** Kinds of traffic, each with keys of its own. */
const KINDS = ['clients', 'syn-flood', 'connection-flood', 'ack-flood'] as const;
/** Kinds of server.front_end. */
const FRONT_ENDS = ['synproxy', 'conntrack', 'filter'] as const;

/** A path that the command line has set, and how: `--set traffic.flood.arrivals`. */
export interface Setting {
  readonly path: string;
  readonly where: string;
}

/** Where the values of one scenario came from. */
export class Locator {
  private readonly fileName: string;
  private readonly document: Document;
  private readonly lines: LineCounter;
  private readonly settings: readonly Setting[];

  constructor(fileName: string, document: Document, lines: LineCounter, settings: readonly Setting[]) {
    this.fileName = fileName;
    this.document = document;
    this.lines = lines;
    this.settings = settings;
  }

  /** The same, with values that `settings` have set on top. */
  with(settings: readonly Setting[]): Locator {
    return new Locator(this.fileName, this.document, this.lines, [...this.settings, ...settings]);
  }

  /** `file:line:col` of the value at `path`, or of the nearest thing around it that the file has; the setting that gave it. */
  whereOf(path: Path): string {
    // The places of a set value are those in its own text.
    const giver = this.settings.findLast((setting) => isWithin(path.join('.'), setting.path));
    if (giver !== undefined) return giver.where;
    for (let depth = path.length; depth >= 0; depth--) {
      const part = path.slice(0, depth);
      const offset = this.offsetOf(part);
      if (offset !== null) return this.at(offset);
      // A section that only a setting inside it has made.
      const maker = depth > 0 && this.settings.findLast((setting) => isWithin(setting.path, part.join('.')));
      if (maker) return maker.where;
    }
    return `${this.fileName}:1:1`;
  }

  /** `file:line:col` of a key itself. */
  whereOfKey(path: Path, key: string): string {
    const whole = [...path, key];
    if (this.settings.some((setting) => isWithin(whole.join('.'), setting.path))) return this.whereOf(whole);
    const map = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    if (isMap(map)) {
      for (const pair of map.items) {
        if (isScalar(pair.key) && String(pair.key.value) === key && pair.key.range) return this.at(pair.key.range[0]);
      }
    }
    return this.whereOf(whole);
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

/** True when the dotted `path` is `outer` or lies below it. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

/** What zod found wrong, in the order of the file's keys. @param raw the data that was parsed. */
export function issuesOf(error: z.ZodError, raw: unknown, locator: Locator): Issue[] {
  return error.issues
    .filter((issue, _, all) => !isBoundOfIntegers(issue) || !all.some((other) => isNearerBound(other, issue)))
    .flatMap((issue) => issuesOfOne(issue, raw, locator));
}

/** Is it the bound of all whole numbers that is passed? */
function isBoundOfIntegers(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'too_big') return issue.maximum === Number.MAX_SAFE_INTEGER;
  return issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER;
}

/** Does `other` say the same as `issue` with the bound of its own? */
function isNearerBound(other: z.core.$ZodIssue, issue: z.core.$ZodIssue): boolean {
  return !isBoundOfIntegers(other) && other.code === issue.code && other.path.join('.') === issue.path.join('.');
}

export function issueOfProblem(problem: Problem, locator: Locator): Issue {
  return { where: locator.whereOf(problem.path), expected: problem.expected, received: problem.received };
}

function issuesOfOne(issue: z.core.$ZodIssue, raw: unknown, locator: Locator): Issue[] {
  const path = issue.path.map((p) => (typeof p === 'symbol' ? String(p) : p));
  const value = valueAt(raw, path);
  const one = (expected: string, received = show(value)): Issue[] => [
    { where: locator.whereOf(path), expected, received },
  ];
  if (value === undefined && issue.code !== 'unrecognized_keys' && path.length > 0) return one(missingKey(path));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, raw, locator));
    case 'invalid_union':
      return unionIssues(issue, path, raw, locator);
    case 'invalid_value':
      return one(oneOf(issue.values, value));
    case 'custom':
      return one(path.join('.') === 'server.stack' ? oneOf(STACK_NAMES, value) : issue.message);
    case 'invalid_type':
      return one(typeName(issue.expected, path));
    case 'too_small':
      return one(`at least ${String(issue.minimum)}${issue.origin === 'array' ? ' items' : ''}`);
    case 'too_big':
      return one(`at most ${String(issue.maximum)}${issue.origin === 'array' ? ' items' : ''}`);
    case 'invalid_key':
      return [invalidName(path, locator)];
    case 'invalid_format':
      return one(issue.message);
    default:
      return one(issue.message);
  }
}

function invalidName(path: Path, locator: Locator): Issue {
  const name = String(path.at(-1));
  const expected = 'a name of small letters, digits and _, beginning with a letter';
  return { where: locator.whereOfKey(path.slice(0, -1), name), expected, received: name };
}

function oneOf(words: readonly unknown[], received: unknown): string {
  return listOf(words) + didYouMean(String(received), words.map(String));
}

function listOf(words: readonly unknown[]): string {
  return `one of ${words.join(', ')}`;
}

/** `the key duration, such as 60s`. */
function missingKey(path: Path): string {
  const examples = examplesAt(path);
  const such = examples.length > 0 ? `, such as ${examples.slice(0, 3).join(' or ')}` : '';
  return `the key ${path.join('.')}${such}`;
}

function typeName(expected: string, path: Path): string {
  const names: Record<string, string> = {
    object: 'a section of keys',
    record: 'a section of keys',
    int: 'a whole number',
    array: 'a list',
    boolean: 'true or false',
    string: 'text',
  };
  return `${names[expected] ?? `a ${expected}`} for ${path.join('.') || 'the scenario'}`;
}

/** A union fails with all of its branches: the one that went deepest into the value tells most. */
function unionIssues(
  issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>,
  path: Path,
  raw: unknown,
  locator: Locator,
): Issue[] {
  const branches = issue.errors.filter((errors) => errors.length > 0);
  const value = valueAt(raw, path);
  // A discriminated union names the key that decides; what may stand there is in the schema.
  if (branches.length === 0) {
    const kinds = path[1] === 'front_end' ? FRONT_ENDS : KINDS;
    return [{ where: locator.whereOf(path), expected: oneOf(kinds, value), received: show(value) }];
  }
  const depth = (errors: readonly z.core.$ZodIssue[]): number => Math.max(...errors.map((e) => e.path.length));
  const deepest = branches.toSorted((a, b) => depth(b) - depth(a)).find((e) => depth(e) > 0);
  const told = deepest ?? branches.find((errors) => errors.some((e) => e.code === 'custom'));
  if (told === undefined) {
    const examples = examplesAt(path);
    const such = examples.length > 0 ? `, such as ${examples.join(' or ')}` : '';
    return [
      {
        where: locator.whereOf(path),
        expected: `text or a number for ${path.join('.')}${such}`,
        received: show(value),
      },
    ];
  }
  return told.flatMap((inner) => issuesOfOne({ ...inner, path: [...path, ...inner.path] }, raw, locator));
}

function unknownKey(key: string, path: Path, raw: unknown, locator: Locator): Issue {
  const where = locator.whereOfKey(path, key);
  const kind = show(valueAt(raw, [...path, 'kind']));
  const keys = keysAt(path, kind);
  const other = KINDS.find((one) => one !== kind && keysAt(path, one).includes(key));
  if (other !== undefined && !keys.includes(key)) {
    return { where, expected: `a key of kind: ${kind} (this is one of kind: ${other})`, received: key };
  }
  return { where, expected: `a known key${didYouMean(key, keys)}`, received: key };
}

/** What stands at `path`; undefined when nothing does. */
export function valueAt(raw: unknown, path: Path): unknown {
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
  const text =
    typeof value === 'string'
      ? value
      : (JSON.stringify(value, asYaml)?.replace(/"(-?\.(?:inf|nan))"/g, '$1') ?? typeof value);
  const line = text.replace(/[^\x20-\x7e]+/g, ' ');
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line || "''";
}

/** JSON has no infinity; YAML calls it `.inf`. */
function asYaml(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
}
