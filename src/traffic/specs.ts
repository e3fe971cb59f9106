/**
 * What a scenario says about one traffic entry, with every number in its unit.
 * Leaves out: the text form (scenario/).
 */

/** Rates in events per second; times in ns. */
export type ArrivalSpec =
  /** Arrival k (k = 0, 1, …) at start + round(k * 1e9 / ratePerSec). */
  | { readonly kind: 'periodic'; readonly ratePerSec: number }
  | { readonly kind: 'poisson'; readonly ratePerSec: number }
  /** `count` arrivals at the start. */
  | { readonly kind: 'burst'; readonly count: number }
  /** Poisson batches; geometric batch size >= 1 of mean `sizeMean`, or constant when `sizeKind` is constant. */
  | {
      readonly kind: 'batch';
      readonly ratePerSec: number;
      readonly sizeKind: 'geometric' | 'constant';
      readonly sizeMean: number;
    }
  /** Poisson arrivals whose rate follows a cyclic modulator with exponential stays; starts in state 0. */
  | { readonly kind: 'mmpp'; readonly ratesPerSec: readonly number[]; readonly staysNs: readonly number[] }
  /** `count` users; each begins anew `thinkNs` after its connection ended. Clients only. */
  | { readonly kind: 'closed'; readonly count: number; readonly thinkNs: number }
  /** Periodic at `ratePerSec` for the first `onNs` of every `periodNs`. */
  | { readonly kind: 'pulse'; readonly ratePerSec: number; readonly onNs: number; readonly periodNs: number }
  /** Offsets from the start, ascending. */
  | { readonly kind: 'schedule'; readonly atNs: readonly number[] }
  /**
   * SYNs of a capture (pcap, pcapng) or instants of a CSV; the first one falls on the start. Clients are the
   * connections of the capture: a SYN that repeats an earlier one is none. `file` is as written in the scenario.
   */
  | { readonly kind: 'capture'; readonly file: string; readonly port: number | null };

/** How a stack sends again what follows the handshake: RTO = round trip + max(varianceNsMin, 2 round trips), doubled. */
export interface DataRetries {
  /** Least variance term of the RTO: 200 ms of Linux; 1 s makes RFC 6298's least RTO. */
  readonly varianceNsMin: number;
  /** Sends a tail loss probe before the first time-out. */
  readonly probes: boolean;
  /** Time-outs after which it gives up. */
  readonly retries: number;
}

/** Settings of a client's kernel; undefined: its default. */
export interface ClientSysctl {
  /** SYNs sent again before connect() fails, 1 to 127. */
  readonly 'net.ipv4.tcp_syn_retries'?: number | undefined;
  /** Time-outs of 1 s before they double, 0 to 127; from Linux 6.5 on. */
  readonly 'net.ipv4.tcp_syn_linear_timeouts'?: number | undefined;
}

/** What a client's TCP does. */
export interface ClientStack {
  /** As a scenario writes it: `linux-6.5`, `schedule(0s, 1s; fails 3s)`. */
  readonly name: string;
  /** When it sends its SYNs while nobody answers, offsets from the first; 1 to 255. */
  readonly synAtNs: readonly number[];
  /** When connect() fails, offset from the first SYN. */
  readonly failsAtNs: number;
  /** Null: on the gaps of the SYNs. */
  readonly data: DataRetries | null;
  /** Repeated SYN-ACKs are answered at most so often; 0: each one. */
  readonly challengeGapNs: number;
  /** A RST in answer to a SYN: the SYN is sent again after this time, as often as the schedule has SYNs; NEVER_NS: connect() fails. */
  readonly resetRetryNs: number;
}

/**
 * TCP Fast Open of clients. `request`: an address that has no cookie asks for one, and sends its request with the SYN from then on;
 * `cached`: every address has a cookie from earlier.
 */
export const FAST_OPEN_CLIENTS = ['request', 'cached'] as const;
/** The same of forged SYNs, which bring data: they ask for a cookie, or have a stolen one that is valid, or a guess. */
export const FAST_OPEN_FLOODS = ['request', 'stolen', 'guessed'] as const;

