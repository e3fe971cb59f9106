/**
 * Which FreeBSD behaves how: one row for each release from which on something differs, and how that is known.
 * Leaves out: how a behaviour is carried out (the other files of this room); what 11.1 to 11.4 changed, of which no tree was read.
 * Source: tcp_syncache.c, tcp_timer.{c,h} of 9.3, 10.4.0, 11.0-CURRENT (December 2015), 12-CURRENT (summer 2018), 12.0, 13.1, 14.0 and
 * main (003f1ebc).
 */

export interface FreeBsdProfile {
  /** First release of the row: 9, 10.4. No minor release has two digits. */
  readonly from: number;
  /** Initial retransmission time-out of a SYN-ACK, ms. */
  readonly rexmitInitialMs: number;
  /** Factor of the time-out after transmission n (C3). */
  readonly backoff: readonly number[];
  /** Added to every time-out but the first, ms. */
  readonly slopMs: number;
  /** Longest time-out, ms. */
  readonly rexmitMaxMs: number;
  /** C5: an overflow turns the cache off for a while, and cookies do its work. */
  readonly pauses: boolean;
  /** C6: one pair of secrets for the host; before, one for each bucket. */
  readonly hasHostSecrets: boolean;
  /** Seconds after which a secret is replaced. */
  readonly cookieLifeS: number;
  /** Low bits of a cookie that are options and which secret; the others are its MAC. */
  readonly cookieFlagBits: number;
  /** C4.5: a cookie counts only if its bucket has overflowed of late. */
  readonly checksOverflow: boolean;
  /** C4.6: a RST must have exactly the next sequence number, others in the window draw an ACK. */
  readonly wantsExactReset: boolean;
  /** A RST with ACK, SYN or FIN is none for a SYN-ACK. */
  readonly wantsBareReset: boolean;
  /** Bound of every listen(): its sysctl. */
  readonly soacceptqueue: 'kern.ipc.somaxconn' | 'kern.ipc.soacceptqueue';
  readonly evidence: string;
}

/** tcp_backoff, tcp_syn_backoff: TCP_MAXRXTSHIFT + 1 entries. */
const DOUBLED_TO_64 = [1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64, 64, 64];
const DOUBLED_TO_512 = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 512, 512, 512];
const LINEAR_FIRST = [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 64, 64];

const FREEBSD_9: FreeBsdProfile = {
  from: 9,
  rexmitInitialMs: 3000,
  backoff: DOUBLED_TO_64,
  slopMs: 0,
  rexmitMaxMs: Infinity,
  pauses: false,
  hasHostSecrets: false,
  cookieLifeS: 16,
  cookieFlagBits: 7,
  checksOverflow: false,
  wantsExactReset: false,
  wantsBareReset: true,
  soacceptqueue: 'kern.ipc.somaxconn',
  evidence: 'read in 9.3',
};

const FREEBSD_10: FreeBsdProfile = {
  ...FREEBSD_9,
  from: 10,
  backoff: LINEAR_FIRST,
  hasHostSecrets: true,
  cookieLifeS: 15,
  cookieFlagBits: 8,
  soacceptqueue: 'kern.ipc.soacceptqueue',
  evidence: 'inferred: 10.4 and 11.0-CURRENT were read',
};

const FREEBSD_10_4: FreeBsdProfile = {
  ...FREEBSD_10,
  from: 10.4,
  checksOverflow: true,
  evidence: 'read in 10.4',
};

const FREEBSD_11: FreeBsdProfile = {
  ...FREEBSD_10,
  from: 11,
  evidence: 'read in 11.0-CURRENT, ten months before the release',
};

/** Head of December 2015 does not look at overflows, 10.4 (October 2017) does: 11.1 (July 2017) is taken to, 11.0 (2016) not to. */
const FREEBSD_11_1: FreeBsdProfile = {
  ...FREEBSD_10_4,
  from: 11.1,
  evidence: 'inferred: 11.0-CURRENT, 10.4 and 12-CURRENT were read',
};

const FREEBSD_12: FreeBsdProfile = {
  ...FREEBSD_10_4,
  from: 12,
  slopMs: 200,
  rexmitMaxMs: 64_000,
  wantsExactReset: true,
  evidence: 'read in 12.0; its later releases were not',
};

