/**
 * Queues before workers, and before a link, as scenarios: F1, F2, F2b, F3, F4, F4b, F10b, F12, F13.
 * The textbook listener with a backlog of B and w workers holds B + w. Clients send one SYN each, at no distance.
 */
import { type Distribution, meanNsOf } from '../engine/distributions.ts';
import { NS_PER_S } from '../engine/time.ts';
import { batchMm1k } from '../experiment/formulas/batch-arrivals.ts';
import { squaredVariation } from '../experiment/formulas/general-service.ts';
import { serializeDistribution } from '../scenario/serialize.ts';
import {
  type Effort,
  type FormulaPlan,
  type Measured,
  perSec,
  type Reading,
  seconds,
  windowOf,
} from './formula-plan.ts';
import type { Parameters } from './formula-values.ts';

/** Backlog of a queue with room for all. */
const ROOM_FOR_ALL = 1_000_000;
/** Wire bytes of a SYN on a link, in bits: at this rate a link takes a second for it. */
const SYN_BITS = 672;
/** Share of a loss by which a scenario may differ from its formula: far below what replications can tell. */
const BIAS_MAX = 0.002;
/** Rounds of arrivals whose rate goes round, at least. */
const CYCLES = 20;
/** Times that a queue needs to forget how it began. */
const WARMUP_RELAXATIONS = 10;

interface Queue {
  /** As the scenario writes them. */
  readonly arrivals: string;
  /** Mean rate, and how much more than a Poisson process it varies. */
  readonly arrivalsPerSec: number;
  readonly burstiness: number;
  readonly service: Distribution;
  readonly workers: number;
  /** Infinity: room for all. */
  readonly capacity: number;
  /** Of arrivals whose rate goes round. */
  readonly cycleS?: number;
}

/** @returns null when the textbook listener cannot be this queue: it needs one place to wait. */
function queuePlan(queue: Queue, effort: Effort): FormulaPlan | null {
  const { arrivals, arrivalsPerSec, capacity, service, workers } = queue;
  if (capacity - workers < 1) return null;
  const backlog = capacity === Infinity ? ROOM_FOR_ALL : capacity - workers;
  const relaxationS = relaxationOf(queue);
  const measuredS = Math.max(effort.arrivals / arrivalsPerSec, 3 * relaxationS, CYCLES * (queue.cycleS ?? 0));
  return {
    variant: '',
    replications: effort.replications,
    scenario: () => `${windowOf(WARMUP_RELAXATIONS * relaxationS, measuredS)}
server:
  stack: classic
  classic: { slots: 100000, hold: fixed(1s) }
  listen: { backlog: ${backlog} }
  accept: { workers: ${workers}, service: "${serializeDistribution(service)}", reply: 100B, close: true }
traffic: { users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: "${arrivals}", rtt: 0s, speaks: false } }
`,
    readings: readingsOf(queue, measuredS),
  };
}

/** Seconds in which the queue forgets: as a diffusion between two walls does, or it fills up, or those in service leave. */
function relaxationOf(queue: Queue): number {
  const { arrivalsPerSec, burstiness, capacity, service, workers } = queue;
  const servicesPerSec = (workers * NS_PER_S) / meanNsOf(service);
  const drift = servicesPerSec - arrivalsPerSec;
  const spread = arrivalsPerSec * burstiness + servicesPerSec * squaredVariation(service);
  const forgets = (drift * drift) / (2 * spread) + (10 * spread) / (2 * capacity * capacity);
  const fillS = drift < 0 ? capacity / -drift : 0;
  return 1 / forgets + fillS + workers / servicesPerSec + (queue.cycleS ?? 0);
}

function readingsOf(
  { arrivalsPerSec, capacity, service, workers }: Queue,
  measuredS: number,
): Readonly<Record<string, Reading>> {
  const serviceS = meanNsOf(service) / NS_PER_S;
  const mean = (read: (m: Measured) => number): Reading => ({ kind: 'mean', read });
  const busy = (m: Measured): number => m.of('server.busy_fraction') * workers;
  const waiting = (m: Measured): number => m.of('listener.accept_queue.mean');
  const sojournS = (m: Measured): number => m.of('users.response_ms.mean') / 1000;
  const blocked: Reading = {
    kind: 'share',
    // SYNs of one instant all find the queue as it was; of their ACKs those are ignored that find it full.
    read: (m) => [m.of('users.syns_refused') + m.of('listener.accept_overflows'), m.of('users.syns_sent')],
    per: arrivalsPerSec * measuredS,
  };
  const shared = {
    P_block: blocked,
    P_loss: blocked,
    P_loss_customer: blocked,
    L: mean((m) => waiting(m) + busy(m)),
    Lq: mean(waiting),
    throughput: mean((m) => m.of('server.served') / measuredS),
    W: mean(sojournS),
    W_accepted: mean(sojournS),
    Wq: mean((m) => sojournS(m) - serviceS),
    Wq_accepted: mean((m) => sojournS(m) - serviceS),
  };
  if (workers > 1) return shared;
  const share = (read: (m: Measured) => number): Reading => ({ kind: 'mean', read, isShare: true });
  const used = { ...shared, P0: share((m) => 1 - busy(m)), utilisation: share(busy) };
  return capacity === Infinity ? { ...used, rho: share(busy) } : used;
}

