/**
 * F1, F2, F2b, F4, F4b, F10b, F12, F13: an accept queue and workers. The textbook listener holds as many as the backlog says, Linux
 * from 4.10 on one more, and each worker one that it serves.
 * Leaves out: lost ACKs, pauses, polling, half-open slots that run out.
 */
import { type Distribution, meanNsOf } from '../engine/distributions.ts';
import { NS_PER_S } from '../engine/time.ts';
import type { Scenario, ServerSpec } from '../scenario/scenario.ts';
import type { ClientsSpec } from '../traffic/specs.ts';
import { batchMm1k } from './formulas/batch-arrivals.ts';
import { erlangB } from './formulas/erlang.ts';
import { mg1, mg1k } from './formulas/general-service.ts';
import { mmc, mmck } from './formulas/markov-queues.ts';
import { mmppM1k } from './formulas/modulated-arrivals.ts';
import { dm1 } from './formulas/periodic-arrivals.ts';
import type { QueueFigures } from './formulas/queue-figures.ts';
import { sendsAgain } from './predict-loss.ts';
import { NEGLIGIBLE, type PredictedFigure, type Prediction } from './predictions.ts';

/** Longer queues take too long to solve; with a load below 1 they are as good as endless. */
const CAPACITY_MAX = 2000;
const MODULATED_MAX = 20_000;
const MARKOV_MAX = 1_000_000;

interface Form {
  readonly formula: string;
  readonly exact: QueueFigures;
  /** Share of arrivals that find no room, as the formula or a bound has it. */
  readonly lost: number;
}

/** @returns null when it does not fit. */
export function predictQueue({ server, traffic }: Scenario): Prediction | null {
  const [users, ...others] = traffic;
  if (users?.kind !== 'clients' || others.length > 0 || !isPlain(users)) return null;
  const capacity = capacityOf(server, users);
  if (capacity === null) return null;
  const form = formOf(users, server, capacity);
  if (form === null) return null;
  // Who sends again after a loss, or is on the way while the queue fills, is no matter when nothing is lost.
  if (form.lost > NEGLIGIBLE && (sendsAgain(users) || users.rttNs + users.answerNs > 0)) return null;
  return { formula: form.formula, figures: figuresOf(users, server, form.exact) };
}

function isPlain(users: ClientsSpec): boolean {
  const { link, reconnectAfterNs, timeoutNs } = users;
  return link === null && reconnectAfterNs === Infinity && timeoutNs === Infinity && users.addresses === Infinity;
}

/** Connections that wait or are served, at most; null when other bounds count too. */
function capacityOf({ accept, backlog, stack }: ServerSpec, users: ClientsSpec): number | null {
  const isServing =
    accept.mode === 'blocking' && accept.startNs === 0 && accept.pauses.length === 0 && accept.exits === undefined;
  if (!isServing || backlog < 1 || meanNsOf(accept.service) === 0) return null;
  if (stack.kind === 'classic') {
    const slotNs = users.rttNs + users.answerNs;
    const rate = users.arrivals.kind === 'poisson' ? users.arrivals.ratePerSec : 0;
    if (stack.policy !== 'tail-drop' || slotNs >= meanNsOf(stack.hold)) return null;
    if (slotNs > 0 && (rate === 0 || erlangB(stack.slots, (rate * slotNs) / NS_PER_S).blocking > NEGLIGIBLE))
      return null;
    return backlog + accept.workers;
  }
  if (stack.kind !== 'linux' || stack.reuseport > 1 || stack.deferAcceptNs > 0 || stack.fastopen > 0) return null;
  const [major, minor] = stack.version;
  // Before 4.10 a full queue still answers a SYN while few requests are young.
  if (major < 4 || (major === 4 && minor < 10) || users.rttNs + users.answerNs > 0) return null;
  return Math.min(backlog, stack.settings.somaxconn) + 1 + accept.workers;
}

