/** Numbers as text: integers exact, others shortest round-trip, never an exponent. */

const EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/** @returns '' for null; a decimal text that parses back to `value` otherwise. @throws RangeError when not finite. */
export function formatNumber(value: number | null): string {
  if (value === null) return '';
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, received ${value}`);
  if (Object.is(value, -0)) return '0';
  const text = String(value);
  const match = EXPONENT.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', exponent = '0'] = match;
  const digits = first + rest;
  const point = 1 + Number(exponent); // digits before the decimal point
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
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
