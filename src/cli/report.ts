/**
 * `halfopen report`: results as one page. Of a folder of a run, a search or a comparison all is computed again, and the page is written
 * only when it gives what the folder holds, byte for byte: what the page shows is what the CSV files say. A sweep is read from its CSV.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { firstOf } from '../experiment/replications.ts';
import { holdsOthers, writeReportPage } from '../report/files.ts';
import { type ResultFile, resultFiles } from '../report/result-files.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { VERSION } from '../version.ts';
import { Exit, reportCutCapture } from './messages.ts';
import { type CommonOptions, replicationsOf, threadsOf } from './options.ts';
import { type FolderManifest, manifestOf, refuse, scenarioIn } from './result-folder.ts';
import { run, tryChanges, writeRunReport } from './run.ts';
import { simulateAll } from './simulate-all.ts';

export interface ReportOptions extends CommonOptions {
  readonly scenario?: string;
  /** Metrics of a sweep, separated by commas. */
  readonly show?: string;
}

type Sources = Map<string, string>;

/** @returns the exit code. */
export async function report(path: string, options: ReportOptions, sources: Sources): Promise<number> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder) return run(path, { ...options, report: true }, sources);
  const manifest = manifestOf(path);
  if (options.show !== undefined && manifest.kind !== 'sweep')
    throw refuse('--show', 'the folder of a sweep', `one of a ${manifest.kind}`);
  const written = await reportOf(path, manifest, options, sources);
  if (options.json === true) {
    const { plainJson } = await import('../report/json.ts');
    process.stdout.write(plainJson('report', { files: written }));
  } else if (options.quiet !== true) process.stdout.write(`wrote ${written.join(', ')}\n`);
  return Exit.Done;
}

async function reportOf(
  folder: string,
  manifest: FolderManifest,
  options: ReportOptions,
  sources: Sources,
): Promise<string[]> {
  switch (manifest.kind) {
    case 'run':
      return reportRun(folder, manifest, options, sources);
    case 'sweep': {
      const { writeSweepReport } = await import('./sweep-report.ts');
      return writeSweepReport(folder, options.show);
    }
    case 'tune': {
      const { searchAgain } = await import('./tune-report.ts');
      const { page, tables } = await searchAgain(folder, manifest, options, sources);
      refuseOthers(folder, tables);
      return writeReportPage(folder, await page());
    }
    case 'compare': {
      const { compareAgain, writeCompareReport } = await import('./compare-report.ts');
      const { tables, compared } = await compareAgain(folder, manifest, options, sources);
      refuseOthers(folder, tables);
      return writeCompareReport(folder, compared);
    }
  }
}

async function reportRun(
  folder: string,
  manifest: FolderManifest,
  options: ReportOptions,
  sources: Sources,
): Promise<string[]> {
  const { hash, settings } = manifest;
  const replications = replicationsOf(String(manifest.raw['replications']));
  const { files: captureFiles, scenario } = scenarioIn(folder, manifest, options.scenario, sources);
  const captures = readCaptures(scenario, captureFiles, reportCutCapture);
  const results = await simulateAll(scenario, captures, replications, threadsOf(undefined), options.quiet ?? false);
  const estimates = replications === 1 ? null : (await import('../experiment/estimates.ts')).estimate(results);
  const made = resultFiles(results, { scenarioHash: hash, settings, skip: scenario.skip }, estimates);
  refuseOthers(
    folder,
    made.filter(({ name }) => name.endsWith('.csv')),
  );
  const changes = await tryChanges(scenario, captures, firstOf(results), options);
  return writeRunReport(folder, { scenario, scenarioHash: hash, settings, results, estimates, changes });
}

/** @throws InputError when `folder` lacks one of these files, or has it with other contents. */
function refuseOthers(folder: string, tables: readonly ResultFile[]): void {
  if (tables.some(({ name }) => !existsSync(join(folder, name))) || holdsOthers(folder, tables))
    throw refuse(folder, `the CSV files that halfopen ${VERSION} writes here (run the command again)`, 'other ones');
}
