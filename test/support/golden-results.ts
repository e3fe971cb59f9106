/** The shipped scenarios and what they give: results/ holds these files, byte for byte. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario, resultFolderOf } from '../../src/cli/input-files.ts';
import { type ResultFile, resultFiles } from '../../src/report/result-files.ts';
import { scenarioHash } from '../../src/scenario/hash.ts';
import { simulate } from '../../src/simulation/simulate.ts';

/** Paths of all scenario files, in order, from the project's root. */
export function shippedScenarios(): string[] {
  return readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .toSorted()
    .map((path) => join('scenarios', path));
}

/** @returns the folder of its results, and the files as a run gives them. */
export function goldenOf(path: string): { folder: string; files: ResultFile[] } {
  const { scenario, files } = loadScenario(path, [], undefined, new Map());
  const result = simulate({ scenario, files });
  const context = { scenarioHash: scenarioHash(scenario, files), settings: [], skip: scenario.skip };
  return { folder: resultFolderOf(path, scenario.name).folder, files: resultFiles([result], context, null) };
}

/** Names of files in `folder` that are missing, stray, or differ from `files`. */
export function differences(folder: string, files: readonly ResultFile[]): string[] {
  const there = new Set(readdirSync(folder));
  const wrong = files.filter(({ name, text }) => !there.has(name) || readFileSync(join(folder, name), 'utf8') !== text);
  const stray = [...there].filter((name) => !files.some((file) => file.name === name) && !/^[0-9a-f]{8}$/.test(name));
  return [...wrong.map(({ name }) => name), ...stray];
}