function formOf({ arrivals }: ClientsSpec, { accept }: ServerSpec, capacity: number): Form | null {
  const { service, workers } = accept;
  switch (arrivals.kind) {
    case 'poisson':
      return poissonForm(arrivals.ratePerSec, service, workers, capacity);
    case 'batch':
      if (workers > 1 || service.kind !== 'exponential' || arrivals.sizeKind !== 'geometric') return null;
      return batchForm(arrivals.ratePerSec, arrivals.sizeMean, NS_PER_S / service.meanNs, capacity);
    case 'mmpp': {
      const { ratesPerSec, staysNs } = arrivals;
      if (workers > 1 || service.kind !== 'exponential' || ratesPerSec.length * capacity > MODULATED_MAX) return null;
      const stays = staysNs.map((ns) => ns / NS_PER_S);
      const exact = mmppM1k(ratesPerSec, stays, NS_PER_S / service.meanNs, capacity);
      return { formula: `MMPP/M/1/K with K = ${capacity} (F13)`, exact, lost: exact.blocking };
    }
    case 'periodic': {
      if (workers > 1 || service.kind !== 'exponential') return null;
      if (!(arrivals.ratePerSec * service.meanNs < NS_PER_S)) return null;
      const exact = dm1(arrivals.ratePerSec, NS_PER_S / service.meanNs);
      // An arrival finds n there with probability (1 - sigma) sigma^n.
      const lost = Math.exp(capacity * Math.log(exact.delayed));
      return lost > NEGLIGIBLE ? null : { formula: 'D/M/1 (F12)', exact, lost };
    }
    default:
      return null;
  }
}

function poissonForm(ratePerSec: number, service: Distribution, workers: number, capacity: number): Form | null {
  const load = (ratePerSec * meanNsOf(service)) / NS_PER_S;
  if (service.kind === 'exponential') {
    const mu = NS_PER_S / service.meanNs;
    if (capacity > MARKOV_MAX) {
      if (load >= workers) return null;
      return { formula: `M/M/c with c = ${workers} (F2)`, exact: mmc(ratePerSec, mu, workers), lost: 0 };
    }
    const exact = mmck(ratePerSec, mu, workers, capacity);
    const formula = workers === 1 ? `M/M/1/K with K = ${capacity} (F1)` : `M/M/${workers}/K with K = ${capacity} (F2b)`;
    return { formula, exact, lost: exact.blocking };
  }
  if (workers > 1) return null;
  if (service.kind !== 'lognormal' && capacity <= CAPACITY_MAX) {
    const exact = mg1k(ratePerSec, service, capacity);
    const name = service.kind === 'constant' ? 'M/D/1/K' : 'M/G/1/K';
    return {
      formula: `${name} with K = ${capacity} (${service.kind === 'constant' ? 'F3' : 'F4b'})`,
      exact,
      lost: exact.blocking,
    };
  }
  // A heavy tail fills any queue: only those with an exponential tail are as good as endless.
  if (service.kind === 'lognormal' || load >= 0.9) return null;
  return { formula: 'M/G/1 (F4)', exact: mg1(ratePerSec, service), lost: 0 };
}

function batchForm(ratePerSec: number, sizeMean: number, mu: number, capacity: number): Form | null {
  if (capacity > MARKOV_MAX) return null;
  const exact = batchMm1k(ratePerSec, sizeMean, mu, capacity);
  return { formula: `M^X/M/1/K with K = ${capacity} (F10b)`, exact, lost: exact.blocking };
}

function figuresOf(users: ClientsSpec, { accept, stack }: ServerSpec, exact: QueueFigures): PredictedFigure[] {
  const { name, rttNs, answerNs } = users;
  // SYNs of one instant find the queue as it was: of their ACKs those are ignored that find it full.
  const overflows = stack.kind === 'classic' ? 'accept_overflows' : 'TcpExtListenOverflows';
  const series = stack.kind === 'classic' ? ['refused_accept_queue_full', 'accept_overflows'] : [overflows];
  const figures: PredictedFigure[] = [
    {
      figure: 'SYNs refused',
      value: exact.blocking,
      source: {
        kind: 'share',
        count: stack.kind === 'classic' ? [`${name}.syns_refused`, `listener.${overflows}`] : [`${name}.syns_refused`],
        of: [`${name}.syns_sent`],
        series: { count: series, of: [`${name}.syns_sent`] },
      },
    },
    {
      figure: 'waiting for accept()',
      value: exact.waiting,
      source: { kind: 'level', metric: 'listener.accept_queue.mean', series: ['accept_queue'] },
    },
    {
      figure: 'workers busy, share',
      value: (exact.occupancy - exact.waiting) / accept.workers,
      source: { kind: 'level', metric: 'server.busy_fraction', series: null },
    },
  ];
  if (rttNs + answerNs > 0 || accept.replyBytes === 0) return figures;
  const time = { kind: 'time', metric: `${name}.response_ms.mean` } as const;
  return [...figures, { figure: 'time until served', value: exact.sojournS, source: time }];
}
