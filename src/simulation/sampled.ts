/** What is sampled of a simulation over time: levels and counters of the stack and of the traffic, and what each cause of loss took. */
import { Series } from '../measure/series.ts';
import type { DropMeter } from './drops.ts';
import type { LateCounts } from './late-counts.ts';
import type { Simulation } from './simulation.ts';

/**
 * The time series of `simulation`, whose parts are there and have not started.
 * @param meters its causes of loss. @param isKept whether it is to be looked at.
 */
export function sampledSeries(
  simulation: Simulation,
  late: LateCounts,
  meters: readonly DropMeter[],
  isKept: boolean,
): Series {
  const { listener, loop, scenario, sources } = simulation;
  const series = new Series(loop, scenario.sampleNs, isKept);
  series.addGauges('', listener.gauges);
  series.addCounters('', listener.counters);
  sources.forEach((source, i) => {
    const { name } = scenario.traffic[i]!;
    series.addCounters(`${name}.`, source.counters, (counter) => late.lateNsOf(source, counter));
  });
  meters.forEach(({ counts }, i) => series.addSum(i, counts));
  return series;
}
