/**
 * The generated parts of the model pages: what the modules of a room say of themselves, where its rules are cited and tested,
 * why its stack refuses SYNs, what differs from which version on.
 * Leaves out: the text around them (the pages beside the modules).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { freeBsdProfileOf, freeBsdRows, turningPoints } from '../../../src/listeners/stacks.ts';
import { CAUSES as CLASSIC, LOSSES as CLASSIC_LOSSES } from '../../../src/listeners/classic/causes.ts';
import { CAUSES as FREEBSD, LOSSES as FREEBSD_LOSSES } from '../../../src/listeners/freebsd/causes.ts';
import { CAUSES as LINUX, LOSSES as LINUX_LOSSES } from '../../../src/listeners/linux/causes.ts';
import { CAUSES as LINUX_12 } from '../../../src/listeners/linux-1.2/causes.ts';
import type { RefusalCause } from '../../../src/listeners/syn-ledger.ts';
import { CLIENT_STACKS, clientStackNamed } from '../../../src/traffic/client-stacks.ts';
import { code, table } from './markdown.ts';

/** What a module says of itself in its first comment. */
export interface ModuleHeader {
  readonly what: string;
  readonly leavesOut: string;
  readonly source: string;
}

/** @returns null for a file that does not begin with a comment. */
export function moduleHeader(text: string): ModuleHeader | null {
  const comment = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
  if (comment === undefined) return null;
  // Drawings are indented, and are for who reads the code.
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  const prose = lines
    .filter((line) => !/^ {2,}\S/.test(line))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const parts = prose.split(/(?<=^|[.;:)] )(?=(?:Leaves out|Not modelled|Source|Sources|Measured)\b[^.]*?:)/);
  const partOf = (pattern: RegExp): string =>
    parts
      .filter((part) => pattern.test(part))
      .map((part) => part.replace(pattern, '').trim())
      .join(' ');
  const isTagged = /^(?:Leaves out|Not modelled|Sources?|Measured)\b/;
  return {
    what: parts
      .filter((part) => !isTagged.test(part))
      .join(' ')
      .trim(),
    leavesOut: partOf(/^(?:Leaves out|Not modelled):? */),
    source: partOf(/^Sources?(?: of [^:]*)?: */),
  };
}

/** One row for each module of a folder: what it does, what it leaves out, its source. @param argument folder, and its way from the document. */
export function moduleTable(argument: string): string {
  const [folder = '', way = ''] = argument.split(' ');
  const rows = modulesOf(folder).map((name) => {
    const header = moduleHeader(readFileSync(`${folder}/${name}`, 'utf8'));
    return [`[${name}](${way}${name})`, header?.what ?? '', header?.leavesOut ?? '', header?.source ?? ''].map(escaped);
  });
  return table(['module', 'what it does', 'what it leaves out', 'source'], rows);
}

function modulesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
}

function escaped(text: string): string {
  return text.replaceAll(/<(?=\w)/g, '&lt;').replaceAll('*', '\\*');
}

/** What the modules of a folder say that they leave out, as a list. */
export function leftOut(folder: string): string {
  const items = modulesOf(folder).flatMap((name) => {
    const text = moduleHeader(readFileSync(`${folder}/${name}`, 'utf8'))?.leavesOut ?? '';
    return text === '' ? [] : [`- [${name}](${name}): ${escaped(text)}\n`];
  });
  return items.join('');
}

const RULE = /\b[A-E]?R?\d+(?:\.\d+)?[a-z]?\b/g;

/** Rules that a folder's comments and tables cite, each with the modules that do and the tests that name it. */
export function ruleTable(folder: string): string {
  const cited = new Map<string, Set<string>>();
  for (const name of modulesOf(folder)) {
    for (const rule of rulesIn(readFileSync(`${folder}/${name}`, 'utf8'))) {
      cited.set(rule, (cited.get(rule) ?? new Set()).add(name));
    }
  }
  const tests = testsOf(folder.replace(/^src/, 'test'));
  const rows = [...cited]
    .toSorted(([a], [b]) => compareRules(a, b))
    .map(([rule, names]) => [
      rule,
      [...names].map((name) => `[${name}](${name})`).join(', '),
      tests
        .filter(({ rules }) => rules.has(rule))
        .map(({ name }) => escaped(name))
        .join('; '),
    ]);
  return table(['rule', 'where it is carried out', 'tests that name it'], rows);
}

