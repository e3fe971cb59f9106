/** A search made again from what its folder says, for its page. */
import { formatDuration, formatNumber } from '../report/format-number.ts';
import type { TuneFacts } from '../report/page/tune-facts.ts';
import type { ResultFile } from '../report/result-files.ts';
import { ScenarioBase } from '../scenario/base.ts';
import type { Override } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ReportOptions } from './report.ts';
import { type FolderManifest, refuse, scenarioIn } from './result-folder.ts';
import { ask, type TuneOptions } from './tune.ts';

/** What a page says of the scenario. */
export function factsOf(scenario: Scenario, scenarioHash: string, settings: readonly Override[]): TuneFacts {
  return {
    title: scenario.title,
    scenario: scenario.name,
    scenarioHash,
    seed: scenario.seed,
    stack: scenario.server.stackName,
    duration: formatDuration(scenario.durationNs),
    settings,
  };
}

/** @returns the CSV that the folder has to have, and what draws the page. @throws InputError. */
export async function searchAgain(
  folder: string,
  manifest: FolderManifest,
  options: ReportOptions,
  sources: Map<string, string>,
): Promise<{ tables: ResultFile[]; page: () => Promise<string> }> {
  const { hash, settings } = manifest;
  const again = optionsOf(manifest, options.quiet ?? false);
  const { files, scenario, source } = scenarioIn(folder, manifest, options.scenario, sources);
  const told = await ask({ base: new ScenarioBase(source), text: source, files }, again, sources);
  const page = (): Promise<string> => told.page(factsOf(scenario, hash, settings));
  return { tables: [{ name: 'tune.csv', text: told.csv }], page };
}

/** The options that a search was made with. @throws InputError when the manifest is not as halfopen writes it. */
function optionsOf({ raw, where }: FolderManifest, quiet: boolean): TuneOptions {
  const {
    confidence,
    cost,
    difference,
    difference_is_given: isGiven,
    eventsMax,
    find,
    goal,
    quorum,
    runsMax,
    seeks,
  } = raw;
  const numbers = [confidence, quorum, runsMax, eventsMax].map((one) =>
    typeof one === 'number' ? formatNumber(one) : '',
  );
  const [confidenceText = '', quorumText = '', runs = '', budget = ''] = numbers;
  const limits = { confidence: confidenceText, quorum: quorumText, runs, budget, quiet };
  const isWhole = numbers.every((text) => text !== '');
  if (isWhole && typeof find === 'string' && typeof goal === 'string')
    return { ...limits, goal, find, largest: seeks === 'largest' };
  const axes = Object.entries(raw['vary'] !== null && typeof raw['vary'] === 'object' ? raw['vary'] : {});
  const vary = axes.map(([path, values]) => `${path}=${Array.isArray(values) ? values.join(',') : ''}`);
  const isGoal = goal === null || typeof goal === 'string';
  if (!isWhole || typeof cost !== 'string' || typeof difference !== 'number' || !isGoal)
    throw refuse(where, 'the manifest of a search, as halfopen writes it', 'something else');
  return {
    ...limits,
    cost,
    vary,
    ...(goal === null ? {} : { goal }),
    ...(isGiven === true ? { difference: formatNumber(difference) } : {}),
  };
}
