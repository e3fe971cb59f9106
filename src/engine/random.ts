/**
 * Named random streams: the same (seed, replication, name) always gives the same numbers, and a draw from
 * one stream moves no other. The generator is Alea, 53 bits a draw; seedrandom seeds it by hashing the whole
 * name, so neighbouring seeds are unrelated. Its recurrence is stepped here, in place: a call through
 * seedrandom's closures costs more than the draw. A test holds both to the same numbers.
 * Only + - * / log exp sqrt floor are used: their results agree on every Node version.
 * Leaves out: jumps, substreams, cryptographic strength.
 * Source: J. Baagøe, Alea, 2010, as seedrandom has it (period about 2^116).
 */
import alea from 'seedrandom/lib/alea.js';
import { logBinomial, logHypergeometric, logPoisson } from './discrete-laws.ts';
import { ZIGGURAT_EDGE, ZIGGURAT_HEIGHT, ZIGGURAT_TAIL } from './ziggurat.ts';

/** Alea: a multiply-with-carry lag of three fractions of 32 bits. */
const MULTIPLIER = 2_091_639;
const TO_FRACTION = 2.3283064365386963e-10; // 2^-32
/** The second fraction of a draw gives 21 bits below the 32 of the first. */
const LOW_BITS = 0x200000;
const TO_LOW_BITS = 1.1102230246251565e-16; // 2^-53

const LAYER_SCALE = 256;
const SUM = 4;
// Bound here: an imported constant is loaded at every use, one of the module is not.
const EDGE = ZIGGURAT_EDGE;
const HEIGHT = ZIGGURAT_HEIGHT;
/** Above this mean Poisson numbers come from transformed rejection. */
const POISSON_REJECTION_MEAN = 10;
/** The same for binomial numbers. */
const BINOMIAL_REJECTION_MEAN = 10;
/** From this many on, hypergeometric numbers come from the ratio of uniforms. */
const HYPERGEOMETRIC_REJECTION_DRAWN = 32;
/** Of the rectangle that holds the region of the ratio of uniforms (Stadlober 1990): 2 sqrt(2 / e), 3 - 2 sqrt(3 / e). */
const RATIO_WIDTH = 1.7155277699214135;
const RATIO_WIDTH_LEAST = 0.8989161620588988;

/** A stream of random numbers by name: the same text gives the same numbers, on every machine, and a draw from one stream moves no other. */
export class RandomStream {
  private readonly state: Float64Array; // the last three fractions, oldest first, the carry, and `sum`
  private spareNormal: number; // second half of the last pair, NaN = none

  /** @param seed any text; never optional. */
  constructor(seed: string) {
    const { s0, s1, s2, c } = alea(seed, { state: true }).state();
    this.state = Float64Array.of(s0, s1, s2, c, 0);
    this.spareNormal = NaN;
  }

  /** Uniform in [0, 1), 53 bits: two steps of the recurrence. */
  uniform(): number {
    const { state } = this;
    const high = MULTIPLIER * state[0]! + state[3]! * TO_FRACTION;
    const highCarry = Math.floor(high);
    const low = MULTIPLIER * state[1]! + highCarry * TO_FRACTION;
    const lowCarry = Math.floor(low);
    const highFraction = high - highCarry;
    const lowFraction = low - lowCarry;
    state[0] = state[2]!;
    state[1] = highFraction;
    state[2] = lowFraction;
    state[3] = lowCarry;
    return highFraction + Math.floor(lowFraction * LOW_BITS) * TO_LOW_BITS;
  }

  /** True with probability `p`. */
  bernoulli(p: number): boolean {
    return this.uniform() < p;
  }

  /** Uniform integer in [0, n), 0 < n <= 2^53. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Exponential of mean 1. Expected 1.02 uniforms. */
  exponential(): number {
    // One uniform: its top 8 bits name the layer, the 45 below them the place.
    const scaled = this.uniform() * LAYER_SCALE;
    const layer = Math.floor(scaled);
    const x = (scaled - layer) * EDGE[layer]!;
    // What a call returns may be anything to V8, which boxes x then, too; a product is a number.
    return x < EDGE[layer + 1]! ? x : 1 * this.exponentialPast(layer, x);
  }

