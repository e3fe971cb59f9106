/** `halfopen verify`: what proves the simulator, run again; the first disagreements field by field. */
import { createColors } from 'picocolors';
import { collect, InputError, type Issue } from '../engine/errors.ts';
import { writeResultFiles } from '../report/files.ts';
import { verifyJson } from '../report/json.ts';
import type { FileReport } from '../verify/collected.ts';
import { exportScenarios, verifyFile } from '../verify/verify.ts';
import { TRACE_ORACLES } from '../verify/trace-oracle.ts';
import { readText, shippedCaptures } from './input-files.ts';
import { Exit, usesColor } from './messages.ts';
import { Progress } from './progress.ts';
import type { CommonOptions } from './options.ts';

export interface VerifyOptions extends CommonOptions {
  readonly export?: string;
}

const DISAGREEMENTS_SHOWN = 10;
const VALUE_CHARS = 100;

/** @returns the exit code: 1 when anything disagrees. */
export async function verify(paths: readonly string[], options: VerifyOptions): Promise<number> {
  const captures = shippedCaptures(TRACE_ORACLES.map((oracle) => oracle.capture));
  const texts: (readonly [path: string, text: string])[] = [];
  const reports: FileReport[] = [];
  const issues: Issue[] = [];
  const progress = new Progress(options.quiet ?? false);
  const onProgress = await progress.prepare(paths.length, 'files');
  for (const [i, path] of paths.entries()) {
    // What is wrong with the other files is told too.
    collect(issues, () => {
      const text = readText(path);
      texts.push([path, text]);
      reports.push(verifyFile(path, text, captures, (fraction) => onProgress(i + fraction)));
    });
  }
  progress.stop();
  if (issues.length > 0) throw new InputError(issues);
  if (options.export !== undefined) exportAll(options.export, texts);
  if (options.json === true) process.stdout.write(verifyJson(reports));
  else if (options.quiet !== true) for (const report of reports) process.stdout.write(formatReport(report));
  return reports.every((r) => r.agreed === r.cells) ? Exit.Done : Exit.No;
}

function exportAll(directory: string, texts: readonly (readonly [string, string])[]): void {
  const scenarios = texts.flatMap(([path, text]) => exportScenarios(path, text));
  writeResultFiles(
    directory,
    scenarios.map(({ name, text }) => ({ name: `${name}.yaml`, text })),
  );
}

function formatReport(report: FileReport): string {
  const c = createColors(usesColor(process.stdout));
  const { agreed, casesAgreed, kind, zeroCells } = report;
  const zero = zeroCells === 0 ? '' : `; ${zeroCells} more are 0 on both sides`;
  const whole = zero === '' ? '' : `, ${agreed} of ${report.cells} fields: ${percent(agreed, report.cells)}${zero}`;
  const lines = [c.bold(`${report.file}: ${casesAgreed} of ${report.cases} cases agree (${kind})${whole}`)];
  const width = Math.max(...report.families.map((f) => f.family.length), 0);
  for (const f of report.families) {
    const mark = f.casesAgreed === f.cases ? c.green('agrees  ') : c.red('DIFFERS ');
    const cases = `${f.casesAgreed}/${f.cases}`.padStart(7);
    lines.push(`  ${mark} ${f.family.padEnd(width)}  ${cases} cases  ${f.agreed}/${f.cells} fields`);
  }
  for (const d of report.disagreements.slice(0, DISAGREEMENTS_SHOWN)) {
    const rule = d.rule === null ? '' : ` (${d.rule})`;
    const reason = d.reason === undefined ? '' : `; ${d.reason}`;
    lines.push(`  ${d.case}: ${d.field}: expected ${short(d.expected)}, received ${short(d.received)}${rule}${reason}`);
  }
  const more = report.disagreements.length - DISAGREEMENTS_SHOWN;
  if (more > 0) lines.push(`  … and ${more} more: --json has them all`);
  return `${lines.join('\n')}\n`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > VALUE_CHARS ? `${text.slice(0, VALUE_CHARS)}…` : text;
}
