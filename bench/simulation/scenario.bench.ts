/** Whole scenarios through simulate(). An operation is one event of the loop. */
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

/** @param seconds simulated. */
const SCENARIOS: Readonly<Record<string, (seconds: number) => string>> = {
  'linux-1.2 flood of 100 kSYN/s': (seconds) => `
duration: ${seconds}s
server: { stack: linux-1.2, listen: { backlog: 128 } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(100kpps) } }`,
  'classic flood of 10 kSYN/s, never full': (seconds) => `
duration: ${seconds}s
server: { stack: classic, classic: { slots: 1000000 }, listen: { backlog: 128 } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(10kpps) } }`,
  'classic 5000 clients/s through a link': (seconds) => `
duration: ${seconds}s
server: { stack: classic, classic: { slots: 100000 }, accept: { workers: 4, service: exponential(200us) } }
links: { access: { rate: 100Mbps, delay: 1ms, queue: 1000 packets } }
traffic: { users: { kind: clients, arrivals: poisson(5000/s), rtt: 20ms, link: access } }`,
};

export function scenarioCases(size: Size): BenchCase[] {
  const seconds = size === 'real' ? 4 : 0.05;
  return Object.entries(SCENARIOS).map(([scenario, text]) => {
    const parsed = parseScenario(text(seconds), 'bench.yaml');
    const { eventCount } = simulate({ scenario: parsed, files: new Map() });
    return {
      name: 'scenario/run',
      parameters: { scenario },
      operations: eventCount,
      start: () => () => {
        const result = simulate({ scenario: parsed, files: new Map() });
        return result.counters.reduce((hash, { value }) => mix(hash, value), mix(NOTHING_YET, result.eventCount));
      },
    };
  });
}
