/**
 * A run as a pure function: scenario, files, replication → result. No clock, no global, no file.
 */
import { CapacityError, InputError, InvariantError } from '../engine/errors.ts';
import type { Baseline } from '../measure/baseline.ts';
import { accountForSyns } from '../measure/conservation.ts';
import { SYN_FATE_NAMES } from '../listeners/syn-ledger.ts';
import { type Link, LinkCounter } from '../network/link.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readArrivalTimes } from '../traffic/capture/read-arrival-times.ts';
import { readMetrics } from './metrics.ts';
import type { Drop, RunResult, Stop } from './result.ts';
import { captureKey, Simulation } from './simulation.ts';

export interface SimulationInput {
  readonly scenario: Scenario;
  /** Contents of every capture file, by its name as written in the scenario. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Replications of one scenario differ only in their random streams. Default 0. */
  readonly replication?: number;
  /** Called now and then with the share of simulated time that has passed, [0, 1]. */
  readonly onProgress?: (fraction: number) => void;
}

const SLICES = 1000; // progress calls and memory checks a run

/**
 * Runs a scenario.
 * @throws InputError when a capture cannot be read; InvariantError on a bug of ours.
 */
export function simulate(input: SimulationInput): RunResult {
  const { scenario } = input;
  const captures = readCaptures(scenario, input.files);
  const simulation = new Simulation({ scenario, replication: input.replication ?? 0, captures });
  const stop = run(simulation, input.onProgress ?? null);
  simulation.listener.checkInvariants();
  const conservation = accountForSyns(
    simulation.sources.map((s) => s.synsSent),
    simulation.transit,
    simulation.listener.ledger,
  );
  if (!conservation.ok) throw new InvariantError('a SYN is unaccounted for');
  const { counters } = simulation.listener;
  return {
    scenarioName: scenario.name,
    seed: scenario.seed,
    replication: simulation.replication,
    stackName: scenario.server.stackName,
    durationNs: simulation.loop.nowNs,
    metrics: readMetrics(simulation),
    counters: counters.names.map((name, i) => ({ name, value: simulation.baseline.since(counters, i) })),
    drops: readDrops(simulation),
    conservation,
    series: simulation.series.result(),
    skippedSyns: 0,
    eventCount: simulation.loop.eventCount,
    stop,
  };
}

/** Runs to the end, or until a limit is passed. */
function run(simulation: Simulation, onProgress: ((fraction: number) => void) | null): Stop | null {
  const { durationNs, limits } = simulation.scenario;
  try {
    for (let slice = 1; slice <= SLICES; slice++) {
      simulation.advanceTo(slice === SLICES ? durationNs : Math.floor((durationNs / SLICES) * slice));
      if (simulation.bytes > limits.memoryBytes) return { limit: 'limits.memory', atNs: simulation.loop.nowNs };
      onProgress?.(slice / SLICES);
    }
    return null;
  } catch (error) {
    if (error instanceof CapacityError) return { limit: error.limit, atNs: simulation.loop.nowNs };
    throw error;
  }
}

/** SYN times of the captures that the scenario names. */
export function readCaptures(scenario: Scenario, files: ReadonlyMap<string, Uint8Array>): Map<string, Float64Array> {
  const captures = new Map<string, Float64Array>();
  for (const { arrivals } of scenario.traffic) {
    if (arrivals.kind !== 'capture') continue;
    const bytes = files.get(arrivals.file);
    if (bytes === undefined) {
      throw new InputError([{ where: arrivals.file, expected: 'the contents of the capture', received: 'nothing' }]);
    }
    captures.set(captureKey(arrivals), readArrivalTimes(bytes, arrivals.file, { port: arrivals.port }).atNs);
  }
  return captures;
}

/** What was refused or lost on the way, one row a cause, since the warm-up. */
function readDrops(simulation: Simulation): Drop[] {
  const { baseline, listener, links, sources } = simulation;
  const drops = listener.ledger.causes.map((cause, i): Drop => {
    const fate = SYN_FATE_NAMES.length + i;
    const firsts = sources.map((_, s) => listener.ledger.firstNs(s, fate)).filter((atNs) => atNs >= 0);
    return {
      cause: cause.cause,
      text: cause.text,
      count: sources.reduce((sum, _, s) => sum + baseline.since(listener.ledger.of(s), fate), 0),
      firstAtNs: firsts.length === 0 ? null : Math.min(...firsts),
      setting: cause.setting,
      rule: cause.rule,
    };
  });
  for (const { name, up, down } of links) {
    drops.push(...linkDrops(up, `links.${name}`, 'to the server', baseline));
    drops.push(...linkDrops(down, `links.${name}`, 'to the clients', baseline));
  }
  return drops.filter((drop) => drop.count > 0);
}

function linkDrops(link: Link, path: string, way: string, baseline: Baseline): Drop[] {
  const { firstDroppedAtNs, firstLostAtNs } = link;
  return [
    {
      cause: 'link_queue_full',
      text: `the queue of ${path} ${way} was full`,
      count: baseline.since(link.counters, LinkCounter.DroppedQueue),
      firstAtNs: firstDroppedAtNs < 0 ? null : firstDroppedAtNs,
      setting: `${path}.queue, ${path}.rate`,
      rule: 'drop-tail',
    },
    {
      cause: 'link_loss',
      text: `${path} lost packets ${way} at random`,
      count: baseline.since(link.counters, LinkCounter.Lost),
      firstAtNs: firstLostAtNs < 0 ? null : firstLostAtNs,
      setting: `${path}.loss`,
      rule: 'independent loss',
    },
  ];
}
