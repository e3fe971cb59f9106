/**
 * The places of a scenario that can be given another value, by their paths; and which one was meant by a path that is none.
 */
import type { Issue } from '../engine/errors.ts';
import { isStackName, sysctlsOf } from '../listeners/stacks.ts';
import { didYouMean } from './did-you-mean.ts';
import { keysAt } from './section-keys.ts';
import { valueAt } from './messages.ts';
import { keysOf, type ScenarioData } from './settings.ts';

type Keys = readonly (string | number)[];

/** Sections in which any name may stand. */
const NAMED = ['traffic', 'links'] as const;
const SYSCTLS = 'server.sysctl.';
const SHOWN = 6;
/** More paths than this are no suggestion. */
const ALIKE_MAX = 4;

/**
 * What is wrong with `path` as the place of one value; null when nothing is. A sysctl is known to its stack, which may change
 * with the values: it is told of when the scenario is parsed.
 * @param where for the message.
 */
export function pathIssue(data: ScenarioData, path: string, where: string): Issue | null {
  if (path.startsWith(SYSCTLS) && path.length > SYSCTLS.length) return null;
  const known = knownPaths(data);
  if (known.includes(path)) return null;
  const inside = known.filter((one) => one.startsWith(`${path}.`));
  if (inside.length > 0 && path !== '') {
    const more = inside.length > SHOWN ? ', …' : '';
    const expected = `the path of one value: ${inside.slice(0, SHOWN).join(', ')}${more}`;
    return { where, expected, received: `${path}, a section` };
  }
  const outer = known.find((one) => path.startsWith(`${one}.`));
  if (outer !== undefined) return { where, expected: `${outer}, which is one value`, received: path };
  const received = path === '' ? 'nothing' : path;
  return { where, expected: `the path of a value of the scenario${nearest(path, known)}`, received };
}

/** The path that was meant: one that ends in the same way, or else the one spelt most alike. */
function nearest(path: string, known: readonly string[]): string {
  const last = path.split('.').at(-1) ?? '';
  const ends = (end: string): string[] => known.filter((one) => path !== '' && one.endsWith(`.${end}`));
  const whole = ends(path);
  const alike = whole.length > 0 ? whole : ends(last);
  if (alike.length > 0 && alike.length <= ALIKE_MAX) return ` (did you mean ${alike.join(' or ')}?)`;
  return didYouMean(path, alike.length > 0 ? alike : known);
}

/** Every place of one value that the scenario has, or could have in the sections that it has. */
export function knownPaths(data: ScenarioData): string[] {
  const names = NAMED.flatMap((section) =>
    Object.keys(asSection(data[section])).flatMap((name) => leavesOf(data, [section, name])),
  );
  const top = keysAt([]).filter((key) => !NAMED.some((section) => section === key));
  return [...top.flatMap((key) => leavesOf(data, [key])), ...names];
}

function leavesOf(data: ScenarioData, keys: Keys): string[] {
  const value = valueAt(data, keys);
  if (keys.join('.') === 'server.sysctl') return sysctlPaths(data);
  if (Array.isArray(value) && keysAt([...keys, 0]).length > 0)
    return value.flatMap((_, item) => leavesOf(data, [...keys, item]));
  const kind = asSection(value)['kind'];
  const inner = keysAt(keys, typeof kind === 'string' ? kind : '');
  return inner.length === 0 ? [keys.join('.')] : inner.flatMap((key) => leavesOf(data, [...keys, key]));
}

function sysctlPaths(data: ScenarioData): string[] {
  const stack = valueAt(data, keysOf('server.stack'));
  return typeof stack === 'string' && isStackName(stack) ? sysctlsOf(stack).map(({ name }) => SYSCTLS + name) : [];
}

function asSection(value: unknown): ScenarioData {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as ScenarioData) : {};
}
