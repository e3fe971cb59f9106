/**
 * A run as a pure function: scenario, files, replication → result. No clock, no global, no file.
 * Who runs a scenario many times reads its captures once (readCaptures), and then runs it (runScenario).
 */
import type { Antithetic } from '../engine/inversion-stream.ts';
import { CapacityError, InputError, InvariantError } from '../engine/errors.ts';
import { accountForSyns, type SynAccount } from '../measure/conservation.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readArrivalTimes } from '../traffic/capture/read-arrival-times.ts';
import { readDrops, readDropSeries } from './drops.ts';
import { readFlows, readLatencies, readMetrics } from './metrics.ts';
import type { SimulationObserver } from './recorder.ts';
import { isScenarioLimit, NO_DETAILS, type RunDetails, type RunResult, type Stop } from './result.ts';
import { captureKey, readsNewOnly, Simulation } from './simulation.ts';

/** What a run depends on: the same input gives the same result, on every machine. */
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
  /**
   * Only numbers are wanted: time series, flows and latency bins, for which a short run mostly pays, are left empty.
   * The numbers are the same. Default false.
   */
  readonly numbersOnly?: boolean;
  /** Looks on as the run goes (recorder.ts); every packet is simulated then. Default: nobody. */
  readonly observer?: SimulationObserver;
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
  'antithetic' | 'replication' | 'needsEveryPacket' | 'numbersOnly' | 'observer' | 'onProgress'
> {
  readonly scenario: Scenario;
  readonly captures: Captures;
}

const SLICES = 1000; // of a run

/**
 * Runs a scenario.
 * @throws InputError when a capture cannot be read; InvariantError on a bug of ours; what `onProgress` throws.
 */
export function simulate(input: SimulationInput): RunResult {
  return runScenario({ ...input, captures: readCaptures(input.scenario, input.files, input.onCutCapture) });
}

/** Runs a scenario with its captures as they were read. @throws InvariantError; what `onProgress` throws. */
export function runScenario({ onProgress, ...input }: RunInput): RunResult {
  const run = new SlicedRun(input);
  while (!run.isOver) {
    run.advance();
    if (run.stop === null) onProgress?.(run.fraction);
  }
  return run.result();
}

/** A run in slices of equal simulated time, for who has something else to do in between, or gives it up. */
export class SlicedRun {
  /** What ended the run early; null: nothing did. */
  stop: Stop | null;
  private readonly simulation: Simulation;
  private readonly numbersOnly: boolean;
  private slice: number; // slices that are over

  constructor({ scenario, captures, replication = 0, ...input }: Omit<RunInput, 'onProgress'>) {
    const { antithetic = null, needsEveryPacket = false, numbersOnly = false, observer } = input;
    const choices = { needsEveryPacket, antithetic, numbersOnly, observer };
    this.simulation = new Simulation({ scenario, replication, captures, ...choices });
    this.numbersOnly = numbersOnly;
    this.stop = null;
    this.slice = 0;
  }

  get isOver(): boolean {
    return this.stop !== null || this.slice === SLICES;
  }

  /** Share of the simulated time that has passed. */
  get fraction(): number {
    return this.slice / SLICES;
  }

  /** Events handled so far: how much work it was. */
  get eventCount(): number {
    return this.simulation.loop.eventCount;
  }

  /** The next slice, to the end or until a bound is hit. */
  advance(): void {
    const { durationNs } = this.simulation.scenario;
    const slice = this.slice + 1;
    try {
      this.simulation.advanceTo(slice === SLICES ? durationNs : Math.floor((durationNs / SLICES) * slice));
      this.slice = slice;
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      this.stop = { limit: error.limit, atNs: this.simulation.loop.nowNs };
    }
  }

  /** Once, when it is over. @throws InvariantError. */
  result(): RunResult {
    const { simulation, stop } = this;
    simulation.finish();
    const isCut = stop !== null && !isScenarioLimit(stop);
    if (!isCut) simulation.listener.checkInvariants();
    if (!isCut) simulation.frontEnd?.checkInvariants();
    const account = accountForSyns(
      simulation.sources.map((s) => s.synsSent),
      simulation.transit,
      simulation.listener.ledger,
      isCut,
    );
    const { ok, synsSent, terms } = account;
    const conservation = { synsSent, terms, ok };
    if (!ok) throw new InvariantError('a SYN is unaccounted for');
    const { counters } = simulation.listener;
    return {
      scenarioName: simulation.scenario.name,
      seed: simulation.scenario.seed,
      replication: simulation.replication,
      stackName: simulation.scenario.server.stackName,
      durationNs: simulation.loop.nowNs,
      warmupNs: simulation.measuredFromNs,
      metrics: readMetrics(simulation),
      counters: counters.names.map((name, i) => ({ name, value: simulation.baseline.since(counters, i) })),
      drops: readDrops(simulation),
      conservation,
      ...(this.numbersOnly ? NO_DETAILS : detailsOf(simulation, account)),
      skippedSyns: simulation.skippedSyns,
      eventCount: simulation.loop.eventCount,
      stop,
    };
  }
}

function detailsOf(simulation: Simulation, account: SynAccount): RunDetails {
  return {
    series: simulation.series.result(),
    dropSeries: readDropSeries(simulation),
    flows: readFlows(simulation, account),
    latencies: readLatencies(simulation),
  };
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