/** What every entry of `traffic` has. */
interface EntrySpec {
  /** Key under `traffic:`, unique. */
  readonly name: string;
  readonly arrivals: ArrivalSpec;
  /** First possible arrival, and the instant from which there are none (strictly before). */
  readonly startNs: number;
  readonly untilNs: number;
  /** No more arrivals than this; Infinity: no bound. */
  readonly countMax: number;
  /** Server port the SYNs go to. */
  readonly port: number;
  /** Name of the link that the entry's packets cross, or null. */
  readonly link: string | null;
}

/** How late the time-outs of clients are. */
export interface ClientTimersSpec {
  /** Ticks per second of their kernels' timer wheels; 0: time-outs at their nominal instants. */
  readonly wheelHz: number;
  /** All clients are on the server's host, whose wheel they share; otherwise each has a host of its own. */
  readonly isShared: boolean;
}

/** Ordinary clients. */
export interface ClientsSpec extends EntrySpec {
  readonly kind: 'clients';
  /** One or more stacks, used round-robin, as `sysctl` makes them. */
  readonly stacks: readonly ClientStack[];
  /** Settings of the clients' kernels, by name; already part of `stacks`. */
  readonly sysctl: ClientSysctl;
  readonly timers: ClientTimersSpec;
  /** Option bits of their SYNs (network/segment.ts); left out, those that each stack sends. */
  readonly options?: number;
  /** Left out: off. */
  readonly fastopen?: (typeof FAST_OPEN_CLIENTS)[number];
  /** Addresses that the clients take in turn; Infinity: a new one for each. */
  readonly addresses: number;
  /** Round-trip time outside the link: half each way. */
  readonly rttNs: number;
  /** Time a client takes to answer a SYN-ACK (its own delay, beside the rtt). */
  readonly answerNs: number;
  /** True: sends a request right after connecting. False: waits for the server's first byte. */
  readonly speaks: boolean;
  /** The application gives up this long after it began to connect, NEVER_NS = none. */
  readonly timeoutNs: number;
  /** A client that failed connects again so much later, from another port; NEVER_NS: it does not. */
  readonly reconnectAfterNs: number;
  /** So many times at most; Infinity: until it is served. */
  readonly reconnects: number;
}

/** SYNs behind which nobody completes a handshake. */
export interface FloodSpec extends EntrySpec {
  readonly kind: 'syn-flood';
  /** Number of distinct 4-tuples, used in turn; Infinity: every SYN is from a new one. */
  readonly pool: number;
  /** Initial sequence number of SYN k: isn + k * isnStep, mod 2^32. */
  readonly isn: number;
  readonly isnStep: number;
  /** 4-tuple number and sequence number of each SYN, in order, instead of pool and isn; null = not given. Both have one entry per arrival. */
  readonly tuples: readonly number[] | null;
  readonly isns: readonly number[] | null;
  /** SYN-ACKs are answered by a RST this much later (the spoofed host is alive); NEVER_NS = silent. */
  readonly resetAfterNs: number;
  /** Share of the addresses behind which somebody is, (0, 1]; the others are silent. */
  readonly liveShare: number;
  /** Every SYN is sent again after this time, again and again, before its request's timer fires; NEVER_NS = once. */
  readonly refreshNs: number;
  /** Left out: off. */
  readonly fastopen?: (typeof FAST_OPEN_FLOODS)[number];
}

/** Full handshakes and no data. */
export interface ConnectionFloodSpec extends EntrySpec {
  readonly kind: 'connection-flood';
  /** Round-trip time outside the link: half each way. */
  readonly rttNs: number;
  /** A connection is ended by RST so long after its SYN-ACK; NEVER_NS: held for ever. */
  readonly holdNs: number;
}

/** ACKs of no connection. */
export interface AckFloodSpec extends EntrySpec {
  readonly kind: 'ack-flood';
  /** Number of distinct 4-tuples, used in turn; Infinity: every ACK is from a new one. */
  readonly pool: number;
}

/** An entry of `traffic`. */
export type TrafficSpec = ClientsSpec | FloodSpec | ConnectionFloodSpec | AckFloodSpec;
