/** What the closed forms accept: every parameter is looked at before anything is computed with it. Leaves out: units. */

/** States, slots or servers that a closed form is evaluated for, at most: beyond, time and memory are out of bounds. */
const COUNT_MAX = 16_777_216;

/** @throws RangeError unless `value` is positive and finite. */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name}: expected a number > 0, received ${value}`);
}

/** @throws RangeError unless `value` is finite and not negative. */
export function requireNotNegative(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name}: expected a number >= 0, received ${value}`);
}

/** @throws RangeError unless `value` is in [0, 1]. */
export function requireShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name}: expected a number from 0 to 1, received ${value}`);
}

/** @throws RangeError unless `value` is a whole number in [`least`, `most`]. */
export function requireCount(name: string, value: number, least: number, most = COUNT_MAX): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw new RangeError(`${name}: expected a whole number from ${least} to ${most}, received ${value}`);
}
