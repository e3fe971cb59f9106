/**
 * The door every traffic entry opens: it sends segments up its path, gets the answers, and counts.
 * Leaves out: the path itself (network/), what the application did (server/ tells through `onServed`).
 */
import type { Counters } from '../engine/counters.ts';
import type { Loop } from '../engine/loop.ts';
import type { RandomStreams } from '../engine/random-streams.ts';
import type { Passage } from '../network/passage.ts';
import type { Refuser, SegmentPool, SegmentReceiver, Transmitter } from '../network/segment.ts';
import type { ArrivalProcess } from './arrivals/arrival-process.ts';
import type { ArrivalWindow } from './arrivals/arrival-window.ts';
import type { Skipper } from './skipper.ts';

/** What a flood has whose SYNs may be drawn by the number. */
export interface Skip {
  readonly skipper: Skipper;
  /** Over the entry's arrivals. */
  readonly window: ArrivalWindow;
  /** A link that the SYNs have behind them when they arrive: `arrivals` are the instants at which they come out. Null: none. */
  readonly passage: Passage | null;
}

/** What a source stands on. */
export interface SourceEnvironment {
  readonly loop: Loop;
  readonly segments: SegmentPool;
  /** The number of this traffic entry: the `source` of its segments. */
  readonly source: number;
  /** The entry's path to the server. */
  readonly network: Transmitter;
  /** Phase of its arrivals and SYNs; its answers come one phase later (engine/time.ts). */
  readonly phase: number;
  readonly random: RandomStreams;
  /** When its connections begin; null for a closed population, which sets its own pace. */
  readonly arrivals: ArrivalProcess | null;
  /** The server, where the entry's SYNs may be refused by the number; null: each has to be sent. */
  readonly refuser: Refuser | null;
  /** Those that are, may be drawn by the number, too (`skip: auto`); null: they are drawn one by one. */
  readonly skip: Skip | null;
  /** Connections that begin earlier (in the warm-up) are simulated and not counted. SYNs are counted always. */
  readonly countFromNs: number;
}

export interface Source extends SegmentReceiver {
  readonly counters: Counters;
  /** Schedules the first arrival. Once, before the run. */
  start(): void;
  /** The application finished serving `peer`. */
  onServed(peer: number): void;
  /** SYNs sent so far, retransmissions included. */
  readonly synsSent: number;
  /** Bytes of its typed arrays, for `limits.memory`. */
  readonly bytes: number;
}
