/** Numbers as text: integers exact, others shortest round-trip, never an exponent. */

/** Half-widths below this share of a mean are no spread. */
const ROUNDING = 1e-12;

const EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/** @returns '' for null; a decimal text that parses back to `value` otherwise. @throws RangeError when not finite. */
export function formatNumber(value: number | null): string {
  if (value === null) return '';
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, received ${value}`);
  if (Object.is(value, -0)) return '0';
  const text = String(value);
  if (!text.includes('e')) return text;
  const match = EXPONENT.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', exponent = '0'] = match;
  const digits = first + rest;
  const point = 1 + Number(exponent); // digits before the decimal point
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** A duration for people, with its unit: `0 s`, `85 µs`, `123 ms`, `30.1 s`, `4,000 s`. */
export function formatDuration(ns: number): string {
  if (ns === 0) return '0 s';
  if (ns < 1000) return `${formatForPeople(ns)} ns`;
  if (ns < 1e6) return `${formatForPeople(ns / 1000)} µs`;
  if (ns < 1e9) return `${formatForPeople(ns / 1e6)} ms`;
  return `${formatForPeople(ns / 1e9)} s`;
}

/** An instant of a run for people: seconds to the hundredth, `60 s`, `1,399.16 s`; below 10 ms as a duration. */
export function formatInstant(ns: number): string {
  if (ns < 1e7) return formatDuration(ns);
  const [whole = '', fraction = ''] = (ns / 1e9).toFixed(2).split('.');
  const decimals = fraction.replace(/0+$/, '');
  return `${group(whole)}${decimals === '' ? '' : `.${decimals}`} s`;
}

/** A mean with its half-width, rounded to two significant digits of the half-width: `13,311.4 ± 8.2`. */
export function formatEstimate(mean: number, halfWidth: number | null): { mean: string; halfWidth: string } {
  if (halfWidth === null) return { mean: formatForPeople(mean), halfWidth: '' };
  // Of equal values the mean is off by its rounding.
  if (halfWidth <= Math.abs(mean) * ROUNDING) return { mean: formatForPeople(mean), halfWidth: '± 0' };
  const decimals = Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(halfWidth))));
  const fixed = (value: number): string => {
    const [whole = '', fraction] = value.toFixed(decimals).split('.');
    return group(whole) + (fraction === undefined ? '' : `.${fraction}`);
  };
  return { mean: fixed(mean), halfWidth: `± ${fixed(halfWidth)}` };
}

/** For people: thousands grouped, at most `digits` significant digits when not an integer. */
export function formatForPeople(value: number, digits = 3): string {
  if (Number.isInteger(value)) return group(String(value));
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) >= 1000 ? group(String(Math.round(value))) : formatNumber(rounded);
}

function group(text: string): string {
  return text.includes('e') ? text : text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
