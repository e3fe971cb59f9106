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
  return new Bounded(unbounded(spec, startNs, streams, captureNs), untilNs, countMax);
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
  private readonly process: ArrivalProcess;
  private readonly untilNs: number;
  private left: number; // arrivals that may still come

  constructor(process: ArrivalProcess, untilNs: number, countMax: number) {
    this.process = process;
    this.untilNs = untilNs;
    this.left = countMax;
  }

  nextNs(): number {
    if (this.left <= 0) return NEVER_NS;
    this.left--;
    const atNs = this.process.nextNs();
    return atNs < this.untilNs ? atNs : NEVER_NS;
  }

  openWindow(endNs: number): void {
    this.process.openWindow(Math.min(endNs, this.untilNs));
  }

  countTo(atNs: number): number {
    const count = Math.min(this.process.countTo(Math.min(atNs, this.untilNs)), this.left);
    this.left -= count;
    return count;
  }
}
