/** `halfopen check`: is the scenario right, without running it. */
import { plainJson } from '../report/json.ts';
import { scenarioHash } from '../scenario/hash.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { loadScenario } from './input-files.ts';
import { Exit } from './messages.ts';
import { overridesOf, type ScenarioOptions } from './options.ts';

/** @returns the exit code. Reads the captures too. */
export function check(path: string, options: ScenarioOptions, sources: Map<string, string>): number {
  const { scenario, files } = loadScenario(path, overridesOf(options.set), options.seed, sources);
  const syns = [...readCaptures(scenario, files)].map(([name, atNs]) => ({ name, syns: atNs.length }));
  if (options.json === true) {
    process.stdout.write(
      plainJson('check', {
        ok: true,
        scenario: scenario.name,
        scenario_hash: scenarioHash(scenario, files),
        captures: syns,
      }),
    );
  } else if (options.quiet !== true) {
    process.stdout.write(
      `${path}: a scenario for ${scenario.server.stackName} with ${scenario.traffic.length} traffic entries\n`,
    );
    for (const capture of syns) process.stdout.write(`  ${capture.name}: ${capture.syns} SYNs\n`);
  }
  return Exit.Done;
}
