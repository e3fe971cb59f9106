/**
 * Values set by their path, as `--set PATH=VALUE` has them: in a file's document, and in its data.
 * Leaves out: which paths a scenario knows (known-paths.ts), and what may stand there (schema.ts).
 */
import type { Document } from 'yaml';
import { InputError, type Issue } from '../engine/errors.ts';
import { show } from './messages.ts';
import { readYaml } from './yaml.ts';

/** A value set from the command line: `traffic.flood.arrivals` = `poisson(50kpps)`. */
export interface Override {
  readonly path: string;
  readonly value: string;
}

/** A scenario file as data: sections by name. */
export type ScenarioData = Readonly<Record<string, unknown>>;

type Keys = readonly (string | number)[];

const KNOWN_MAX = 1000;
const KNOWN_CHARS_MAX = 200;

/** Sections in sections, at most. */
export const DEPTH_MAX = 64;

/** The names of sysctls have dots of their own: `server.sysctl.net.core.somaxconn` has three keys. */
export function keysOf(path: string): Keys {
  const [, before, name] = /^(.*\.sysctl)\.(.+)$/.exec(path) ?? [];
  const keys = (before ?? path).split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  return name === undefined ? keys : [...keys, name];
}

/**
 * What is wrong with `setting` itself, whatever the scenario; null when nothing is.
 * @param option that gave it. @param isYaml whether its value can be read.
 */
export function settingIssue({ path, value }: Override, option: string, isYaml: boolean): Issue | null {
  const keys = keysOf(path);
  const where = `${option} ${path}`.trimEnd();
  if (path === '' || keys.some((key) => key === '') || keys.length > DEPTH_MAX)
    return { where, expected: 'a path of keys: traffic.flood.arrivals', received: show(path) };
  if (!isYaml) return { where, expected: 'a YAML value', received: show(value) };
  return null;
}

/** Sets values in a document. @throws InputError with all that cannot be set. */
export function applyOverrides(document: Document, overrides: readonly Override[]): void {
  const issues: Issue[] = [];
  for (const setting of overrides) {
    const { document: read } = readYaml(setting.value);
    const issue = settingIssue(setting, '--set', read.errors.length === 0);
    if (issue !== null) {
      issues.push(issue);
      continue;
    }
    const { path } = setting;
    try {
      document.setIn(keysOf(path), read.contents);
    } catch {
      const expected = 'a path through sections of the scenario';
      issues.push({ where: `--set ${path}`, expected, received: show(path) });
    }
  }
  if (issues.length > 0) throw new InputError(issues);
}

/** A text as a value: `5` is a number, `5ms` a text, `[]` a list. */
export interface ReadValue {
  readonly value: unknown;
  /** What is no YAML has no value. */
  readonly isYaml: boolean;
}

const NO_VALUE: ReadValue = { value: null, isYaml: false };

/** What a parser of YAML makes of `text`. O(text). */
export function readValue(text: string): ReadValue {
  const { document } = readYaml(text);
  if (document.errors.length > 0) return NO_VALUE;
  try {
    return { value: document.toJS(), isYaml: true };
  } catch {
    return NO_VALUE; // an alias of what the text does not have, or of too much
  }
}

/** Values that are varied over and over, each of which is read once. A thousand texts, no longer than a line, are kept. */
export class ValueTexts {
  private readonly known: Map<string, ReadValue>;

  constructor() {
    this.known = new Map();
  }

  /** What a parser of YAML makes of `text`, which nobody may change. O(1) when it is known. */
  read(text: string): ReadValue {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const read = readValue(text);
    if (this.known.size < KNOWN_MAX && text.length <= KNOWN_CHARS_MAX) this.known.set(text, read);
    return read;
  }
}

/** A copy with another value under `keys`: only what is on the way to it is copied. A missing section is made. */
export function withValue(data: ScenarioData, keys: Keys, value: unknown): ScenarioData {
  return replaced(data, keys, value) as ScenarioData;
}

function replaced(data: unknown, [key, ...rest]: Keys, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(data) && typeof key === 'number') {
    const items: unknown[] = [...(data as readonly unknown[])];
    items[key] = replaced(items[key], rest, value);
    return items;
  }
  const section = data !== null && typeof data === 'object' && !Array.isArray(data) ? data : {};
  return { ...section, [key]: replaced((section as ScenarioData)[key], rest, value) };
}