  /** Of a place past what the next layer covers: the tail, or what is under the curve, or another draw. */
  private exponentialPast(layer: number, x: number): number {
    if (layer === 0) return ZIGGURAT_TAIL - Math.log(1 - this.uniform());
    const y = HEIGHT[layer]! + this.uniform() * (HEIGHT[layer + 1]! - HEIGHT[layer]!);
    return y < Math.exp(-x) ? x : this.exponential();
  }

  /**
   * Adds exponentials of mean `mean` to `from` until `sum` is `end` or more, at most `most` >= 1 of them: the draws of
   * `exponential`, one after the other, with the state of the generator in registers. @returns how many.
   */
  addExponentials(from: number, mean: number, end: number, most: number): number {
    const { state } = this;
    let s0 = state[0]!;
    let s1 = state[1]!;
    let s2 = state[2]!;
    let carry = state[3]!;
    let sum = from;
    let count = 0;
    do {
      // As in `uniform` and `exponential`.
      const high = MULTIPLIER * s0 + carry * TO_FRACTION;
      const highCarry = Math.floor(high);
      const low = MULTIPLIER * s1 + highCarry * TO_FRACTION;
      carry = Math.floor(low);
      s0 = s2;
      s1 = high - highCarry;
      s2 = low - carry;
      const scaled = (s1 + Math.floor(s2 * LOW_BITS) * TO_LOW_BITS) * LAYER_SCALE;
      const layer = Math.floor(scaled);
      let x = (scaled - layer) * EDGE[layer]!;
      if (x >= EDGE[layer + 1]!) {
        this.setState(s0, s1, s2, carry);
        x = 1 * this.exponentialPast(layer, x);
        s0 = state[0]!;
        s1 = state[1]!;
        s2 = state[2]!;
        carry = state[3]!;
      }
      sum += mean * x;
      count++;
    } while (sum < end && count < most);
    this.setState(s0, s1, s2, carry);
    state[SUM] = sum;
    return count;
  }

  /** What `addExponentials` came to last. */
  get sum(): number {
    return this.state[SUM]!;
  }

  private setState(s0: number, s1: number, s2: number, carry: number): void {
    const { state } = this;
    state[0] = s0;
    state[1] = s1;
    state[2] = s2;
    state[3] = carry;
  }

  /** Standard normal: the polar method of Marsaglia, two numbers for one pair of uniforms. */
  normal(): number {
    if (!Number.isNaN(this.spareNormal)) {
      const spare = this.spareNormal;
      this.spareNormal = NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.spareNormal = v * factor;
      return u * factor;
    }
  }

  /** Number of trials up to the first success, >= 1, of mean `mean` >= 1. */
  geometric(mean: number): number {
    if (mean <= 1) return 1;
    return 1 + Math.floor(Math.log(1 - this.uniform()) / Math.log(1 - 1 / mean));
  }

  /** Successes in `n` trials (0 <= n < 2^53) of probability `p` in [0, 1]. */
  binomial(n: number, p: number): number {
    if (p > 0.5) return n - this.binomial(n, 1 - p);
    if (n * p < BINOMIAL_REJECTION_MEAN) return this.binomialByWaiting(n, p);
    return this.binomialByRejection(n, p);
  }

  /** Waits for the next success: a geometric number of trials, again and again. O(n p). */
  private binomialByWaiting(n: number, p: number): number {
    if (p <= 0) return 0;
    // log(1 - p), exact for small p too: log1p by the correction of Kahan.
    const q = 1 - p;
    const logQ = q === 1 ? -p : (Math.log(q) * p) / (1 - q);
    let successes = 0;
    for (let trials = this.trials(logQ); trials <= n; trials += this.trials(logQ)) successes++;
    return successes;
  }

