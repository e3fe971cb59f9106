/**
 * Numbers with units, exactly: `200us` is 200000 ns, `0.1s` is 100000000 ns, with no floating-point detour.
 * Leaves out: expressions (expressions.ts), where a value stands in the file (messages.ts).
 */
import { NEVER_NS } from '../engine/time.ts';

/** A text that is not what was expected; `expected` is one clause for the message. */
export class NotAQuantity extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(`expected ${expected}`);
    this.expected = expected;
  }
}

/** Unit → how many of the smallest unit, as a power of ten times a factor. */
type Units = ReadonlyMap<string, readonly [factor: number, powerOfTen: number]>;

const DURATIONS: Units = new Map([
  ['ns', [1, 0]],
  ['us', [1, 3]],
  ['ms', [1, 6]],
  ['s', [1, 9]],
  ['min', [60, 9]],
  ['m', [60, 9]],
  ['h', [3600, 9]],
  ['d', [86_400, 9]],
]);
const PER_SECOND: Units = new Map([
  ['pps', [1, 0]],
  ['kpps', [1, 3]],
  ['Mpps', [1, 6]],
]);
const BITS: Units = new Map([
  ['bps', [1, 0]],
  ['kbps', [1, 3]],
  ['Mbps', [1, 6]],
  ['Gbps', [1, 9]],
]);
const SIZES: Units = new Map([
  ['B', [1, 0]],
  ['byte', [1, 0]],
  ['bytes', [1, 0]],
  ['kB', [1, 3]],
  ['MB', [1, 6]],
  ['GB', [1, 9]],
  ['KiB', [1024, 0]],
  ['MiB', [1_048_576, 0]],
  ['GiB', [1_073_741_824, 0]],
]);

const NUMBER_AND_UNIT = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?\s*([A-Za-z]*)$/;
const DIGITS_MAX = 30;

const DURATION_EXPECTED = 'a duration with a unit (ns, us, ms, s, min, h, d)';

/** Duration in ns, a non-negative integer: `63s`, `1.5ms`, `10min`; a bare 0 is allowed. @throws NotAQuantity. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  return scaled(text, DURATIONS, DURATION_EXPECTED, 'ns');
}

/** Duration, or `none` / `never` for one that does not end. @throws NotAQuantity. */
export function parseDurationOrNever(text: string): number {
  if (text === 'none' || text === 'never') return NEVER_NS;
  return orElse(() => parseDuration(text), ', or none');
}

/** @returns what `parse` does; its complaint ends with `alternative`. */
function orElse<T>(parse: () => T, alternative: string): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof NotAQuantity) throw new NotAQuantity(error.expected + alternative);
    throw error;
  }
}

/** One arrival per nanosecond: time has no finer step. */
const RATE_MAX = 1e9;
const RATE_EXPECTED = 'a rate above 0: 400/s, 1/10s, 13/h, 10kpps';

/** Events per second, > 0: `400/s`, `1/10s`, `13/h`, `10kpps`. @throws NotAQuantity. */
export function parseRate(text: string): number {
  const slash = text.indexOf('/');
  let rate: number;
  if (slash < 0) {
    rate = scaled(text, PER_SECOND, RATE_EXPECTED, null);
  } else {
    const count = plainNumber(text.slice(0, slash).trim(), RATE_EXPECTED);
    const per = text.slice(slash + 1).trim();
    const perNs = scaled(/^\d/.test(per) ? per : `1${per}`, DURATIONS, RATE_EXPECTED, 'ns');
    rate = perNs === 1e9 ? count : (count * 1e9) / perNs;
  }
  if (rate > RATE_MAX) throw new NotAQuantity(`a rate of at most ${RATE_MAX}/s`);
  if (!(rate > 0)) throw new NotAQuantity(RATE_EXPECTED);
  return rate;
}

/** Bits per second, > 0: `10Gbps`; `unlimited` is Infinity. @throws NotAQuantity. */
export function parseBitRate(text: string): number {
  if (text === 'unlimited') return Infinity;
  const expected = 'a bit rate above 0 (bps, kbps, Mbps, Gbps), or unlimited';
  const rate = scaled(text, BITS, expected, 'bps');
  if (!(rate > 0)) throw new NotAQuantity(expected);
  return rate;
}

