/**
 * Bursts and lines as scenarios: F10 a Poisson number of clients while nobody accepts, F11 a constant rate into the accept queue of
 * Linux, F14 a link at its limit.
 */
import { fluidBurst } from '../experiment/formulas/bursts.ts';
import { type Effort, type FormulaPlan, perSec, type Reading, seconds, windowOf } from './formula-plan.ts';
import type { Parameters } from './formula-values.ts';

/** One burst a replication: that takes many. */
const BURSTS = 400;
const LINE_S = 0.1;
/** Wire bytes of a SYN; other frames of a point are none that is simulated. */
const SYN_BYTES = 84;

const CLIENT = 'kind: clients, stack: schedule(0s; fails 1s), rtt: 0s, speaks: false';

function burstPlan(p: Parameters): FormulaPlan | null {
  const [mean, room] = [p.number('mean_burst'), p.number('capacity')];
  if (room < 1) return null;
  const lost = (read: (refused: number) => number, chance: number): Reading => ({
    kind: 'mean',
    read: (m) => read(m.of('users.syns_refused')),
    chance,
  });
  const chance = Math.min(1, (mean / room) * (mean / room) * (mean / room));
  return {
    variant: '',
    replications: BURSTS,
    scenario: () => `${windowOf(0, 2)}
server: { stack: classic, classic: { slots: 1000, hold: fixed(9s) }, listen: { backlog: ${room} }, accept: { mode: never } }
traffic: { users: { ${CLIENT}, arrivals: poisson(${perSec(mean)}), until: 1s } }
`,
    readings: {
      E_lost: lost((refused) => refused, chance),
      loss_fraction: lost((refused) => refused / mean, chance),
      P_any_loss: { kind: 'share', read: (m) => [m.of('users.syns_refused') > 0 ? 1 : 0, 1], per: 1 },
    },
  };
}

/** A fluid loses parts of connections: one more or less is no difference. */
function fluidPlan(p: Parameters): FormulaPlan {
  const [lambda, mu, durationS] = [p.number('lambda_'), p.number('mu_during'), p.number('T')];
  const [waiting, backlog] = [p.number('q0'), p.number('backlog')];
  const burst = { arrivalsPerSec: lambda, servicesPerSec: mu, durationS, waiting };
  const fills = fluidBurst(backlog + 1, burst).fillS < durationS;
  const accept = mu === 0 ? 'mode: never' : `service: fixed(${seconds(1 / mu)})`;
  const before = waiting === 0 ? '' : `\n  before: { ${CLIENT}, arrivals: burst(${waiting}) }`;
  const refused = 'users.syns_refused';
  return {
    variant: 'Linux 6.18',
    replications: 1,
    scenario: () => `${windowOf(0, durationS)}
server:
  stack: linux-6.18
  listen: { backlog: ${backlog} }
  sysctl: { net.core.somaxconn: ${Math.max(4096, backlog)} }
  accept: { ${accept} }
traffic:${before}
  users: { ${CLIENT}, arrivals: periodic(${perSec(lambda)}), start: ${waiting === 0 ? '0s' : '1ns'} }
`,
    readings: {
      lost: { kind: 'exact', read: (m) => m.of(refused), tolerance: 1 },
      loss_fraction: {
        kind: 'exact',
        read: (m) => m.of(refused) / (lambda * durationS),
        tolerance: 1 / (lambda * durationS),
      },
      ...(fills
        ? {
            time_to_fill: {
              kind: 'exact',
              read: (m) => (m.result.drops[0]?.firstAtNs ?? NaN) / 1e9,
              tolerance: 1 / lambda,
            },
          }
        : {}),
    },
  };
}

/** Twice as many SYNs as the link carries. */
function linePlan(p: Parameters): FormulaPlan | null {
  const [bps, bytes] = [p.number('bps'), p.number('wire_bytes')];
  const perSecond = bps / (8 * SYN_BYTES);
  if (bytes !== SYN_BYTES || perSecond * LINE_S > 1e7) return null;
  return {
    variant: '',
    replications: 1,
    scenario: () => `${windowOf(LINE_S, LINE_S)}
server: { stack: classic, classic: { slots: 1, hold: fixed(1s) }, listen: { backlog: 1 }, accept: { mode: never } }
links: { line: { rate: ${bps}bps, queue: 100 packets } }
traffic: { flood: { kind: syn-flood, arrivals: periodic(${perSec(2 * perSecond)}), link: line } }
`,
    readings: {
      pps: { kind: 'exact', read: (m) => m.of('link.line.delivered') / LINE_S, tolerance: 1 / LINE_S },
    },
  };
}

function some(plan: FormulaPlan | null): FormulaPlan[] {
  return plan === null ? [] : [plan];
}

/** Formula → its plans. */
export const BURST_PLANS: Readonly<Record<string, (p: Parameters, effort: Effort) => FormulaPlan[]>> = {
  F10: (p) => some(burstPlan(p)),
  F11: (p) => [fluidPlan(p)],
  F14: (p) => some(linePlan(p)),
};