  /** Trials up to the first success, whose failure has the logarithm `logQ`. */
  private trials(logQ: number): number {
    return 1 + Math.floor(Math.log(1 - this.uniform()) / logQ);
  }

  /** Transformed rejection BTRS (Hörmann 1993, The generation of binomial random variates). */
  private binomialByRejection(n: number, p: number): number {
    const q = 1 - p;
    const deviation = Math.sqrt(n * p * q);
    const b = 1.15 + 2.53 * deviation;
    const a = -0.0873 + 0.0248 * b + 0.01 * p;
    const center = n * p + 0.5;
    const vR = 0.92 - 4.2 / b;
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = 1 - this.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + center);
      if (k < 0 || k > n) continue;
      // Most draws end here: what the others need is not computed before.
      if (us >= 0.07 && v <= vR) return k;
      const alpha = (2.83 + 5.1 / b) * deviation;
      const mode = Math.floor((n + 1) * p);
      const bound = logBinomial(k, n, p, q) - logBinomial(mode, n, p, q);
      if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
    }
  }

  /**
   * How many of `drawn` are marked, when they are taken out of `total` < 2^53 of which `marked` are, without putting
   * any back. O(1), or O(the least of marked, drawn and what they leave) where that is small.
   */
  hypergeometric(total: number, marked: number, drawn: number): number {
    // Marked and drawn can change places, and each with what it leaves: the two smallest numbers are worked with.
    if (drawn > marked) return this.hypergeometric(total, drawn, marked);
    if (marked > total - drawn) return drawn - this.hypergeometric(total, total - marked, drawn);
    if (drawn < HYPERGEOMETRIC_REJECTION_DRAWN) return this.hypergeometricByDrawing(total, marked, drawn);
    if (marked > total - marked) return drawn - this.hypergeometricByRejection(total, total - marked, drawn);
    return this.hypergeometricByRejection(total, marked, drawn);
  }

  /** Takes one after the other. */
  private hypergeometricByDrawing(total: number, marked: number, drawn: number): number {
    let found = 0;
    for (let i = 0; i < drawn; i++) if (this.uniform() * (total - i) < marked - found) found++;
    return found;
  }

  /** Ratio of uniforms HRUA (Stadlober 1990, The ratio of uniforms approach for generating discrete random variates). */
  private hypergeometricByRejection(total: number, marked: number, drawn: number): number {
    const p = marked / total;
    const center = drawn * p + 0.5;
    const deviation = Math.sqrt(((total - drawn) / (total - 1)) * drawn * p * (1 - p) + 0.5);
    const width = RATIO_WIDTH * deviation + RATIO_WIDTH_LEAST;
    const mode = Math.floor(((drawn + 1) / (total + 2)) * (marked + 1));
    const logPeak = logHypergeometric(mode, total, marked, drawn);
    for (;;) {
      const u = 1 - this.uniform();
      const k = Math.floor(center + (width * (this.uniform() - 0.5)) / u);
      if (k < 0 || k > marked || k > drawn) continue;
      if (2 * Math.log(u) <= logHypergeometric(k, total, marked, drawn) - logPeak) return k;
    }
  }

  /** Poisson number of mean `mean` in [0, 1e12]. */
  poisson(mean: number): number {
    return mean < POISSON_REJECTION_MEAN ? this.poissonByProduct(mean) : this.poissonByRejection(mean);
  }

  /** Counts uniforms until their product falls below exp(-mean) (Knuth). */
  private poissonByProduct(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.uniform();
    let count = 0;
    while (product > limit) {
      product *= this.uniform();
      count++;
    }
    return count;
  }

  /** Transformed rejection PTRS (Hörmann 1993, The transformed rejection method for generating Poisson random variables). */
  private poissonByRejection(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const vR = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = 1 - this.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      // Most draws end here: what the others need is not computed before.
      if (us >= 0.07 && v <= vR) return k;
      if (k < 0 || (us < 0.013 && v > us)) continue;
      const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
      if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= logPoisson(k, mean)) return k;
    }
  }
}
