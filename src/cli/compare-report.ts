/** The page of a comparison, and a comparison made again from what its folder says. */
import { writeReportPage } from '../report/files.ts';
import { comparePage, type ComparePageInput } from '../report/page/compare-page.ts';
import type { ResultFile } from '../report/result-files.ts';
import { compareFile, compareStacks, stacksOf } from './compare.ts';
import { replicationsOf, threadsOf } from './options.ts';
import type { ReportOptions } from './report.ts';
import { type FolderManifest, refuse, scenarioIn } from './result-folder.ts';

/** @returns the path. */
export function writeCompareReport(folder: string, compared: ComparePageInput): string[] {
  return writeReportPage(folder, comparePage(compared));
}

/** @returns what the page is made of, and the CSV that the folder has to have. @throws InputError. */
export async function compareAgain(
  folder: string,
  manifest: FolderManifest,
  options: ReportOptions,
  sources: Map<string, string>,
): Promise<{ tables: ResultFile[]; compared: ComparePageInput }> {
  const { hash: scenarioHash, raw, settings, where } = manifest;
  const names = raw['stacks'];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw refuse(where, 'the manifest of a comparison, as halfopen writes it', 'something else');
  const stacks = stacksOf(names.join(','));
  const count = replicationsOf(String(raw['replications']));
  const loaded = scenarioIn(folder, manifest, options.scenario, sources);
  const how = { stacks, count, threads: threadsOf(undefined), quiet: options.quiet ?? false };
  const { metrics, runs } = await compareStacks(loaded, how);
  const compared = { scenario: loaded.scenario, scenarioHash, settings, runs, metrics };
  return { tables: [compareFile(runs, metrics)], compared };
}