/** Bytes: `1500 bytes`, `64KiB`, `1GB` (1e9); a bare 0 is allowed. @throws NotAQuantity. */
export function parseSize(text: string): number {
  if (text === '0') return 0;
  return scaled(text, SIZES, 'a size with a unit (B, bytes, kB, MB, GB, KiB, MiB, GiB)', 'bytes');
}

/** Bound of a queue: `1000 packets`, a size, or none. @throws NotAQuantity. */
export function parseQueue(text: string): { packets: number; bytes: number } {
  if (text === 'none') return { packets: Infinity, bytes: Infinity };
  const packets = /^(\d{1,9}) packets?$/.exec(text);
  if (packets !== null) return { packets: Number(packets[1]), bytes: Infinity };
  try {
    return { packets: Infinity, bytes: parseSize(text) };
  } catch {
    throw new NotAQuantity('a number of packets (1000 packets), a size (64 KiB), or none');
  }
}

/** A bound in packets: `1000 packets`. @throws NotAQuantity. */
export function parsePackets(text: string): number {
  const { packets } = /packets?$/.test(text) ? parseQueue(text) : { packets: Infinity };
  if (packets === Infinity) throw new NotAQuantity('a number of packets: 1000 packets');
  return packets;
}

/** Probability in [0, 1]: `0.1%` or `0.001`. @throws NotAQuantity. */
export function parseProbability(text: string): number {
  const expected = 'a probability: 0.1%, or a number from 0 to 1';
  const isPercent = text.endsWith('%');
  const number = plainNumber(isPercent ? text.slice(0, -1).trim() : text, expected);
  const probability = isPercent ? number / 100 : number;
  if (!(probability >= 0 && probability <= 1)) throw new NotAQuantity(expected);
  return probability;
}

/** A number without unit, >= 0. @throws NotAQuantity. */
export function plainNumber(text: string, expected: string): number {
  const match = NUMBER_AND_UNIT.exec(text);
  if (match === null || match[4] !== '' || text.length > DIGITS_MAX) throw new NotAQuantity(expected);
  return Number(text);
}

/**
 * Scales a decimal text by its unit; digit by digit, so the result is exact wherever it can be.
 * @param smallest name of the unit of which there must be a whole number; null: any number will do.
 */
function scaled(text: string, units: Units, expected: string, smallest: string | null): number {
  const match = NUMBER_AND_UNIT.exec(text.trim());
  const unit = match === null ? undefined : units.get(match[4] ?? '');
  if (match === null || unit === undefined || text.length > DIGITS_MAX) throw new NotAQuantity(expected);
  const [factor, power] = unit;
  const whole = match[1] ?? '';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  const shift = power + Number(match[3] ?? 0) - fraction.length;
  // Digits without the point, times ten to the shift, times the factor.
  const digits = Number(whole + fraction) * factor;
  const value = shift >= 0 ? Number(`${digits}e${shift}`) : digits / Number(`1e${-shift}`);
  const limit = smallest === 'ns' ? '104 days' : `${Number.MAX_SAFE_INTEGER} ${smallest ?? ''}`.trim();
  if (!(value <= Number.MAX_SAFE_INTEGER)) throw new NotAQuantity(`${expected}, at most ${limit}`);
  if (smallest !== null && !Number.isInteger(value)) throw new NotAQuantity(`${expected}, in whole ${smallest}`);
  return value;
}

const DURATION_STEPS: readonly (readonly [string, number])[] = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];

/** The shortest text that parseDuration reads as `ns`: `1389.16s`, `200us`, `never`. */
export function formatDuration(ns: number): string {
  if (ns === NEVER_NS) return 'never';
  if (ns === 0) return '0s';
  for (const [unit, unitNs] of DURATION_STEPS) {
    if (ns < unitNs) continue;
    const text = `${ns / unitNs}${unit}`;
    if (readsAs(text, ns)) return text;
  }
  return `${ns}ns`;
}

function readsAs(text: string, ns: number): boolean {
  try {
    return !text.includes('e') && parseDuration(text) === ns;
  } catch {
    return false;
  }
}
