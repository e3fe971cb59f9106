/**
 * How many come while one is served: the law of Poisson arrivals in a service of a given law, as tails, with small relative errors.
 * Leaves out: lognormal services, for which there is no closed form.
 */
import type { Distribution } from '../../engine/distributions.ts';
import { NS_PER_S } from '../../engine/time.ts';
import { poissonProbability } from './poisson.ts';

/** Tails that are computed beyond the last one that is asked for. */
const TERMS_MAX = 50_000_000;
const NEGLIGIBLE = 1e-18;
/** Mean arrivals in a service, at most, where their law has to be added up. */
const LOAD_MAX = 1_000_000;

/** The laws of service for which `arrivalTails` knows an answer. */
export type TractableLaw = Exclude<Distribution, { kind: 'lognormal' }>;

export interface ArrivalTails {
  /** k in [0, last] → P(at least k arrivals in a service). */
  readonly atLeast: Float64Array;
  /** k in [0, last] → E[max(0, arrivals - k)]. */
  readonly excess: Float64Array;
}

/** P(no arrival in a service). */
export function noArrival(arrivalsPerSec: number, law: TractableLaw): number {
  const loadOf = (meanNs: number): number => (arrivalsPerSec * meanNs) / NS_PER_S;
  switch (law.kind) {
    case 'constant':
      return Math.exp(-loadOf(law.meanNs));
    case 'exponential':
      return 1 / (1 + loadOf(law.meanNs));
    case 'hyperexponential':
      return law.p / (1 + loadOf(law.mean1Ns)) + (1 - law.p) / (1 + loadOf(law.mean2Ns));
    case 'erlang':
      return Math.exp(-law.k * Math.log(1 + loadOf(law.meanNs) / law.k));
  }
}

/** @param last >= 1. @throws RangeError for more than a million arrivals in a constant or an Erlang service, on average. Cost O(last + what matters of the tail). */
export function arrivalTails(arrivalsPerSec: number, law: TractableLaw, last: number): ArrivalTails {
  const loadOf = (meanNs: number): number => (arrivalsPerSec * meanNs) / NS_PER_S;
  switch (law.kind) {
    case 'constant':
      return fromProbabilities(poissonLaw(loadOf(law.meanNs)), last);
    case 'exponential':
      return mixed([[1, loadOf(law.meanNs)]], last);
    case 'hyperexponential':
      return mixed(
        [
          [law.p, loadOf(law.mean1Ns)],
          [1 - law.p, loadOf(law.mean2Ns)],
        ],
        last,
      );
    case 'erlang':
      return fromProbabilities(negativeBinomialLaw(law.k, loadOf(law.meanNs)), last);
  }
}

/** In an exponential service of load a the number is geometric: P(at least k) = (a / (1 + a))^k. */
function mixed(parts: readonly (readonly [weight: number, load: number])[], last: number): ArrivalTails {
  const atLeast = new Float64Array(last + 1);
  const excess = new Float64Array(last + 1);
  for (const [weight, load] of parts) {
    const q = load / (1 + load);
    let tail = weight;
    for (let k = 0; k <= last; k++) {
      atLeast[k]! += tail;
      excess[k]! += tail * load;
      tail *= q;
    }
  }
  return { atLeast, excess };
}

/** k → P(k), and from where on the probabilities fall. */
interface CountLaw {
  readonly probability: (k: number) => number;
  readonly mode: number;
  /** P(k + 1) / P(k). */
  readonly ratio: (k: number) => number;
}

function poissonLaw(load: number): CountLaw {
  return { probability: (k) => poissonProbability(k, load), mode: load, ratio: (k) => load / (k + 1) };
}

/** Arrivals in `stages` exponential stages of load a / stages each. */
function negativeBinomialLaw(stages: number, load: number): CountLaw {
  const q = load / stages / (1 + load / stages);
  const probabilities = [1];
  for (let i = 0; i < stages; i++) probabilities[0]! *= 1 - q;
  const ratio = (k: number): number => (q * (k + stages)) / (k + 1);
  const probability = (k: number): number => {
    while (probabilities.length <= k)
      probabilities.push(probabilities[probabilities.length - 1]! * ratio(probabilities.length - 1));
    return probabilities[k]!;
  };
  return { probability, mode: load, ratio };
}

/** Sums tails from the far end, so that small ones are as exact as large ones. */
function fromProbabilities({ probability, mode, ratio }: CountLaw, last: number): ArrivalTails {
  if (!(mode <= LOAD_MAX)) throw new RangeError(`service: expected a load of at most ${LOAD_MAX}, received ${mode}`);
  let end = Math.max(last, Math.ceil(mode)) + 1;
  let sum = 0;
  for (; end < TERMS_MAX; end++) {
    const p = probability(end);
    sum += p;
    const r = ratio(end);
    if (p === 0 || (r < 1 && p * r <= NEGLIGIBLE * (1 - r) * sum)) break;
  }
  const atLeast = new Float64Array(last + 1);
  const excess = new Float64Array(last + 1);
  let tail = 0; // P(at least k)
  let tails = 0; // sum of the tails above k
  for (let k = end; k >= 0; k--) {
    tails += tail;
    tail += probability(k);
    if (k > last) continue;
    atLeast[k] = tail;
    excess[k] = tails;
  }
  return { atLeast, excess };
}
