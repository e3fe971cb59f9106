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
  /** Offsets from the start, ascending. */
  | { readonly kind: 'schedule'; readonly atNs: readonly number[] }
  /**
   * SYNs of a capture (pcap, pcapng) or instants of a CSV; the first one falls on the start. Clients are the
   * connections of the capture: a SYN that repeats an earlier one is none. `file` is as written in the scenario.
   */
  | { readonly kind: 'capture'; readonly file: string; readonly port: number | null };

/** When a client stack sends its SYNs, offsets from the first, and when connect() fails. */
export interface SynSchedule {
  readonly name: string;
  readonly synAtNs: readonly number[];
  readonly failsAtNs: number;
}

interface EntrySpec {
  /** Key under `traffic:`, unique. */
  readonly name: string;
  readonly arrivals: ArrivalSpec;
  /** First possible arrival, and the instant from which there are none (strictly before). */
  readonly startNs: number;
  readonly untilNs: number;
  /** Server port the SYNs go to. */
  readonly port: number;
  /** Name of the link that the entry's packets cross, or null. */
  readonly link: string | null;
}

export interface ClientsSpec extends EntrySpec {
  readonly kind: 'clients';
  /** One or more schedules, used round-robin. */
  readonly stacks: readonly SynSchedule[];
  /** Round-trip time outside the link: half each way. */
  readonly rttNs: number;
  /** Time a client takes to answer a SYN-ACK (its own delay, beside the rtt). */
  readonly answerNs: number;
  /** True: sends a request right after connecting. False: waits for the server's first byte. */
  readonly speaks: boolean;
  /** The application gives up this long after its start, NEVER_NS = none. */
  readonly timeoutNs: number;
}

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
  /** Every SYN-ACK is answered by a RST this much later (the spoofed host is alive); NEVER_NS = silent. */
  readonly resetAfterNs: number;
}

export type TrafficSpec = ClientsSpec | FloodSpec;