/** Ids of rules in the comments and strings of a module: `R31`, `B2.4`. A range, R1-R78, is none. */
export function rulesIn(text: string): Set<string> {
  const quoted = text.match(/\/\*\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'/g) ?? [];
  const found = quoted.flatMap((part) => part.replaceAll(/\b[A-Z]\d+-[A-Z]\d+\b/g, '').match(RULE) ?? []);
  return new Set(found.filter((rule) => /^(?:R\d{1,2}[a-z]?|[A-E]\d{1,2}(?:\.\d{1,2})?[a-z]?)$/.test(rule)));
}

function testsOf(folder: string): { readonly name: string; readonly rules: ReadonlySet<string> }[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    return [...text.matchAll(/\btest\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g)].map(([, , name = '']) => ({
      name,
      rules: rulesIn(`'${name.replaceAll("'", '')}'`),
    }));
  });
}

function compareRules(a: string, b: string): number {
  const parts = (rule: string): [string, number, number, string] => {
    const [, letter = '', major = '0', minor = '0', tail = ''] = /^([A-Z])(\d+)(?:\.(\d+))?([a-z]?)$/.exec(rule) ?? [];
    return [letter, Number(major), Number(minor), tail];
  };
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < 4; i++) if (x[i] !== y[i]) return x[i]! < y[i]! ? -1 : 1;
  return 0;
}

const REFUSALS: Readonly<Record<string, readonly [causes: readonly RefusalCause[], losses: readonly RefusalCause[]]>> =
  {
    'linux-1.2': [LINUX_12, []],
    linux: [LINUX, LINUX_LOSSES],
    freebsd: [FREEBSD, FREEBSD_LOSSES],
    classic: [CLASSIC, CLASSIC_LOSSES],
  };

/** Why a stack refuses a SYN, or gives up a connection later. @param family a room of src/listeners. */
export function causeTable(family: string): string {
  const [causes = [], losses = []] = REFUSALS[family] ?? [];
  const row =
    (what: string) =>
    (one: RefusalCause): string[] => [
      code(one.cause),
      what,
      one.text,
      one.counter === null ? '' : code(one.counter),
      one.setting === null ? '' : code(one.setting),
      one.rule,
    ];
  const rows = [...causes.map(row('SYN refused')), ...losses.map(row('connection lost'))];
  return table(['cause', 'what', 'why', 'counter', 'setting', 'rule'], rows);
}

/** From which version of Linux on something is otherwise. */
export function linuxTurningPoints(): string {
  const rows = turningPoints().flatMap(({ rows: differs, version }) =>
    differs.map(({ backported, behaviour, evidence, row }) => [
      version,
      behaviour,
      `${escaped(row.text)}${backported ? ` (as ${row.from})` : ''}`,
      evidence,
      row.source,
    ]),
  );
  return table(['from', 'behaviour', 'what', 'known', 'rules and functions'], rows);
}

/** From which release of FreeBSD on something is otherwise. */
export function freeBsdTurningPoints(): string {
  const releases = [9, 10, 12, 13];
  const rows = releases.flatMap((release) => {
    const profile = freeBsdProfileOf(`freebsd-${release}`);
    const own = profile === null ? [] : freeBsdRows(profile).filter(({ from }) => from === release);
    return own.map(({ behaviour, source, text }) => [
      String(release),
      behaviour,
      text,
      profile?.evidence ?? '',
      source,
    ]);
  });
  return table(['from', 'behaviour', 'what', 'known', 'rules and functions'], rows);
}

const MORE_CLIENTS = ['linux-2.2', 'linux-3.1', 'linux-3.7', 'linux-4.0'];

/** When each client stack sends SYNs, and when connect() fails. */
export function clientTable(): string {
  const names = [...CLIENT_STACKS.map(({ name }) => name), ...MORE_CLIENTS];
  const seconds = (ns: number): string => String(Math.round(ns / 1e6) / 1e3);
  const rows = names.flatMap((name) => {
    const stack = clientStackNamed(name);
    if (stack === null) return [];
    const retry = Number.isFinite(stack.resetRetryNs)
      ? `SYN again after ${stack.resetRetryNs / 1e6} ms`
      : 'connect() fails';
    return [[code(name), stack.synAtNs.map(seconds).join(', '), seconds(stack.failsAtNs), retry]];
  });
  return table(['stack', 'SYNs at, s', 'connect() fails at, s', 'a RST to its SYN'], rows);
}
