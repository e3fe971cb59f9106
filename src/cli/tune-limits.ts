/** How the options of `halfopen tune` are read that bound it. */
import { InputError, type Issue } from '../engine/errors.ts';
import type { TuneLimits } from '../experiment/tune/tune.ts';

export interface LimitOptions {
  readonly confidence?: string;
  readonly quorum?: string;
  readonly runs?: string;
  readonly budget?: string;
  readonly difference?: string;
}

/** Texts as numbers; what is wrong with a number is told with the rest. @throws InputError when they are none. */
export function limitsOf(options: LimitOptions): Omit<TuneLimits, 'seeks'> & { readonly difference?: number } {
  const { budget, confidence, difference, quorum, runs } = options;
  const issues: Issue[] = [];
  const number = (option: string, text: string | undefined, expected: string): number | undefined => {
    if (text === undefined) return undefined;
    const isPercent = text.endsWith('%');
    const digits = isPercent ? text.slice(0, -1) : text;
    const value = /^\d+(?:\.\d+)?(?:e\d{1,2})?$/i.test(digits) ? Number(digits) / (isPercent ? 100 : 1) : NaN;
    if (Number.isNaN(value)) issues.push({ where: option, expected, received: text === '' ? 'nothing' : text });
    return value;
  };
  const read = {
    confidence: number('--confidence', confidence, 'a share above 50% and below 100%, such as 99%'),
    quorum: number('--quorum', quorum, 'a share between 0% and 100%, such as 95%'),
    runsMax: number('--runs', runs, 'a whole number from 6 to 1000000'),
    eventsMax: number('--budget', budget, 'a number of events, such as 3e8'),
    difference: number('--difference', difference, 'a cost above 0, below which two count as equal, such as 0.5'),
  };
  if (issues.length > 0) throw new InputError(issues);
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}
