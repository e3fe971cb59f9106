/**
 * Points of closed forms: by the name of a formula, what it gives for the parameters of a point, under the names of the file.
 * Leaves out: simulating them (formula-plans.ts).
 */
import { type Distribution } from '../engine/distributions.ts';
import { NS_PER_MS } from '../engine/time.ts';
import { batchMm1k } from '../experiment/formulas/batch-arrivals.ts';
import { fluidBurst, packetsPerSec, poissonBurstLoss } from '../experiment/formulas/bursts.ts';
import { classicCookieOdds, forgedPerSec, linuxCookieOdds } from '../experiment/formulas/cookie-odds.ts';
import { criticalRatePerSec, erlangB, fluidLoss, meanFillTimeS, twoClassLoss } from '../experiment/formulas/erlang.ts';
import {
  bucketSurvival,
  oldestDropSurvival,
  randomDropSurvival,
  randomDropSurvivalExponential,
  randomDropSurvivalPeriodic,
  recycleTimeS,
  successInTries,
} from '../experiment/formulas/evictions.ts';
import { kingmanWaitS, md1k, mg1, mg1k, squaredVariation } from '../experiment/formulas/general-service.ts';
import { mm1k, mmc, mmck, mmcWaitsLonger } from '../experiment/formulas/markov-queues.ts';
import { mmppM1k } from '../experiment/formulas/modulated-arrivals.ts';
import { dm1 } from '../experiment/formulas/periodic-arrivals.ts';
import type { QueueFigures } from '../experiment/formulas/queue-figures.ts';
import { reservedLoss } from '../experiment/formulas/reservation.ts';
import { independentRetries, retryDelayAtLeast, retryFixedPoint } from '../experiment/formulas/retries.ts';

/** Figures by their names in the file; null: not defined. */
export type Figures = Readonly<Record<string, number | null>>;

/** The parameters of a point. Reading one that is not there, or is no number, is a RangeError. */
export class Parameters {
  private readonly given: Readonly<Record<string, number | string>>;

  constructor(given: Readonly<Record<string, number | string>>) {
    this.given = given;
  }

  has(name: string): boolean {
    return this.given[name] !== undefined;
  }

  number(name: string): number {
    const value = Number(this.given[name] ?? NaN);
    if (!Number.isFinite(value)) throw new RangeError(`${name}: expected a number, received ${this.textOf(name)}`);
    return value;
  }

  /** `exponential mean 1 ms`, `deterministic 1 ms`, `H2 p=.9 mean .5ms, p=.1 mean 5.5ms`. */
  service(): Distribution {
    const text = this.textOf('service');
    const [single] = /(?<=^exponential mean |^deterministic )[\d.]+(?= ?ms$)/.exec(text) ?? [];
    if (single !== undefined)
      return { kind: text.startsWith('e') ? 'exponential' : 'constant', meanNs: Number(single) * NS_PER_MS };
    const [first, second, ...more] = [...text.matchAll(/p=([\d.]+) mean ([\d.]+) ?ms/g)];
    if (first === undefined || second === undefined || more.length > 0 || !/H2/.test(text))
      throw new RangeError(`service: expected exponential, deterministic or H2 with means in ms, received ${text}`);
    return {
      kind: 'hyperexponential',
      p: Number(first[1]),
      mean1Ns: Number(first[2]) * NS_PER_MS,
      mean2Ns: Number(second[2]) * NS_PER_MS,
    };
  }

  /** Instants of SYNs, s: what follows the last colon, up to a remark in brackets. */
  schedule(): number[] {
    const text = this.textOf('schedule');
    const list = /(?:^|: *)([\d., ]+)(?:\([^()]*\))?$/.exec(text)?.[1] ?? '';
    const instants = list.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (instants.some((atS) => !Number.isFinite(atS)))
      throw new RangeError(`schedule: expected instants in seconds, 0,1,3, received ${text}`);
    return instants;
  }

  private textOf(name: string): string {
    return String(this.given[name] ?? 'nothing');
  }
}

function queue(figures: QueueFigures): Figures {
  return {
    P_block: figures.blocking,
    P0: figures.empty,
    L: figures.occupancy,
    Lq: figures.waiting,
    throughput: figures.throughputPerSec,
    W: figures.sojournS,
    Wq: figures.waitS,
    W_accepted: figures.sojournS,
    Wq_accepted: figures.waitS,
  };
}

function queueOf(p: Parameters): Figures {
  const [lambda, mu] = [p.number('lambda_'), p.number('mu')];
  const figures = mm1k(lambda, mu, p.number('K'));
  return { ...queue(figures), utilisation: figures.throughputPerSec / mu };
}

