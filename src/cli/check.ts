/** `halfopen check`: is the scenario right, without running it. */
import { plainJson } from '../report/json.ts';
import { scenarioHash } from '../scenario/hash.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { captureKey, readsNewOnly } from '../simulation/simulation.ts';
import { loadScenario } from './input-files.ts';
import { Exit, reportCutCapture, reportKernel } from './messages.ts';
import { type ScenarioOptions, seedOf, settingsOf } from './options.ts';

/** @returns the exit code. Reads the captures too. */
export function check(path: string, options: ScenarioOptions, sources: Map<string, string>): number {
  const { scenario, files } = loadScenario(path, settingsOf(options), seedOf(options), sources);
  if (options.quiet !== true) reportKernel(scenario.server.stackName);
  const read = readCaptures(scenario, files, reportCutCapture);
  const captures = scenario.traffic.flatMap((entry) => {
    const { arrivals, name } = entry;
    if (arrivals.kind !== 'capture') return [];
    const atNs = read.get(captureKey(arrivals.file, arrivals.port, readsNewOnly(entry)));
    return [{ traffic: name, file: arrivals.file, arrivals: atNs?.length ?? 0 }];
  });
  if (options.json === true) {
    const hash = scenarioHash(scenario, files);
    process.stdout.write(plainJson('check', { ok: true, scenario: scenario.name, scenario_hash: hash, captures }));
  } else if (options.quiet !== true) {
    const entries = scenario.traffic.map((entry) => `${entry.name} (${entry.kind})`).join(', ');
    process.stdout.write(`${path}: good; stack ${scenario.server.stackName}, traffic ${entries}\n`);
    for (const { traffic, file, arrivals } of captures) {
      process.stdout.write(`  ${traffic}: ${arrivals} arrivals from ${file}\n`);
    }
  }
  return Exit.Done;
}
