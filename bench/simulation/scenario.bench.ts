/**
 * Whole scenarios through simulate(), from the first event to the account of its SYNs: some made for the purpose, and
 * shipped ones as they lie in scenarios/. An operation is one event of the loop.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { captureFilesOf, parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { type BenchCase, mix, mixCounter, NOTHING_YET, type Size } from '../harness.ts';

const SCENARIOS = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

/** @param seconds simulated. */
const MADE: Readonly<Record<string, (seconds: number) => string>> = {
  'linux-1.2-flood': (seconds) => `
duration: ${seconds}s
server: { stack: linux-1.2, listen: { backlog: 128 } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(100kpps) } }`,
  'classic-flood-never-full': (seconds) => `
duration: ${seconds}s
server: { stack: classic, classic: { slots: 1000000 }, listen: { backlog: 128 } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(10kpps) } }`,
  'classic-clients-through-a-link': (seconds) => `
duration: ${seconds}s
server: { stack: classic, classic: { slots: 100000 }, accept: { workers: 4, service: exponential(200us) } }
links: { access: { rate: 100Mbps, delay: 1ms, queue: 1000 packets } }
traffic: { users: { kind: clients, arrivals: poisson(5000/s), rtt: 20ms, link: access } }`,
};

const SHIPPED = ['poisson-load-through-a-link', 'replay-real-flood', 'slow-flood-100-minutes'];

/** Of a shipped one the smoke size simulates this part. */
const SMOKE_PART = 0.01;

/** A scenario with its captures. Read when the case is measured: listing the cases takes no time. */
type Input = () => { scenario: Scenario; files: ReadonlyMap<string, Uint8Array> };

function scenarioCase(scenario: string, input: Input): BenchCase {
  return {
    name: 'scenario/run',
    parameters: { scenario },
    unit: 'event',
    operations: () => simulate(input()).eventCount,
    start() {
      const made = input();
      return () => {
        const { counters, eventCount } = simulate(made);
        return counters.reduce((hash, { name, value }) => mixCounter(hash, name, value), mix(NOTHING_YET, eventCount));
      };
    },
  };
}

function shipped(name: string, size: Size): Input {
  return () => {
    const whole = parseScenario(readFileSync(`${SCENARIOS}${name}.yaml`, 'utf8'), `${name}.yaml`);
    const part = size === 'real' ? 1 : SMOKE_PART;
    const files = new Map(captureFilesOf(whole).map((file) => [file, readFileSync(`${SCENARIOS}${file}`)]));
    return {
      scenario: { ...whole, durationNs: Math.round(whole.durationNs * part), warmupNs: whole.warmupNs * part },
      files,
    };
  };
}

export function scenarioCases(size: Size): BenchCase[] {
  const seconds = size === 'real' ? 4 : 0.05;
  return [
    ...Object.entries(MADE).map(([name, text]) =>
      scenarioCase(name, () => ({ scenario: parseScenario(text(seconds), 'bench.yaml'), files: new Map() })),
    ),
    ...SHIPPED.map((name) => scenarioCase(name, shipped(name, size))),
  ];
}
