/**
 * Scenario text → scenario. Every problem at once, each with file, line and column; hostile text is bounded:
 * size, depth, aliases.
 * Leaves out: reading files.
 */
import { type Document, LineCounter } from 'yaml';
import { InputError, type Issue } from '../engine/errors.ts';
import { checkScenario } from './checks.ts';
import { issueOfProblem, issuesOf, Locator, show } from './messages.ts';
import { onStack } from './other-stack.ts';
import { readableParts } from './readable.ts';
import { resolveScenario } from './resolve.ts';
import type { Scenario } from './scenario.ts';
import {
  applyOverrides,
  DEPTH_MAX,
  keysOf,
  type Override,
  readValue,
  type ScenarioData,
  withValue,
} from './settings.ts';
import { scenarioSchema } from './schema.ts';
import { readYaml, type ReadYaml } from './yaml.ts';

export type { Override, ScenarioData } from './settings.ts';

/** What else a scenario may be given when it is read. */
export interface ParseOptions {
  readonly seed?: string;
}

const TEXT_CHARS_MAX = 4_000_000;
const ALIASES_MAX = 50;

/**
 * Reads the text of a scenario file: units resolved, defaults filled in, everything checked that can be without its captures.
 * @param fileName for messages, and for the scenario's name.
 * @throws InputError with every problem. O(text).
 */
export function parseScenario(
  text: string,
  fileName = 'scenario.yaml',
  overrides: readonly Override[] = [],
  options: ParseOptions = {},
): Scenario {
  const { locator, raw } = readRaw(text, fileName, overrides, options);
  return scenarioOf(raw, locator, fileName);
}

/** The same, with another stack: what that one does not know is left out. @throws InputError. */
export function parseForStack(
  text: string,
  stack: string,
  fileName = 'scenario.yaml',
  overrides: readonly Override[] = [],
  options: ParseOptions = {},
): { readonly scenario: Scenario; readonly notes: readonly string[] } {
  const { locator, raw } = readRaw(text, fileName, overrides, options);
  scenarioOf(raw, locator, fileName); // what is wrong with it is told of it as it is
  const { data, notes } = onStack(raw, stack);
  const given = locator.with([{ path: 'server.stack', where: `--stacks ${stack}` }]);
  return { scenario: scenarioOf(data, given, fileName), notes };
}

/** The scenario that data of a file make. @throws InputError with every problem. */
export function scenarioOf(raw: unknown, locator: Locator, fileName: string): Scenario {
  const parsed = safeParse(raw);
  const issues = [
    ...(parsed.success ? [] : issuesOf(parsed.error, raw, locator)),
    ...checkScenario(parsed.success ? { file: parsed.data, unreadable: [] } : readableParts(raw)).map((problem) =>
      issueOfProblem(problem, locator),
    ),
  ];
  if (!parsed.success || issues.length > 0) throw new InputError(unique(issues));
  return resolveScenario(parsed.data, nameOf(fileName));
}

/** Without a parser of zod's making: to make it takes longer than to read a file. */
function safeParse(raw: unknown): ReturnType<typeof scenarioSchema.safeParse> {
  return scenarioSchema.safeParse(raw, { jitless: true });
}

/** The data of a file, with overrides, and where each part of it stands. */
export function readRaw(
  text: string,
  fileName: string,
  overrides: readonly Override[],
  options: ParseOptions,
): { readonly raw: unknown; readonly locator: Locator } {
  if (text.length > TEXT_CHARS_MAX) {
    throw new InputError([
      { where: `${fileName}:1:1`, expected: `at most ${TEXT_CHARS_MAX} characters`, received: `${text.length}` },
    ]);
  }
  const lines = new LineCounter();
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  refuseDepth(source, fileName);
  const { document, faults } = readYaml(source, lines);
  refuseSyntax(faults, lines, fileName);
  applyOverrides(document, overrides);
  if (options.seed !== undefined) document.setIn(['seed'], options.seed);
  const locator = new Locator(fileName, document, lines, [
    ...overrides.map(({ path }) => ({ path, where: `--set ${path}` })),
    ...(options.seed === undefined ? [] : [{ path: 'seed', where: '--seed' }]),
  ]);
  return { raw: toData(document, fileName), locator };
}

/**
 * A scenario that differs from one that is known in some settings: as if parsed from its text, without the text.
 * @param data as `scenarioData` gives it; nothing of it is changed.
 * @returns null when the settings make no scenario.
 */
export function parseVariant(data: ScenarioData, name: string, settings: readonly Override[]): Scenario | null {
  let variant: ScenarioData = data;
  for (const { path, value } of settings) variant = withValue(variant, keysOf(path), readValue(value).value);
  const parsed = safeParse(variant);
  if (!parsed.success || checkScenario({ file: parsed.data, unreadable: [] }).length > 0) return null;
  return resolveScenario(parsed.data, name);
}

/** File names of the captures that a scenario replays, as written. */
export function captureFilesOf(scenario: Scenario): string[] {
  const files = scenario.traffic.flatMap(({ arrivals }) => (arrivals.kind === 'capture' ? [arrivals.file] : []));
  return [...new Set(files)];
}

/** The line of `text` for a message, and a caret under the column; empty when there is no such line. */
export function sourceLine(text: string, line: number, column: number): string {
  const content = text.split('\n')[line - 1]?.replace(/\r$/, '');
  if (content === undefined) return '';
  return `  ${content}\n  ${' '.repeat(Math.max(0, column - 1))}^`;
}

function nameOf(fileName: string): string {
  if (fileName === '-' || fileName === 'stdin') return 'stdin';
  const base = fileName.split(/[\\/]/).at(-1) ?? fileName;
  return base.replace(/\.(ya?ml|json)$/, '');
}

/** Flow collections nest by brackets, block ones by indentation: both are bounded before the parser recurses. */
function refuseDepth(text: string, fileName: string): void {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (c === 0x5d || c === 0x7d) depth = Math.max(0, depth - 1);
  }
  const indents = /^(?: *- ){65}|^ {400}/m.test(text);
  if (deepest > DEPTH_MAX || indents) {
    throw new InputError([
      { where: `${fileName}:1:1`, expected: `a nesting of at most ${DEPTH_MAX}`, received: 'a deeper one' },
    ]);
  }
}

function refuseSyntax(faults: ReadYaml['faults'], lines: LineCounter, fileName: string): void {
  const issues = faults.map(({ expected, offset, received }): Issue => {
    const { line, col } = lines.linePos(offset);
    const where = `${fileName}:${Math.max(1, line)}:${Math.max(1, col)}`;
    return { where, expected, received: show(received) };
  });
  if (issues.length > 0) throw new InputError(unique(issues));
}

function toData(document: Document, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const received = show(error instanceof Error ? error.message : String(error));
    throw new InputError([{ where: `${fileName}:1:1`, expected: `at most ${ALIASES_MAX} aliases`, received }]);
  }
}

function unique(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const key = `${issue.where} ${issue.expected} ${issue.received}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
