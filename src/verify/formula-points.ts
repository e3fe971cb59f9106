/**
 * Points of closed forms as a file: each is computed again, and simulated where a scenario can be what the formula speaks of.
 * Computed figures agree to ten digits; simulated ones when the expected one lies in the interval of the replications that all
 * comparisons of the file together hold with 99.9 %.
 * Leaves out: figures that are too rare to be seen in so many replications.
 */
import { z } from 'zod';
import { InputError, type Issue } from '../engine/errors.ts';
import { bonferroni, meanInterval } from '../experiment/statistics/interval.ts';
import { wilsonInterval } from '../experiment/statistics/proportion.ts';
import { parseScenario } from '../scenario/parse.ts';
import { simulate } from '../simulation/simulate.ts';
import { BURST_PLANS } from './burst-plans.ts';
import { Collected, type FileReport } from './collected.ts';
import type { Disagreement } from './compare.ts';
import { type Effort, type FormulaPlan, Measured, type Reading } from './formula-plan.ts';
import { type Figures, figuresOfFormula, Parameters } from './formula-values.ts';
import { LOSS_PLANS } from './loss-plans.ts';
import { QUEUE_PLANS } from './queue-plans.ts';

const NAME_MAX = 200;
const POINTS_MAX = 10_000;
const RELATIVE = 1e-10;
const CONFIDENCE = 0.999;
/** Fewer cases than this, of either kind, say nothing of a share. */
const CASES_MIN = 200;
/** Fewer expected cases than this are none, and must be none. */
const CASES_NONE = 1e-3;
/** Shares of time below this, and above 1 less this, are seen too seldom. */
const SHARE_MIN = 0.001;
const EFFORT: Effort = { arrivals: 4000, replications: 25 };

const value = z.union([z.number(), z.string().max(NAME_MAX)]);
const formulaPoints = z.object({
  points: z
    .array(
      z.object({
        id: z.string().max(NAME_MAX),
        params: z.record(z.string().max(NAME_MAX), value),
        results: z
          .record(z.string().max(NAME_MAX), value)
          .refine((results) => Object.keys(results).length > 0, 'nothing to verify'),
      }),
    )
    .min(1, 'nothing to verify')
    .max(POINTS_MAX),
});
type Point = z.infer<typeof formulaPoints>['points'][number];

/** A point, and how it is simulated. */
interface Case {
  readonly id: string;
  readonly name: string;
  readonly expected: ReadonlyMap<string, number>;
  readonly figures: Figures;
  readonly plans: readonly FormulaPlan[];
}

/** Is it a file of points? */
export function isFormulaPoints(data: unknown): boolean {
  return data !== null && typeof data === 'object' && 'points' in data;
}

/**
 * @param effort how much is simulated; null: nothing.
 * @param onProgress called with the share of the replications that is done. @throws InputError when the file is damaged.
 */
export function verifyFormulaPoints(
  file: string,
  data: unknown,
  onProgress: (fraction: number) => void = () => {},
  effort: Effort | null = EFFORT,
): FileReport {
  const cases = readCases(file, data, effort);
  const collected = new Collected();
  for (const { expected, figures, id, name } of cases) {
    const found = [...expected].flatMap(([field, number]) => differenceOf(name, field, number, figures[field] ?? null));
    collected.add(id, expected.size, found);
  }
  const runs = cases.flatMap((one) => one.plans.map((plan) => ({ one, plan, fields: visibleFields(one, plan) })));
  const total = runs.reduce((sum, { plan }) => sum + plan.replications, 0);
  const confidence = bonferroni(
    CONFIDENCE,
    runs.reduce((sum, { fields }) => sum + fields.length, 0),
  );
  let done = 0;
  for (const { fields, one, plan } of runs) {
    const name = plan.variant === '' ? one.name : `${one.name}, ${plan.variant}`;
    const measured = play(plan, () => onProgress(++done / total));
    const found = fields.flatMap(({ expected, field, reading }) =>
      judge(name, `simulated ${field}`, expected, reading, measured, confidence),
    );
    if (fields.length > 0) collected.add(`${one.id} simulated`, fields.length, found);
  }
  return collected.report(file, 'formula-points');
}

/** Scenarios of the first replication of all plans. @throws InputError. */
export function formulaScenarios(file: string, data: unknown): { readonly name: string; readonly text: string }[] {
  return readCases(file, data, EFFORT).flatMap(({ id, plans }, i) =>
    plans.map((plan) => ({
      name: [id, String(i + 1), ...plan.variant.split(/[^a-z0-9]+/i)]
        .filter((part) => part !== '')
        .join('-')
        .toLowerCase(),
      text: plan.scenario(0),
    })),
  );
}

