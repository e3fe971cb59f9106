/**
 * Recognises a file of expectations, runs it against the simulator and tells what disagrees, field by field.
 * Knows golden cases of Linux 1.2.13, trace oracles, runs of real kernels and points of closed forms.
 */
import * as z from 'zod';
import { InputError, type Issue } from '../engine/errors.ts';
import { Collected, type FileReport } from './collected.ts';
import { compareFields } from './compare.ts';
import { formulaScenarios, isFormulaPoints, verifyFormulaPoints } from './formula-points.ts';
import { parseJson } from './json-text.ts';
import { isKernelRuns, readKernelRuns } from './kernel-runs.ts';
import { kernelScenario } from './kernel-scenario.ts';
import { verifyKernelRuns } from './kernel-verdict.ts';
import { isSynTimes, verifySynTimes } from './syn-times.ts';
import { playScript } from './script.ts';
import { scriptInput } from './script-input.ts';
import { playTraceOracle, TRACE_ORACLES, traceOracles } from './trace-oracle.ts';
import { playWorkload } from './workload.ts';
import { workloadInput, workloadScenario } from './workload-scenario.ts';
import { serializeScenario } from '../scenario/serialize.ts';

const GOLDEN_FORMAT = 'linux-1.2.13-listener-golden';

/** A file that expects nothing agrees with everything, and proves nothing. */
const NOTHING = 'nothing to verify';

function isFilled(expected: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(expected).length > 0;
}

const goldenFile = z.object({
  format: z.literal(GOLDEN_FORMAT),
  cases: z
    .array(
      z.object({
        id: z.string().max(100),
        family: z.enum(['a', 'b']),
        subfamily: z.string().max(100),
        input: z.unknown(),
        expected: z.record(z.string(), z.unknown()).refine(isFilled, NOTHING),
      }),
    )
    .min(1, NOTHING)
    .max(100_000),
});
type GoldenCase = z.infer<typeof goldenFile>['cases'][number];

/** Rule that a field of a golden case rests on, for the message. */
const FIELD_RULES: Readonly<Record<string, string>> = {
  sent: 'R37, R43-R49',
  calls: 'R61-R71a',
  accepts: 'R46, R62, R69',
  clients: 'R31, R79',
  states: 'R46, R57, R66',
  counters: 'R8, R38',
  backlog_samples: 'INV1',
  final: 'INV1',
  accept_sleeps: 'R68',
};

/**
 * @param captures contents of capture files by base name, for trace oracles.
 * @throws InputError when the file is none that is known, or is damaged.
 */
export function verifyFile(
  file: string,
  text: string,
  captures: ReadonlyMap<string, Uint8Array>,
  onProgress: (fraction: number) => void = () => {},
): FileReport {
  if (isKernelRuns(text)) return verifyKernelRuns(file, text, onProgress);
  if (isSynTimes(text)) return verifySynTimes(file, text);
  const data = parseJson(file, text);
  if (data !== null && typeof data === 'object' && 'format' in data && data.format === GOLDEN_FORMAT) {
    return verifyGolden(file, valid(file, goldenFile, data).cases);
  }
  if (data !== null && typeof data === 'object' && TRACE_ORACLES.some(({ key }) => key in data)) {
    return verifyTraces(file, data, captures);
  }
  if (isFormulaPoints(data)) return verifyFormulaPoints(file, data, onProgress);
  const expected = 'golden cases of Linux 1.2.13, trace oracles, points of formulas, or a CSV of kernel runs';
  throw new InputError([{ where: file, expected, received: 'a JSON file of another kind' }]);
}

/** Workloads of a golden file, configurations of kernel runs, and simulated points, as the text of scenarios. @throws InputError. */
export function exportScenarios(file: string, text: string): { readonly name: string; readonly text: string }[] {
  if (isKernelRuns(text)) {
    return readKernelRuns(file, text).map(({ config }) => ({ name: config.id, text: kernelScenario(config) }));
  }
  if (isSynTimes(text)) return [];
  const data = parseJson(file, text);
  if (isFormulaPoints(data)) return formulaScenarios(file, data);
  if (!text.includes(GOLDEN_FORMAT)) return [];
  const { cases } = valid(file, goldenFile, data);
  return cases
    .filter((c) => c.family === 'a')
    .map((c) => workloadScenario(c.id, valid(`${file}: case ${c.id}`, workloadInput, c.input)))
    .map((scenario) => ({ name: scenario.name, text: serializeScenario(scenario) }));
}

function verifyGolden(file: string, cases: readonly GoldenCase[]): FileReport {
  const collected = new Collected();
  for (const c of cases) {
    const where = `${file}: case ${c.id}`;
    const received =
      c.family === 'a'
        ? playWorkload(c.id, valid(where, workloadInput, c.input))
        : playScript(valid(where, scriptInput, c.input));
    collected.add(c.subfamily, Object.keys(c.expected).length, compareFields(c.id, c.expected, received, FIELD_RULES));
  }
  return collected.report(file, 'golden-linux-1.2');
}

function verifyTraces(file: string, data: object, captures: ReadonlyMap<string, Uint8Array>): FileReport {
  const collected = new Collected();
  for (const oracle of TRACE_ORACLES) {
    if (!(oracle.key in data)) continue;
    const { results } = valid(`${file}: ${oracle.key}`, traceOracles, (data as Record<string, unknown>)[oracle.key]);
    const bytes = captures.get(oracle.capture);
    if (bytes === undefined) {
      throw new InputError([{ where: file, expected: `the capture ${oracle.capture}`, received: 'nothing' }]);
    }
    for (const row of results) {
      const { slots, hold_s: holdS, ...expected } = row;
      const received = playTraceOracle(bytes, oracle.capture, slots, holdS);
      const found = compareFields(`${slots} slots, hold ${holdS} s`, expected, received, {});
      collected.add(oracle.key, Object.keys(expected).length, found);
    }
  }
  return collected.report(file, 'trace-oracles');
}

function valid<T>(where: string, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue): Issue => {
    const path = issue.path.map(String).join('.');
    return {
      where: path === '' ? where : `${where}: ${path}`,
      expected: 'the form of such a file',
      received: issue.message,
    };
  });
  throw new InputError(issues);
}
