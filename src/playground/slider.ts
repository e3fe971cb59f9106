/**
 * What a turned dial says in a scenario, where its slider stands and what that means: evenly spread numbers or logarithms, rounded to what a person would have chosen.
 * Leaves out: exact numbers, which one types.
 */
import type { NumberDial } from './dials.ts';

/** The value of a pause dial. */
export function pauseText(atS: number, forS: number): string {
  return forS > 0 ? `[{ at: ${String(atS)}s, for: ${String(forS)}s }]` : '[]';
}

/** The value of a number dial that stands at `value`. */
export function numberText({ after, before }: NumberDial, value: number): string {
  return `${before}${String(value)}${after}`;
}

/** Positions of a slider: [0, POSITION_MAX]. */
export const POSITION_MAX = 1000;
const STEP_SHARE = 0.05;
const DIGITS = 3;

/** Where a slider stands that shows `value`. */
export function positionOf(dial: NumberDial, value: number): number {
  const [low, high] = [scaled(dial, dial.min), scaled(dial, dial.max)];
  if (high <= low) return 0;
  const share = (scaled(dial, Math.min(dial.max, Math.max(dial.min, value))) - low) / (high - low);
  return Math.round(share * POSITION_MAX);
}

/** The value at a position, rounded to what a person would have chosen. */
export function valueAt(dial: NumberDial, position: number): number {
  if (position <= 0) return dial.min;
  if (position >= POSITION_MAX) return dial.max;
  const [low, high] = [scaled(dial, dial.min), scaled(dial, dial.max)];
  const at = low + ((high - low) * position) / POSITION_MAX;
  return rounded(dial, dial.isLog ? Math.exp(at) - shiftOf(dial) : at);
}

/** The value some key presses away. */
export function stepped(dial: NumberDial, value: number, turns: number): number {
  const step = dial.isLog ? Math.abs(value) * STEP_SHARE : (dial.max - dial.min) / 100;
  const least = dial.isWhole ? 1 : dial.isLog ? shiftOf(dial) : 0;
  const next = value + turns * Math.max(step, least);
  if (next >= dial.max) return dial.max;
  return next <= dial.min ? dial.min : rounded(dial, next);
}

function scaled(dial: NumberDial, value: number): number {
  return dial.isLog ? Math.log(value + shiftOf(dial)) : value;
}

/** A logarithm has no 0: scales begin a little above it. */
function shiftOf({ isWhole, min }: NumberDial): number {
  if (isWhole) return 1 - Math.min(0, min);
  return min > 0 ? 0 : 0.01;
}

function rounded({ isWhole }: NumberDial, value: number): number {
  const short = Number(value.toPrecision(DIGITS));
  return isWhole ? Math.round(short) : short;
}