function readCases(file: string, data: unknown, effort: Effort | null): Case[] {
  const parsed = formulaPoints.safeParse(data);
  const issues: Issue[] = [];
  if (!parsed.success) {
    for (const { message, path } of parsed.error.issues)
      issues.push({
        where: `${file}: ${path.map(String).join('.')}`,
        expected: 'points of formulas',
        received: message,
      });
    throw new InputError(issues);
  }
  const cases = parsed.data.points.map((point, i) => readCase(`${file}: points.${i}`, point, effort, issues));
  if (issues.length > 0) throw new InputError(issues);
  return cases;
}

function readCase(where: string, { id, params, results }: Point, effort: Effort | null, issues: Issue[]): Case {
  const parameters = new Parameters(params);
  const expected = new Map(Object.entries(results).map(([field, number]) => [field, Number(number)]));
  const name = [id, ...Object.entries(params).map(([key, given]) => `${key}=${given}`)].join(' ');
  for (const [field, number] of expected) {
    if (Number.isNaN(number))
      issues.push({ where: `${where}.results.${field}`, expected: 'a number', received: String(results[field]) });
  }
  try {
    const figures = figuresOfFormula(id, parameters);
    return { id, name, expected, figures, plans: effort === null ? [] : plansOf(id, parameters, effort) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [key = '', text = error.message] = error.message.split(/: expected /);
    const [wanted = '', received = ''] = text.split(/, received /);
    issues.push({ where: `${where}.${key}`, expected: wanted, received });
    return { id, name, expected, figures: {}, plans: [] };
  }
}

function plansOf(id: string, parameters: Parameters, effort: Effort): readonly FormulaPlan[] {
  const queue = QUEUE_PLANS[id]?.(parameters, effort) ?? null;
  if (queue !== null) return [queue];
  return (LOSS_PLANS[id] ?? BURST_PLANS[id])?.(parameters, effort) ?? [];
}

function differenceOf(name: string, field: string, expected: number, received: number | null): Disagreement[] {
  if (received !== null && Math.abs(received - expected) <= RELATIVE * Math.abs(expected)) return [];
  return [{ case: name, field, expected, received, rule: null }];
}

interface VisibleField {
  readonly field: string;
  readonly expected: number;
  readonly reading: Reading;
}

/** Figures of the plan that so many replications can show. */
function visibleFields({ expected, figures }: Case, plan: FormulaPlan): VisibleField[] {
  return Object.entries(plan.readings).flatMap(([field, reading]) => {
    const number = expected.get(field) ?? figures[field] ?? null;
    if (number === null) return [];
    return isVisible(number, reading, plan) ? [{ field, expected: number, reading }] : [];
  });
}

/** Roughly: a share is of the arrivals of all replications, or of the replications. */
function isVisible(expected: number, reading: Reading, { replications }: FormulaPlan): boolean {
  if (reading.kind === 'exact') return true;
  const rare = Math.min(expected, 1 - expected);
  if (reading.kind === 'mean') {
    const isRare = reading.chance !== undefined && reading.chance * replications < CASES_MIN;
    return !isRare && !(reading.isShare === true && rare < SHARE_MIN);
  }
  const cases = rare * replications * reading.per;
  return cases >= CASES_MIN || cases <= CASES_NONE;
}

function play(plan: FormulaPlan, onDone: () => void): Measured[] {
  return Array.from({ length: plan.replications }, (_, replication) => {
    const scenario = parseScenario(plan.scenario(replication), 'point.yaml', [], { seed: 'formula points' });
    const result = simulate({ scenario, files: new Map(), replication, numbersOnly: true });
    onDone();
    return new Measured(result);
  });
}

/** @returns what disagrees: nothing, or the figure with what it was expected to be. */
function judge(
  name: string,
  field: string,
  expected: number,
  reading: Reading,
  measured: readonly Measured[],
  confidence: number,
): Disagreement[] {
  const differs = (received: unknown): Disagreement[] => [{ case: name, field, expected, received, rule: null }];
  if (reading.kind === 'exact') {
    const [received = NaN] = measured.map((one) => reading.read(one));
    return Math.abs(received - expected) <= reading.tolerance * (1 + 1e-9) ? [] : differs(received);
  }
  const shares = reading.kind === 'share' ? measured.map((one) => reading.read(one)) : [];
  const values =
    reading.kind === 'share' ? shares.map(([count, of]) => count / of) : measured.map((one) => reading.read(one));
  const { halfWidth, mean } = meanInterval(values, confidence);
  if (Math.abs(mean - expected) <= (halfWidth ?? 0)) return [];
  if (reading.kind === 'share') {
    const [count, of] = shares.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0] as const);
    const { high, low } = wilsonInterval(count, of, confidence);
    if ((count === 0 || count === of) && low <= expected && expected <= high) return [];
  }
  return differs({ mean, half_width: halfWidth, replications: values.length, confidence });
}
