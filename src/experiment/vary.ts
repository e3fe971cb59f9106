/**
 * What `--vary PATH=VALUES` says: the values of one path, in the order in which a sweep takes them.
 *
 *     16,64,256            these; commas inside calls and quotes belong to the value: poisson(5/s),mmpp(9/s, 1/s; 1s, 2s)
 *     10..50:10            10, 20, 30, 40, 50; with a unit at both ends, or at the last: 10..50:10ms
 *     16..4096x2           16, 32, … 4096; rounded to as many decimals as the ends have
 *     poisson(5..50:5/s)   poisson(5/s), poisson(10/s), …
 *
 * Leaves out: whether the path and its values make a scenario (grid.ts).
 */
import type { Issue } from '../engine/errors.ts';

/** A path and its values, as `--set` takes them. */
export interface Axis {
  readonly path: string;
  readonly values: readonly string[];
}

/** Values of one path, at most. */
const VALUES_MAX = 100_000;
const SHOWN_CHARS = 60;
const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e\+?\d+)?`;
const UNIT = String.raw`(?: ?[A-Za-z]+?|%|/[A-Za-z]+|/\d+[A-Za-z]+)?`;
/** lo, its unit, hi, its unit, then :step and its unit, or x factor. */
const RANGE = new RegExp(
  String.raw`^(${NUMBER})(${UNIT})\.\.(${NUMBER})(${UNIT})(?::(${NUMBER})(${UNIT})|x(${NUMBER})(${UNIT}))?$`,
);
/** A range as an argument of a call. */
const IN_CALL = /^([^'"]*[(,;/ ])([-\d][^(),;'"]*\.\.[^(),;'"]*)([),;][^'"]*)$/;
/** Numbers up to this are exact, and so are their sums. */
const EXACT_MAX = 1e15;
/** A factor's steps are rounded; the last one may be off by so little. */
const SLACK = 1e-9;

/** @param text `PATH=VALUES`. @returns the axis, and what is wrong with its text: then its values are not all there. */
export function parseAxis(text: string): Axis & { readonly issues: readonly Issue[] } {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).trim();
  if (at < 0 || path === '') {
    const expected = 'PATH=VALUES, such as server.listen.backlog=16,64,256 or server.listen.backlog=16..4096x2';
    return { path, values: [], issues: [{ where: '--vary', expected, received: shown(text) }] };
  }
  const where = `--vary ${path}`;
  const values: string[] = [];
  const issues: Issue[] = [];
  for (const part of splitAtCommas(text.slice(at + 1))) {
    const found = valuesOf(part, VALUES_MAX - values.length);
    if (typeof found === 'string') issues.push({ where, expected: found, received: shown(part) });
    else for (const value of found) values.push(value);
  }
  const seen = new Set<string>();
  const twice = values.find((value) => seen.size === seen.add(value).size);
  if (twice !== undefined) issues.push({ where, expected: 'each value once', received: `${shown(twice)} twice` });
  return { path, values, issues };
}

/** The values of one part between commas; a text says what was expected instead. */
function valuesOf(part: string, room: number): readonly string[] | string {
  if (part === '') return 'values such as 16,64,256, with something between the commas';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(part)) return 'values on one line, without control characters';
  const [, before = '', range = '', after = ''] = IN_CALL.exec(part) ?? [];
  if (range !== '') {
    const found = rangeOf(range.trim(), room);
    return typeof found === 'string' ? found : found.map((value) => before + value + after);
  }
  const isQuoted = /^['"]/.test(part) || part.includes('(');
  if (part.includes('..') && !isQuoted) return rangeOf(part, room);
  return room > 0 ? [part] : tooMany();
}

/** A range that is written out, or what was expected. */
function rangeOf(text: string, room: number): readonly string[] | string {
  const match = RANGE.exec(text);
  if (match === null) return 'a range such as 10..50:10 (step) or 16..4096x2 (factor)';
  const [, lo = '', loUnit = '', hi = '', hiUnit = '', step, stepUnit = '', factor, lastUnit = ''] = match;
  const units = [...new Set([loUnit, hiUnit, stepUnit, lastUnit].map((unit) => unit.trim()).filter((u) => u !== ''))];
  const unit = [lastUnit, stepUnit, hiUnit, loUnit].find((one) => one !== '') ?? '';
  if (units.length > 1) return `one unit in a range (${lo}..${hi}:${step ?? '1'}${unit}), not ${units.join(' and ')}`;
  if (Number(lo) > Number(hi))
    return `a range that goes up: ${text.replace(`${lo}${loUnit}..${hi}${hiUnit}`, `${hi}${loUnit}..${lo}${hiUnit}`)}`;
  if (Math.max(Math.abs(Number(lo)), Math.abs(Number(hi))) > EXACT_MAX) return `numbers up to ${EXACT_MAX} in a range`;
  if (step === undefined && factor === undefined) return `a step or a factor behind the range: ${text}:1 or ${text}x2`;
  const numbers = step === undefined ? byFactor(lo, hi, factor ?? '', room) : byStep(lo, hi, step, room);
  return typeof numbers === 'string' ? numbers : numbers.map((number) => number + unit);
}

function byStep(lo: string, hi: string, step: string, room: number): string[] | string {
  if (!(Number(step) > 0)) return 'a step above 0';
  const decimals = Math.max(...[lo, hi, step].map(decimalsOf));
  const [first, last, by] = [scaled(lo, decimals), scaled(hi, decimals), scaled(step, decimals)];
  if (!(last - first <= by * (room - 1))) return tooMany();
  const numbers: string[] = [];
  for (let at = first; at <= last; at += by) numbers.push(unscaled(at, decimals));
  return numbers;
}

function byFactor(lo: string, hi: string, factor: string, room: number): string[] | string {
  if (!(Number(lo) > 0)) return 'a range by a factor that begins above 0';
  if (!(Number(factor) > 1)) return 'a factor above 1';
  // Steps that are rounded away count too: they take their time.
  if (Math.log(Number(hi) / Number(lo)) > VALUES_MAX * Math.log(Number(factor))) return tooMany();
  const decimals = Math.max(decimalsOf(lo), decimalsOf(hi));
  const last = scaled(hi, decimals) * (1 + SLACK);
  const numbers: string[] = [];
  for (let at = scaled(lo, decimals); at <= last; at *= Number(factor)) {
    const number = unscaled(Math.round(at), decimals);
    if (number !== numbers.at(-1)) numbers.push(number);
    if (numbers.length > room) return tooMany();
  }
  return numbers;
}

function tooMany(): string {
  return `at most ${VALUES_MAX} values of one path`;
}

function decimalsOf(number: string): number {
  return /\.(\d+)/.exec(number)?.[1]?.length ?? 0;
}

/** The digits of `number` with so many decimals as a whole number. */
function scaled(number: string, decimals: number): number {
  const [whole = '', exponent = '0'] = number.split('e');
  return Number(`${whole}e${Number(exponent) + decimals}`);
}

function unscaled(value: number, decimals: number): string {
  if (decimals === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -decimals)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Splits at commas that stand in no brackets and no quotes; the parts are trimmed. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== '') quote = c === quote ? '' : quote;
    else if ((c === '"' || c === "'") && text.slice(from, i).trim() === '') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (c === ',' && depth <= 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return [...parts, text.slice(from).trim()];
}

function shown(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  if (line === '') return 'nothing';
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
}
