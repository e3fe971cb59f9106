/**
 * The values of one path between two ends, as places on a scale: `server.listen.backlog=1..4096`, `server.accept.period=1ms..50ms`,
 * `traffic.users.arrivals=poisson(10/s)..poisson(900/s)`. The ends are the same text but for one number; the step is that of their
 * last decimal place, or what stands behind a colon.
 * Leaves out: whether the scenario takes the values (tune.ts).
 */
import { InputError, type Issue } from '../../engine/errors.ts';
import { show } from '../../scenario/messages.ts';

export interface ValueScale {
  readonly path: string;
  /** Places, at least 2. */
  readonly count: number;
  /** The number at a place in [0, count). */
  readonly valueAt: (place: number) => number;
  /** What the scenario has there: `200ms`. */
  readonly textAt: (place: number) => string;
  /** The place of a number, if it is on the scale; else null. */
  readonly placeOf: (value: number) => number | null;
  /** The number in a text such as the ends are; null when it is another. */
  readonly numberIn: (text: string) => number | null;
}

const PLACES_MAX = 1e9;
const DIGITS_MAX = 15;
const NUMBER = /\d+(?:\.\d+)?/g;

interface End {
  readonly before: string;
  readonly digits: string;
  readonly after: string;
}

/** Ranges that need not be named: where a path is known, what one would try. */
const USUAL: Readonly<Record<string, string>> = {
  'server.listen.backlog': '1..65535',
  'server.listen.reuseport': '1..64',
  'server.listen.fastopen': '1..4096',
  'server.accept.workers': '1..256',
  'server.classic.slots': '1..65536',
  'server.sysctl.net.core.somaxconn': '1..65535',
  'server.sysctl.net.ipv4.tcp_max_syn_backlog': '1..65536',
  'server.sysctl.net.ipv4.tcp_synack_retries': '1..10',
  'server.sysctl.kern.ipc.soacceptqueue': '1..65535',
};

/**
 * @param text `PATH=LO..HI`, `PATH=LO..HI:STEP`, or a PATH of which the usual range is known.
 * @throws InputError.
 */
export function parseScale(text: string, where = '--find'): ValueScale {
  const at = text.indexOf('=');
  const path = (at < 0 ? text : text.slice(0, at)).trim();
  const refuse = (offset: number, expected: string, received: string): InputError => {
    const issue: Issue = {
      where: `${where}:1:${offset + 1}`,
      expected,
      received: received === '' ? 'nothing' : show(received),
    };
    return new InputError([issue]);
  };
  const example = 'PATH=LO..HI, such as server.listen.backlog=1..4096';
  if (path === '') throw refuse(0, example, text.trim());
  const usual = Object.hasOwn(USUAL, path) ? USUAL[path] : undefined;
  if (at < 0 && usual === undefined) throw refuse(0, `a range for ${path}: ${example}`, text.trim());
  const range = at < 0 ? (usual ?? '') : text.slice(at + 1);
  const from = at + 1 + (range.length - range.trimStart().length);
  return scaleOf(path, range.trim(), (expected, received) => refuse(Math.max(0, from), expected, received));
}

function scaleOf(path: string, range: string, refuse: (expected: string, received: string) => InputError): ValueScale {
  const dots = range.indexOf('..');
  if (dots < 1 || range.slice(dots + 2).trim() === '')
    throw refuse(`two ends with .. between them for ${path}, such as 1..4096`, range);
  const [, high = '', stepText] = /^(.*?)(?::\s*([^:]*))?$/.exec(range.slice(dots + 2)) ?? [];
  const [lo, hi] = endsOf(range.slice(0, dots).trim(), high.trim()) ?? [];
  if (lo === undefined || hi === undefined)
    throw refuse(`ends that differ in one number alone, in one unit, such as 1..4096 or 1ms..500ms`, range);
  if (`${lo.digits}${hi.digits}`.replace('.', '').length > 2 * DIGITS_MAX)
    throw refuse(`numbers of at most ${DIGITS_MAX} digits`, range);
  const decimals = Math.max(decimalsOf(lo.digits), decimalsOf(hi.digits), decimalsOf(stepText ?? ''));
  const unit = Number(`1e${decimals}`);
  const whole = (digits: string): number => Math.round(Number(digits) * unit);
  const step = stepText === undefined ? 1 : whole(/^\d+(?:\.\d+)?$/.test(stepText) ? stepText : '0');
  if (!(step >= 1)) throw refuse(`a step above 0 behind the colon, in the unit of the ends`, range);
  const [low, top] = [whole(lo.digits), whole(hi.digits)];
  if (!(top > low))
    throw refuse(`a second end above the first${top < low ? `: ${hi.digits}..${lo.digits}` : ''}`, range);
  const count = Math.floor((top - low) / step) + 1;
  if (count < 2) throw refuse('a step that leaves at least two values', range);
  if (count > PLACES_MAX) throw refuse(`at most ${PLACES_MAX} values: a larger step behind a colon`, range);
  const numberText = (place: number): string => {
    const value = low + place * step;
    return decimals === 0 ? String(value) : (value / unit).toFixed(decimals);
  };
  return {
    path,
    count,
    valueAt: (place) => (low + place * step) / unit,
    textAt: (place) => lo.before + numberText(place) + lo.after,
    placeOf: (value) => {
      const place = (value * unit - low) / step;
      const isOn = Math.abs(place - Math.round(place)) < 1e-6;
      return isOn && Math.round(place) >= 0 && place < count ? Math.round(place) : null;
    },
    numberIn: (text) => {
      const isSame = text.startsWith(lo.before) && text.endsWith(lo.after);
      const digits = isSame ? text.slice(lo.before.length, text.length - lo.after.length) : '';
      return /^\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : null;
    },
  };
}

/** The one number in which both texts differ, and what is around it. A lone number may leave the unit to the other end: 1..50ms. */
function endsOf(low: string, high: string): readonly [End, End] | null {
  const [a, b] = [numbersOf(low), numbersOf(high)];
  if (a.length === 0 || a.length !== b.length) return null;
  const isPlain = (end: End, text: string): boolean => end.digits === text;
  const differing = a.flatMap((end, i) => (end.digits === b[i]?.digits ? [] : [i]));
  const at = differing[0] ?? 0;
  const [lo, hi] = [a[at], b[at]];
  if (lo === undefined || hi === undefined || differing.length > 1) return null;
  if (lo.before === hi.before && lo.after === hi.after) return [lo, hi];
  return a.length === 1 && isPlain(lo, low) && hi.before === '' ? [{ ...hi, digits: lo.digits }, hi] : null;
}

function numbersOf(text: string): End[] {
  return [...text.matchAll(NUMBER)].map((match) => ({
    before: text.slice(0, match.index),
    digits: match[0],
    after: text.slice(match.index + match[0].length),
  }));
}

function decimalsOf(digits: string): number {
  return digits.split('.')[1]?.length ?? 0;
}