const FREEBSD_13: FreeBsdProfile = {
  ...FREEBSD_12,
  from: 13,
  rexmitInitialMs: 1000,
  backoff: DOUBLED_TO_512,
  pauses: true,
  wantsBareReset: false,
  evidence: 'read in 13.1, 14.0 and main',
};

/** Oldest first. */
const FREEBSD_PROFILES: readonly FreeBsdProfile[] = [
  FREEBSD_9,
  FREEBSD_10,
  FREEBSD_10_4,
  FREEBSD_11,
  FREEBSD_11_1,
  FREEBSD_12,
  FREEBSD_13,
];

/** Releases that a scenario may name: `freebsd-9` … `freebsd-15.1`. */
const NAME = /^freebsd-(\d{1,2}(?:\.\d)?)$/;
const OLDEST = 9;
const NEWEST = 15;

/** @returns the row of stack `name` (`freebsd-14`, `freebsd-9.3`), or null when it is none of them. */
export function freeBsdProfileOf(name: string): FreeBsdProfile | null {
  const match = NAME.exec(name);
  const release = Number(match?.[1]);
  if (match === null || release < OLDEST || release >= NEWEST + 1) return null;
  return FREEBSD_PROFILES.findLast(({ from }) => from <= release) ?? null;
}

/** What a release does, in words, for people. */
export interface FreeBsdRow {
  readonly behaviour: string;
  readonly text: string;
  /** Release from which on it does. */
  readonly from: number;
  readonly source: string;
}

/** Every behaviour that differs between releases, as `profile` has it. */
export function freeBsdRows(profile: FreeBsdProfile): FreeBsdRow[] {
  const earlier = FREEBSD_PROFILES.filter((row) => row.from <= profile.from).toReversed();
  const since = (keys: readonly (keyof FreeBsdProfile)[]): number => {
    const other = earlier.findIndex((row) => keys.some((key) => row[key] !== profile[key]));
    return (other < 0 ? earlier.at(-1) : earlier[other - 1])?.from ?? profile.from;
  };
  const [first, second, third, end] = synAckSeconds(profile);
  const row = (
    behaviour: string,
    text: string,
    keys: readonly (keyof FreeBsdProfile)[],
    source: string,
  ): FreeBsdRow => ({ behaviour, text, from: since(keys), source });
  return [
    row(
      'SYN-ACK timer',
      `at 0, ${first}, ${second} and ${third} s; gone at ${end} s`,
      ['backoff', 'slopMs'],
      'C3: syncache_timeout',
    ),
    row(
      'full bucket',
      profile.pauses
        ? 'the oldest goes, and a pause of 15 to 960 s begins in which cookies do all the work'
        : 'the oldest goes, every time',
      ['pauses'],
      'C2.4, C5: syncache_insert, syncache_pause',
    ),
    row(
      'life of a cookie',
      `${profile.cookieLifeS} to ${2 * profile.cookieLifeS} s, secrets of ${profile.hasHostSecrets ? 'the host' : 'each bucket'}`,
      ['hasHostSecrets'],
      'C6: syncookie_generate',
    ),
    row(
      'ACK without an entry',
      profile.checksOverflow ? 'may bring a cookie if its bucket overflowed of late' : 'may bring a cookie at any time',
      ['checksOverflow'],
      'C4.5: syncache_expand',
    ),
    row(
      'RST to a SYN-ACK',
      profile.wantsExactReset ? 'counts with exactly the next sequence number' : 'counts anywhere in the window',
      ['wantsExactReset'],
      'C4.6: syncache_chkrst',
    ),
    {
      behaviour: 'accept queue',
      text: 'holds floor(1.5 backlog) + 1; whoever finds it full is reset',
      from: FREEBSD_9.from,
      source: 'C4.2-3: sonewconn',
    },
  ];
}

/** Instants of the retransmissions, and of the end, s. */
function synAckSeconds({ backoff, rexmitInitialMs, slopMs }: FreeBsdProfile): number[] {
  let ms = 0;
  return backoff.slice(0, 4).map((factor, n) => {
    ms += rexmitInitialMs * factor + (n === 0 ? 0 : slopMs);
    return ms / 1000;
  });
}