function exponential(perSecond: number): Distribution {
  return { kind: 'exponential', meanNs: Math.round(NS_PER_S / perSecond) };
}

function markovQueue(p: Parameters, workers: number, capacity: number, effort: Effort): FormulaPlan | null {
  const arrivalsPerSec = p.number('lambda_');
  const arrivals = `poisson(${perSec(arrivalsPerSec)})`;
  const service = exponential(p.number('mu'));
  return queuePlan({ arrivals, arrivalsPerSec, burstiness: 1, service, workers, capacity }, effort);
}

function generalQueue(p: Parameters, capacity: number, effort: Effort): FormulaPlan | null {
  const arrivalsPerSec = p.number('lambda_');
  const arrivals = `poisson(${perSec(arrivalsPerSec)})`;
  return queuePlan({ arrivals, arrivalsPerSec, burstiness: 1, service: p.service(), workers: 1, capacity }, effort);
}

function batchQueue(p: Parameters, effort: Effort): FormulaPlan | null {
  const [rate, mean] = [p.number('batch_rate'), p.number('mean_batch')];
  const arrivals = `batch(poisson(${perSec(rate)}), geometric(${mean}))`;
  const [capacity, mu] = [p.number('K'), p.number('mu')];
  // A worker takes the first member of a batch when all of them are there: a batch that fills an empty queue loses one more.
  const { blocking, empty } = batchMm1k(rate, mean, mu, capacity);
  const more = (empty * Math.exp((capacity - 1) * Math.log(1 - 1 / mean))) / mean;
  if (!(more <= BIAS_MAX * blocking)) return null;
  return queuePlan(
    { arrivals, arrivalsPerSec: rate * mean, burstiness: 2 * mean, service: exponential(mu), workers: 1, capacity },
    effort,
  );
}

function periodicQueue(p: Parameters, effort: Effort): FormulaPlan | null {
  const arrivalsPerSec = p.number('lambda_');
  const arrivals = `periodic(${perSec(arrivalsPerSec)})`;
  const service = exponential(p.number('mu'));
  return queuePlan({ arrivals, arrivalsPerSec, burstiness: 0, service, workers: 1, capacity: Infinity }, effort);
}

function modulatedQueue(p: Parameters, effort: Effort): FormulaPlan | null {
  const [fast, slow] = [p.number('lambda1'), p.number('lambda2')];
  const [fastS, slowS] = [1 / p.number('r12'), 1 / p.number('r21')];
  const arrivals = `mmpp(${perSec(fast)}, ${perSec(slow)}; ${seconds(fastS)}, ${seconds(slowS)})`;
  const arrivalsPerSec = (fast * fastS + slow * slowS) / (fastS + slowS);
  const service = exponential(p.number('mu'));
  const queue = { arrivals, arrivalsPerSec, burstiness: 1, service, workers: 1, cycleS: fastS + slowS };
  return queuePlan({ ...queue, capacity: p.number('K') }, effort);
}

/** F3: a link whose queue holds one packet less than the system. */
function linkPlan(p: Parameters, effort: Effort): FormulaPlan {
  const [lambda, serviceS, capacity] = [p.number('lambda_'), p.number('D'), p.number('K')];
  const measuredS = effort.arrivals / lambda;
  return {
    variant: '',
    replications: effort.replications,
    scenario: () => `${windowOf(20 * capacity * serviceS, measuredS)}
server: { stack: classic, classic: { slots: 1, hold: fixed(1s) }, listen: { backlog: 1 }, accept: { mode: never } }
links: { line: { rate: ${SYN_BITS / serviceS}bps, delay: 1ms, queue: ${capacity - 1} packets } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(${perSec(lambda)}), link: line } }
`,
    readings: {
      P_block: {
        kind: 'share',
        read: (m) => [m.of('link.line.dropped_queue'), m.of('link.line.sent')],
        per: effort.arrivals,
      },
      L: { kind: 'mean', read: (m) => m.of('link.line.queue.mean') },
      P0: { kind: 'mean', read: (m) => 1 - m.of('link.line.busy_fraction') },
      throughput: {
        kind: 'mean',
        read: (m) => (m.of('link.line.sent') - m.of('link.line.dropped_queue')) / measuredS,
      },
      W_accepted: { kind: 'mean', read: (m) => m.of('link.line.sojourn_ms.mean') / 1000 },
    },
  };
}

/** Formula → its plan. */
export const QUEUE_PLANS: Readonly<Record<string, (p: Parameters, effort: Effort) => FormulaPlan | null>> = {
  F1: (p, effort) => markovQueue(p, 1, p.number('K'), effort),
  F2: (p, effort) => markovQueue(p, p.number('c'), Infinity, effort),
  F2b: (p, effort) => markovQueue(p, p.number('c'), p.number('K'), effort),
  F3: linkPlan,
  F4: (p, effort) => generalQueue(p, Infinity, effort),
  F4b: (p, effort) => generalQueue(p, p.number('K'), effort),
  F10b: batchQueue,
  F12: periodicQueue,
  F13: modulatedQueue,
};
