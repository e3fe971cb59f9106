/**
 * A run as a pure function: scenario, files, replication → result. No clock, no global, no file.
 * Who runs a scenario many times reads its captures once (readCaptures), and then runs it (runScenario).
 */
import type { Antithetic } from '../engine/inversion-stream.ts';
import { CapacityError, InputError, InvariantError } from '../engine/errors.ts';
import { accountForSyns } from '../measure/conservation.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readArrivalTimes } from '../traffic/capture/read-arrival-times.ts';
import { readDrops } from './drops.ts';
import { readMetrics } from './metrics.ts';
import { isScenarioLimit, type RunResult, type Stop } from './result.ts';
import { captureKey, readsNewOnly, Simulation } from './simulation.ts';

export interface SimulationInput {
  readonly scenario: Scenario;
  /** Contents of every capture file, by its name as written in the scenario. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Replications of one scenario differ only in their random streams. Default 0. */
  readonly replication?: number;
  /** Some output tells of every packet: none is counted by the number, whatever `skip` says. Default false. */
  readonly needsEveryPacket?: boolean;
  /**
   * Draws by inversion, `second` with 1 - u where `first` has u: of a pair with the same replication, what comes early in one comes late
   * in the other, and their mean varies less (antitheticInterval). Default: neither.
   */
  readonly antithetic?: Antithetic;
  /** Called now and then with the share of simulated time that has passed, [0, 1]. */
  readonly onProgress?: (fraction: number) => void;
  /** Called for every capture that ends inside a packet: what is before it is replayed. */
  readonly onCutCapture?: (file: string) => void;
}

/** captureKey → arrival instants, for each capture that a scenario names, as readCaptures gives them. */
export type Captures = ReadonlyMap<string, Float64Array>;

/** A scenario whose captures have been read. */
export interface RunInput extends Pick<
  SimulationInput,
  'antithetic' | 'replication' | 'needsEveryPacket' | 'onProgress'
> {
  readonly scenario: Scenario;
  readonly captures: Captures;
}

const SLICES = 1000; // progress calls a run

/**
 * Runs a scenario.
 * @throws InputError when a capture cannot be read; InvariantError on a bug of ours; what `onProgress` throws.
 */
export function simulate(input: SimulationInput): RunResult {
  return runScenario({ ...input, captures: readCaptures(input.scenario, input.files, input.onCutCapture) });
}

/** Runs a scenario with its captures as they were read. @throws InvariantError; what `onProgress` throws. */
export function runScenario({ scenario, captures, replication = 0, ...input }: RunInput): RunResult {
  const { antithetic = null, needsEveryPacket = false, onProgress = null } = input;
  const simulation = new Simulation({ scenario, replication, captures, needsEveryPacket, antithetic });
  const stop = run(simulation, onProgress);
  simulation.finish();
  const isCut = stop !== null && !isScenarioLimit(stop);
  if (!isCut) simulation.listener.checkInvariants();
  if (!isCut) simulation.frontEnd?.checkInvariants();
  const conservation = accountForSyns(
    simulation.sources.map((s) => s.synsSent),
    simulation.transit,
    simulation.listener.ledger,
    isCut,
  );
  if (!conservation.ok) throw new InvariantError('a SYN is unaccounted for');
  const { counters } = simulation.listener;
  return {
    scenarioName: scenario.name,
    seed: scenario.seed,
    replication: simulation.replication,
    stackName: scenario.server.stackName,
    durationNs: simulation.loop.nowNs,
    warmupNs: simulation.measuredFromNs,
    metrics: readMetrics(simulation),
    counters: counters.names.map((name, i) => ({ name, value: simulation.baseline.since(counters, i) })),
    drops: readDrops(simulation),
    conservation,
    series: simulation.series.result(),
    skippedSyns: simulation.skippedSyns,
    eventCount: simulation.loop.eventCount,
    stop,
  };
}

/** Runs to the end, or until a bound is hit. */
function run(simulation: Simulation, onProgress: ((fraction: number) => void) | null): Stop | null {
  const { durationNs } = simulation.scenario;
  try {
    for (let slice = 1; slice <= SLICES; slice++) {
      simulation.advanceTo(slice === SLICES ? durationNs : Math.floor((durationNs / SLICES) * slice));
      onProgress?.(slice / SLICES);
    }
    return null;
  } catch (error) {
    if (error instanceof CapacityError) return { limit: error.limit, atNs: simulation.loop.nowNs };
    throw error;
  }
}

/** SYN times of the captures that the scenario names. @param onCut is called once for each that ends inside a packet. */
export function readCaptures(
  scenario: Scenario,
  files: ReadonlyMap<string, Uint8Array>,
  onCut?: (file: string) => void,
): Map<string, Float64Array> {
  const captures = new Map<string, Float64Array>();
  const cut = new Set<string>();
  for (const entry of scenario.traffic) {
    const { arrivals } = entry;
    if (arrivals.kind !== 'capture') continue;
    const { file, port } = arrivals;
    const bytes = files.get(file);
    if (bytes === undefined) {
      throw new InputError([{ where: file, expected: 'the contents of the capture', received: 'nothing' }]);
    }
    const newConnectionsOnly = readsNewOnly(entry);
    const { atNs, isCutShort } = readArrivalTimes(bytes, file, { port, newConnectionsOnly });
    captures.set(captureKey(file, port, newConnectionsOnly), atNs);
    if (isCutShort) cut.add(file);
  }
  for (const file of cut) onCut?.(file);
  return captures;
}
