/**
 * What a scenario says about the server's stack, with every number in its unit.
 * Leaves out: the text form (scenario/).
 */
import type { Distribution } from '../engine/distributions.ts';
import type { SysctlValues } from './sysctl.ts';

/** Linux 1.2 (linux-1.2/). */
export interface Linux12Spec {
  readonly kind: 'linux-1.2';
  /** `1.2.0` … `1.2.13`: decides the clamp of listen(). */
  readonly version: string;
  /** Ticks per second. */
  readonly hz: number;
  /** True: timers fire at tick n + 1, as the kernel's do. False: nominal times, no ticks. */
  readonly tick: boolean;
  /** ISS = clockUs + time in microseconds, mod 2^32 (R16). */
  readonly clockUs: number;
}

/**
 * What a SYN meets that finds no half-open slot: nothing (tail-drop), the slot of the oldest, of a random one, or of the oldest of its
 * hash bucket, or a cookie; with `cookies` every SYN gets one, and no slot is used (RFC 4987, 3.2 to 3.7).
 */
export const CLASSIC_POLICIES = [
  'tail-drop',
  'recycle-oldest',
  'random-drop',
  'syn-cache',
  'cookies',
  'hybrid',
] as const;
/** What a SYN meets that finds no half-open slot. */
export type ClassicPolicy = (typeof CLASSIC_POLICIES)[number];

/** One bounded queue (classic/). */
export interface ClassicSpec {
  readonly kind: 'classic';
  /** Half-open slots, >= 1. */
  readonly slots: number;
  /** How long an unanswered SYN keeps its slot. */
  readonly hold: Distribution;
  readonly policy: ClassicPolicy;
  /** Policy syn-cache: buckets that share the slots; others have none. */
  readonly buckets?: number;
}

/** FreeBSD 9 to 15 (freebsd/). */
export interface FreeBsdSpec {
  readonly kind: 'freebsd';
  /** `freebsd-14`, `freebsd-9.3`. */
  readonly name: string;
  /** Those that are set; the others are as the release has them. */
  readonly sysctl: SysctlValues;
}

/** Every sysctl of a Linux listener, in the unit that it has there. */
export interface LinuxSettings {
  /** net.core.somaxconn, connections. */
  somaxconn: number;
  /** net.ipv4.tcp_max_syn_backlog, requests. */
  maxSynBacklog: number;
  /** net.ipv4.tcp_syncookies: 0 never, 1 when the SYN queue is full, 2 always. */
  syncookies: number;
  /** net.ipv4.tcp_synack_retries; tcp_retries1 in Linux 2.2. */
  synackRetries: number;
  /** net.ipv4.tcp_abort_on_overflow: 1 answers the final ACK by RST when the accept queue is full. */
  abortOnOverflow: number;
  /** net.ipv4.tcp_migrate_req: 1 moves requests of a closed member of a SO_REUSEPORT group to another. */
  migrateReq: number;
  /** net.ipv4.tcp_rto_max_ms, ms. */
  rtoMaxMs: number;
  /** net.ipv4.tcp_invalid_ratelimit, ms. */
  invalidRatelimitMs: number;
  /** net.ipv4.tcp_fastopen: 2 makes listeners take Fast Open, 0x200 without a cookie, 0x400 without TCP_FASTOPEN; 1 and 4 are for clients. */
  fastopen: number;
}

/** Linux from 2.2 on (linux/). */
export interface LinuxSpec {
  readonly kind: 'linux';
  /** Major, minor, patch, and a fourth number of 2.6. */
  readonly version: readonly [number, number, number, number];
  /** Every sysctl of linux/settings.ts, in its own unit. */
  readonly settings: Readonly<LinuxSettings>;
  /** Listeners that share the port, >= 1. */
  readonly reuseport: number;
  /** TCP_DEFER_ACCEPT, 0: off. */
  readonly deferAcceptNs: number;
  /** TCP_FASTOPEN: Fast Open requests that may be pending; 0: off. */
  readonly fastopen: number;
  /** Ticks per second of the timer wheel that makes SYN-ACK time-outs late; 0: they strike at their nominal instants. */
  readonly wheelHz: number;
}

/** The server's stack, with its settings. */
export type StackSpec = Linux12Spec | ClassicSpec | FreeBsdSpec | LinuxSpec;

/** The processors of the host (processor.ts). Costs in ns. */
export interface CpuSpec {
  /** >= 1; packets of a 4-tuple all go to one of them. */
  readonly cores: number;
  /** Packets that may wait for a core, >= 0. */
  readonly backlogPackets: number;
  /** Whether processes get a turn between two packets, or only when none waits. */
  readonly schedule: 'fair' | 'packets-first';
  /** How long an idle core takes before it handles a packet. */
  readonly wakeup: Distribution;
  readonly costsNs: {
    /** Of every packet, dropped or not, as it comes. */
    readonly interrupt: number;
    readonly synQueued: number;
    readonly synCookie: number;
    readonly synDropped: number;
    /** A SYN that is answered by RST. */
    readonly reset: number;
    /** Any other segment. */
    readonly segment: number;
    /** An element of a list that is walked. */
    readonly visit: number;
    readonly accept: number;
    readonly close: number;
  };
}

/** A stateful firewall in front of the host (front-ends/conntrack.ts). */
export interface ConntrackSpec {
  readonly kind: 'conntrack';
  /** nf_conntrack_max: entries, >= 1. */
  readonly max: number;
  readonly whenFull: 'drop' | 'early-drop';
  readonly synSentNs: number;
  readonly synRecvNs: number;
  readonly establishedNs: number;
}

/** SYNPROXY (front-ends/synproxy.ts); the fields as of a firewall. */
export interface SynproxySpec {
  readonly kind: 'synproxy';
  readonly max: number;
  readonly synSentNs: number;
  readonly synRecvNs: number;
  readonly establishedNs: number;
}

/** A filter of forged addresses (front-ends/filter.ts). */
export interface FilterSpec {
  readonly kind: 'filter';
  /** Share of the forged addresses whose packets are dropped, [0, 1]. */
  readonly forged: number;
}

/** What stands before the host. */
export type FrontEndSpec = ConntrackSpec | SynproxySpec | FilterSpec;
