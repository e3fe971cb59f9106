/**
 * Streams for antithetic runs: every draw is one uniform u by inversion, and the second run of a pair has 1 - u in its place.
 * Slower than a RandomStream, which draws exponentials by layers.
 * Leaves out: draws by rejection (normal, Poisson and binomial numbers), which keep their law, and nearly their pairing.
 * Source: J. M. Hammersley and K. W. Morton, Proc. Camb. Phil. Soc. 52, 1956.
 */
import { RandomStream } from './random.ts';

const STEP = 1.1102230246251565e-16; // 2^-53: uniforms are its multiples

/** Which run of a pair of antithetic runs. */
export type Antithetic = 'first' | 'second';

export class InversionStream extends RandomStream {
  private readonly isMirrored: boolean;

  constructor(seed: string, run: Antithetic) {
    super(seed);
    this.isMirrored = run === 'second';
  }

  /** Uniform in [0, 1): u, or the largest multiple of 2^-53 below 1 less u. */
  override uniform(): number {
    const u = super.uniform();
    return this.isMirrored ? 1 - STEP - u : u;
  }

  /** Exponential of mean 1: -log(1 - u). */
  override exponential(): number {
    return -Math.log(1 - this.uniform());
  }
}