function delayed(p: Parameters): Figures {
  const [lambda, mu, c] = [p.number('lambda_'), p.number('mu'), p.number('c')];
  const figures = mmc(lambda, mu, c);
  return { ...queue(figures), P_wait: figures.delayed, P_wait_gt_10ms: mmcWaitsLonger(lambda, mu, c, 0.01) };
}

function generalService(p: Parameters): Figures {
  const service = p.service();
  const figures = mg1(p.number('lambda_'), service);
  return { ...queue(figures), rho: 1 - figures.empty, scv: squaredVariation(service) };
}

function boundedService(p: Parameters): Figures {
  const service = p.service();
  if (service.kind === 'lognormal') throw new RangeError('service: expected another law, received lognormal');
  return queue(mg1k(p.number('lambda_'), service, p.number('K')));
}

function loss(p: Parameters): Figures {
  const c = p.number('c');
  const load = p.number('lambda_') * p.number('T_hold');
  const { blocking, occupancy } = erlangB(c, load);
  return { offered_erlangs: load, P_block: blocking, mean_occupancy: occupancy, fluid_bound: fluidLoss(c, load) };
}

function twoClasses(p: Parameters): Figures {
  const lambda = p.number('lambda_legit');
  const loads = [lambda * p.number('hold_legit'), p.number('lambda_attack') * p.number('hold_attack')] as const;
  const { blocking, occupancy } = twoClassLoss(p.number('c'), loads);
  return {
    P_block_both: blocking[0],
    P_block_attack: blocking[1],
    mean_slots: occupancy[0] + occupancy[1],
    mean_legit_slots: occupancy[0],
    mean_attack_slots: occupancy[1],
    legit_goodput: lambda * (1 - blocking[0]),
  };
}

function reserved(p: Parameters): Figures {
  const classOf = (name: string) => ({
    arrivalsPerSec: p.number(`lambda_${name}`),
    holdS: p.number(`hold_${name}`),
  });
  const { blocking, occupancy } = reservedLoss(p.number('c'), p.number('thr'), classOf('legit'), classOf('attack'));
  return {
    P_block_legit: blocking[0],
    P_block_attack: blocking[1],
    mean_legit_slots: occupancy[0],
    mean_attack_slots: occupancy[1],
  };
}

function retries(p: Parameters): Figures {
  const schedule = p.schedule();
  const blocking = p.number('p_block');
  const { delayS, success, syns } = independentRetries(schedule, blocking);
  return {
    P_success: success,
    mean_added_delay_given_success: delayS,
    mean_SYNs_sent: syns,
    P_delay_ge_1s_given_success: retryDelayAtLeast(schedule, blocking, 1),
  };
}

function retryLoad(p: Parameters): Figures {
  const [c, lambda, hold] = [p.number('c'), p.number('lambda_legit'), p.number('T_legit')];
  const { blocking, success, synsPerSec } = retryFixedPoint(
    c,
    lambda,
    hold,
    p.number('a_attack'),
    p.number('attempts'),
  );
  return { p_block_per_SYN: blocking, legit_SYN_rate: synsPerSec, P_success: success };
}

function eviction(p: Parameters): Figures {
  const at = [p.number('N'), p.number('g'), p.number('rtt')] as const;
  const random = randomDropSurvival(...at);
  return {
    random_drop_poisson: random,
    random_drop_deterministic: randomDropSurvivalPeriodic(...at),
    oldest_drop_poisson: oldestDropSurvival(...at),
    random_drop_7_tries: successInTries(random, 7),
    random_drop_3_tries: successInTries(random, 3),
  };
}

function buckets(p: Parameters): Figures {
  const [m, b, g, rtt] = [p.number('M'), p.number('b'), p.number('g'), p.number('rtt')];
  return {
    mean_arrivals_per_bucket: (g * rtt) / m,
    P_survive: bucketSurvival(m, b, g, rtt),
    mean_recycle_time: recycleTimeS(m * b, g),
  };
}

