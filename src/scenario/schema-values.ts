/**
 * The values of a scenario file as zod sees them: texts with units, whole numbers, lists, each with a description and an example.
 * The comment of a value in the JSON Schema (`$comment`) names the form that its text has.
 * Leaves out: how a text is read (quantities.ts, expressions.ts), which keys there are (schema.ts and the files beside it).
 */
import * as z from 'zod';
import type { ClientTimersSpec } from '../traffic/specs.ts';
import { NotAQuantity, parseDuration, parseDurationOrNever, plainNumber } from './quantities.ts';

/** Forms of texts: what a reader looks up once. */
export const FORMS = [
  'duration',
  'duration or none',
  'law',
  'arrivals',
  'client stack',
  'bit rate',
  'size',
  'queue',
  'packets',
  'probability',
  'count',
  'count or none',
  'count or unlimited',
  'timers',
] as const;
export type Form = (typeof FORMS)[number];

/** What kernels are built with; a tick is a whole number of ns. */
const HZ_VALUES: readonly number[] = [100, 250, 1000];
const TIMES_MAX = 65_535;

/** A value with a unit or an expression: text (or a number) in, what `parse` makes of it out. */
export function quantity<T>(parse: (text: string) => T, form: Form, description: string, ...examples: string[]) {
  return z
    .union([z.string(), z.number()])
    .meta({ description, examples, $comment: form })
    .transform((value, context): T => {
      try {
        return parse(String(value).trim());
      } catch (error) {
        if (!(error instanceof NotAQuantity)) throw error;
        context.addIssue({ code: 'custom', message: error.expected, input: value });
        return z.NEVER;
      }
    });
}

/** ns. */
export const duration = (description: string, ...examples: string[]) =>
  quantity(parseDuration, 'duration', description, ...(examples.length === 0 ? ['60s', '200us'] : examples));
/** ns; `none` is Infinity. */
export const durationOrNever = (description: string, ...examples: string[]) =>
  quantity(
    parseDurationOrNever,
    'duration or none',
    description,
    ...(examples.length === 0 ? ['10s', 'none'] : examples),
  );

/** A whole number in [min, max]. */
export const int = (min: number, max: number, description: string, example: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .meta({ description, examples: [example] });

/** Whether something is so. */
export const flag = (description: string) => z.boolean().describe(description);

/** A number, or `none` for Infinity. @param what `a number of arrivals`. */
export const countOrNone = (what: string, description: string, ...examples: string[]) =>
  quantity(
    (text) => (text === 'none' ? Infinity : plainNumber(text, `${what}, or none`)),
    'count or none',
    description,
    ...examples,
  );

export function parseTimes(text: string): number {
  const expected = `a whole number up to ${TIMES_MAX}, or unlimited`;
  const times = text === 'unlimited' ? Infinity : plainNumber(text, expected);
  if (times !== Infinity && !(Number.isInteger(times) && times >= 1 && times <= TIMES_MAX))
    throw new NotAQuantity(expected);
  return times;
}

/** Ticks per second of the wheel, 0: none. */
export function parseTimers(text: string): number {
  if (text === 'exact') return 0;
  const hz = Number(/^wheel\((\d{2,4})\)$/.exec(text)?.[1] ?? 0);
  if (!HZ_VALUES.includes(hz)) throw new NotAQuantity(`exact, or wheel(HZ) with HZ one of ${HZ_VALUES.join(', ')}`);
  return hz;
}

/** The same of clients, whose hosts are many, or one: the server's own. */
export function parseClientTimers(text: string): ClientTimersSpec {
  const [, hz = '', shared] = /^wheel\((\d{2,4})(, *shared)?\)$/.exec(text) ?? [];
  if (text === 'exact') return { wheelHz: 0, isShared: false };
  if (!HZ_VALUES.includes(Number(hz))) {
    const values = HZ_VALUES.join(', ');
    throw new NotAQuantity(`exact, wheel(HZ) or wheel(HZ, shared) with HZ one of ${values}`);
  }
  return { wheelHz: Number(hz), isShared: shared !== undefined };
}
