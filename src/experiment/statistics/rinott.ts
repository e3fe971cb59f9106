/**
 * Rinott's two stages: after a first stage of n0 replications each, how many every alternative needs so that the best one
 * is chosen with a given probability. It asks for more than KN does, but all at once, as a cluster likes it.
 * Source: Y. Rinott, Communications in Statistics A7, 1978.
 */
import { normalCdf } from './laws.ts';

const POINTS = 160;
/** Logarithms of a chi-squared variable over its degrees of freedom that matter, in standard deviations. */
const SPREAD = 9;
const STEPS = 60;

/**
 * The constant h: the integral over y of (the integral over x of Phi(h / sqrt(nu (1/x + 1/y))) f(x))^(k - 1) f(y) is `confidence`,
 * with f the law of chi squared with nu = firstStage - 1 degrees of freedom.
 * @param alternatives k >= 2. @param confidence in (1 / k, 1). @param firstStage n0 >= 3.
 * @throws RangeError. Accurate to 1e-6. Cost: a tenth of a second.
 */
export function rinottConstant(alternatives: number, confidence: number, firstStage: number): number {
  if (!(Number.isInteger(alternatives) && alternatives >= 2))
    throw new RangeError(`alternatives: expected a whole number >= 2, received ${alternatives}`);
  if (!(confidence > 1 / alternatives && confidence < 1))
    throw new RangeError(`confidence: expected a number between ${1 / alternatives} and 1, received ${confidence}`);
  if (!(Number.isInteger(firstStage) && firstStage >= 3))
    throw new RangeError(`firstStage: expected a whole number >= 3, received ${firstStage}`);
  const law = chiSquared(firstStage - 1);
  let low = 0;
  let high = 1;
  while (probabilityOf(high, alternatives, law) < confidence) high *= 2;
  for (let step = 0; step < STEPS && high - low > 1e-9 * high; step++) {
    const middle = (low + high) / 2;
    if (probabilityOf(middle, alternatives, law) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Replications that an alternative of this standard deviation needs in all, those of the first stage included. @throws RangeError. */
export function rinottReplications(h: number, deviation: number, difference: number, firstStage: number): number {
  if (!(difference > 0)) throw new RangeError(`difference: expected a number > 0, received ${difference}`);
  const ratio = (h * deviation) / difference;
  return Math.max(firstStage, Math.ceil(ratio * ratio));
}

interface Quadrature {
  /** nu over the point. */
  readonly inverse: Float64Array;
  /** Weights that add up to 1. */
  readonly weight: Float64Array;
}

/** Trapezoids in the logarithm: the integrand and all its derivatives vanish at both ends, so they converge fast. */
function chiSquared(freedom: number): Quadrature {
  const spread = SPREAD * Math.sqrt(2 / freedom);
  const inverse = new Float64Array(POINTS);
  const weight = new Float64Array(POINTS);
  let total = 0;
  for (let i = 0; i < POINTS; i++) {
    // Small values have the longer tail in the logarithm.
    const t = spread * (-2 + (3 * i) / (POINTS - 1));
    inverse[i] = Math.exp(-t);
    weight[i] = Math.exp((freedom / 2) * (t + 1 - Math.exp(t)));
    total += weight[i]!;
  }
  for (let i = 0; i < POINTS; i++) weight[i]! /= total;
  return { inverse, weight };
}

function probabilityOf(h: number, alternatives: number, { inverse, weight }: Quadrature): number {
  let outer = 0;
  for (let y = 0; y < POINTS; y++) {
    let inner = 0;
    for (let x = 0; x < POINTS; x++) {
      if (weight[x]! < 1e-15) continue;
      inner += weight[x]! * normalCdf(h / Math.sqrt(inverse[x]! + inverse[y]!), 0, 1);
    }
    let power = 1;
    for (let i = 1; i < alternatives; i++) power *= inner;
    outer += weight[y]! * power;
  }
  return outer;
}
