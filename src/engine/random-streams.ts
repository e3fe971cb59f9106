/** The random streams of one run, by name: what draws from one moves no other. */
import { type Antithetic, InversionStream } from './inversion-stream.ts';
import { RandomStream } from './random.ts';

export class RandomStreams {
  private readonly prefix: string;
  private readonly antithetic: Antithetic | null;

  /** @param antithetic which run of a pair it is; null: of none. Both runs of a pair have the same seed and replication. */
  constructor(seed: string, replication: number, antithetic: Antithetic | null = null) {
    this.prefix = `${seed}/${replication}/`;
    this.antithetic = antithetic;
  }

  /** The stream of that name: `traffic.users.arrivals`. */
  stream(name: string): RandomStream {
    const seed = this.prefix + name;
    return this.antithetic === null ? new RandomStream(seed) : new InversionStream(seed, this.antithetic);
  }
}
