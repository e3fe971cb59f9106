/**
 * What a row of the tables of this room is: a behaviour, and its values by the version from which on they hold. `read` means that the
 * function was read in trees on both sides of the boundary or at it, `measured` that kernels on both sides were run;
 * `inferred` that the boundary lies somewhere between trees that were read, or is known from change logs alone.
 * Leaves out: how a behaviour is carried out (the other files of this room).
 */

export type Evidence = 'read' | 'measured' | 'inferred';

export interface Row<T> {
  /** First version that has it. */
  readonly from: string;
  readonly value: T;
  /** What it is, in a few words. */
  readonly text: string;
  readonly evidence: Evidence;
  /** Rule and function. */
  readonly source: string;
  /** Stable releases of earlier series that took it over, the first of each series, and how that is known. */
  readonly stable: readonly (readonly [version: string, evidence: Evidence])[];
}

export interface Feature<T> {
  readonly behaviour: string;
  /** Oldest first; the first row holds from 2.2 on. */
  readonly rows: readonly Row<T>[];
}

/** When the SYN queue is full. `B`: backlog of listen(), cut to somaxconn; `M`: tcp_max_syn_backlog. */
export const SynQueue = { OverMax: 0, PowerOfMax: 1, PowerOfMin: 2, AtBacklog: 3, OverBacklog: 4 } as const;
/** What a full accept queue means to a SYN. */
export const AcceptTest = { None: 0, FullAndYoung: 1, Full: 2 } as const;
/** What retransmits SYN-ACKs. */
export const SynAckTimer = { Scan: 0, Sweep: 1, PerRequest: 2 } as const;
/** What a repeated SYN does to its request, beside drawing a SYN-ACK. */
export const DuplicateSyn = { NothingOrNew: 0, Nothing: 1, Rearms: 2, RearmsLimited: 3 } as const;
/** Which counters a dropped SYN moves. */
export const DropCounters = { AttemptFails: 0, None: 1, ListenDrops: 2 } as const;
/** For whom the last quarter of tcp_max_syn_backlog is kept, with SYN cookies off. */
export const LastQuarter = { None: 0, Nobody: 1, ProvenPeers: 2 } as const;
/** What a Fast Open SYN that is not taken counts, and what becomes of one whose child finds no room. */
export const FastOpen = { None: 0, CountsOption: 1, CountsChild: 2 } as const;
/** How TCP_DEFER_ACCEPT ends. */
export const Defer = { None: 0, DataOnly: 1, Counted: 2 } as const;
/** What the SYN-ACK timer counts. */
export const TimerCounters = { None: 0, Timeouts: 1, SynRetrans: 2 } as const;

function row(evidence: Evidence) {
  return <T>(from: string, value: T, text: string, source: string, stable: Row<T>['stable'] = []): Row<T> => ({
    from,
    value,
    text,
    evidence,
    source,
    stable,
  });
}

export const read = row('read');
export const measured = row('measured');
export const inferred = row('inferred');
