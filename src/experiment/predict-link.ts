/** F3: SYNs through a link of constant rate with a bounded queue. Leaves out: clients, whose packets are of several lengths. */
import type { Scenario } from '../scenario/scenario.ts';
import { md1k } from './formulas/general-service.ts';
import type { Prediction } from './predictions.ts';

/** Wire bits of a SYN. */
const SYN_BITS = 672;
/** Longer queues take too long to solve. */
const CAPACITY_MAX = 2000;

/** @returns null when it does not fit. */
export function predictLink({ links, traffic }: Scenario): Prediction | null {
  const [flood, ...others] = traffic;
  if (flood?.kind !== 'syn-flood' || others.length > 0 || flood.arrivals.kind !== 'poisson') return null;
  const link = links.find(({ name }) => name === flood.link);
  if (link === undefined || flood.refreshNs < Infinity || flood.tuples !== null) return null;
  const { jitterNs, loss, name, queueBytes, queuePackets, rateBps } = link;
  const isPlain = jitterNs === 0 && loss === 0 && queueBytes === Infinity && rateBps < Infinity;
  const capacity = queuePackets + 1;
  if (!isPlain || capacity > CAPACITY_MAX) return null;
  const exact = md1k(flood.arrivals.ratePerSec, SYN_BITS / rateBps, capacity);
  const path = `link.${name}`;
  return {
    formula: `M/D/1/K with K = ${capacity} (F3)`,
    figures: [
      {
        figure: 'packets dropped',
        value: exact.blocking,
        source: { kind: 'share', count: [`${path}.dropped_queue`], of: [`${path}.sent`], series: null },
      },
      {
        figure: 'packets there',
        value: exact.occupancy,
        source: { kind: 'level', metric: `${path}.queue.mean`, series: null },
      },
      {
        figure: 'time there',
        value: exact.sojournS,
        source: { kind: 'time', metric: `${path}.sojourn_ms.mean` },
      },
    ],
  };
}