/** Linux, unless the point counts the hash bits of Bernstein's cookie; or what a rate of guesses gives. */
function cookies(p: Parameters): Figures {
  if (p.has('hash_bits')) {
    const { accepted } = classicCookieOdds(p.number('valid_counters'), p.number('hash_bits'));
    return { P: accepted, P_any_mss: accepted };
  }
  if (p.has('forged_ACK_per_s')) {
    const perSec = forgedPerSec(linuxCookieOdds(2, 4, 32), p.number('forged_ACK_per_s'));
    return { accepted_per_s: perSec, mean_seconds_between: 1 / perSec };
  }
  const odds = linuxCookieOdds(p.number('max_age_periods'), p.number('mss_entries'), p.number('cookie_bits'));
  return {
    P_random_ACK_accepted: odds.accepted,
    expected_tries: odds.guesses,
    forged_per_s_at_1Mpps: forgedPerSec(odds, 1e6),
  };
}

function burst(p: Parameters): Figures {
  const { anyLost, lost, share } = poissonBurstLoss(p.number('mean_burst'), p.number('capacity'));
  return { E_lost: lost, loss_fraction: share, P_any_loss: anyLost };
}

function batches(p: Parameters): Figures {
  const [rate, mean, mu] = [p.number('batch_rate'), p.number('mean_batch'), p.number('mu')];
  const figures = batchMm1k(rate, mean, mu, p.number('K'));
  return { ...queue(figures), rho: (rate * mean) / mu, P_loss_customer: figures.blocking, P_K: figures.full };
}

/** What Linux holds is one more than the backlog. */
function fluid(p: Parameters): Figures {
  const { fillS, lost, roomForAll, share } = fluidBurst(p.number('backlog') + 1, {
    arrivalsPerSec: p.number('lambda_'),
    servicesPerSec: p.number('mu_during'),
    durationS: p.number('T'),
    waiting: p.number('q0'),
  });
  return { time_to_fill: fillS, lost, min_backlog: roomForAll - 1, loss_fraction: share };
}

function critical(p: Parameters): Figures {
  const rate = criticalRatePerSec(p.number('slots'), p.number('T_hold'));
  return { g_crit: rate, seconds_per_SYN: 1 / rate, bits_per_s_64B: rate * 64 * 8 };
}

function fill(p: Parameters): Figures {
  const [c, lambda] = [p.number('c'), p.number('lambda_')];
  return { mean_fill_time: meanFillTimeS(c, lambda, p.number('T_hold')), fluid_fill: c / lambda };
}

function periodic(p: Parameters): Figures {
  const figures = dm1(p.number('lambda_'), p.number('mu'));
  return { ...queue(figures), sigma: figures.delayed };
}

function modulated(p: Parameters): Figures {
  const rates = [p.number('lambda1'), p.number('lambda2')];
  const stays = [1 / p.number('r12'), 1 / p.number('r21')];
  const figures = mmppM1k(rates, stays, p.number('mu'), p.number('K'));
  return {
    ...queue(figures),
    mean_rate: figures.arrivalsPerSec,
    P_loss: figures.blocking,
    P_full_time: figures.full,
  };
}

function lineRate(p: Parameters): Figures {
  const pps = packetsPerSec(p.number('bps'), p.number('wire_bytes'));
  return { pps, serialisation_s: 1 / pps };
}

/** Formula → its figures. */
const FORMULAS: Readonly<Record<string, (p: Parameters) => Figures>> = {
  F1: queueOf,
  F2: delayed,
  F2b: (p) => queue(mmck(p.number('lambda_'), p.number('mu'), p.number('c'), p.number('K'))),
  F3: (p) => queue(md1k(p.number('lambda_'), p.number('D'), p.number('K'))),
  F4: generalService,
  F4b: boundedService,
  F5: loss,
  F6: twoClasses,
  F6b: reserved,
  F7: retries,
  F7b: retryLoad,
  F8: eviction,
  F8b: buckets,
  F8c: (p) => ({ P_survive: randomDropSurvivalExponential(p.number('N'), p.number('g'), p.number('mean_rtt')) }),
  F9: cookies,
  F10: burst,
  F10b: batches,
  F11: fluid,
  F11b: critical,
  F11c: fill,
  F12: periodic,
  F13: modulated,
  F14: lineRate,
  F15: (p) => ({ Wq: kingmanWaitS(p.number('lambda_'), p.number('mu'), p.number('ca2'), p.number('cs2')) }),
};

const FORMULA_NAMES: readonly string[] = Object.keys(FORMULAS);

/** @returns what formula `id` gives. @throws RangeError when there is none of this name, or it does not take these parameters. */
export function figuresOfFormula(id: string, parameters: Parameters): Figures {
  const formula = Object.hasOwn(FORMULAS, id) ? FORMULAS[id] : undefined;
  if (formula === undefined) throw new RangeError(`id: expected one of ${FORMULA_NAMES.join(', ')}, received ${id}`);
  return formula(parameters);
}
