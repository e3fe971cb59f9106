/**
 * `halfopen report`: a run as one page. Of a folder the scenario is run again, and the page is written only when it gives what the
 * folder holds, byte for byte: what the page shows is what the CSV files say.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { InputError } from '../engine/errors.ts';
import { firstOf } from '../experiment/replications.ts';
import { holdsOthers } from '../report/files.ts';
import { resultFiles } from '../report/result-files.ts';
import { scenarioHash } from '../scenario/hash.ts';
import type { Override } from '../scenario/parse.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { VERSION } from '../version.ts';
import { loadScenario, manifestIn } from './input-files.ts';
import { Exit, reportCutCapture } from './messages.ts';
import { type CommonOptions, replicationsOf, threadsOf } from './options.ts';
import { run, tryChanges, writeReport } from './run.ts';
import { simulateAll } from './simulate-all.ts';

export interface ReportOptions extends CommonOptions {
  readonly scenario?: string;
}

/** @returns the exit code. */
export async function report(path: string, options: ReportOptions, sources: Map<string, string>): Promise<number> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder) return run(path, { ...options, report: true }, sources);
  const { hash, replications, scenarioName, seed, settings } = manifestOf(path);
  const file = options.scenario ?? scenarioOf(path, scenarioName);
  const { files: captureFiles, scenario } = loadScenario(file, settings, seed, sources);
  if (scenarioHash(scenario, captureFiles) !== hash)
    throw refuse(file, `the scenario of ${join(path, 'manifest.json')} (${hash})`, 'another one, or it has changed');
  const captures = readCaptures(scenario, captureFiles, reportCutCapture);
  const quiet = options.quiet ?? false;
  const results = await simulateAll(scenario, captures, replications, threadsOf(undefined), quiet);
  const estimates = replications === 1 ? null : (await import('../experiment/estimates.ts')).estimate(results);
  const made = resultFiles(results, { scenarioHash: hash, settings, skip: scenario.skip }, estimates);
  const tables = made.filter(({ name }) => name.endsWith('.csv'));
  if (tables.some(({ name }) => !existsSync(join(path, name))) || holdsOthers(path, tables))
    throw refuse(path, `the CSV files that halfopen ${VERSION} writes for this run (run it again)`, 'other ones');
  const changes = await tryChanges(scenario, captures, firstOf(results), options);
  const written = await writeReport(path, { scenario, scenarioHash: hash, settings, results, estimates, changes });
  if (options.json === true) {
    const { plainJson } = await import('../report/json.ts');
    process.stdout.write(plainJson('report', { files: written }));
  } else if (!quiet) process.stdout.write(`wrote ${written.join(', ')}\n`);
  return Exit.Done;
}

interface Manifest {
  readonly hash: string;
  readonly replications: number;
  readonly scenarioName: string;
  readonly seed: string;
  readonly settings: readonly Override[];
}

/** @throws InputError when the folder has no manifest of a run. */
function manifestOf(folder: string): Manifest {
  const manifest = manifestIn(folder);
  const where = join(folder, 'manifest.json');
  if (manifest === null) throw refuse(where, 'the manifest of a run', 'none');
  const { replications, scenario, scenario_hash: hash, seed, settings } = manifest;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const given = Object.entries(settings !== null && typeof settings === 'object' ? settings : {});
  const isOfRun = isText(hash) && isText(scenario) && isText(seed) && given.every(([, value]) => isText(value));
  if (!isOfRun || !('skip' in manifest))
    throw refuse(where, 'the manifest of a run, as halfopen run writes it', 'something else');
  return {
    hash,
    replications: replicationsOf(String(replications)),
    scenarioName: scenario,
    seed,
    settings: given.map(([path, value]) => ({ path, value: String(value) })),
  };
}

/** results/ mirrors scenarios/: the file that gave `folder`, or a folder inside it. @throws InputError. */
function scenarioOf(folder: string, name: string): string {
  for (let path = resolve(folder); path !== dirname(path); path = dirname(path)) {
    const inside = relative(resolve('results'), path);
    const file = join('scenarios', `${inside}.yaml`);
    if (!inside.startsWith('..') && existsSync(file) && path.endsWith(name)) return file;
  }
  throw refuse(folder, `--scenario FILE, the scenario (${name}) of this folder`, 'none below scenarios/');
}

function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
