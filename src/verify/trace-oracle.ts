/**
 * Trace oracles: the SYN times of a real flood, replayed against the classic listener, have one exact outcome
 * for each number of slots and hold. The slotted recurrence of web logs is not a listener, and has no case here.
 */
import * as z from 'zod';
import { NEVER_NS, NS_PER_S, NS_PER_US } from '../engine/time.ts';
import { SYN_QUEUE } from '../listeners/listener.ts';
import { SynFate, SynLedger } from '../listeners/syn-ledger.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { Simulation } from '../simulation/simulation.ts';

/** Key in the file → base name of the capture that it is about. */
export const TRACE_ORACLES = [{ key: 'stopddos_synflood_spoofed', capture: 'stopddos-synflood-spoofed.csv' }] as const;

export const traceOracles = z.object({
  results: z
    .array(
      z.strictObject({
        slots: z.number().int().min(1).max(1e7),
        hold_s: z.number().min(0).max(1e6),
        accepted: z.number(),
        dropped: z.number(),
        first_drop_us: z.number().nullable(),
        peak: z.number(),
      }),
    )
    .min(1, 'nothing to verify')
    .max(10_000),
});

const END_NS = 3600 * NS_PER_S;

/** @returns accepted, dropped, first drop and peak, as the oracle names them. */
export function playTraceOracle(
  bytes: Uint8Array,
  fileName: string,
  slots: number,
  holdS: number,
): Record<string, number | null> {
  const scenario = traceScenario(fileName, slots, holdS);
  const captures = readCaptures(scenario, new Map([[fileName, bytes]]));
  const simulation = new Simulation({ scenario, replication: 0, captures });
  simulation.advanceTo(END_NS);
  const { ledger, gauges } = simulation.listener;
  const counts = ledger.of(0);
  const refused = SynLedger.refusal(0);
  const firstNs = ledger.firstNs(0, refused);
  return {
    accepted: counts.valueOf(SynFate.Admitted),
    dropped: counts.valueOf(refused),
    first_drop_us: firstNs < 0 ? null : firstNs / NS_PER_US,
    peak: gauges.maxOf(SYN_QUEUE),
  };
}

function traceScenario(file: string, slots: number, holdS: number): Scenario {
  return {
    name: 'trace-oracle',
    title: '',
    seed: '1',
    durationNs: END_NS,
    warmupNs: 0,
    sampleNs: END_NS,
    skip: 'off',
    limits: { events: 1e9, memoryBytes: 1e9 },
    server: {
      stackName: 'classic',
      stack: { kind: 'classic', slots, hold: { kind: 'constant', meanNs: holdS * NS_PER_S }, policy: 'tail-drop' },
      backlog: 1,
      port: 80,
      otherPorts: [],
      accept: {
        mode: 'never',
        workers: 1,
        startNs: 0,
        service: { kind: 'constant', meanNs: 0 },
        pauses: [],
        periodNs: 1,
        drain: false,
        timeoutNs: NEVER_NS,
        nonblock: false,
        replyBytes: 0,
        close: false,
      },
    },
    links: [],
    traffic: [
      {
        kind: 'syn-flood',
        name: 'flood',
        arrivals: { kind: 'capture', file, port: null },
        startNs: 0,
        untilNs: NEVER_NS,
        countMax: Infinity,
        port: 80,
        link: null,
        pool: Infinity,
        isn: 1,
        isnStep: 0,
        tuples: null,
        isns: null,
        resetAfterNs: NEVER_NS,
        liveShare: 1,
        refreshNs: NEVER_NS,
      },
    ],
  };
}
