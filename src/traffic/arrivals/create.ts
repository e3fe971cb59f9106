/**
 * When connections begin: from a scenario's words to a process; one file a process. Instants are accumulated in
 * double and rounded, never the gaps, so a long run does not drift.
 */
import { InvariantError } from '../../engine/errors.ts';
import { NEVER_NS } from '../../engine/time.ts';
import type { ArrivalSpec } from '../specs.ts';
import type { ArrivalProcess, ArrivalStreams } from './arrival-process.ts';
import { BatchArrivals } from './batch.ts';
import { BurstArrivals } from './burst.ts';
import { MmppArrivals } from './mmpp.ts';
import { PeriodicArrivals } from './periodic.ts';
import { PoissonArrivals } from './poisson.ts';
import { PulseArrivals } from './pulse.ts';
import { ScheduleArrivals } from './schedule.ts';

/**
 * @param startNs no arrival is earlier.
 * @param untilNs every arrival is strictly earlier.
 * @param countMax there are no more arrivals; Infinity: no bound.
 * @param captureNs offsets from the first arrival, ascending, for a capture; null otherwise.
 */
export function createArrivals(
  spec: ArrivalSpec,
  startNs: number,
  untilNs: number,
  countMax: number,
  streams: ArrivalStreams,
  captureNs: Float64Array | null,
): ArrivalProcess {
  const process = unbounded(spec, startNs, streams, captureNs);
  const isBounded = untilNs !== NEVER_NS || countMax !== Infinity;
  return isBounded ? new Bounded(process, untilNs, countMax) : process;
}

function unbounded(
  spec: ArrivalSpec,
  startNs: number,
  streams: ArrivalStreams,
  captureNs: Float64Array | null,
): ArrivalProcess {
  switch (spec.kind) {
    case 'periodic':
      return new PeriodicArrivals(startNs, spec.ratePerSec);
    case 'poisson':
      return new PoissonArrivals(startNs, spec.ratePerSec, streams);
    case 'burst':
      return new BurstArrivals(startNs, spec.count);
    case 'batch':
      return new BatchArrivals(startNs, spec, streams);
    case 'mmpp':
      return new MmppArrivals(startNs, spec.ratesPerSec, spec.staysNs, streams);
    case 'pulse':
      return new PulseArrivals(startNs, spec.ratePerSec, spec.onNs, spec.periodNs);
    case 'schedule':
      return new ScheduleArrivals(startNs, Float64Array.from(spec.atNs));
    case 'capture':
      if (captureNs === null) throw new InvariantError('a capture was not read before the run');
      return new ScheduleArrivals(startNs, captureNs);
    case 'closed':
      throw new InvariantError('a closed population has no arrival process');
  }
}

/** Ends a process at its `until`, or after its `count`. */
class Bounded implements ArrivalProcess {
  namedNs: number;
  partEndNs: number;
  private readonly process: ArrivalProcess;
  private readonly untilNs: number;
  private left: number; // arrivals that may still come
  private untaken: number; // of the part

  constructor(process: ArrivalProcess, untilNs: number, countMax: number) {
    this.namedNs = 0;
    this.partEndNs = 0;
    this.process = process;
    this.untilNs = untilNs;
    this.left = countMax;
    this.untaken = 0;
  }

  get instants(): number {
    return this.process.instants;
  }

  nextNs(): number {
    if (this.left <= 0) return NEVER_NS;
    this.left--;
    const atNs = this.process.nextNs();
    return atNs < this.untilNs ? atNs : NEVER_NS;
  }

  walk(endNs: number, most: number): number {
    const { process, untilNs } = this;
    if (this.left <= 0) {
      this.namedNs = NEVER_NS;
      return 1;
    }
    const named = process.walk(Math.min(endNs, untilNs), Math.min(most, this.left));
    this.left -= named;
    this.namedNs = process.namedNs < untilNs ? process.namedNs : NEVER_NS;
    return named;
  }

  openPart(endNs: number, byInstant: boolean): number {
    const lastNs = Math.min(endNs, this.untilNs);
    this.untaken = Math.min(this.process.openPart(lastNs, byInstant), this.left);
    this.left -= this.untaken;
    this.partEndNs = this.process.partEndNs >= lastNs || this.left === 0 ? endNs : this.process.partEndNs;
    return this.untaken;
  }

  /** The first ones of the part are those that count. */
  takeTo(atNs: number): number {
    const taken = Math.min(this.process.takeTo(Math.min(atNs, this.process.partEndNs)), this.untaken);
    this.untaken -= taken;
    return taken;
  }
}
