/**
 * Distributions of positive durations (service times, holds, gaps): their description and their sampler.
 * Leaves out: arrival processes (traffic/).
 */
import type { RandomStream } from './random.ts';
import { roundNs } from './time.ts';

/** A duration's law. Means in ns. */
export type Distribution =
  | { readonly kind: 'constant'; readonly meanNs: number }
  | { readonly kind: 'exponential'; readonly meanNs: number }
  /** Sum of `k` >= 1 exponentials, mean of the sum `meanNs`. */
  | { readonly kind: 'erlang'; readonly k: number; readonly meanNs: number }
  /** With probability `p` in [0, 1] exponential of mean `mean1Ns`, otherwise of mean `mean2Ns`. */
  | { readonly kind: 'hyperexponential'; readonly p: number; readonly mean1Ns: number; readonly mean2Ns: number }
  /** exp of a normal with standard deviation `sigma` >= 0, scaled to mean `meanNs`. */
  | { readonly kind: 'lognormal'; readonly meanNs: number; readonly sigma: number };

/** Draws durations of one law. */
export interface Sampler {
  /** Integer ns, >= 0. */
  next(): number;
}

/** @returns a sampler that draws from `stream`, and from nothing else. */
export function sampler(law: Distribution, stream: RandomStream): Sampler {
  return new LawSampler(law, stream);
}

/** Mean of `law`, ns. */
export function meanNsOf(law: Distribution): number {
  return law.kind === 'hyperexponential' ? law.p * law.mean1Ns + (1 - law.p) * law.mean2Ns : law.meanNs;
}

class LawSampler implements Sampler {
  private readonly law: Distribution;
  private readonly stream: RandomStream;

  constructor(law: Distribution, stream: RandomStream) {
    this.law = law;
    this.stream = stream;
  }

  next(): number {
    const { law, stream } = this;
    switch (law.kind) {
      case 'constant':
        return roundNs(law.meanNs);
      case 'exponential':
        return roundNs(law.meanNs * stream.exponential());
      case 'erlang': {
        let sum = 0;
        for (let i = 0; i < law.k; i++) sum += stream.exponential();
        return roundNs((law.meanNs / law.k) * sum);
      }
      case 'hyperexponential':
        return roundNs((stream.bernoulli(law.p) ? law.mean1Ns : law.mean2Ns) * stream.exponential());
      case 'lognormal':
        // The mean of exp(sigma * normal) is exp(sigma^2 / 2).
        return roundNs(law.meanNs * Math.exp(law.sigma * stream.normal() - (law.sigma * law.sigma) / 2));
    }
  }
}

/** Draws from measured values: linear between their order statistics. */
export class EmpiricalSampler implements Sampler {
  private readonly sorted: Float64Array;
  private readonly stream: RandomStream;

  /** @param valuesNs at least one, >= 0, in any order. */
  constructor(valuesNs: Float64Array, stream: RandomStream) {
    this.sorted = Float64Array.from(valuesNs).sort();
    this.stream = stream;
  }

  next(): number {
    const { sorted } = this;
    const place = this.stream.uniform() * (sorted.length - 1);
    const below = Math.floor(place);
    const low = sorted[below]!;
    const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return Math.round(low + (place - below) * (high - low));
  }
}
