/** A simulation that goes on from call to call: what is timed is its steady state, not its beginning. */
import { parseScenario } from '../../src/scenario/parse.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { type BenchCase, mixCounter, NOTHING_YET } from '../harness.ts';

export interface Running {
  /** Scenario file without duration and limits. */
  readonly text: string;
  /** Simulated before the first call, seconds. */
  readonly warmS: number;
  /** Simulated in a call, seconds. */
  readonly stepS: number;
}

const HEAD = 'duration: 100000s\nlimits: { events: 1e15, memory: 4GB }\n';

/** @param operations expected in a call: random arrivals differ from it by little. */
export function runningCase(
  { name, parameters, unit, operations }: Omit<BenchCase, 'start'>,
  { text, warmS, stepS }: Running,
): BenchCase {
  return {
    name,
    parameters,
    unit,
    operations,
    start() {
      const scenario = parseScenario(HEAD + text, 'bench.yaml');
      const simulation = new Simulation({ scenario, replication: 0, captures: new Map() });
      let atNs = Math.round(warmS * 1e9);
      simulation.advanceTo(atNs);
      return () => {
        atNs += Math.round(stepS * 1e9);
        simulation.advanceTo(atNs);
        return outcomeOf(simulation);
      };
    },
  };
}

/** Everything that was counted, SYN by SYN and call by call; not how many events it took. */
function outcomeOf({ application, listener, sources }: Simulation): number {
  const ledger = sources.map((_, i) => listener.ledger.of(i));
  return [application, listener, ...sources]
    .map((part) => part.counters)
    .concat(ledger)
    .reduce(
      (hash, { names, values }) => names.reduce((sum, name, i) => mixCounter(sum, name, values[i] ?? 0), hash),
      NOTHING_YET,
    );
}
