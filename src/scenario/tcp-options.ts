/** TCP options as a scenario names them, and as segments have them. */
import { Option } from '../network/segment.ts';

const OPTION_BITS = {
  'window-scale': Option.WindowScale,
  sack: Option.SackPermitted,
  timestamps: Option.Timestamps,
} as const;
type OptionName = keyof typeof OPTION_BITS;

export const OPTION_NAMES = Object.keys(OPTION_BITS) as OptionName[];

/** @returns Option bits. */
export function optionBitsOf(names: readonly OptionName[]): number {
  return names.reduce((bits, name) => bits | OPTION_BITS[name], 0);
}

export function optionNamesOf(bits: number): OptionName[] {
  return OPTION_NAMES.filter((name) => (bits & OPTION_BITS[name]) !== 0);
}
