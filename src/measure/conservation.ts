/**
 * Every SYN sent is accounted for exactly once: the terms are counted where they happen (links,
 * listener), never found by subtraction, and must add up.
 */
import { HOST_FATE_NAMES, type SynTransit } from '../network/syn-transit.ts';
import { SYN_FATE_NAMES, type SynLedger } from '../listeners/syn-ledger.ts';

export interface SynAccount {
  readonly synsSent: number;
  readonly terms: readonly { readonly name: string; readonly count: number }[];
  readonly ok: boolean;
  /** The same for each source, fates that none of its SYNs met left out. */
  readonly bySource: readonly (readonly { readonly name: string; readonly count: number }[])[];
}

/**
 * @param synsSent source → SYNs sent.
 * @param isCut the run ended inside an event: the one SYN that this event may have been handing on is counted as
 * sent and nowhere else. It was in flight, and is the only one that is ever found by subtraction.
 */
export function accountForSyns(
  synsSent: readonly number[],
  transit: SynTransit,
  ledger: SynLedger,
  isCut: boolean,
): SynAccount {
  const names = [...SYN_FATE_NAMES, ...ledger.causes.map((c) => c.cause)];
  const network = { lost: 0, dropped_by_link: 0, in_flight: 0 };
  const fates = names.map(() => 0);
  const hostFates = HOST_FATE_NAMES.map(() => 0);
  let ok = true;
  let underWayMax = isCut ? 1 : 0;
  const bySource = synsSent.map((sent, source) => {
    const lost = transit.lostOf(source);
    const dropped = transit.droppedOf(source);
    let inFlight = transit.inFlightOf(source);
    network.lost += lost;
    network.dropped_by_link += dropped;
    network.in_flight += inFlight;
    let sum = lost + dropped + inFlight;
    transit.hostFatesOf(source).values.forEach((count, fate) => {
      hostFates[fate]! += count;
      sum += count;
    });
    const counts = ledger.of(source);
    for (let fate = 0; fate < names.length; fate++) {
      fates[fate]! += counts.valueOf(fate);
      sum += counts.valueOf(fate);
    }
    if (sum === sent - underWayMax) {
      network.in_flight += underWayMax;
      inFlight += underWayMax;
      sum += underWayMax;
      underWayMax = 0;
    }
    // Each source must balance for itself: errors of two sources could cancel out.
    ok &&= sum === sent;
    const own = [lost, dropped, inFlight, ...counts.values, ...transit.hostFatesOf(source).values];
    return [...Object.keys(network), ...names, ...HOST_FATE_NAMES]
      .map((name, fate) => ({ name, count: own[fate]! }))
      .filter(({ count }) => count !== 0);
  });
  return {
    synsSent: synsSent.reduce((a, b) => a + b, 0),
    terms: [
      ...Object.entries(network).map(([name, count]) => ({ name, count })),
      ...names.map((name, fate) => ({ name, count: fates[fate]! })),
      // Of hosts that have a processor or a front end.
      ...HOST_FATE_NAMES.map((name, fate) => ({ name, count: hostFates[fate]! })).filter(({ count }) => count !== 0),
    ],
    ok,
    bySource,
  };
}
