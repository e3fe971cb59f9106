/**
 * SYN cookies: an initial sequence number that is a MAC of the connection, a few option bits and which secret it was made
 * with. Secrets are replaced in turn, two are known, so a cookie counts for one life of a secret at least and two at most.
 *
 *   [ MAC, 25 or 24 bits | options, 6 bits | odd or even secret ]
 *
 * Leaves out: the cryptography (a mixing function stands for SipHash and MD5: it is as hard to guess for those who do not
 * try), options in the cookie, which change nothing here.
 * Source: C6; syncookie_generate(), syncookie_lookup(), syncookie_reseed().
 */
import type { RandomStream } from '../../engine/random.ts';
import { mixed } from '../mix.ts';
import type { FreeBsdProfile } from './profiles.ts';
import type { Uptime } from './uptime.ts';

const WORD = 2 ** 32;

export class SynCookies {
  private readonly profile: FreeBsdProfile;
  private readonly uptime: Uptime;
  private readonly phaseS: number; // age of the host's secret at instant 0, s
  private readonly secret: number; // what all secrets are made from
  private readonly generation: Float64Array; // bucket → number of its secret, where each has its own
  private readonly reseedAtS: Float64Array; // bucket → uptime after which its secret is replaced

  constructor(profile: FreeBsdProfile, uptime: Uptime, buckets: number, random: RandomStream) {
    this.profile = profile;
    this.uptime = uptime;
    this.secret = random.below(WORD);
    this.phaseS = random.uniform() * profile.cookieLifeS;
    this.generation = new Float64Array(profile.hasHostSecrets ? 0 : buckets);
    this.reseedAtS = new Float64Array(profile.hasHostSecrets ? 0 : buckets);
  }

  get bytes(): number {
    return this.generation.byteLength + this.reseedAtS.byteLength;
  }

  /** The cookie for a SYN with sequence number `irs` that falls into `bucket`. O(1). */
  make(endpoint: number, peer: number, irs: number, bucket: number): number {
    if (!this.profile.hasHostSecrets) this.reseed(bucket);
    const generation = this.generationOf(bucket);
    const flags = generation % 2;
    return this.seal(endpoint, peer, irs, bucket, generation, flags);
  }

  /** Is `iss` a cookie for this connection whose secret is still known? O(1). */
  check(endpoint: number, peer: number, irs: number, bucket: number, iss: number): boolean {
    const { cookieFlagBits, cookieLifeS, hasHostSecrets } = this.profile;
    const newest = this.generationOf(bucket);
    const flags = iss & ((1 << cookieFlagBits) - 1);
    // Of the two secrets that are known each parity has one.
    const generation = newest % 2 === flags % 2 ? newest : newest - 1;
    // Too old to have any, and the secret was not replaced only because nobody asked for a cookie.
    if (!hasHostSecrets && this.reseedAtS[bucket]! + cookieLifeS < this.uptime.seconds()) return false;
    return this.seal(endpoint, peer, irs, bucket, generation, flags) === iss;
  }

  private generationOf(bucket: number): number {
    const { cookieLifeS, hasHostSecrets } = this.profile;
    return hasHostSecrets
      ? Math.floor((this.uptime.exactSeconds() + this.phaseS) / cookieLifeS)
      : this.generation[bucket]!;
  }

  private reseed(bucket: number): void {
    const nowS = this.uptime.seconds();
    if (this.reseedAtS[bucket]! >= nowS) return;
    this.generation[bucket]!++;
    this.reseedAtS[bucket] = nowS + this.profile.cookieLifeS;
  }

  private seal(endpoint: number, peer: number, irs: number, bucket: number, generation: number, flags: number): number {
    let h = mixed(this.secret, generation >>> 0);
    h = mixed(h, bucket);
    h = mixed(h, endpoint);
    h = mixed(h, peer);
    h = mixed(h, irs ^ Math.imul(flags, 0x9e3779b1));
    return ((h << this.profile.cookieFlagBits) | flags) >>> 0;
  }
}
