/** What the command line says on stderr, and with which exit code it ends. */
import { createColors } from 'picocolors';
import { isCapacityError, isInputError, type Issue } from '../engine/errors.ts';
import { changeWithinSeries, formatVersion, isKernelName, kernelNamed } from '../listeners/stacks.ts';
import { errorsJson } from '../report/json.ts';
import { sourceLine } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { skips } from '../simulation/skips.ts';
import { VERSION } from '../version.ts';

/** Exit codes: done; the answer is no; the user's mistake; our bug. */
export const Exit = { Done: 0, No: 1, Mistake: 2, Bug: 70 } as const;

/** Texts that messages may quote a line of, by file name. */
export type Sources = ReadonlyMap<string, string>;

/** Says what went wrong. @returns the exit code. */
export function reportError(error: unknown, json: boolean, sources: Sources): number {
  if (isInputError(error)) {
    if (json) process.stdout.write(errorsJson(error.issues));
    else for (const issue of error.issues) process.stderr.write(`${formatWithSource(issue, sources)}\n`);
    return Exit.Mistake;
  }
  if (isCapacityError(error)) {
    const issue = { where: error.limit, expected: 'a run within its limits', received: error.message };
    if (json) process.stdout.write(errorsJson([issue]));
    else process.stderr.write(`${formatWithSource(issue, sources)}\n`);
    return Exit.Mistake;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${stack}\nThis is a bug in halfopen ${VERSION}: please report it with the scenario.\n`);
  return Exit.Bug;
}

/** Says that a capture is not whole, as a killed recorder leaves it: no mistake, but worth knowing. */
export function reportCutCapture(file: string): void {
  process.stderr.write(`${file}: ends inside a packet; what comes before it counts\n`);
}

/** Says how the name of a kernel was taken, where that is not plain: no mistake, but worth knowing. */
export function reportKernel(stackName: string): void {
  if (!isKernelName(stackName)) return;
  const { version, ...rest } = kernelNamed(stackName, true);
  if (version === null || !('warning' in rest)) return;
  const change = changeWithinSeries(version);
  const unclear = change === null ? null : `${stackName} is taken as ${formatVersion(version)}; ${change}`;
  const warning = rest.warning ?? unclear;
  if (warning !== null) process.stderr.write(`${warning}\n`);
}

/** Says which outputs have a flood simulated that `skip: auto` would count. */
export function reportNotSkipped(scenario: Scenario, outputs: readonly string[]): void {
  const floods = scenario.traffic.filter((entry) => skips(scenario, entry)).map(({ name }) => name);
  if (floods.length === 0 || outputs.length === 0) return;
  const [names, wants] = [floods.join(', '), outputs.length === 1 ? 'tells' : 'tell'];
  process.stderr.write(
    `nothing of ${names} is skipped: ${outputs.join(', ')} ${wants} of every packet, which draws other random numbers (skip: off draws the same)\n`,
  );
}

/** `file:line:col: expected …, received …`, with the line and a caret where the text is known. */
function formatWithSource(issue: Issue, sources: Sources): string {
  const c = createColors(usesColor(process.stderr));
  const message = `${c.bold(issue.where)}: expected ${issue.expected}, received ${c.red(issue.received)}`;
  const place = /^(.*):(\d+):(\d+)$/.exec(issue.where);
  const text = place === null ? undefined : sources.get(place[1] ?? '');
  if (place === null || text === undefined) return message;
  const quoted = sourceLine(text, Number(place[2]), Number(place[3]));
  return /\w/.test(quoted) ? `${message}\n${c.dim(quoted)}` : message;
}

/** Colours on a terminal, unless NO_COLOR or --no-color says otherwise. */
export function usesColor(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '') return false;
  if (process.argv.includes('--no-color')) return false;
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

/** Width to format for: the terminal's, or 80. */
export function terminalWidth(): number {
  return process.stdout.columns > 0 ? process.stdout.columns : Number(process.env['COLUMNS'] ?? 80) || 80;
}
